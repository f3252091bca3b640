"""Make scores mean something: calibration and thresholds, chosen on dev, never on test."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from classifier.bundle import Threshold
from classifier.tagger import sigmoid

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
_PRIOR_ROWS = 12
"""Weight of the common threshold in a label's own choice, in gold rows: rare labels follow the crowd."""
_GRID = np.linspace(0.15, 0.85, 71)


def fit_calibration(logits: Floats, truth: Bools, weights: Floats | None = None) -> tuple[float, float]:
    """Return scale and bias that minimise the log loss of `sigmoid(scale * logit + bias)`.

    One pair for all labels: Platt scaling (1999) with shared parameters, because most labels have
    too few dev rows for a pair of their own.

    Args:
        logits: Of shape (n, labels).
        truth: Gold, the same shape.
        weights: How much each row counts, shape (n,); all the same when not given.
    """
    x, y = logits.astype(np.float64), truth.astype(np.float64)

    # By its logarithm the scale stays positive: on a handful of rows a model may look worse than chance.
    def loss(parameters: npt.NDArray[np.float64]) -> float:
        z = np.exp(parameters[0]) * x + parameters[1]
        return float(np.average((np.logaddexp(0.0, z) - y * z).mean(axis=1), weights=weights))

    found = minimize(loss, np.array([0.0, 0.0]), method="Nelder-Mead").x
    return float(np.exp(found[0])), float(found[1])


def choose_thresholds(probs: Floats, truth: Bools, *, doubt_ratio: float) -> tuple[Threshold, ...]:
    """Return for each label the threshold that is best on dev, pulled towards the common one.

    Args:
        probs: Calibrated probabilities on dev, shape (n, labels).
        truth: Gold, the same shape.
        doubt_ratio: A label is doubtful from this share of its threshold on.
    """
    common = _GRID[int(np.argmax([_f1(probs >= cut, truth) for cut in _GRID]))]
    cuts = [_label_cut(probs[:, i], truth[:, i], float(common)) for i in range(probs.shape[1])]
    return tuple(Threshold(round(cut, 4), round(cut * doubt_ratio, 4)) for cut in cuts)


def best_f1(probs: Floats, truth: Bools) -> float:
    """Return the micro-F1 at the common threshold that is best for these rows, 0 without any."""
    return max(_f1(probs >= cut, truth) for cut in _GRID) if len(truth) else 0.0


def _label_cut(probs: Floats, truth: Bools, common: float) -> float:
    support = int(truth.sum())
    scores = [_f1(probs >= cut, truth) for cut in _GRID]
    # The middle of the best plateau, not its edge: it moves least with another sample.
    best = float(np.mean(_GRID[np.flatnonzero(np.isclose(scores, max(scores)))]))
    return (support * best + _PRIOR_ROWS * common) / (support + _PRIOR_ROWS)


def _f1(predicted: Bools, truth: Bools) -> float:
    hits = float((predicted & truth).sum())
    return 2 * hits / max(1.0, float(predicted.sum() + truth.sum()))


def apply_calibration(logits: Floats, parameters: Sequence[float]) -> Floats:
    """Return calibrated probabilities."""
    return sigmoid(np.asarray(parameters[0] * logits + parameters[1], np.float32))
