"""What is left of a text when it is compared: hashes of its clauses, sketches and shingles, no words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.datamodels import Clause, hash64
from classifier.known.words import Counted, counted_clauses

SKETCH_SLOTS = 32
SHINGLE_WORDS = 4

Hashes = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]

_BASE = 0x9E3779B97F4A7C15
_BITS = (1 << 64) - 1
_ODD = np.uint64(_BASE)
_SEEDS = np.arange(1, SKETCH_SLOTS + 1, dtype=np.uint64) * _ODD


@dataclass(frozen=True, slots=True)
class Profile:
    """The clauses of one text that count, and the text as a whole.

    `places` are indexes among the clauses of the text, `keys` hashes of their words, which `join_keys`
    joins, and `lengths` the numbers of words, shape (n,). `sketches` are min-hashes of their word pairs, shape
    (n, SKETCH_SLOTS): the share of equal slots estimates the Jaccard index. `shingles` are the sorted
    hashes of the word four-grams of the whole text, wherever it is cut, and `digest` is that of all
    its words.
    """

    places: npt.NDArray[np.int64]
    keys: Hashes
    lengths: npt.NDArray[np.int64]
    sketches: Bytes
    shingles: npt.NDArray[np.uint32]
    digest: int

    @property
    def words(self) -> int:
        """Number of words that count."""
        return int(self.lengths.sum())


def no_title(joined: str) -> bool:
    """Take nothing for a title."""
    return False


def make_profile(clauses: Sequence[Clause], is_title: Callable[[str], bool] = no_title) -> Profile:
    """Return the profile of a text.

    Args:
        clauses: All clauses of the text.
        is_title: Tells a name of a license, which does not count at the head of the text.
    """
    return profile_of(counted_clauses(clauses, is_title))


def profile_of(counted: Sequence[Counted]) -> Profile:
    """Return the profile of clauses that count."""
    joined = [" ".join(clause.words) for clause in counted]
    lengths = np.array([len(clause.words) for clause in counted], np.int64)
    hashes = _word_hashes([word for clause in counted for word in clause.words])
    return Profile(
        places=np.array([clause.place for clause in counted], np.int64),
        keys=_keys(hashes, lengths),
        lengths=lengths,
        sketches=_sketches(hashes, lengths),
        shingles=_shingles(hashes),
        digest=hash64(" ".join(joined)),
    )


def _word_hashes(words: Sequence[str]) -> Hashes:
    known = {word: hash64(word) for word in set(words)}
    return np.array([known[word] for word in words], np.uint64)


def _keys(hashes: Hashes, lengths: npt.NDArray[np.int64]) -> Hashes:
    """Return the polynomials in `_BASE`, modulo 2**64, of which the word hashes of each clause are the coefficients."""
    if not len(lengths):
        return np.zeros(0, np.uint64)
    powers = np.full(int(lengths.max()), _ODD, np.uint64)
    powers[0] = 1
    powers = np.multiply.accumulate(powers)
    ends = np.cumsum(lengths)
    following = np.repeat(ends, lengths) - 1 - np.arange(ends[-1])
    return np.add.reduceat(hashes * powers[following], ends - lengths)


def join_keys(first: int, second: int, length: int) -> int:
    """Return the key of two clauses read as one, the second `length` words long."""
    return (first * pow(_BASE, length, 1 << 64) + second) & _BITS


def _mix(values: Hashes) -> Hashes:
    """Return well-spread hashes: the last steps of the SplitMix64 generator."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _sketches(hashes: Hashes, lengths: npt.NDArray[np.int64]) -> Bytes:
    """Return the min-hash sketches of consecutive clauses; their last word is paired with the end."""
    if not len(lengths):
        return np.zeros((0, SKETCH_SLOTS), np.uint8)
    ends = np.cumsum(lengths)
    following = np.append(hashes[1:], _ODD)
    following[ends - 1] = _ODD
    pairs = _mix(hashes * _ODD + following)
    starts = ends - lengths
    least = [np.minimum.reduceat(_mix(pairs ^ seed), starts) for seed in _SEEDS]
    # The low byte: high bits of a minimum are mostly zero.
    return np.stack(least, axis=1).astype(np.uint8)


def _shingles(hashes: Hashes) -> npt.NDArray[np.uint32]:
    if not len(hashes):
        return np.zeros(0, np.uint32)
    rolling = np.zeros(max(1, len(hashes) - SHINGLE_WORDS + 1), np.uint64)
    for step in range(min(SHINGLE_WORDS, len(hashes))):
        rolling = rolling * _ODD + hashes[step : step + len(rolling)]
    return np.unique(_mix(rolling) >> np.uint64(32)).astype(np.uint32)
