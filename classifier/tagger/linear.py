"""The linear part: TF-IDF features times weights, in plain numpy."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from classifier.bundle import Layout, unreadable
from classifier.errors import ModelError
from classifier.tagger.arrays import read_arrays
from classifier.tagger.inputs import linear_features

Array = npt.NDArray[np.float32]


class LinearModel:
    """One-vs-rest logistic regression over sublinear TF-IDF, weights stored as int8 by column.

    Args:
        vocabulary: Feature -> row.
        idf: Inverse document frequencies, shape (features,).
        weights: Quantised weights, shape (features, labels), int8.
        scales: One factor a label, shape (labels,); `weights * scales` are the real weights.
        intercepts: Shape (labels,).
    """

    def __init__(
        self,
        vocabulary: dict[str, int],
        idf: Array,
        weights: npt.NDArray[np.int8],
        scales: Array,
        intercepts: Array,
    ) -> None:
        self.vocabulary = vocabulary
        self.idf = idf
        self.weights = weights
        self.scales = scales
        self.intercepts = intercepts

    @classmethod
    def load(cls, layout: Layout, n_labels: int) -> "LinearModel":
        """Read the part from a model folder.

        Raises:
            ModelError: A file is missing, damaged or of the wrong size.
        """
        try:
            features = layout.vocabulary.read_text("utf-8").split("\n")[:-1]
        except (OSError, ValueError) as error:
            raise unreadable(layout.vocabulary, error) from error
        n = len(features)
        shapes = {"idf": (n,), "weights": (n, n_labels), "scales": (n_labels,), "intercepts": (n_labels,)}
        arrays = read_arrays(layout.linear, *shapes)
        if any(array.shape != shapes[name] or array.dtype.kind not in "if" for name, array in arrays.items()):
            raise ModelError(
                f"{layout.linear}: does not fit the {n} lines of {layout.vocabulary.name} and the {n_labels} labels "
                f"of {layout.config.name}; copy or train the model again"
            )
        return cls({feature: row for row, feature in enumerate(features)}, **arrays)

    def save(self, layout: Layout) -> None:
        """Write the part into a model folder."""
        ordered = sorted(self.vocabulary, key=self.vocabulary.__getitem__)
        layout.vocabulary.write_text("\n".join(ordered) + "\n", encoding="utf-8")
        # Not compressed: that would save a tenth of the folder and cost 25 ms at every start.
        np.savez(layout.linear, idf=self.idf, weights=self.weights, scales=self.scales, intercepts=self.intercepts)

    def logits(self, inputs: Sequence[tuple[str, str]]) -> Array:
        """Return the logits of (context, content) pairs, shape (n, labels)."""
        return np.stack([self._logits(*pair) for pair in inputs]) if inputs else np.zeros((0, len(self.scales)), "f4")

    def _logits(self, context: str, content: str) -> Array:
        counts = Counter(self.vocabulary[f] for f in linear_features(context, content) if f in self.vocabulary)
        rows = np.fromiter(counts.keys(), np.int64, len(counts))
        tf = 1.0 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
        values = np.asarray(tf * self.idf[rows], np.float32)
        values /= np.float32(np.linalg.norm(values) or 1.0)
        summed: Array = (values @ self.weights[rows].astype(np.float32)) * self.scales + self.intercepts
        return summed.astype(np.float32)
