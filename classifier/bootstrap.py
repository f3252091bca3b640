"""How sure a figure is: bootstrap intervals and paired comparison of two models.

Clauses of one license family share wording and drafting, so whole families are drawn, not clauses:
a cluster bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.errors import AnnotationError

Bools = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Draws = npt.NDArray[np.float64]

ROUNDS = 1000
_MIN_FAMILIES = 5
_TAILS = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Micro-F1 of two models on the same clauses; `difference` is second minus first.

    `low` and `high` bound the difference with 95 % confidence; `p_value` is two-sided: how often
    the sign of the difference would turn by the choice of families alone.
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    p_value: float


def f1_intervals(truth: Bools, predicted: Bools, groups: Sequence[str], *, seed: int = 0) -> list[tuple[float, float]]:
    """Return a 95 % interval of F1 for each label; (0, 1) for a label of fewer than five families.

    A draw in which nothing bears the label, and nothing was taken to, says nothing of it.

    Args:
        truth: Gold, shape (n, labels).
        predicted: Decisions, the same shape.
        groups: The family of each clause.
        seed: Seed of the draws.

    Raises:
        AnnotationError: There is no clause.
    """
    counts = _counts(truth, predicted, groups)
    rare = (counts[:, 2] > 0).sum(axis=0) < _MIN_FAMILIES
    drawn = np.einsum("rg,gkl->rkl", _weights(counts.shape[0], seed), counts)
    draws = np.where(drawn[:, 1] + drawn[:, 2] > 0, _f1(drawn), np.nan)
    draws[:, rare] = 0.0
    low, high = np.nanpercentile(draws, _TAILS, axis=0)
    low[rare], high[rare] = 0.0, 1.0
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def compare(truth: Bools, first: Bools, second: Bools, groups: Sequence[str], *, seed: int = 0) -> Comparison:
    """Compare the decisions of two models by paired bootstrap over families.

    Berg-Kirkpatrick et al., "An Empirical Investigation of Statistical Significance in NLP" (EMNLP 2012).

    Args:
        truth: Gold, shape (n, labels).
        first: Decisions of one model, the same shape.
        second: Decisions of the other.
        groups: The family of each clause.
        seed: Seed of the draws.

    Raises:
        AnnotationError: There is no clause.
    """
    totals = [_counts(truth, predicted, groups).sum(axis=2, keepdims=True) for predicted in (first, second)]
    weights = _weights(totals[0].shape[0], seed)
    draws = [_f1(np.einsum("rg,gkl->rkl", weights, counts))[:, 0] for counts in totals]
    before, after = (float(_f1(counts.sum(axis=0)[None])[0, 0]) for counts in totals)
    gaps = draws[1] - draws[0]
    low, high = np.percentile(gaps, _TAILS)
    # The figure as it was found counts as one draw: no number of draws can show a chance of nothing.
    against = (1 + min(int((gaps <= 0).sum()), int((gaps >= 0).sum()))) / (1 + ROUNDS)
    return Comparison(before, after, after - before, float(low), float(high), min(1.0, 2 * against))


def _counts(truth: Bools, predicted: Bools, groups: Sequence[str]) -> Counts:
    """Return hits, given and gold labels by family: shape (families, 3, labels)."""
    if not len(truth):
        raise AnnotationError("no clause to measure on; give rows of more families, so that the test split gets some")
    names, where = np.unique(np.asarray(groups), return_inverse=True)
    counts = np.zeros((len(names), 3, truth.shape[1]), np.int64)
    for row, values in enumerate((truth & predicted, predicted, truth)):
        np.add.at(counts[:, row], where, values)
    return counts


def _weights(families: int, seed: int) -> Counts:
    """Return how often each draw takes each family: shape (rounds, families)."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(families, np.full(families, 1 / families), size=ROUNDS)


def _f1(counts: npt.NDArray[Any]) -> Draws:
    """Return F1 from counts of shape (..., 3, labels)."""
    return np.asarray(2 * counts[..., 0, :] / np.maximum(1, counts[..., 1, :] + counts[..., 2, :]), np.float64)
