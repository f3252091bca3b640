from pathlib import Path

import pytest

from classifier.annotations import read_rows
from classifier.datamodels import Clause, Incorporated, LabelScore, TaggedClause
from classifier.grants import load_rules, read_grants
from classifier.labels import load_labels
from classifier.missing import find_missing, is_about_model, load_lacks
from classifier.pipeline import Classifier

GOLD = Path(__file__).parents[1] / "data" / "annotations"
USE, MODIFY, SHARE = "permission.use", "permission.modify", "permission.distribute"
TAKEN_IN = "general.incorporated-license"


def tagged(text, *labels, doubts=()):
    clause = Clause(text, 0, len(text), text)
    return TaggedClause(
        clause, tuple(LabelScore(label, 0.9) for label in labels), tuple(LabelScore(label, 0.3) for label in doubts)
    )


def kinds(*clauses, **options):
    return [lack.kind for lack in find_missing(clauses, **options)]


OPEN = tagged("You may run, change and pass on the work.", USE, MODIFY, SHARE)
AS_IS = tagged("It comes as is.", "limitation.warranty")


def test_a_text_that_grants_all_lacks_nothing():
    assert kinds(OPEN, AS_IS) == []


@pytest.mark.parametrize(
    ("labels", "lacks"),
    [
        ([USE], ["no-modify-grant", "no-distribute-grant"]),
        ([USE, MODIFY], ["no-distribute-grant"]),
        ([SHARE], ["no-modify-grant"]),
        ([MODIFY, SHARE], []),
        (["permission.reproduce", MODIFY, SHARE], []),
        (["restriction.no-distribution"], ["no-use-grant", "no-modify-grant", "no-distribute-grant"]),
        (["restriction.no-modification", USE, SHARE], ["no-modify-grant"]),
    ],
)
def test_grants_that_no_clause_gives_are_missing(labels, lacks):
    assert kinds(tagged("Terms.", *labels), AS_IS) == lacks


def test_a_doubtful_grant_is_not_missing():
    assert kinds(tagged("Hm.", USE, doubts=[MODIFY, SHARE])) == []


@pytest.mark.parametrize(
    "text",
    [
        "Leave is given to deal in the Work without restriction.",
        "Do whatever you like with it.",
        "允许为任何行为使用本作品。",
    ],
)
def test_a_grant_of_everything_names_no_act(text):
    assert kinds(tagged(text, USE)) == []


def test_only_a_sure_grant_of_use_can_give_everything():
    assert "no-modify-grant" in kinds(tagged("You must not do whatever you like.", "restriction.no-distribution"))


@pytest.mark.parametrize(
    "clauses",
    [
        [AS_IS],
        [tagged("Show our name.", "condition.attribution")],
        [tagged("We license these patents.", "permission.patent-use"), AS_IS],
        [tagged("As an exception you may link it.", SHARE, "permission.relicense")],
        [tagged("You may use it in binaries of any license.", USE, "permission.relicense")],
    ],
)
def test_a_part_of_a_license_is_told_once_not_by_each_right(clauses):
    assert kinds(*clauses) == ["fragment"]


def test_a_whole_license_that_may_be_relicensed_is_no_part():
    assert kinds(tagged("You may use it.", USE, "permission.relicense"), AS_IS) == [
        "no-modify-grant",
        "no-distribute-grant",
    ]


def test_an_exception_that_grants_all_lacks_nothing():
    assert kinds(tagged("You may change and pass on the whole.", MODIFY, SHARE, "permission.relicense")) == []


@pytest.mark.parametrize("doubts", [(), (TAKEN_IN,)])
def test_an_unknown_license_taken_in_may_give_all(doubts):
    labels = () if doubts else (TAKEN_IN,)
    assert kinds(tagged("Under the Heron License.", USE, *labels, doubts=doubts)) == []


@pytest.mark.parametrize(("grants", "lacks"), [((USE, MODIFY, SHARE), []), ((USE, SHARE), ["no-modify-grant"])])
def test_a_known_license_taken_in_gives_what_it_grants(grants, lacks):
    taken = Incorporated("Heron-1.0", "heron-1.0", 0, grants)
    assert kinds(tagged("Under the Heron License.", TAKEN_IN), AS_IS, incorporated=[taken]) == lacks


def test_one_unknown_license_beside_a_known_one_keeps_all_open():
    taken = Incorporated("Heron-1.0", "heron-1.0", 0, (USE,))
    clauses = [tagged("Under the Heron License.", TAKEN_IN), tagged("And the Egret one.", TAKEN_IN)]
    assert kinds(*clauses, incorporated=[taken]) == []


def test_withheld_patents_cite_their_clauses():
    no_patents = tagged("No patent license.", "limitation.patent-use")
    (lack,) = find_missing([OPEN, no_patents, AS_IS, no_patents])
    assert (lack.kind, lack.clauses, lack.status) == ("patent-withheld", (1, 3), "advisory")


@pytest.mark.parametrize("grant", [{"labels": ["permission.patent-use"]}, {"doubts": ["permission.patent-use"]}])
def test_patents_that_are_granted_elsewhere_are_not_withheld(grant):
    clause = tagged("Patents.", *grant.get("labels", ()), doubts=grant.get("doubts", ()))
    assert kinds(OPEN, tagged("No other patents.", "limitation.patent-use"), clause) == []


def test_a_doubtful_patent_clause_withholds_nothing():
    assert kinds(OPEN, tagged("Patents?", "general.other", doubts=["limitation.patent-use"])) == []


MODEL = (
    tagged("You may use, change and share the Model and its weights.", USE, MODIFY, SHARE),
    tagged("The Model was trained by machine learning.", "general.other"),
    AS_IS,
)


def test_a_text_about_a_model_leaves_outputs_open():
    assert kinds(*MODEL) == ["output-rights-unsaid"]


@pytest.mark.parametrize(
    "clause",
    [
        tagged("You own what it puts out.", "permission.output"),
        tagged("You may own it.", "general.other", doubts=["permission.output"]),
        tagged("All outputs belong to the licensor.", "limitation.rights-reserved"),
        tagged("模型的输出归许可人所有。", "limitation.rights-reserved"),
        tagged("Under the Heron License.", TAKEN_IN),
    ],
)
def test_a_clause_on_outputs_says_whose_they_are(clause):
    assert kinds(*MODEL, clause) == []


def test_rights_reserved_in_the_model_say_nothing_of_outputs():
    assert "output-rights-unsaid" in kinds(*MODEL, tagged("We own the Model.", "limitation.rights-reserved"))


@pytest.mark.parametrize(
    ("texts", "about_model"),
    [
        (["You may use the Model.", "The weights are a Derivative Model.", "Machine learning is risky."], True),
        (["您可以使用本模型及其权重。", "模型不附带担保。"], True),
        (["您可以使用本模型及其權重。", "模型不附帶擔保。"], True),
        (["You may not change our business model.", "See model number 7.", "Your data model is yours."], False),
        (["You may use the Program."], False),
        (["Machine learning and neural networks are mentioned.", *["You may use the Program."] * 80], False),
        (["Weights", "Models", *["The Program is free."] * 100], False),
        ([], False),
    ],
)
def test_a_text_is_about_a_model_by_its_words(texts, about_model):
    assert is_about_model([tagged(text, "general.other") for text in texts]) is about_model


def test_chinese_texts_get_chinese_words():
    (lack,) = find_missing([tagged("可以使用和修改。", USE, MODIFY)], language="zh")
    assert all(any("\u4e00" <= ch <= "\u9fff" for ch in said) for said in (lack.reason, lack.suggestion))


def test_every_lack_is_complete_and_names_known_labels():
    lacks = list(load_lacks())
    assert len({lack.kind for lack in lacks}) == len(lacks)
    for lack in lacks:
        assert all((lack.title, lack.title_zh, lack.reason, lack.reason_zh, lack.suggestion, lack.suggestion_zh))
        assert all(label in load_labels() for label in (lack.label, *lack.given_by))


def test_the_rules_name_known_labels():
    lacks, rules = load_lacks(), load_rules()
    named = {*lacks.bans, lacks.adds_to_another, *lacks.frame, *lacks.output_labels, *rules.core, *rules.acts}
    assert all(label in load_labels() for label in (*named, rules.blanket, rules.incorporated))


@pytest.mark.parametrize("word", ["compliant", "approved"])
def test_no_words_of_certification(word):
    assert not [lack for lack in load_lacks() if word in f"{lack.reason} {lack.suggestion}".lower()]


def test_grants_tell_where_labels_stand():
    taken = Incorporated("Heron-1.0", "heron-1.0", 1, (SHARE,))
    clauses = [OPEN, tagged("Under the Heron License.", TAKEN_IN), tagged("Hm.", USE, doubts=[SHARE])]
    grants = read_grants(clauses, [taken])
    assert (grants.sure[USE], grants.doubtful[SHARE], grants.taken_in[SHARE]) == ((0, 2), (2,), (1,))
    assert not grants.is_open_ended


def test_a_report_carries_what_is_missing_and_its_verdict_stays_open(keyword_tagger):
    report = Classifier(keyword_tagger, lambda: None).predict("You may use the Program. It is sold as is.")
    assert [lack.kind for lack in report.missing] == ["no-modify-grant", "no-distribute-grant"]
    assert {(f.criterion, f.status, f.clauses) for f in report.findings} == {(1, "unclear", ()), (3, "unclear", ())}
    assert report.verdict == "unclear"


@pytest.mark.parametrize(
    "text", ["Dies ist ein freies Programm, das jeder use darf." + " Und noch viele deutsche Wörter." * 3, "--- ***"]
)
def test_nothing_is_missed_where_the_text_is_not_read(keyword_tagger, text):
    report = Classifier(keyword_tagger, lambda: None).predict(text)
    assert (report.missing, report.freedoms) == ((), ())


@pytest.mark.corpus
@pytest.mark.checkout
def test_the_gold_labels_of_approved_texts_seldom_lack_a_grant(corpus):
    rows = [row for row in read_rows(sorted(GOLD.glob("*.jsonl"))) if row.doc and row.pass_number == 1]
    bodies = {key: corpus[key].body for key in {row.doc for row in rows} if corpus[key].osi_approved}
    texts = {key: [] for key in bodies}
    for row in rows:
        if row.doc in bodies:
            texts[row.doc].append(tagged(bodies[row.doc][row.start : row.end], *row.labels))
    missed = [key for key, clauses in texts.items() if any(kind.startswith("no-") for kind in kinds(*clauses))]
    assert len(texts) > 90
    assert len(missed) <= 0.02 * len(texts)
