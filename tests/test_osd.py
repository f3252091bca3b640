import pytest

from classifier.datamodels import Clause, LabelScore, Missing, TaggedClause
from classifier.labels import load_labels
from classifier.osd import find_deviations, is_license, judge, load_definition


def tagged(text, *labels, doubts=()):
    clause = Clause(text, 0, len(text), text)
    return TaggedClause(
        clause, tuple(LabelScore(label, 0.9) for label in labels), tuple(LabelScore(label, 0.3) for label in doubts)
    )


GRANT = tagged("You may modify and distribute it.", "permission.modify", "permission.distribute")


def pairs(findings):
    return {(finding.criterion, finding.label, finding.status) for finding in findings}


def test_a_label_that_touches_two_criteria_gives_two_findings():
    found = find_deviations([GRANT, tagged("Only below 100 users.", "restriction.scale-threshold")])
    assert pairs(found) == {
        (5, "restriction.scale-threshold", "deviates"),
        (6, "restriction.scale-threshold", "deviates"),
    }


def test_one_finding_cites_every_clause_that_carries_the_label():
    ban = tagged("No military use.", "use.military")
    (finding,) = find_deviations([GRANT, ban, GRANT, ban])
    assert finding.clauses == (1, 3)


@pytest.mark.parametrize(
    ("text", "criteria"),
    [
        ("You may not sell copies.", {1, 6}),
        ("For non-commercial purposes only.", {6}),
        ("不得出售本软件。", {1, 6}),
        ("It is the current version for hobbyists.", {6}),
    ],
)
def test_a_sale_ban_also_touches_criterion_1(text, criteria):
    found = find_deviations([GRANT, tagged(text, "restriction.non-commercial")])
    assert {finding.criterion for finding in found} == criteria


def test_a_doubtful_deviation_is_unclear_and_cites_its_clause():
    (finding,) = find_deviations([GRANT, tagged("Hm.", "general.other", doubts=["use.military"])])
    assert (finding.status, finding.clauses, finding.score) == ("unclear", (1,), 0.3)


def test_a_faint_doubt_gives_no_finding():
    clause = Clause("Hm.", 0, 3, "Hm.")
    faint = TaggedClause(clause, (LabelScore("general.other", 0.7),), (LabelScore("use.military", 0.2),))
    assert find_deviations([GRANT, faint]) == ()


def test_a_label_given_for_want_of_a_better_one_is_unclear():
    clause = tagged("Hm.")
    near = (LabelScore("use.military", 0.3),)
    (finding,) = find_deviations([GRANT, TaggedClause(clause.clause, near, near)])
    assert (finding.status, finding.clauses) == ("unclear", (1,))


def test_a_sure_clause_silences_the_doubtful_one():
    found = find_deviations(
        [GRANT, tagged("No war.", "use.military"), tagged("Hm.", "general.other", doubts=["use.military"])]
    )
    assert pairs(found) == {(6, "use.military", "deviates")}


def lack(status, criterion=3):
    return Missing("no-modify-grant", "permission.modify", criterion, status, (), "reason", "suggestion")


def test_a_lack_that_leaves_the_verdict_open_is_a_finding_without_clauses():
    (finding,) = find_deviations([GRANT], missing=[lack("unclear"), lack("advisory")])
    assert (finding.criterion, finding.label, finding.status) == (3, "permission.modify", "unclear")
    assert (finding.clauses, finding.reason) == ((), "reason")
    assert judge([GRANT], [finding])[0] == "unclear"


def test_advisory_findings_never_change_the_verdict():
    clauses = [GRANT, tagged("Show our badge.", "condition.attribution")]
    found = find_deviations(clauses)
    assert {finding.status for finding in found} == {"advisory"}
    assert judge(clauses, found)[0] == "no-deviation-found"


def test_verdict_deviates_carries_the_surest_score():
    clauses = [GRANT, tagged("No military use.", "use.military")]
    assert judge(clauses, find_deviations(clauses)) == ("deviates", 0.9)


def test_verdict_unclear_when_only_doubts_remain():
    clauses = [GRANT, tagged("Hm.", "general.other", doubts=["use.military"])]
    verdict, score = judge(clauses, find_deviations(clauses))
    assert (verdict, round(score, 2)) == ("unclear", 0.7)


def test_a_text_without_working_clauses_is_no_license():
    assert not is_license([tagged("Once upon a time.", "general.other")] * 20)
    assert not is_license([])


def test_a_label_of_another_model_gives_no_finding_and_no_error():
    assert find_deviations([GRANT, tagged("Own.", "house.own-label")]) == ()


def test_chinese_texts_get_chinese_reasons():
    (finding,) = find_deviations([GRANT, tagged("不得用于军事用途。", "use.military")], language="zh")
    assert any("\u4e00" <= ch <= "\u9fff" for ch in finding.reason)


def test_rules_name_known_labels_once_per_criterion():
    definition = load_definition()
    keys = [(rule.label, rule.criterion) for rule in definition.rules]
    assert len(keys) == len(set(keys))
    assert all(rule.label in load_labels() for rule in definition.rules)


def test_every_use_label_deviates_from_criterion_6():
    for label in load_labels().labels:
        if label.group == "use":
            assert [(rule.criterion, rule.status) for rule in load_definition().rules_of(label.id)] == [(6, "deviates")]


@pytest.mark.parametrize("word", ["compliant", "approved"])
def test_no_reason_uses_a_word_of_certification(word):
    assert not [rule for rule in load_definition().rules if word in rule.reason.lower()]
