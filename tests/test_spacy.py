import importlib
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from conftest import KeywordTagger
from hypothesis import given
from hypothesis import strategies as st
from test_parameters import (
    ADDRESSES,
    DATES,
    LABELLED,
    MONEY,
    OTHER_MATTERS,
    OTHER_NUMBERS,
    PERIODS,
    PLACES,
    ROYALTY,
    STAFF,
    TERRITORY,
    USERS,
    show,
)

from classifier.bundle import Threshold
from classifier.datamodels import Parameter, Report
from classifier.errors import MissingExtraError, ModelError, UsageError
from classifier.pipeline import Classifier

spacy = pytest.importorskip("spacy", reason="needs the extra spacy")

from spacy.tokens import Doc, DocBin  # noqa: E402 - the imports follow the check for the extra

from classifier.integrations.spacy import OsdlintPipe, token_places  # noqa: E402
from classifier.integrations.spacy_parameters import load_patterns  # noqa: E402

BLANK = spacy.blank("en")


class CountingTagger(KeywordTagger):
    """Remembers how many clauses it was asked for at a time."""

    def __init__(self, score=0.9):
        super().__init__(score)
        self.asked = []

    def predict_proba(self, clauses):
        self.asked.append(len(clauses))
        if any("poison" in clause.content for clause in clauses):
            raise RuntimeError("poisoned")
        return super().predict_proba(clauses)


class FixedTagger(KeywordTagger):
    """Gives every clause the same labels."""

    def __init__(self, labels):
        super().__init__()
        self.columns = [self.config.labels.index(label) for label in labels]

    def predict_proba(self, clauses):
        probs = np.zeros((len(clauses), len(self.config.labels)), np.float32)
        probs[:, self.columns] = 0.9
        return probs


def pipeline(tagger=None, lang="en", model=None, **config):
    """Return a pipeline with the component, its tagger replaced by a stand-in."""
    nlp = spacy.blank(lang)
    component = nlp.add_pipe("osdlint", config={"model": str(model), **config} if model else config)
    if tagger:
        component.classifier = Classifier(tagger)
    return nlp


@pytest.fixture
def nlp(model_dir):
    return pipeline(KeywordTagger(), model=model_dir)


def rows(doc, key):
    return [(span.text, span.label_) for span in doc.spans[key]]


def test_the_component_is_found_by_its_name_alone(model_dir):
    code = (
        "import spacy; nlp = spacy.blank('en')\n"
        f"nlp.add_pipe('osdlint', config={{'model': {str(model_dir)!r}}}); nlp.add_pipe('osdlint_parameters')\n"
        "doc = nlp('You may use it. Not for commercial ends.')\n"
        "print(*(span.label_ for span in doc.spans['clauses']), doc._.osdlint.verdict, *doc.spans)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == [
        *("permission.use", "restriction.non-commercial", "deviates", "clauses", "osd", "parameters")
    ], done.stderr


def test_each_label_of_a_clause_is_a_span_with_its_score(nlp):
    doc = nlp("You may use and copy it. You may not sell it.")
    assert rows(doc, "clauses") == [
        ("You may use and copy it.", "permission.use"),
        ("You may use and copy it.", "permission.reproduce"),
        ("You may not sell it.", "restriction.non-commercial"),
    ]
    attrs = doc.spans["clauses"].attrs
    assert attrs["clauses"] == [0, 0, 1]
    assert attrs["scores"] == pytest.approx([0.9, 0.9, 0.9])


def test_each_clause_of_a_finding_is_a_span_with_its_score(nlp):
    doc = nlp("You may use it. You may not sell it. No military use.")
    group = doc.spans["osd"]
    assert rows(doc, "osd") == [
        ("You may not sell it.", "OSD1"),
        ("You may not sell it.", "OSD6"),
        ("No military use.", "OSD6"),
    ]
    assert [span.id_ for span in group] == ["restriction.non-commercial", "restriction.non-commercial", "use.military"]
    assert group.attrs["statuses"] == ["deviates"] * 3
    assert group.attrs["clauses"] == [1, 1, 2]
    assert group.attrs["scores"] == pytest.approx([0.9] * 3)


def test_a_doubt_is_marked_as_unclear(model_dir):
    tagger = KeywordTagger()
    column = tagger.config.labels.index("restriction.non-commercial")
    cuts = tuple(Threshold(0.95, 0.5) if i == column else cut for i, cut in enumerate(tagger.config.thresholds))
    tagger.config = replace(tagger.config, thresholds=cuts)
    doc = pipeline(tagger, model=model_dir)("You may use it. You may not sell it.")
    assert {span.label_ for span in doc.spans["osd"]} == {"OSD1-unclear", "OSD6-unclear"}
    assert doc.spans["osd"].attrs["scores"] == pytest.approx([0.9, 0.9])


@pytest.mark.parametrize(("statuses", "some"), [(["advisory"], True), (["deviates", "unclear"], False)])
def test_advice_becomes_spans_on_demand(model_dir, statuses, some):
    tagger = FixedTagger(["permission.use", "condition.attribution"])
    doc = pipeline(tagger, model=model_dir, statuses=statuses)("You may use it.")
    assert any(span.label_.endswith("advisory") for span in doc.spans["osd"]) is some


def test_the_report_is_kept_whole(nlp, keyword_tagger, mini_license):
    assert nlp(mini_license)._.osdlint == Classifier(keyword_tagger).predict(mini_license)


def test_a_document_of_white_space_has_no_report(nlp):
    for text in ("", " \n\t "):
        doc = nlp(text)
        assert doc._.osdlint is None
        assert [len(doc.spans[key]) for key in ("clauses", "osd")] == [0, 0]


def test_batches_are_predicted_at_once(model_dir):
    tagger = CountingTagger()
    nlp = pipeline(tagger, model=model_dir)
    docs = list(nlp.pipe(["use it", "", "copy it", "sell it", "modify it"], batch_size=2))
    assert tagger.asked == [1, 2, 1]
    assert [doc.text for doc in docs] == ["use it", "", "copy it", "sell it", "modify it"]


def test_a_batch_equals_single_documents(nlp, mini_license):
    texts = [mini_license, "You may not sell it.", " ", mini_license.upper()]
    for one, other in zip(nlp.pipe(texts), map(nlp, texts), strict=True):
        assert one._.osdlint == other._.osdlint
        assert [rows(one, key) for key in one.spans] == [rows(other, key) for key in other.spans]


def test_an_error_handler_lets_other_batches_through(model_dir):
    nlp = pipeline(CountingTagger(), model=model_dir)
    seen = []
    nlp.set_error_handler(lambda name, component, docs, error: seen.append((name, [doc.text for doc in docs])))
    docs = list(nlp.pipe(["use it", "poison", "copy it"], batch_size=1))
    assert [doc.text for doc in docs] == ["use it", "copy it"]
    assert seen == [("osdlint", ["poison"])]


def test_without_an_error_handler_an_error_is_raised(model_dir):
    nlp = pipeline(CountingTagger(), model=model_dir)
    with pytest.raises(RuntimeError, match="poisoned"):
        list(nlp.pipe(["poison"]))


def test_a_shared_token_goes_to_the_first_clause(nlp):
    words = ["You", "may", "use", "it.\n\nYou", "may", "not", "sell", "it."]
    doc = nlp(Doc(nlp.vocab, words))
    assert [text for text, _ in rows(doc, "clauses")] == ["You may use it.\n\nYou", "may not sell it."]


def test_a_clause_that_is_mostly_within_a_shared_token_keeps_it():
    doc = Doc(BLANK.vocab, ["a", "bcdef", "g"])
    assert token_places(doc, [(0, 3), (3, 5), (5, 9)]) == [(0, 2), (1, 2), (1, 3)]


def test_chinese_clauses_are_whole_tokens_of_a_chinese_pipeline(model_dir):
    doc = pipeline(KeywordTagger(), lang="zh", model=model_dir)("您可以 use 本软件。不得 sell 副本。")
    assert rows(doc, "clauses") == [
        ("您可以 use 本软件。", "permission.use"),
        ("不得 sell 副本。", "restriction.non-commercial"),
    ]


@given(st.lists(st.text("ab .", min_size=1, max_size=5), min_size=1, max_size=8), st.data())
def test_places_cover_most_of_their_characters_and_overlap_only_for_that(words, data):
    doc = Doc(BLANK.vocab, words, [False] * len(words))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(doc.text)), min_size=2)) or {0, len(doc.text)})
    places = list(pairwise(cuts))
    tokens = token_places(doc, places)
    for (start, end), (first, last) in zip(places, tokens, strict=True):
        span = doc[first:last]
        assert span.end_char >= end
        assert max(0, span.start_char - start) <= (end - start) / 2
    for (_, free), (first, last), (start, end) in zip(tokens, tokens[1:], places[1:], strict=False):
        is_lost = free == last or doc[free].idx - start > (end - start) / 2
        assert first >= free or is_lost


def reload_bin(doc):
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    return next(DocBin().from_bytes(stored).get_docs(spacy.blank("en").vocab))


@pytest.mark.parametrize(
    "reload", [reload_bin, lambda doc: Doc(spacy.blank("en").vocab).from_bytes(doc.to_bytes())], ids=["DocBin", "Doc"]
)
def test_annotations_outlive_storage(nlp, mini_license, reload):
    doc = nlp(mini_license)
    again = reload(doc)
    assert isinstance(again._.osdlint, Report)
    assert again._.osdlint == doc._.osdlint
    for key in ("clauses", "osd"):
        assert rows(again, key) == rows(doc, key)
        assert list(again.spans[key].attrs["scores"]) == list(doc.spans[key].attrs["scores"])


def test_a_saved_pipeline_answers_as_before(model_dir, tmp_path):
    nlp = pipeline(model=model_dir, thresholds={"permission.use": 0.9999})
    nlp.to_disk(tmp_path / "saved")
    again = spacy.load(tmp_path / "saved")
    text = "You may use it. Not for commercial ends."
    assert again(text)._.osdlint == nlp(text)._.osdlint
    assert again.get_pipe("osdlint").classifier.tagger.config.thresholds[0].assign == 0.9999


def test_a_threshold_decides_which_labels_are_given(model_dir):
    text = "You may use it. Not for commercial ends."
    assert rows(pipeline(model=model_dir)(text), "clauses")[0][1] == "permission.use"
    strict = pipeline(model=model_dir, thresholds={"permission.use": 1.0})
    assert rows(strict(text), "clauses")[0][1] == "general.other"


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        ({"permission.fly": 0.5}, r"thresholds: permission\.fly: .*no such label"),
        ({"permission.use": 0.0}, "0.0 is no probability"),
        ({"permission.use": 1.5}, "1.5 is no probability"),
    ],
)
def test_a_bad_threshold_is_named(model_dir, thresholds, message):
    with pytest.raises(UsageError, match=message):
        pipeline(model=model_dir, thresholds=thresholds)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(ModelError, match="absent: no such model folder"):
        pipeline(model=tmp_path / "absent")


@pytest.mark.parametrize("module", ["spacy", "spacy_parameters"])
def test_without_spacy_the_extra_is_named(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "spacy", None)
    for name in ("spacy", "spacy_parameters"):
        monkeypatch.delitem(sys.modules, f"classifier.integrations.{name}")
    with pytest.raises(MissingExtraError, match=r"osdlint\[spacy\]"):
        importlib.import_module(f"classifier.integrations.{module}")


def found_by_spacy(text, labels, model_dir, lang="en"):
    nlp = pipeline(FixedTagger(labels), lang=lang, model=model_dir) if labels else spacy.blank(lang)
    nlp.add_pipe("osdlint_parameters")
    doc = nlp(text)
    found = [Parameter(**plain) for plain in doc.spans["parameters"].attrs["parameters"]]
    assert all(text[p.start : p.end] == p.text for p in found)
    spans = [(span.label_, span.start_char, span.end_char) for span in doc.spans["parameters"]]
    assert all(
        kind == p.kind and start <= p.start and end >= p.end for p, (kind, start, end) in zip(found, spans, strict=True)
    )
    return found


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        *((text, [], expected) for text, expected in [*USERS, *MONEY, *STAFF, *ROYALTY, *PERIODS, *DATES]),
        *LABELLED,
        *((text, [], "") for text in OTHER_NUMBERS),
        *((text, labels, "") for text, labels in OTHER_MATTERS),
    ],
)
def test_numbers_are_those_of_the_base_install(text, labels, expected, model_dir):
    assert show(found_by_spacy(text, labels, model_dir)) == expected


@pytest.mark.parametrize(
    ("text", "labels", "kind", "expected"),
    [
        *((*case[:2], "territory", case[2]) for case in PLACES),
        # The segmenter leaves the tags around a clause out, and the address in them.
        *((*case[:2], "url", case[2]) for case in ADDRESSES if not case[0].startswith("<")),
    ],
)
def test_places_and_addresses_are_those_of_the_base_install(text, labels, kind, expected, model_dir):
    found = found_by_spacy(text, labels, model_dir)
    assert [p.value if kind == "territory" else p.text for p in found if p.kind == kind] == expected


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("a perpetual, world-wide right", "en", ["period perpetual", "territory worldwide"]),
        ("for the duration of any applicable copyright", "en", ["period copyright term"]),
        ("Throughout the World and free of any charge", "en", ["territory worldwide", "royalty free"]),
        ("a royalty-free, no-charge licence in perpetuity", "en", ["royalty free", "royalty free", "period perpetual"]),
        ("授予全球范围、永久、免费的许可", "zh", ["territory worldwide", "period perpetual", "royalty free"]),
        ("free as in speech, all over", "en", []),
    ],
)
def test_words_that_stand_for_a_number_or_place_are_found(text, lang, expected, model_dir):
    assert [f"{p.kind} {p.value}" for p in found_by_spacy(text, [], model_dir, lang)] == expected


def test_a_span_shows_its_value(model_dir):
    nlp = pipeline(FixedTagger([TERRITORY]), model=model_dir)
    nlp.add_pipe("osdlint_parameters")
    doc = nlp("no more than 5 million users in France, for a perpetual term")
    assert [(span.text, span.label_, span.id_) for span in doc.spans["parameters"]] == [
        ("5 million users", "users", "<= 5,000,000"),
        ("France", "territory", "FR"),
        ("perpetual", "period", "perpetual"),
    ]


def test_the_packaged_patterns_name_known_kinds():
    assert {pattern["label"] for pattern in load_patterns()} == {"period", "royalty", "territory"}
    assert all(pattern["id"] for pattern in load_patterns())


def test_own_patterns_are_added_and_saved(tmp_path):
    nlp = spacy.blank("en")
    own = [{"label": "requests", "pattern": [{"LIKE_NUM": True}, {"LOWER": "requests"}]}]
    nlp.add_pipe("osdlint_parameters", config={"patterns": own})
    nlp.to_disk(tmp_path / "saved")
    doc = spacy.load(tmp_path / "saved")("at most 500 requests, worldwide")
    assert rows(doc, "parameters") == [("500 requests", "requests"), ("worldwide", "territory")]


@pytest.mark.parametrize(
    "pattern",
    [{"label": "x"}, {"pattern": "x"}, {"label": "x", "pattern": [{"NO_SUCH": 1}]}, {"label": "x", "pattern": 3}],
)
def test_a_bad_pattern_is_named(pattern):
    with pytest.raises(UsageError, match="no pattern of a span ruler"):
        spacy.blank("en").add_pipe("osdlint_parameters", config={"patterns": [pattern]})


def test_a_number_prevails_over_a_pattern_in_it():
    nlp = spacy.blank("en")
    nlp.add_pipe("osdlint_parameters", config={"patterns": [{"label": "thing", "pattern": "users"}]})
    doc = nlp("more than 50 users; users pay")
    assert rows(doc, "parameters") == [("50 users", "users"), ("users", "thing")]


def test_the_class_needs_no_registry(keyword_tagger):
    doc = OsdlintPipe("mine", Classifier(keyword_tagger))(BLANK.make_doc("You may use it."))
    assert rows(doc, "clauses") == [("You may use it.", "permission.use")]
