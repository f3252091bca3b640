"""What readers said of clauses before: an exact memory, asked before any model.

Keys are 64-bit BLAKE2 hashes of the normalised content with and without its context; the texts
themselves are not stored. A key in context is kept with the labels that most of its gold rows
have, unless two label sets have the most; a key without context only when all its rows agree.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from classifier.bundle import Layout
from classifier.datamodels import hash64
from classifier.errors import ModelError
from classifier.tagger.arrays import read_arrays

Inputs = tuple[str, str]
_MIN_CONTENT_CHARS = 40
"""Shorter clauses mean different things under different headings; they need their context."""


class ClauseMemory:
    """Label sets by hash.

    Args:
        keys: Sorted hashes, shape (n,), uint64.
        labels: Gold labels of each key, shape (n, labels), bool.
    """

    def __init__(self, keys: npt.NDArray[np.uint64], labels: npt.NDArray[np.bool_]) -> None:
        self.keys = keys
        self.labels = labels

    @classmethod
    def build(cls, inputs: Sequence[Inputs], truth: npt.NDArray[np.bool_]) -> "ClauseMemory":
        """Remember labelled (context, content) pairs."""
        votes: defaultdict[int, Counter[bytes]] = defaultdict(Counter)
        bare: set[int] = set()
        for pair, row in zip(inputs, truth, strict=True):
            for place, key in enumerate(_keys(pair)):
                votes[key][row.tobytes()] += 1
                if place:
                    bare.add(key)
        decided = ((key, _decide(found, unanimous=key in bare)) for key, found in votes.items())
        kept = sorted((key, packed) for key, packed in decided if packed is not None)
        rows = [np.frombuffer(packed, np.bool_) for _, packed in kept]
        labels = np.stack(rows) if rows else np.zeros((0, truth.shape[1]), np.bool_)
        return cls(np.array([key for key, _ in kept], np.uint64), labels)

    @classmethod
    def load(cls, layout: Layout, n_labels: int) -> "ClauseMemory | None":
        """Read the memory of a model folder; None when it has none.

        Raises:
            ModelError: The file is damaged, or of another number of labels.
        """
        if not layout.memory.is_file():
            return None
        keys, packed = read_arrays(layout.memory, "keys", "labels").values()
        n_bytes = -(-n_labels // 8)
        if keys.dtype != np.uint64 or packed.dtype != np.uint8 or packed.shape != (*keys.shape, n_bytes):
            raise _misfit(layout, n_labels)
        bits = np.unpackbits(packed, axis=1).astype(np.bool_)
        if bits[:, n_labels:].any():
            raise _misfit(layout, n_labels)
        return cls(keys, bits[:, :n_labels])

    def save(self, layout: Layout) -> None:
        """Write the memory into a model folder."""
        np.savez(layout.memory, keys=self.keys, labels=np.packbits(self.labels, axis=1))

    def recall(self, pair: Inputs) -> npt.NDArray[np.bool_] | None:
        """Return the gold labels of a (context, content) pair, shape (labels,), or None."""
        for key in _keys(pair):
            at = int(np.searchsorted(self.keys, np.uint64(key)))
            if at < len(self.keys) and int(self.keys[at]) == key:
                found: npt.NDArray[np.bool_] = self.labels[at]
                return found
        return None


def _misfit(layout: Layout, n_labels: int) -> ModelError:
    return ModelError(
        f"{layout.memory}: does not fit the {n_labels} labels of {layout.config.name}; copy or train the model again"
    )


def _decide(votes: Counter[bytes], *, unanimous: bool) -> bytes | None:
    (first, count), *others = votes.most_common(2)
    contradicted = bool(others) and (unanimous or others[0][1] == count)
    return None if contradicted else first


def _keys(pair: Inputs) -> Iterable[int]:
    """Return the key in context, then, for a long clause, the key of the content alone."""
    context, content = pair
    yield hash64(f"{context}\x00{content}")
    if len(content) >= _MIN_CONTENT_CHARS:
        yield hash64(content)
