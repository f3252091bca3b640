"""Fit the linear part: one-vs-rest logistic regression over TF-IDF features."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from classifier.tagger.inputs import linear_features
from classifier.tagger.linear import LinearModel

Pairs = Sequence[tuple[str, str]]
_NEVER = -12.0
"""Intercept of a label without a training row: the model cannot give it."""


def fit_linear(
    inputs: Pairs,
    truth: npt.NDArray[np.bool_],
    *,
    max_features: int,
    regularization: float,
    seed: int,
    weights: npt.NDArray[np.float64] | None = None,
    on_label: Callable[[], None] = lambda: None,
) -> LinearModel:
    """Fit one binary classifier a label.

    Args:
        inputs: (context, content) pairs.
        truth: Gold, shape (n, labels).
        max_features: Keep the features that occur in most rows, two at least.
        regularization: Inverse strength, scikit-learn's `C`.
        seed: Seed of the solver.
        weights: Weight of each row, shape (n,).
        on_label: Called after each label.
    """
    counts = [Counter(linear_features(*pair)) for pair in inputs]
    vocabulary, idf = _vocabulary(counts, max_features)
    matrix = _tfidf(counts, vocabulary, idf)
    coefficients = np.zeros((len(vocabulary), truth.shape[1]), np.float32)
    intercepts = np.full(truth.shape[1], _NEVER, np.float32)
    for column in range(truth.shape[1]):
        y = truth[:, column]
        if y.any() and not y.all():
            classifier = LogisticRegression(C=regularization, solver="liblinear", random_state=seed)
            classifier.fit(matrix, y, sample_weight=weights)
            coefficients[:, column] = classifier.coef_[0]
            intercepts[column] = classifier.intercept_[0]
        on_label()
    scales = np.maximum(np.abs(coefficients).max(axis=0), 1e-8) / 127.0
    quantized = np.round(coefficients / scales).astype(np.int8)
    return LinearModel(vocabulary, idf, quantized, scales.astype(np.float32), intercepts)


def _vocabulary(counts: list[Counter[str]], max_features: int) -> tuple[dict[str, int], npt.NDArray[np.float32]]:
    df = Counter(feature for row in counts for feature in row)
    kept = sorted((feature for feature, n in df.items() if n >= 2), key=lambda f: (-df[f], f))[:max_features]
    kept.sort()
    idf = np.array([np.log((1 + len(counts)) / (1 + df[f])) + 1 for f in kept], np.float32)
    return {feature: row for row, feature in enumerate(kept)}, idf


def _tfidf(counts: list[Counter[str]], vocabulary: dict[str, int], idf: npt.NDArray[np.float32]) -> csr_matrix:
    data, indices, indptr = [], [], [0]
    for row in counts:
        known = [(vocabulary[f], n) for f, n in row.items() if f in vocabulary]
        columns = np.array([c for c, _ in known], np.int64)
        values = (1 + np.log(np.array([n for _, n in known], np.float32))) * idf[columns]
        data.append(values / (np.linalg.norm(values) or 1.0))
        indices.append(columns)
        indptr.append(indptr[-1] + len(columns))
    return csr_matrix(
        (np.concatenate(data), np.concatenate(indices), indptr), shape=(len(counts), len(vocabulary)), dtype=np.float32
    )
