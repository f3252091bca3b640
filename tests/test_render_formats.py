"""What holds for every format."""

import re
import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest
from rendered import CHINESE, FAILED, HOSTILE, check, hostile_documents, shown, with_foreign_label

from classifier.cli.check import Format
from classifier.datamodels import (
    Bite,
    Document,
    FailedReport,
    Freedom,
    Incorporated,
    KnownClause,
    Missing,
    Nearest,
)
from classifier.decisions import PolicyVerdict
from classifier.errors import MissingExtraError, UsageError
from classifier.render import FORMATS, render, renderer
from classifier.render.escape import shorten
from classifier.render.evidence import FACT_NAMES, facts
from classifier.render.words import words_of

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
RAW = {"json", "jsonl"}
"""Formats that carry the text as it stands, control characters as the escapes of JSON."""


@pytest.fixture(params=sorted(FORMATS))
def format(request):
    try:
        renderer(request.param)
    except MissingExtraError as error:
        pytest.skip(str(error))
    return request.param


def test_the_command_line_offers_every_format():
    assert [format.value for format in Format] == list(FORMATS)


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="pdf: unknown format; known are text, json"):
        render([], "pdf")


def test_a_missing_extra_is_named(monkeypatch):
    import sys

    monkeypatch.delitem(sys.modules, "classifier.render.cyclonedx", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=re.escape("osdlint[cyclonedx]")):
        renderer("cyclonedx")


def test_every_input_is_in_the_document(format):
    text = shown(format, Document("You may use it.", "FIRST"), Document("No military use.", "SECOND"), failed=[FAILED])
    assert "FIRST" in text
    assert "SECOND" in text
    assert "no such" in text


def test_a_failed_input_alone_gives_a_document(format):
    assert "no such" in render([FailedReport("absent", "unreadable-input", "absent: no such file")], format)


def test_no_input_gives_a_document(format):
    render([], format)


def test_control_and_bidirectional_characters_never_come_through(format):
    assert not CONTROLS.search(shown(format, *hostile_documents(), failed=[FAILED], change=with_foreign_label))


@pytest.mark.parametrize(
    "text", ["No commercial \ud800 use \udcff.", "No commercial use.\x00\x01", "\ufeffNo military use."]
)
def test_any_unicode_is_shown(format, text):
    shown(format, Document(text, "odd")).encode("utf-8")


def test_formats_do_without_the_texts(format):
    assert render(check(Document(HOSTILE, "hostile")), format)


def test_equal_input_gives_equal_output(format, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert shown(format, *hostile_documents()) == shown(format, *hostile_documents())


def test_words_of_certification_never_appear(format):
    text = shown(format, Document("You may use it.", "OPEN"), Document("No military use.", "CLOSED")).lower()
    assert "compliant" not in text
    assert "osi approved" not in text


def test_the_verdict_and_the_model_are_facts():
    (report,) = check(Document("No military use of it.", "x"))
    names = [fact.name for fact in facts(report)]
    assert names[:3] == ["verdict", "score", "criteria"]
    assert "model" in names
    assert set(names) <= set(FACT_NAMES)


def with_everything(report):
    """Return the report with every part that a report can have."""
    bitten = replace(report.findings[0], bite=Bite("bites", "Your 3,000,000 users are above it."))
    return replace(
        report,
        findings=(bitten, *report.findings[1:]),
        nearest=Nearest("Mini-1.0", "mini", "Mini License", 0.87, (1,), (0,), (KnownClause(4, ("use.military",)),)),
        incorporated=(Incorporated("Other-2.0", "other", 0, ("permission.use",)),),
        missing=(Missing("no-patents", "permission.patent", None, "advisory", (), "No word.", "You may <use> it."),),
        freedoms=(Freedom("use", "limited", (1,), "Not for all."),),
        policy=PolicyVerdict("denied", "osdlint.toml"),
    )


def test_every_part_of_a_report_is_a_fact():
    (report,) = map(with_everything, check(Document("You may use it.\nNo military use.", "x")))
    assert [fact.name for fact in facts(report)] == list(FACT_NAMES)


@pytest.mark.parametrize("part", ["Mini-1.0", "0.87", "Other-2.0", "no-patents", "use limited", "denied"])
def test_every_format_tells_all_facts(format, part):
    if format in {*RAW, "text", "github"} or (format in {"html", "markdown"} and part in {"no-patents", "use limited"}):
        pytest.skip("says it in its own way, or marks places alone")
    assert part in shown(format, Document("You may use it.\nNo military use.", "x"), change=with_everything)


def test_whether_a_threshold_reaches_the_user_is_in_the_reason(format):
    text = shown(format, Document("You may use it.\nNo military use.", "x"), change=with_everything)
    assert "Your 3,000,000 users" in text


@pytest.mark.parametrize("format", ["html", "markdown"])
def test_what_is_missing_and_the_freedoms_have_a_section(format):
    text = shown(format, Document("You may use it.\nNo military use.", "x"), change=with_everything)
    for words in (
        "What is missing",
        "No word.",
        "You may &lt;use&gt; it.",
        "Open Source AI Definition",
        "Not for all.",
    ):
        assert words in text


def test_english_and_chinese_words_are_the_same_set():
    tables = tomllib.loads(files("classifier").joinpath("resources/words.toml").read_text("utf-8"))
    assert tables["en"].keys() == tables["zh"].keys()
    assert {f"fact-{name}" for name in FACT_NAMES} <= tables["en"].keys()


def test_gaps_are_the_same_in_both_languages():
    gaps = re.compile(r"{\w+}")
    english, chinese = words_of("en").table, words_of("zh").table
    assert all(sorted(gaps.findall(english[name])) == sorted(gaps.findall(chinese[name])) for name in english)


@pytest.mark.parametrize("format", ["html", "markdown"])
def test_a_chinese_text_is_reported_in_chinese(format):
    text = shown(format, Document(CHINESE, "zh"))
    assert "偏离开源定义" in text
    assert "军事用途" in text


def test_a_text_in_another_language_is_reported_in_english():
    assert words_of("und").lang == "en"


@pytest.mark.parametrize(
    ("text", "short"),
    [("abc def", "abc def"), ("abc defghi", "abc…"), ("abcdefghij", "abcdefg…"), ("ab cdefgh", "ab…")],
)
def test_long_text_is_cut_between_words(text, short):
    assert shorten(text, 8) == short
