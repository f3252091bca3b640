"""Made-up clauses with an answer, kept as JSON in `tests/data`, and how close a model is to another answer."""

import json
from pathlib import Path

from classifier.datamodels import Clause
from classifier.labels import OTHER
from classifier.normalize import READING, apply

DATA = Path(__file__).parent / "data"
TOLERANCE = 0.05
"""Processors round the products of 8-bit weights in their own ways; probabilities move by less than this."""


def read_json(path):
    return json.loads(path.read_text("utf-8"))


def clause_of(case):
    text = case["text"]
    return Clause(text, 0, len(text), apply(READING, text), tuple(case["heading"]), case["lead_in"])


def borderline(probs, config):
    """Return the labels whose assignment another processor may see otherwise."""
    near = {
        label
        for label, p, cut in zip(config.labels, probs, config.thresholds, strict=True)
        if min(abs(p - cut.assign), abs(p - config.fallback * cut.assign)) < TOLERANCE
    }
    return near | {OTHER} if near else near
