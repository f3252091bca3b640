import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendered import FAILED, hostile_documents, shown, with_foreign_label

from classifier.datamodels import Document, FailedReport
from classifier.render import render
from classifier.render.csv import COLUMNS

TEXT = "1. Limits\nYou may use it.\nNo military ends.\n"


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_there_is_a_row_for_each_finding_in_each_clause():
    rows = rows_of(shown("csv", Document(TEXT, "MINI")))
    row = next(row for row in rows if row["label"] == "use.military")
    assert (row["source"], row["verdict"], row["status"], row["criterion"]) == ("MINI", "deviates", "deviates", "6")
    assert TEXT[int(row["start"]) : int(row["end"])] == row["text"] == "No military ends."
    assert (row["line"], row["column"], row["heading"]) == ("3", "1", "1. Limits")


def test_what_the_whole_text_lacks_is_a_row_without_a_clause():
    rows = rows_of(shown("csv", Document(TEXT, "MINI")))
    row = next(row for row in rows if row["label"] == "permission.modify")
    assert (row["clause"], row["text"]) == ("", "")


def test_a_text_without_findings_is_one_row():
    (row,) = rows_of(shown("csv", Document("You may use, copy, modify and distribute it. No warranty.", "OPEN")))
    assert (row["source"], row["verdict"], row["status"]) == ("OPEN", "no-deviation-found", "")


def test_a_failed_input_is_a_row():
    (row,) = rows_of(render([FailedReport("absent", "unreadable-input", "absent: no such file")], "csv"))
    assert (row["source"], row["error"], row["message"]) == ("absent", "unreadable-input", "absent: no such file")


def test_several_texts_are_one_table():
    text = shown("csv", Document(TEXT, "A"), Document("You may use it.", "B"), failed=[FAILED])
    assert text.count("source,error") == 1
    assert {row["source"] for row in rows_of(text)} >= {"A", "B"}


def test_lines_end_as_the_standard_asks():
    text = shown("csv", Document(TEXT, "MINI"))
    assert text.count("\r\n") == text.count("\n") == len(rows_of(text)) + 1


def test_no_cell_of_a_hostile_text_is_a_formula():
    rows = rows_of(shown("csv", *hostile_documents(), failed=[FAILED], change=with_foreign_label))
    assert len(rows) > 10
    assert all(tuple(row) == COLUMNS for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(tuple("=+-@\t\r＝＋－＠"))]


@given(st.text(max_size=30))
def test_no_message_becomes_a_formula_or_a_row(message):
    (row,) = rows_of(render([FailedReport("x", "unreadable-input", message)], "csv"))
    assert not row["message"].startswith(tuple("=+@＝＋－＠"))
    assert not row["message"].startswith("-") or row["message"][1:].replace(".", "", 1).isdigit()


@pytest.mark.parametrize(("message", "cell"), [("-5", "-5"), ("-5+1", "'-5+1"), ("=1", "'=1"), (" \t=1", "'=1")])
def test_a_number_stays_a_number(message, cell):
    assert rows_of(render([FailedReport("x", "e", message)], "csv"))[0]["message"] == cell
