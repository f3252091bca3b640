"""Find the known text that a text comes from, and what was changed against it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.datamodels import Clause, Incorporated, KnownClause, Nearest, TaggedClause
from classifier.known.align import Alignment, align
from classifier.known.index import KnownIndex
from classifier.known.names import find_names, is_title
from classifier.known.profile import Profile, make_profile

MIN_SIMILARITY = 0.5
"""A text that shares less with its nearest known text does not come from it."""
_INCORPORATED = "general.incorporated-license"
_CANDIDATES = 12
_MAX_CLAUSES = 5000
"""No license has so many; the longest known text has fewer than 700."""
_NEVER_EQUAL = 0.999
"""What a text is given at most that is not, word for word, the known one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A known text by its row, how much of the wording it shares, and what became of its clauses."""

    row: int
    similarity: float
    alignment: Alignment


def find_nearest(index: KnownIndex, clauses: Sequence[Clause]) -> Nearest | None:
    """Return the known text that shares most words with the clauses of a text, if it shares enough.

    Names of holders, copyright lines, numbering, case, punctuation and line wraps do not count.
    """
    if len(clauses) > _MAX_CLAUSES:
        return None
    query = make_profile(clauses, lambda joined: is_title(joined, index.named_row))
    match = match_profile(index, query)
    if match is None or match.similarity < MIN_SIMILARITY:
        return None
    id_, key, name = index.lines[match.row]
    rows = index.rows_of(match.row)
    places, sets = index.places[rows], index.label_sets[rows]
    aligned = match.alignment
    return Nearest(
        id=id_,
        key=key,
        name=name,
        similarity=match.similarity,
        added=tuple(int(query.places[b]) for b in aligned.added),
        altered=tuple(sorted(int(query.places[b]) for _, b in aligned.altered)),
        removed=tuple(KnownClause(int(places[a]), index.labels[int(sets[a])]) for a in aligned.removed),
    )


def match_profile(index: KnownIndex, query: Profile) -> Match | None:
    """Return the best match whatever its similarity, or None where nothing is shared."""
    if not len(query.keys):
        return None
    equal = np.flatnonzero(index.digests == np.uint64(query.digest))
    if len(equal):
        row = int(equal[0])
        return Match(row, 1.0, align(query, query))
    rows = candidates(index, query)
    matches = [match_text(index, row, query) for row in rows]
    # Rows go from the best known text to the least: among equals, the first.
    return max(matches, key=lambda match: (match.similarity, -match.row), default=None)


def match_text(index: KnownIndex, row: int, query: Profile) -> Match:
    """Compare a query with one known text."""
    known = index.profile(row)
    alignment = align(known, query)
    kept = sum(int(known.lengths[a]) for a, _ in alignment.kept)
    kept += sum(int(known.lengths[a]) for run, _ in alignment.recut for a in run)
    near = sum(dice * float(known.lengths[a] + query.lengths[b]) / 2 for (a, b), dice in alignment.altered.items())
    similarity = 2 * (kept + near) / (known.words + query.words)
    return Match(row, min(similarity, _NEVER_EQUAL), alignment)


def candidates(index: KnownIndex, query: Profile) -> list[int]:
    """Return the texts that share most shingles with the query by the estimate of their samples, best first."""
    # Stored in as few bytes as will do: a sum would not fit.
    sizes = index.sizes.astype(np.int64)
    shared = _sampled_hits(index, query.shingles) / np.maximum(index.samples, 1) * sizes
    dice = 2 * shared / (len(query.shingles) + sizes)
    best = np.argsort(-dice, kind="stable")[:_CANDIDATES]
    return [int(row) for row in best if dice[row] > 0]


def _sampled_hits(index: KnownIndex, shingles: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Count for each text the sampled shingles that are among the given ones, which are sorted."""
    at = np.searchsorted(index.shingles, shingles)
    at[at == len(index.shingles)] = 0
    found = at[index.shingles[at] == shingles] if len(index.shingles) else at[:0]
    starts = index.holder_starts[found].astype(np.int64)
    counts = index.holder_starts[found + 1].astype(np.int64) - starts
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.bincount(index.holders[np.repeat(starts, counts) + offsets], minlength=len(index))


def find_incorporated(index: KnownIndex, clauses: Sequence[TaggedClause]) -> tuple[Incorporated, ...]:
    """Return the known licenses named by the clauses that take in a license, each once a clause."""
    found = []
    for number, tagged in enumerate(clauses):
        if tagged.score_of(_INCORPORATED):
            rows = dict.fromkeys(find_names(tagged.clause.content, index.named_row))
            for row in rows:
                id_, key, _ = index.lines[row]
                found.append(Incorporated(id_, key, number, index.labels[int(index.grants[row])]))
    return tuple(found)
