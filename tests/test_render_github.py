import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendered import FAILED, hostile_documents, shown, with_foreign_label

from classifier.datamodels import Document, FailedReport
from classifier.render import render

TEXT = "1. Limits\nYou may use it.\nNo military\nends.\nNot for commercial ends.\n"
COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\r\n]*)(?:,\w+=[^,:\r\n]*)*)::([^\r\n]*)")


def commands_of(text):
    """Read workflow commands as the runner does: one a line."""
    found = []
    for line in text.splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        values = dict(pair.split("=", 1) for pair in match[2].split(","))
        found.append((match[1], {key: unquote(value) for key, value in values.items()}, unquote(match[3])))
    return found


@pytest.fixture
def commands():
    return commands_of(shown("github", Document(TEXT, "./vendored/MINI")))


def test_a_deviation_is_an_error_at_its_clause(commands):
    level, values, message = next(c for c in commands if "Non-commercial" in c[1]["title"])
    assert level == "error"
    assert (values["file"], values["line"], values["endLine"]) == ("vendored/MINI", "5", "5")
    assert (values["col"], values["endColumn"]) == ("1", "25")
    assert message.startswith("“Not for commercial ends.” The clause")


def test_criteria_of_one_clause_share_an_annotation():
    text = "You may use it.\nNo commercial use or sale, do not sell it.\n"
    titles = [values["title"] for _, values, _ in commands_of(shown("github", Document(text, "MINI")))]
    assert "OSD 1, 6: Non-commercial only (0.90)" in titles


def test_an_annotation_over_several_lines_has_no_columns(commands):
    _, values, _ = next(c for c in commands if "Military" in c[1]["title"])
    assert (values["line"], values["endLine"]) == ("3", "4")
    assert "col" not in values


def test_the_gravest_come_first(commands):
    levels = [level for level, _, _ in commands]
    assert levels == sorted(levels)
    assert levels[0] == "error"


def test_a_text_without_findings_is_a_notice():
    text = shown("github", Document("You may use, copy, modify and distribute it. No warranty.", "OPEN"))
    ((level, values, message),) = commands_of(text)
    assert (level, values["file"]) == ("notice", "OPEN")
    assert message.startswith("OPEN: no deviation found")


def test_a_failed_input_is_an_error():
    text = render([FailedReport("absent", "unreadable-input", "absent: no such file")], "github")
    assert commands_of(text) == [("error", {"file": "absent", "title": "Could not be read"}, "absent: no such file")]


def test_standard_input_has_no_file():
    assert all("file" not in values for _, values, _ in commands_of(shown("github", Document(TEXT, "<stdin>"))))


def test_without_the_text_there_is_no_line():
    from rendered import check

    commands = commands_of(render(check(Document(TEXT, "MINI")), "github"))
    assert all(values["file"] == "MINI" and "line" not in values for _, values, _ in commands)


def test_hostile_words_start_no_command():
    commands = commands_of(shown("github", *hostile_documents(), failed=[FAILED], change=with_foreign_label))
    assert all(set(values) <= {"file", "line", "endLine", "col", "endColumn", "title"} for _, values, _ in commands)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_name_or_message_starts_a_command(name, message):
    ((level, values, _),) = commands_of(render([FailedReport(name, "e", message)], "github"))
    assert level == "error"
    assert values["title"] == "Could not be read"


def test_percent_signs_come_back():
    ((_, _, message),) = commands_of(render([FailedReport("x", "e", "100%0A%25")], "github"))
    assert message == "100%0A%25"
