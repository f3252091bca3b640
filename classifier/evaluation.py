"""Metrics over label matrices, in plain numpy.

Matrices have shape (clauses, labels); truth and predictions are boolean, probabilities float.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.bootstrap import f1_intervals

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]
_BINS = 15
MIN_SUPPORT = 5
"""Macro figures leave out labels with fewer gold rows: their F1 is noise."""


@dataclass(frozen=True, slots=True)
class LabelMetrics:
    """Precision, recall and F1 of one label; `support` counts its gold rows.

    `f1_low` and `f1_high` bound F1 with 95 % confidence (bootstrap over families).
    """

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    f1_low: float = 0.0
    f1_high: float = 1.0


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one evaluation.

    `restriction_micro_f1` is micro-F1 over `restriction.*` and `use.*` alone;
    `subset_accuracy` is the share of clauses whose label set is exactly right.
    """

    clauses: int
    micro_precision: float
    micro_recall: float
    micro_f1: float
    macro_f1: float
    restriction_micro_f1: float
    subset_accuracy: float
    calibration_error: float
    per_label: tuple[LabelMetrics, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, floats rounded to four places."""
        return {**rounded(asdict(self)), "per_label": [rounded(asdict(label)) for label in self.per_label]}


def rounded(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures with floats rounded to four places."""
    return {name: round(v, 4) if isinstance(v, float) else v for name, v in figures.items()}


def evaluate_labels(
    truth: Bools, predicted: Bools, probs: Floats, labels: Sequence[str], groups: Sequence[str] | None = None
) -> Metrics:
    """Compare predicted label sets with gold ones.

    Args:
        truth: Gold, shape (n, labels).
        predicted: Decisions, the same shape.
        probs: Calibrated probabilities, the same shape.
        labels: Column names.
        groups: The family of each clause, for the intervals; each clause by itself when not given.

    Raises:
        AnnotationError: There is no clause.
    """
    bounds = f1_intervals(truth, predicted, groups or [str(i) for i in range(len(truth))])
    rows = tuple(_label_metrics(label, truth[:, i], predicted[:, i], bounds[i]) for i, label in enumerate(labels))
    precision, recall, f1 = _prf(truth, predicted)
    hard = [i for i, label in enumerate(labels) if label.startswith(("restriction.", "use."))]
    frequent = [row.f1 for row in rows if row.support >= MIN_SUPPORT]
    return Metrics(
        clauses=len(truth),
        micro_precision=precision,
        micro_recall=recall,
        micro_f1=f1,
        macro_f1=float(np.mean(frequent)) if frequent else 0.0,
        restriction_micro_f1=_prf(truth[:, hard], predicted[:, hard])[2],
        subset_accuracy=float((truth == predicted).all(axis=1).mean()),
        calibration_error=calibration_error(truth, probs),
        per_label=rows,
    )


def _label_metrics(label: str, truth: Bools, predicted: Bools, bounds: tuple[float, float]) -> LabelMetrics:
    return LabelMetrics(label, *_prf(truth, predicted), int(truth.sum()), *bounds)


def _prf(truth: Bools, predicted: Bools) -> tuple[float, float, float]:
    hits = float((truth & predicted).sum())
    precision = hits / max(1.0, float(predicted.sum()))
    recall = hits / max(1.0, float(truth.sum()))
    return precision, recall, 2 * precision * recall / max(1e-12, precision + recall)


def calibration_error(truth: Bools, probs: Floats) -> float:
    """Return the expected calibration error over all (clause, label) decisions that are in play.

    Only decisions with a probability of at least 0.05 count: thousands of sure zeros would
    flatter the figure. Equal-width bins, as in Guo et al., "On Calibration of Modern Neural
    Networks" (ICML 2017).
    """
    p, y = probs.ravel(), truth.ravel()
    p, y = p[p >= 0.05], y[probs.ravel() >= 0.05]
    if not len(p):
        return 0.0
    bins = np.minimum((p * _BINS).astype(int), _BINS - 1)
    gaps = [abs(p[bins == b].mean() - y[bins == b].mean()) * (bins == b).sum() for b in np.unique(bins)]
    return float(np.sum(gaps) / len(p))


def cohen_kappa(first: Bools, second: Bools) -> float:
    """Return Cohen's kappa of two readers on one label; 1.0 when neither ever gave it."""
    observed = float((first == second).mean())
    chance = float(first.mean() * second.mean() + (1 - first.mean()) * (1 - second.mean()))
    return 1.0 if chance >= 1.0 else (observed - chance) / (1 - chance)


def krippendorff_alpha(first: Sequence[frozenset[str]], second: Sequence[frozenset[str]]) -> float:
    """Return Krippendorff's alpha of two readers over label sets, with the Jaccard distance.

    Passonneau, "Measuring Agreement on Set-valued Items (MASI)" (LREC 2006) uses set distances in
    this way; plain Jaccard is kept here.
    """
    sets = [*first, *second]
    kinds: dict[frozenset[str], int] = {}
    for labels in sets:
        kinds[labels] = kinds.get(labels, 0) + 1
    observed = np.mean([_jaccard_distance(a, b) for a, b in zip(first, second, strict=True)])
    total = len(sets)
    expected = sum(n * m * _jaccard_distance(a, b) for a, n in kinds.items() for b, m in kinds.items() if a != b) / (
        total * (total - 1)
    )
    return float(1.0 - observed / expected) if expected else 1.0


def _jaccard_distance(a: frozenset[str], b: frozenset[str]) -> float:
    return 1.0 - len(a & b) / len(a | b)
