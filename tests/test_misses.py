"""What the model got wrong and no longer does stays right; what it still gets wrong is known to be wrong."""

import pytest
from cases import DATA, borderline, clause_of, read_json

from classifier.bundle import MODEL_ENV, default_model_dir
from classifier.labels import load_labels
from classifier.tagger import ClauseTagger, decide

MISSES = DATA / "misses"
FIXED, KNOWN = (sorted((MISSES / folder).glob("*.json")) for folder in ("fixed", "known"))


@pytest.fixture(scope="module")
def tagger():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(MODEL_ENV, raising=False)
        return ClauseTagger.from_pretrained(default_model_dir(), use_memory=False)


def judge(tagger, case):
    """Return the labels that are wrong or missing, and those that are close to being so or not."""
    clause = clause_of(case)
    probs = tagger.predict_proba([clause])
    (tagged,) = decide([clause], probs, tagger.config)
    return {found.label for found in tagged.labels} ^ set(case["labels"]), borderline(probs[0], tagger.config)


@pytest.mark.parametrize("path", FIXED, ids=lambda path: path.stem)
def test_a_fixed_miss_stays_right(tagger, path):
    wrong, close = judge(tagger, read_json(path))
    assert wrong <= close, f"{path.name} is wrong again; a new model? run `python benchmarks/misses.py --sort`"


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_a_known_miss_is_still_one(tagger, path):
    wrong, close = judge(tagger, read_json(path))
    assert wrong or close, f"{path.name} is right now: run `python benchmarks/misses.py --sort`"


@pytest.mark.parametrize("path", [*FIXED, *KNOWN], ids=lambda path: path.stem)
def test_a_case_has_known_labels_and_words(path):
    case = read_json(path)
    assert set(case) <= {"text", "heading", "lead_in", "labels", "note"}
    assert case["text"].strip()
    assert case["labels"]
    assert not [label for label in case["labels"] if label not in load_labels()]
