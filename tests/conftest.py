"""Tiny models and shared texts; no test here needs a network or a trained encoder."""

from pathlib import Path

import numpy as np
import pytest

from classifier.bundle import Layout, ModelConfig, Threshold, save_config
from classifier.corpus import WHEEL, Corpus, cache_dir, is_fetched
from classifier.labels import load_labels
from classifier.tagger.linear import LinearModel

MINI_LICENSE = """Mini License

1. Grant
You may use, copy, modify and distribute the Program.

2. Conditions
You must keep this notice.

3. Limits
You may not use the Program for commercial purposes.
The Program is provided as is.
"""

_WORDS = {
    "use": "permission.use",
    "copy": "permission.reproduce",
    "modify": "permission.modify",
    "distribute": "permission.distribute",
    "notice": "condition.include-copyright",
    "commercial": "restriction.non-commercial",
    "sell": "restriction.non-commercial",
    "military": "use.military",
    "as is": "limitation.warranty",
}


class KeywordTagger:
    """A stand-in for a model: a label is certain where its word stands."""

    def __init__(self, score: float = 0.9) -> None:
        self.score = score
        labels = tuple(label.id for label in load_labels().labels)
        cuts = tuple(Threshold(0.5, 0.2) for _ in labels)
        self.config = ModelConfig("keywords", "0", "1", labels, {"linear": 1.0}, cuts)

    def predict_proba(self, clauses):
        probs = np.zeros((len(clauses), len(self.config.labels)), np.float32)
        for row, clause in enumerate(clauses):
            for word, label in _WORDS.items():
                if word in clause.content.lower():
                    probs[row, self.config.labels.index(label)] = self.score
        return probs


@pytest.fixture
def keyword_tagger():
    return KeywordTagger()


@pytest.fixture
def mini_license():
    return MINI_LICENSE


def make_linear_model(folder: Path, labels=("permission.use", "restriction.non-commercial", "general.other")) -> Path:
    """Write a model folder that knows two words."""
    folder.mkdir(parents=True, exist_ok=True)
    layout = Layout(folder)
    weights = np.array([[127, 0, -60], [0, 127, -60]], np.int8)[:, : len(labels)]
    scales = np.full(len(labels), 0.1, np.float32)
    model = LinearModel(
        {"use": 0, "commercial": 1}, np.ones(2, np.float32), weights, scales, np.full(len(labels), -3.0, np.float32)
    )
    model.save(layout)
    cuts = tuple(Threshold(0.5, 0.25) for _ in labels)
    save_config(layout, ModelConfig("tiny", "0.0", "1", tuple(labels), {"linear": 1.0}, cuts))
    return folder


@pytest.fixture
def model_dir(tmp_path):
    return make_linear_model(tmp_path / "tiny")


@pytest.fixture(scope="session")
def corpus():
    path = cache_dir() / WHEEL
    if not is_fetched(path):
        pytest.fail(f"{path}: these tests need the corpus; run `osdlint corpus fetch` once")
    return Corpus(path)
