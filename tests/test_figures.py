import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest
from conftest import make_linear_model
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from classifier.datamodels import Clause, Finding, LabelScore, Parameter, TaggedClause
from classifier.errors import UsageError
from classifier.figures import Figures, apply_figures, parse_amount
from classifier.parameters import extract_parameters
from classifier.parameters.brief import brief
from classifier.pipeline import Classifier
from classifier.render.text import print_report

SCALE = "restriction.scale-threshold"
SCHEMA = json.loads(files("classifier").joinpath("resources/report.schema.json").read_text("utf-8"))


@pytest.fixture
def report(keyword_tagger):
    return Classifier(keyword_tagger, lambda: None).predict("You may use, modify and distribute the Program.")


def with_clauses(report, *texts, label=SCALE, language="en"):
    """Return the report of a text whose clauses all carry the label, with one finding."""
    clauses = []
    for text in texts:
        clause = Clause(text, 0, len(text), text)
        scores = (LabelScore(label, 0.9),)
        clauses.append(TaggedClause(clause, scores, parameters=extract_parameters(clause, [label])))
    finding = Finding(5, "deviates", label, 0.9, tuple(range(len(texts))), "It treats persons unlike.")
    source = replace(report.source, language=language)
    return replace(report, source=source, verdict="deviates", findings=(finding,), clauses=tuple(clauses))


def bite(report, *texts, language="en", **figures):
    (finding,) = apply_figures(with_clauses(report, *texts, language=language), Figures(**figures)).findings
    return finding.bite


USERS = "If you have more than 2 million monthly active users, ask us."
BELOW = "Only for companies with less than $1,000,000 in annual revenue."
EITHER = "If you have more than 2 million monthly active users or annual revenue above $1M, ask us."
BOTH = "If you have more than 2 million monthly active users and annual revenue above $1M, ask us."
SMALL = "Only for those with fewer than 1,000 users and less than $1M in revenue."
SMALL_OR = "Only for those with fewer than 1,000 users or less than $1M in revenue."
REACH = "If monthly active users reach 2 million, ask us."
UP_TO = "Only for those with up to 1,000 users."
RANGE = "Between 1,000 and 5,000 users pay extra."
STEPS = "You pay at 1,000 users, at 5,000 users, at 10,000 users."


@pytest.mark.parametrize(
    ("text", "figures", "outcome"),
    [
        (USERS, {"users": 3e6}, "bites"),
        (USERS, {"users": 2e6}, "does-not-bite"),
        (USERS, {"revenue": 1.0}, "cannot-tell"),
        (REACH, {"users": 2e6}, "bites"),
        (BELOW, {"revenue": 2e6}, "bites"),
        (BELOW, {"revenue": 1e6}, "bites"),
        (BELOW, {"revenue": 999_999}, "does-not-bite"),
        (UP_TO, {"users": 1000}, "does-not-bite"),
        (UP_TO, {"users": 1001}, "bites"),
        (EITHER, {"users": 3e6}, "bites"),
        (EITHER, {"users": 1, "revenue": 2e6}, "bites"),
        (EITHER, {"users": 1, "revenue": 1}, "does-not-bite"),
        (EITHER, {"users": 1}, "cannot-tell"),
        (BOTH, {"users": 3e6, "revenue": 2e6}, "bites"),
        (BOTH, {"users": 3e6, "revenue": 1}, "does-not-bite"),
        (BOTH, {"users": 1}, "does-not-bite"),
        (BOTH, {"users": 3e6}, "cannot-tell"),
        (SMALL, {"users": 5000}, "bites"),
        (SMALL, {"users": 5}, "cannot-tell"),
        (SMALL, {"users": 5, "revenue": 5}, "does-not-bite"),
        (SMALL_OR, {"users": 5}, "does-not-bite"),
        (SMALL_OR, {"users": 5000, "revenue": 2e6}, "bites"),
        (RANGE, {"users": 3000}, "bites"),
        (RANGE, {"users": 5000}, "bites"),
        (RANGE, {"users": 10}, "does-not-bite"),
        (RANGE, {"users": 9000}, "does-not-bite"),
        (STEPS, {"users": 2000}, "bites"),
        (STEPS, {"users": 10}, "does-not-bite"),
        (STEPS, {"users": 1000}, "cannot-tell"),
    ],
)
def test_a_threshold_reaches_who_passes_it(report, text, figures, outcome):
    assert bite(report, text, **figures).outcome == outcome


def test_the_reason_names_figure_threshold_and_clause(report):
    assert bite(report, USERS, users=3e6).reason == (
        "By your figures the limit reaches you: users 3,000,000 against monthly-users > 2,000,000 (clause 0)."
    )


def test_only_what_decides_is_named(report):
    assert "revenue" not in bite(report, EITHER, users=3e6, revenue=1).reason


@pytest.mark.parametrize(
    ("currency", "outcome", "words"),
    [
        ("EUR", "cannot-tell", "revenue 2,000,000 EUR cannot be compared with revenue < 1,000,000 USD"),
        ("USD", "bites", "revenue 2,000,000 USD against revenue < 1,000,000 USD"),
        (None, "bites", "taken to be in one currency"),
    ],
)
def test_only_equal_or_unknown_currencies_are_compared(report, currency, outcome, words):
    answer = bite(report, BELOW, revenue=2e6, currency=currency)
    assert (answer.outcome, words in answer.reason) == (outcome, True)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("More than 2 million daily active users.", {"users": 3e6}),
        ("Monthly revenue above $1M.", {"revenue": 2e6}),
    ],
)
def test_another_time_span_is_not_compared(report, text, figures):
    answer = bite(report, text, **figures)
    assert (answer.outcome, "was not counted over the time" in answer.reason) == ("cannot-tell", True)


def test_a_threshold_of_another_kind_has_no_figure(report):
    answer = bite(report, "Only for companies with fewer than 50 employees.", users=3, revenue=3)
    assert (answer.outcome, "no figure was given for headcount < 50" in answer.reason) == ("cannot-tell", True)


def test_one_clause_that_reaches_outweighs_the_others(report):
    assert bite(report, "Fewer than 50 employees only.", USERS, users=3e6).outcome == "bites"


def test_one_clause_that_is_not_known_outweighs_those_that_spare(report):
    assert bite(report, "Fewer than 50 employees only.", USERS, users=3).outcome == "cannot-tell"


def test_a_clause_without_a_number_does_not_count(report):
    assert bite(report, "This holds for large companies:", USERS, users=3).outcome == "does-not-bite"


def test_a_finding_without_a_threshold_stays_as_it_is(report):
    assert bite(report, "This holds for large companies.", users=3e6) is None


def test_other_findings_and_the_verdict_stay_as_they_are(report):
    given = with_clauses(report, USERS, label="use.military")
    assert apply_figures(given, Figures(users=3e6)) == given
    spared = apply_figures(with_clauses(report, USERS), Figures(users=3))
    assert (spared.verdict, spared.findings[0].status) == ("deviates", "deviates")


def test_chinese_texts_get_chinese_reasons(report):
    answer = bite(report, "月活跃用户超过 200 万的，须另行申请许可。", language="zh", users=3e6)
    assert answer.reason == "按所给数字，该限制适用：users 3,000,000 对照 monthly-users > 2,000,000（条款 0）。"


def test_json_carries_the_answer_and_fits_the_schema(report):
    told = apply_figures(with_clauses(report, USERS), Figures(users=3e6)).to_dict()
    jsonschema.validate(told, SCHEMA)
    assert told["findings"][0]["bite"]["outcome"] == "bites"
    assert "bite" not in with_clauses(report, USERS).to_dict()["findings"][0]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *(("3000000", 3e6), ("3e6", 3e6), ("3_000_000", 3e6), ("3M", 3e6), ("2.5k", 2500), (" 1 B ", 1e9)),
        *(("0", 0), ("1b", 1e9), ("-3", -3), ("1e3k", 1e6)),
    ],
)
def test_amounts_are_read(text, amount):
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    "text", ["", "M", "lots", "3,000", "3MM", "3 000", "3Mk", "0x10", "€5", "5 million", "3M users"]
)
def test_what_is_no_amount_is_named(text):
    with pytest.raises(UsageError, match="3e6"):
        parse_amount(text)


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_a_usage_error(text):
    with contextlib.suppress(UsageError):
        assert isinstance(parse_amount(text), float)


@pytest.mark.parametrize(
    "figures",
    [
        *({"users": -1}, {"users": float("nan")}, {"revenue": float("inf")}, {"currency": "EUR"}),
        *({"revenue": 1, "currency": "euro"}, {"revenue": 1, "currency": ""}),
    ],
)
def test_figures_that_are_none_are_refused(figures):
    with pytest.raises(UsageError):
        Figures(**figures)


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        (Parameter("monthly-users", "", 0, 1, 7e8, comparator=">"), "monthly-users > 700,000,000"),
        (Parameter("revenue", "", 0, 1, 1e6, currency="USD", window="year"), "revenue 1,000,000 USD / year"),
        (Parameter("royalty", "", 0, 1, 3.5, unit="percent"), "royalty 3.5%"),
        (Parameter("period", "", 0, 1, 30.0, unit="days"), "period 30 days"),
        (Parameter("compute", "", 0, 1, 1e25, unit="FLOP", comparator=">="), "compute >= 1e+25 FLOP"),
        (Parameter("territory", "", 0, 1, "EU"), "territory EU"),
        (Parameter("revenue", "half a fortune", 0, 1), "revenue half a fortune"),
        (Parameter("royalty", "", 0, 1, 1234567.891, currency="EUR"), "royalty 1,234,567.89 EUR"),
    ],
)
def test_a_parameter_is_told_in_brief(parameter, words):
    assert brief(parameter) == words


def shown(report):
    out = io.StringIO()
    print_report(report, Console(file=out, width=160))
    return out.getvalue()


def test_the_terminal_shows_parameters_beside_the_clause_and_in_the_table(report):
    text = shown(with_clauses(report, USERS))
    assert "\n      monthly-users > 2,000,000\n" in text
    assert any(line.startswith("Parameters") and "2,000,000 (0)" in line for line in text.splitlines())


def test_the_terminal_shows_no_row_without_parameters(report):
    assert "Parameters" not in shown(report)


def test_the_terminal_shows_whether_a_threshold_reaches(report):
    text = shown(apply_figures(with_clauses(report, USERS), Figures(users=3e6)))
    assert "By your figures the limit reaches you" in text


def test_hostile_addresses_do_not_reach_the_terminal(report):
    given = with_clauses(
        report, "Obey our acceptable use policy at https://x.example/\x1b[31m", label="restriction.use-policy"
    )
    assert "\x1b" not in shown(given)


def osdlint(folder, *args):
    model = folder / "model"
    if not model.exists():
        make_linear_model(model, ("permission.use", SCALE, "general.other"))
    text = "You may use it. Ask us at more than 2 million users of commercial goods.\n"
    (folder / "LICENSE").write_text(text, "utf-8")
    command = [sys.executable, "-m", "classifier", "--format", "json", *args, "LICENSE"]
    env = {**os.environ, "OSDLINT_MODEL": str(model)}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=env)


@pytest.mark.parametrize(("users", "outcome"), [("3M", "bites"), ("2k", "does-not-bite")])
def test_the_command_takes_figures(tmp_path, users, outcome):
    report = json.loads(osdlint(tmp_path, "--users", users).stdout)
    assert {f["bite"]["outcome"] for f in report["findings"] if f["label"] == SCALE} == {outcome}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--users", "lots"), "osdlint: lots: no number"),
        (("--revenue", "-3"), "osdlint: revenue -3.0: a figure is"),
        (("--currency", "eur"), "osdlint: currency EUR: it is that of a revenue"),
    ],
)
def test_the_command_refuses_what_is_no_figure(tmp_path, args, words):
    done = osdlint(tmp_path, *args)
    assert (done.returncode, done.stderr.startswith(words), done.stderr.count("\n")) == (2, True, 1)
