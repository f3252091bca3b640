"""Pair the clauses of two texts: the same words first, then words that are mostly the same."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.known.profile import Bytes, Profile, join_keys

ALTERED = 0.5
"""Clauses whose word pairs have this estimated Jaccard index are one clause, altered."""
_MAX_RUN = 4
_MAX_COMPARISONS = 500_000
"""Beyond, clauses without an equal are compared no further: no license is so long."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which clause became which, by positions in the two profiles.

    `recut` are runs of clauses with the same words, cut elsewhere. `altered` gives the Dice similarity
    of the word pairs. `removed` are positions in the first profile, `added` in the second.
    """

    kept: tuple[Pair, ...]
    recut: tuple[tuple[range, range], ...]
    altered: dict[Pair, float]
    removed: tuple[int, ...]
    added: tuple[int, ...]


def align(before: Profile, after: Profile) -> Alignment:
    """Pair the clauses of a text with those of the text that it became; order does not count."""
    kept = _equal_pairs(before.keys.tolist(), after.keys.tolist())
    removed = _left(range(len(before.keys)), [a for a, _ in kept])
    added = _left(range(len(after.keys)), [b for _, b in kept])
    recut = _equal_runs(before, after, removed, added)
    removed = _left(removed, [a for run, _ in recut for a in run])
    added = _left(added, [b for _, run in recut for b in run])
    altered = _near_pairs(before.sketches, after.sketches, removed, added)
    return Alignment(
        kept=tuple(sorted(kept)),
        recut=tuple(recut),
        altered=altered,
        removed=tuple(_left(removed, [a for a, _ in altered])),
        added=tuple(_left(added, [b for _, b in altered])),
    )


def _left(positions: Iterable[int], taken: Iterable[int]) -> list[int]:
    return sorted(set(positions).difference(taken))


def _equal_pairs(before: list[int], after: list[int]) -> list[Pair]:
    """Pair equal keys, those that also follow equal keys first."""
    pairs = _match(list(zip([0, *before], before, strict=False)), list(zip([0, *after], after, strict=False)))
    rest_a, rest_b = _left(range(len(before)), [a for a, _ in pairs]), _left(range(len(after)), [b for _, b in pairs])
    more = _match([before[i] for i in rest_a], [after[i] for i in rest_b])
    return [*pairs, *((rest_a[a], rest_b[b]) for a, b in more)]


def _match(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[Pair]:
    waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for position, key in enumerate(before):
        waiting[key].append(position)
    return [(waiting[key].popleft(), position) for position, key in enumerate(after) if waiting.get(key)]


def _equal_runs(
    before: Profile, after: Profile, removed: Sequence[int], added: Sequence[int]
) -> list[tuple[range, range]]:
    """Pair runs of neighbours that have the same words, so that a cut in another place is no change."""
    runs_of = {key: run for run, key in reversed(list(_runs(before, removed)))}
    found: list[tuple[range, range]] = []
    taken: set[int] = set()
    end = -1
    for run, key in _runs(after, added):
        same = runs_of.get(key)
        if same is not None and run.start > end and taken.isdisjoint(same):
            found.append((same, run))
            taken.update(same)
            end = run.stop - 1
    return found


def _runs(profile: Profile, positions: Sequence[int]) -> Iterator[tuple[range, int]]:
    """Yield runs of neighbouring positions and the keys of their words, short runs first."""
    free = set(positions)
    keys, lengths = profile.keys.tolist(), profile.lengths.tolist()
    for start in positions:
        key = 0
        for at in range(start, start + _MAX_RUN):
            if at not in free:
                break
            key = join_keys(key, keys[at], lengths[at])
            yield range(start, at + 1), key


def _near_pairs(before: Bytes, after: Bytes, removed: Sequence[int], added: Sequence[int]) -> dict[Pair, float]:
    """Pair the most similar clauses first, each once; of equally similar ones those nearest in place."""
    if not removed or not added or len(removed) * len(added) > _MAX_COMPARISONS:
        return {}
    found: dict[Pair, float] = {}
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    candidates = _candidates(before[list(removed)], after[list(added)])
    for near, a, b in sorted(candidates, key=lambda c: (-c[0], abs(c[1] - c[2]), c[1])):
        if a not in taken_a and b not in taken_b:
            taken_a.add(a)
            taken_b.add(b)
            found[removed[a], added[b]] = 2 * near / (1 + near)
    return found


def _candidates(before: Bytes, after: Bytes) -> Iterator[tuple[float, int, int]]:
    for a, sketch in enumerate(before):
        near: npt.NDArray[np.float64] = (after == sketch).mean(axis=1)
        for b in np.flatnonzero(near >= ALTERED):
            yield float(near[b]), a, int(b)


def moved(kept: Sequence[Pair]) -> frozenset[Pair]:
    """Return the pairs to take out so that the others stand in the same order in both texts.

    Args:
        kept: Pairs in the order of the first text.
    """
    tails: list[int] = []
    previous: list[int | None] = []
    for number, (_, b) in enumerate(kept):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if kept[tails[middle]][1] < b else (low, middle)
        previous.append(tails[low - 1] if low else None)
        tails[low : low + 1] = [number]
    ordered, at = set(), tails[-1] if tails else None
    while at is not None:
        ordered.add(at)
        at = previous[at]
    return frozenset(pair for number, pair in enumerate(kept) if number not in ordered)
