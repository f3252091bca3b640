import io
import json
import re

import jsonschema
import pytest
from rich.console import Console
from test_cli import SCHEMA

from classifier.datamodels import (
    Bite,
    Clause,
    Document,
    FailedReport,
    Finding,
    Freedom,
    Incorporated,
    LabelScore,
    Missing,
    ModelInfo,
    Nearest,
    Parameter,
    Report,
    Source,
    TaggedClause,
)
from classifier.decisions import PolicyReason, PolicyVerdict
from classifier.pipeline import Classifier
from classifier.render.escape import clean
from classifier.render.json import render_json, render_jsonl
from classifier.render.text import print_report


@pytest.fixture
def report(keyword_tagger, mini_license):
    return Classifier(keyword_tagger).predict(Document(mini_license, "MINI"))


def show(report, width=100, **options):
    out = io.StringIO()
    print_report(report, Console(file=out, width=width, **options))
    return out.getvalue()


def test_the_verdict_comes_first(report):
    first = show(report).splitlines()[0]
    assert first.startswith("MINI: deviates from the Open Source Definition (criterion 6)")


def test_a_finding_shows_section_words_score_and_reason(report):
    text = show(report, width=200)
    assert "OSD 6. No Discrimination Against Fields of Endeavor" in text
    assert "deviates  Non-commercial only  restriction.non-commercial  0.90" in text
    assert "[3. Limits] clause 6: “You may not use the Program for commercial purposes.”" in text
    assert report.findings[0].reason in text


def test_the_table_says_what_is_granted_demanded_and_disclaimed(report):
    lines = show(report, width=200).splitlines()
    granted = next(line for line in lines if line.startswith("Granted"))
    assert "Distribution" in granted
    assert any(line.startswith("Demanded") and "Keep notices" in line for line in lines)
    assert any(line.startswith("Not given") and "No warranty" in line for line in lines)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_is_wider_than_the_console(report, width):
    assert max(map(len, show(report, width=width).splitlines())) <= width


def test_no_line_ends_in_blanks_in_the_findings(report):
    body = show(report).split("Granted")[0]
    assert all(line == line.rstrip() for line in body.splitlines())


def test_colour_is_only_for_terminals(report, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in show(report)
    assert "\x1b[" in show(report, force_terminal=True, color_system="truecolor", no_color=False)


def test_no_color_is_respected(report, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|9[0-7])m", show(report, force_terminal=True))


def test_no_legal_advice_is_always_said(report):
    assert "Not legal advice" in show(report)


def test_words_of_certification_never_appear(report):
    text = (show(report) + render_json([report])).lower()
    assert "compliant" not in text
    assert "approved" not in text


def test_markup_in_a_license_is_shown_not_interpreted(keyword_tagger):
    report = Classifier(keyword_tagger).predict("No [bold]commercial[/bold] use of [/]it.")
    assert "[bold]commercial[/bold]" in show(report, width=200)


def test_brackets_in_any_part_of_a_report_are_shown_not_interpreted():
    evil = "https://example.com/use/[/policy]"
    parameter = Parameter("url", evil, 0, len(evil))
    clause = TaggedClause(Clause(evil, 0, len(evil), evil, (evil,)), (LabelScore(evil, 0.9),), (), (parameter,))
    text = show(
        Report(
            Source(evil, "0" * 64, len(evil), "en"),
            "deviates",
            0.9,
            (Finding(None, "deviates", evil, 0.9, (0,), evil, Bite("bites", evil)),),
            (clause,),
            ModelInfo(evil, "0", "1"),
            Nearest(evil, evil, evil, 0.5, (0,), (), ()),
            (Incorporated(evil, evil, 0, ()),),
            (1,),
            (Missing(evil, evil, None, "advisory", (0,), evil, evil),),
            (Freedom(evil, "limited", (0,), evil),),
            PolicyVerdict("denied", evil, (PolicyReason("denied", "deny", evil, evil, note=evil),)),
        ),
        width=2000,
    )
    assert f"{evil} (0)" in next(line for line in text.splitlines() if line.startswith("Parameters"))
    assert text.count("[/policy]") == 23
    assert "[/policy]" in show(FailedReport(evil, "unreadable-input", evil))


@pytest.mark.parametrize("evil", ["\x1b[2J", "\x9b31m", "\u202e", "\x07", "\u2066"])
def test_control_characters_are_removed(evil):
    assert clean(f"a{evil[0]}b") == "ab"


def test_a_failure_is_one_line():
    assert show(FailedReport("X", "unreadable-input", "X: no such file")).strip() == "X: no such file"


def test_one_report_is_an_object_and_several_are_an_array(report):
    assert isinstance(json.loads(render_json([report])), dict)
    assert isinstance(json.loads(render_json([report, report])), list)


def test_json_follows_the_published_schema(report):
    for value in (json.loads(render_json([report])), json.loads(render_jsonl(report))):
        jsonschema.validate(value, SCHEMA)


def test_jsonl_is_one_line(report):
    assert "\n" not in render_jsonl(report)
