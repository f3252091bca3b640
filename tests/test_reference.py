"""The shipped model says what it said when its predictions were written down."""

import pytest
from cases import DATA, TOLERANCE, borderline, clause_of, read_json

from classifier.bundle import MODEL_ENV, Layout, default_model_dir
from classifier.tagger import ClauseTagger, decide

REFERENCE = DATA / "reference"
REGENERATE = "after a model was replaced run `python benchmarks/reference.py` and read the difference"


@pytest.fixture(scope="module")
def tagger():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(MODEL_ENV, raising=False)
        return ClauseTagger.from_pretrained(default_model_dir())


@pytest.fixture(scope="module")
def reference(tagger):
    path = REFERENCE / f"{tagger.config.name}.json"
    assert path.exists(), REGENERATE
    return read_json(path)


def test_the_reference_is_of_the_shipped_model(tagger, reference):
    assert reference["model"] == {"name": tagger.config.name, "version": tagger.config.version}, REGENERATE


def test_predictions_are_those_of_the_reference(tagger, reference):
    cases = read_json(REFERENCE / "sentences.json")
    assert [case["text"] for case in cases] == [row["text"] for row in reference["predictions"]], REGENERATE
    clauses = [clause_of(case) for case in cases]
    probs = tagger.predict_proba(clauses)
    for tagged, row, expected in zip(
        decide(clauses, probs, tagger.config), probs, reference["predictions"], strict=True
    ):
        found = dict(zip(tagger.config.labels, map(float, row), strict=True))
        # The reference leaves out what is below a twentieth.
        gaps = {label: p - expected["probs"].get(label, min(p, 0.05)) for label, p in found.items()}
        drifted = {label: round(gap, 3) for label, gap in gaps.items() if abs(gap) > TOLERANCE}
        assert drifted == {}, f"{tagged.clause.text!r}: {REGENERATE}"
        changed = {score.label for score in tagged.labels} ^ set(expected["labels"])
        assert changed <= borderline(row, tagger.config), f"{tagged.clause.text!r}: {REGENERATE}"


def test_the_sentences_are_in_both_languages():
    texts = [case["text"] for case in read_json(REFERENCE / "sentences.json")]
    assert len(set(texts)) == len(texts) >= 60
    assert sum(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in texts) >= 15


def test_the_shipped_folder_holds_what_is_served_alone():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(MODEL_ENV, raising=False)
        layout = Layout(default_model_dir())
    assert not [path for path in (layout.weights, layout.modeling, layout.tokenizer_config) if path.exists()]
