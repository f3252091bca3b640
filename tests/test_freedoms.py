import tomllib
from importlib.resources import files

import pytest

from classifier.datamodels import Clause, Incorporated, LabelScore, TaggedClause
from classifier.freedoms import find_freedoms, load_freedoms
from classifier.labels import load_labels
from classifier.pipeline import Classifier

USE, MODIFY, SHARE = "permission.use", "permission.modify", "permission.distribute"
NAMES = ("use", "study", "modify", "share")


def tagged(text, *labels, doubts=()):
    clause = Clause(text, 0, len(text), text)
    return TaggedClause(
        clause, tuple(LabelScore(label, 0.9) for label in labels), tuple(LabelScore(label, 0.3) for label in doubts)
    )


def grants(*clauses, **options):
    return tuple(freedom.grant for freedom in find_freedoms(clauses, **options))


def freedom(name, *clauses, **options):
    return next(found for found in find_freedoms(clauses, **options) if found.name == name)


OPEN = tagged("You may run, change and pass on the work.", USE, MODIFY, SHARE)


def test_an_open_text_gives_all_four_in_their_order():
    found = find_freedoms([OPEN])
    assert [(f.name, f.grant, f.clauses) for f in found] == [(name, "given", (0,)) for name in NAMES]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], ("unsaid", "unsaid", "unsaid", "unsaid")),
        ([USE], ("given", "unsaid", "unsaid", "unsaid")),
        ([SHARE], ("given", "unsaid", "unsaid", "given")),
        ([MODIFY, SHARE], ("given", "given", "given", "given")),
        ([SHARE, "condition.disclose-source"], ("given", "given", "unsaid", "given")),
        ([USE, "restriction.no-modification"], ("given", "unsaid", "withheld", "unsaid")),
        ([USE, "restriction.no-distribution"], ("given", "unsaid", "unsaid", "withheld")),
        ([USE, "restriction.no-reverse-engineering"], ("given", "withheld", "unsaid", "unsaid")),
        ([USE, SHARE, "restriction.object-code-only"], ("given", "withheld", "unsaid", "given")),
    ],
)
def test_what_is_not_given_is_withheld_or_unsaid(labels, expected):
    assert grants(tagged("Terms.", *labels)) == expected


@pytest.mark.parametrize(
    ("label", "limited"),
    [
        ("restriction.non-commercial", {"use", "modify", "share"}),
        ("use.military", {"use", "modify", "share"}),
        ("restriction.model-training", {"use", "modify", "share"}),
        ("restriction.territory", {"use", "study", "modify", "share"}),
        ("restriction.scale-threshold", {"use", "study", "modify", "share"}),
        ("condition.pay", {"use", "study", "modify", "share"}),
        ("restriction.no-modification", {"modify", "share"}),
        ("restriction.no-reverse-engineering", {"study", "modify"}),
        ("restriction.technology", {"share"}),
        ("restriction.no-sale-alone", set()),
        ("condition.same-license", set()),
        ("condition.attribution", set()),
        ("restriction.revocable", set()),
    ],
)
def test_a_limit_touches_the_freedoms_it_narrows(label, limited):
    found = find_freedoms([OPEN, tagged("Limit.", label)])
    assert {f.name for f in found if f.grant == "limited"} == limited
    assert {f.clauses for f in found if f.grant == "limited"} <= {(1,)}


def test_a_limit_names_its_labels_and_counts_the_rest():
    limits = ["restriction.non-commercial", "use.military", "use.malware", "use.minors", "use.surveillance"]
    reason = freedom("use", OPEN, *(tagged("Limit.", label) for label in limits)).reason
    titles = ", ".join(load_labels().find(label).title for label in limits[:4])
    assert reason.endswith(f": {titles} and 1 more.")


def test_a_doubtful_limit_limits_nothing():
    assert freedom("use", OPEN, tagged("Hm.", "general.other", doubts=["use.military"])).grant == "given"


def test_a_doubtful_grant_is_said_to_be_in_doubt():
    found = freedom("modify", tagged("Hm.", USE, doubts=[MODIFY]))
    assert (found.grant, found.clauses) == ("unsaid", (0,))
    assert "in doubt" in found.reason


def test_a_license_taken_in_gives_what_it_grants_and_cites_the_clause():
    clause = tagged("Under the Heron License.", "general.incorporated-license")
    taken = Incorporated("Heron-1.0", "heron-1.0", 1, (USE, MODIFY, SHARE))
    found = find_freedoms([tagged("Heron."), clause], incorporated=[taken])
    assert {(f.grant, f.clauses) for f in found} == {("given", (1,))}
    assert all("were not looked at" in f.reason for f in found)


def test_a_limit_beside_a_license_taken_in_counts():
    clause = tagged("Under the Heron License.", "general.incorporated-license")
    taken = Incorporated("Heron-1.0", "heron-1.0", 0, (USE, MODIFY, SHARE))
    assert freedom("use", clause, tagged("No war.", "use.military"), incorporated=[taken]).grant == "limited"


def test_an_unknown_license_taken_in_may_give_what_is_unsaid():
    found = freedom("share", tagged("Under the Heron License.", USE, "general.incorporated-license"))
    assert (found.grant, "may do so" in found.reason) == ("unsaid", True)


def test_a_grant_of_everything_gives_all():
    assert set(grants(tagged("Do whatever you like with it.", USE))) == {"given"}


def test_chinese_texts_get_chinese_reasons():
    clauses = [OPEN, tagged("不得用于军事用途。", "use.military")]
    for found in find_freedoms(clauses, language="zh"):
        assert any("\u4e00" <= ch <= "\u9fff" for ch in found.reason)


def test_the_limits_of_a_chinese_text_are_counted_in_chinese():
    limits = ["use.military", "use.malware", "use.minors", "use.surveillance", "use.illegal"]
    reason = freedom("use", OPEN, *(tagged("限制。", label) for label in limits), language="zh").reason
    assert reason.endswith("等 5 项。")


def test_the_rules_cover_the_four_freedoms_in_both_languages():
    assert tuple(rule.name for rule in load_freedoms()) == NAMES
    cases = ("given", "implied", "incorporated", "limited", "withheld", "unsaid", "open_ended", "doubtful")
    for rule in load_freedoms():
        assert rule.title
        assert rule.title_zh
        assert all(rule.reason(case, language) for case in cases for language in ("en", "zh"))


def test_the_rules_name_known_labels_and_groups():
    data = tomllib.loads(files("classifier").joinpath("resources/freedoms.toml").read_text("utf-8"))
    lists = [*data["groups"].values()]
    lists += [entry[name] for entry in data["freedoms"] for name in entry if name.endswith("_by")]
    named = {name for names in lists for name in names} - set(data["groups"]) - {"use.*"}
    assert all(name in load_labels() for name in named)


def test_every_use_ban_limits_use():
    (use,) = (rule for rule in load_freedoms() if rule.name == "use")
    assert {label.id for label in load_labels().labels if label.group == "use"} <= use.limited_by


def test_a_report_carries_the_freedoms(keyword_tagger, mini_license):
    report = Classifier(keyword_tagger, lambda: None).predict(mini_license)
    assert [(f.name, f.grant) for f in report.freedoms] == [
        ("use", "limited"),
        ("study", "given"),
        ("modify", "limited"),
        ("share", "limited"),
    ]
    assert report.to_dict()["freedoms"][0]["clauses"] == [6]
