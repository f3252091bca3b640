"""Judge a model on changed texts: one paragraph put in, or the same words in another dress."""

from classifier.robustness.pairs import Pair, PairFigures, PairScores, check_pairs, evaluate_pairs, read_pairs
from classifier.robustness.perturbations import PERTURBATIONS, Perturbation
from classifier.robustness.stability import (
    RobustnessFigures,
    Stability,
    align,
    evaluate_robustness,
    pick_test_documents,
)

__all__ = [
    "PERTURBATIONS",
    "Pair",
    "PairFigures",
    "PairScores",
    "Perturbation",
    "RobustnessFigures",
    "Stability",
    "align",
    "check_pairs",
    "evaluate_pairs",
    "evaluate_robustness",
    "pick_test_documents",
    "read_pairs",
]
