"""Changed texts: paragraphs put in, and the same words in another dress."""

import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.annotations import Row, to_json
from classifier.corpus import WHEEL, Corpus
from classifier.datamodels import Clause, text_sha256
from classifier.errors import AnnotationError
from classifier.gold import load_examples
from classifier.normalize import READING, apply
from classifier.pipeline import Classifier
from classifier.robustness import (
    PERTURBATIONS,
    Pair,
    align,
    check_pairs,
    evaluate_pairs,
    evaluate_robustness,
    pick_test_documents,
    read_pairs,
)
from classifier.splits import split_of

MINI = "Mini License\n\nYou may use and copy it.\n\nNo military ends.\n\nYou must keep this notice.\n"
# One working clause of twelve does not make a license; a second one does.
FABLE = "".join(f"Once there were {number} grey geese.\n\n" for number in range(11)) + "The military came.\n\n"
TEXTS = {"mini": MINI, "fable": FABLE}
WAR = "Whoever is at war shall find another program; military staff too."


def pair(text=WAR, *labels, doc="mini", before="You must", deviates=True, lang="en", **more):
    body = TEXTS[doc]
    offset = body.index(before) if before else len(body)
    labels = labels or ("use.military",)
    place = {"doc": doc, "sha256": text_sha256(body), "offset": offset, **more}
    return Pair(text=text, labels=labels, deviates=deviates, lang=lang, **place)


def write_corpus(path, texts=TEXTS):
    with zipfile.ZipFile(path, "w") as archive:
        for key, body in texts.items():
            archive.writestr(f"licensedcode/data/licenses/{key}.LICENSE", f"---\nkey: {key}\n---\n{body}")


@pytest.fixture
def mini_corpus(tmp_path):
    write_corpus(tmp_path / "mini.whl")
    return Corpus(tmp_path / "mini.whl")


@pytest.fixture
def classifier(keyword_tagger):
    return Classifier(keyword_tagger)


@pytest.fixture
def judge(classifier, mini_corpus):
    return lambda *pairs: evaluate_pairs(classifier, pairs, mini_corpus).overall


ROW = {
    **{"doc": "mini", "sha256": "0" * 64, "offset": 3, "text": "No.", "labels": ["use.military"]},
    **{"deviates": True, "lang": "en", "note": "short"},
}


def write_rows(path, *rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_pairs_are_read_as_written(tmp_path):
    path = write_rows(tmp_path / "pairs.jsonl", ROW)
    path.write_text("\n" + path.read_text())
    (read,) = read_pairs(path)
    assert read == Pair("mini", "0" * 64, 3, "No.", ("use.military",), True, "en", "short")
    assert read.place == f"{path}:2"


def test_other_may_stand_beside_the_label_of_another_clause(tmp_path):
    (read,) = read_pairs(write_rows(tmp_path / "pairs.jsonl", {**ROW, "labels": ["general.other", "use.military"]}))
    assert set(read.labels) == {"general.other", "use.military"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"offset": "3"}, "offset is '3', expected int"),
        ({"offset": True}, "offset is True, expected int"),
        ({"deviates": 1}, "deviates is 1, expected bool"),
        ({"doc": None}, "doc is None, expected str"),
        ({"text": " \n"}, "text is empty"),
        ({"text": "No.\n\n"}, "line ends around it"),
        ({"lang": "de"}, "lang is 'de', expected en or zh"),
        ({"labels": []}, "labels must be a list"),
        ({"labels": "use.military"}, "labels must be a list"),
        ({"labels": ["use.military"] * 2}, "labels repeat"),
        ({"labels": ["use.nonsense"]}, "unknown label 'use.nonsense'"),
    ],
)
def test_a_malformed_pair_is_refused_with_its_place(tmp_path, change, words):
    path = write_rows(tmp_path / "pairs.jsonl", ROW, {**ROW, **change})
    with pytest.raises(AnnotationError, match=rf"pairs\.jsonl:2: .*{re.escape(words)}"):
        read_pairs(path)


@pytest.mark.parametrize("name", sorted(ROW.keys() - {"note"}))
def test_a_missing_field_is_named(tmp_path, name):
    path = write_rows(tmp_path / "pairs.jsonl", {key: value for key, value in ROW.items() if key != name})
    with pytest.raises(AnnotationError, match=f":1: {name} is missing"):
        read_pairs(path)


def test_every_bad_line_is_told(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text("{\n[]\n" + "[" * 100_000 + "\n")
    with pytest.raises(AnnotationError, match=r"(?s):1: .*:2: expected a JSON object.*:3: "):
        read_pairs(path)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(AnnotationError, match=r"absent\.jsonl: cannot be read"):
        read_pairs(tmp_path / "absent.jsonl")


@given(st.text(min_size=1), st.text(), st.text())
def test_a_paragraph_stands_where_it_was_inserted(text, head, tail):
    one = Pair("mini", "", len(head), text, ("use.military",), True, "en")
    changed, start = one.insert_into(head + tail)
    end = start + len(text)
    assert changed[start:end] == text
    assert changed[end:] == "\n\n" + tail
    assert changed[:start] == head + ("" if tail else "\n\n")


@pytest.mark.parametrize("body", ["A.\n\nB.", "A.\r\n\r\nB.", "A.\n \t\nB.", "\nB."])
def test_a_place_after_a_blank_line_fits(body):
    one = Pair("x", text_sha256(body), body.index("B"), "No.", ("use.military",), True, "en")
    assert list(check_pairs([one], {"x": body}.__getitem__)) == []


@pytest.mark.parametrize("offset", [-1, 0, 1, 4, 5, 6, 99])
def test_another_place_does_not_fit(offset):
    body = "One\nB.\n\nC."
    one = Pair("x", text_sha256(body), offset, "No.", ("use.military",), True, "en", place="f:7")
    (problem,) = check_pairs([one], {"x": body}.__getitem__)
    assert str(problem) == f"f:7: offset {offset} of 'x' is neither after a blank line nor its end"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sha256": "f" * 64}, "sha256 ffffffffffff"),
        ({"doc": "absent"}, "absent: no such"),
        ({"offset": 1}, "offset 1"),
    ],
)
def test_a_pair_of_another_text_is_refused(judge, change, words):
    with pytest.raises(AnnotationError, match=f"f:3: {words}"):
        judge(replace(pair(place="f:3"), **change))


@pytest.mark.parametrize("before", ["You may", "No military", "You must", ""])
def test_a_deviating_paragraph_is_flagged_alone(judge, before):
    scores = judge(pair(before=before))
    assert (scores.deviating, scores.flagged, scores.only_that) == (1, 1.0, 1.0)


def test_a_deviation_that_is_not_found_lowers_flagged(judge):
    scores = judge(pair(), pair("Armies shall look elsewhere."))
    assert (scores.deviating, scores.flagged, scores.only_that) == (2, 0.5, 1.0)


@pytest.mark.parametrize("before", ["Once there were 3", ""])
def test_a_finding_gained_elsewhere_lowers_only_that(judge, before):
    scores = judge(pair(), pair(doc="fable", before=before))
    assert (scores.flagged, scores.only_that) == (1.0, 0.5)


def test_a_harmless_paragraph_is_kept_clean(judge):
    harmless = pair("You may copy the manual.", "permission.reproduce", deviates=False)
    accused = pair("The word military is on page 3.", "general.other", deviates=False)
    scores = judge(harmless, accused)
    assert (scores.harmless, scores.kept_clean) == (2, 0.5)


def test_shares_of_nothing_are_none(judge):
    scores = judge(pair("It rains.", "general.other", deviates=False))
    assert (scores.deviating, scores.flagged, scores.only_that, scores.label_f1) == (0, None, None, None)


def test_labels_of_all_clauses_of_the_paragraph_count(judge):
    gold = ("permission.reproduce", "use.military", "condition.attribution")
    scores = judge(pair("You may copy it. Military staff may not. You may modify it.", *gold))
    assert scores.label_f1 == pytest.approx(2 * 2 / (3 + 3))


def test_other_does_not_count_among_labels(judge):
    scores = judge(pair("It rains.", "general.other"), pair("You may copy it.", "permission.reproduce"))
    assert scores.label_f1 == 1.0


def test_languages_have_figures_of_their_own(classifier, mini_corpus):
    pairs = [pair(), pair("不得用于战争。", lang="zh")]
    figures = evaluate_pairs(classifier, pairs, mini_corpus).to_dict()
    assert [figures["flagged"], figures["en"]["flagged"], figures["zh"]["flagged"]] == [0.5, 1.0, 0.0]
    assert list(figures) == [
        *("deviating", "flagged", "only_that", "harmless", "kept_clean", "label_f1", "en", "zh"),
    ]


def test_a_text_without_its_paragraphs_is_checked_once(classifier, mini_corpus, monkeypatch):
    asked = []
    predict = Classifier.predict
    monkeypatch.setattr(Classifier, "predict", lambda self, doc: asked.append(doc.text) or predict(self, doc))
    evaluate_pairs(classifier, [pair(), pair(before="")], mini_corpus)
    assert (asked.count(MINI), len(asked)) == (1, 3)


def test_progress_ends_with_all_done(classifier, mini_corpus):
    told = []
    evaluate_pairs(classifier, [pair(), pair(before="")], mini_corpus, told.append)
    evaluate_robustness(classifier, [MINI, FABLE], told.append)
    assert told == [0.5, 1.0, 0.5, 1.0]


@pytest.mark.parametrize("name", PERTURBATIONS)
@given(text=st.text())
def test_a_perturbation_takes_any_text_and_repeats_itself(name, text):
    assert PERTURBATIONS[name](text) == PERTURBATIONS[name](text)


@pytest.mark.parametrize(
    ("name", "text", "perturbed"),
    [
        ("upper-case", "You may use it.", "YOU MAY USE IT."),
        ("hash-comment", "A.\n\nB.", "# A.\n#\n# B."),
        ("block-comment", "A.\n\nB. */", "/*\n * A.\n *\n * B. * /\n */"),
        ("crlf", "A.\nB.\r\n", "A.\r\nB.\r\n"),
        ("curly-quotes", '"Use" ("it\'s") \'so\'.', "“Use” (“it’s”) ‘so’."),
        ("straight-quotes", "“Use” it’s ‘so’.", "\"Use\" it's 'so'."),
        ("markdown-bullets", "Not:\n  (a) sell;\n  ii) rent;\n（二）出租。", "Not:\n  - sell;\n  - rent;\n- 出租。"),
    ],
)
def test_what_a_perturbation_does(name, text, perturbed):
    assert PERTURBATIONS[name](text) == perturbed


@pytest.mark.parametrize("text", ["2. Grant of Rights.\nUse it.", "as told under\n(a) above.", "2020 Somebody."])
def test_what_is_no_list_item_gets_no_bullet(text):
    assert PERTURBATIONS["markdown-bullets"](text) == text


def test_a_numbered_condition_gets_a_bullet():
    line = "1. Whoever passes the Program on to others shall pass on these very terms"
    assert PERTURBATIONS["markdown-bullets"](line) == line.replace("1.", "-")


PROSE = """                    MINI LICENSE
                    Version 7

1. Grant
Everybody may use, copy and change the Program at home or at work, for as
long as they like, and pass it on to their friends, neighbours and to whole
strangers.

   (a) Whoever passes it on passes on this text; whoever changes it says so,
       with the date.
   (b) Nobody else needs to.
"""


def test_rewrapping_undoes_only_wraps():
    lines = PERTURBATIONS["rewrapped"](PROSE).split("\n")
    assert max(map(len, lines)) <= 60
    assert " ".join(lines).split() == PROSE.split()
    assert [line.strip() for line in lines[:4]] == ["MINI LICENSE", "Version 7", "", "1. Grant"]
    assert lines[4] == "Everybody may use, copy and change the Program at home or at"
    assert "   (b) Nobody else needs to." in lines


@pytest.mark.parametrize("text", ["使用本软件" * 40, "A " + "x" * 90 + " B"])
def test_rewrapping_breaks_chinese_but_no_latin_word(text):
    lines = PERTURBATIONS["rewrapped"](text).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert ("x" * 90 in lines) == ("x" in text)
    assert len(lines) > 2


SAMPLE = "The term of 30 years, from 1999 on; all modern Owners shall allow the normal use of version 1.0. " * 10


def test_ocr_noise_confuses_one_letter_in_a_hundred():
    words = zip(SAMPLE.split(), PERTURBATIONS["ocr-noise"](SAMPLE).split(), strict=True)
    damaged = [(word, noisy) for word, noisy in words if word != noisy]
    letters = sum(map(str.isalpha, SAMPLE))
    assert letters / 200 <= len(damaged) <= letters / 100 + 1
    assert not any(ch.isdigit() for word, _ in damaged for ch in word)


@pytest.mark.parametrize("name", ["zero-width", "look-alikes"])
def test_a_disguise_is_seen_through(name):
    disguised = PERTURBATIONS[name](SAMPLE)
    assert disguised != SAMPLE
    assert "military" not in PERTURBATIONS[name]("military")
    assert apply(READING, disguised) == apply(READING, SAMPLE)


@given(st.text(alphabet="ab \"'\n("))
def test_quotes_come_back_straight(text):
    assert PERTURBATIONS["straight-quotes"](PERTURBATIONS["curly-quotes"](text)) == text


def clauses(*contents):
    return [Clause(content, 0, 0, content) for content in contents]


@pytest.mark.parametrize(
    ("original", "perturbed", "expected"),
    [
        (["You may use it.", "No war."], ["YOU MAY “USE” IT.", "nо\u200b war."], [0, 1]),
        (["You may use it.", "No war."], ["New words.", "You may use it.", "No war."], [1, 2]),
        (["Use it.", "Copy it."], ["Use it. Copy it."], [0, 0]),
        (["Use it and copy it too."], ["Use it and copy", "it too."], [0]),
        (["Use it.", "Sell and rent it."], ["Use it."], [0, None]),
        (["Use it.", "Use it.", "Use it."], ["Use it.", "Use it.", "Use it."], [0, 1, 2]),
        (["The licensee may sell it."], ["The 1icensee rnay sell it."], [0]),
        (["不得用于战争。", "不得出售。"], ["不得用于", "战争。", "不得出售。"], [0, 2]),
        (["2020", "Use it."], ["2020", "Use it."], [None, 1]),
        ([], ["Use it."], []),
    ],
)
def test_clauses_are_aligned_by_their_words_in_order(original, perturbed, expected):
    assert align(clauses(*original), clauses(*perturbed)) == expected


@given(st.lists(st.text()), st.lists(st.text()))
def test_every_clause_has_one_answer(original, perturbed):
    found = align(clauses(*original), clauses(*perturbed))
    assert len(found) == len(original)
    assert all(index is None or 0 <= index < len(perturbed) for index in found)


def test_labels_that_stay_count(classifier, mini_license):
    figures = evaluate_robustness(classifier, [mini_license])
    assert figures.per_perturbation.keys() == PERTURBATIONS.keys()
    for name in ("upper-case", "hash-comment", "block-comment", "crlf"):
        assert figures.per_perturbation[name].same_labels == 1.0


def test_labels_that_go_count_against_the_model(classifier):
    # The stand-in model reads the characters as they are.
    figures = evaluate_robustness(classifier, ["No military ends. " * 40])
    assert figures.per_perturbation["look-alikes"].same_labels < 0.9
    assert figures.overall.same_labels < 1.0


def test_a_perturbation_that_changes_nothing_is_left_out(classifier):
    figures = evaluate_robustness(classifier, ["不得用于战争。\n"]).to_dict()
    assert figures["per_perturbation"]["upper-case"] == {"documents": 0, "clauses": 0, "same_labels": None}
    assert figures["per_perturbation"]["crlf"] == {"documents": 1, "clauses": 1, "same_labels": 1.0}
    assert (figures["documents"], figures["same_labels"]) == (1, 1.0)


def test_a_clause_without_a_letter_does_not_count(classifier):
    figures = evaluate_robustness(classifier, ["You may use it.\n\n2020\n\n"])
    assert figures.per_perturbation["crlf"].clauses == 1


def test_no_texts_have_no_figures(classifier):
    assert evaluate_robustness(classifier, []).overall.same_labels is None


def families_in(split):
    return (name for name in (f"family-{number}" for number in count()) if split_of(name)[0] == split)


@pytest.fixture
def gold(tmp_path):
    """A folder with the corpus, gold rows and families of two test documents and one train document."""
    tests = families_in("test")
    families = {"mini": next(tests), "fable": next(tests), "other": next(families_in("train"))}
    texts = {**TEXTS, "other": "You may sell hats.\n"}
    write_corpus(tmp_path / WHEEL, texts)
    rows = [
        Row(("general.other",), "reader-01", 1, doc=key, sha256=text_sha256(body), start=0, end=body.index("\n"))
        for key, body in texts.items()
    ]
    (tmp_path / "rows.jsonl").write_text("".join(to_json(row) + "\n" for row in rows))
    (tmp_path / "families.json").write_text(json.dumps(families))
    return tmp_path


def test_documents_come_from_the_test_split(gold):
    examples = load_examples([gold / "rows.jsonl"], gold / "families.json", corpus=Corpus(gold / WHEEL))
    assert sorted(pick_test_documents(examples, 9)) == ["fable", "mini"]
    assert pick_test_documents(examples, 1) == pick_test_documents(examples, 2)[:1]


@pytest.fixture
def osdlint_evaluate(gold, model_dir):
    def run(*args):
        command = [sys.executable, "-m", "classifier", "evaluate", "-d", "rows.jsonl", "--families", "families.json"]
        env = {**os.environ, "OSDLINT_MODEL": str(model_dir), "OSDLINT_CACHE": str(gold), "PYTHONIOENCODING": "utf-8"}
        return subprocess.run([*command, *args], capture_output=True, cwd=gold, env=env, timeout=120, check=False)

    return run


def as_row(one):
    return {name: getattr(one, name) for name in ROW}


def test_evaluate_adds_both_blocks(osdlint_evaluate, gold):
    write_rows(gold / "pairs.jsonl", as_row(pair("It is not for commercial ends.", "restriction.non-commercial")))
    done = osdlint_evaluate("--pairs", "pairs.jsonl", "--robustness", "1", "-o", "figures.json")
    assert done.returncode == 0, done.stderr.decode()
    figures = json.loads((gold / "figures.json").read_text("utf-8"))
    assert (figures["pairs"]["flagged"], figures["pairs"]["en"]["deviating"]) == (1.0, 1)
    assert figures["robustness"]["documents"] == 1
    assert figures["robustness"]["per_perturbation"].keys() == PERTURBATIONS.keys()


def test_evaluate_without_the_options_has_neither_block(osdlint_evaluate, gold):
    assert osdlint_evaluate("-o", "figures.json").returncode == 0
    assert not {"pairs", "robustness"} & json.loads((gold / "figures.json").read_text("utf-8")).keys()


def test_evaluate_tells_a_bad_pair_in_one_line(osdlint_evaluate, gold):
    write_rows(gold / "pairs.jsonl", as_row(pair(offset=1)))
    done = osdlint_evaluate("--pairs", "pairs.jsonl")
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "osdlint: pairs.jsonl:1: offset 1 of 'mini' is neither after a blank line nor its end\n"
    )
