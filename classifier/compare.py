"""Compare two texts clause by clause: what was added, removed and altered, and which findings that changes."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from classifier.datamodels import Finding, Report
from classifier.known.align import Alignment, align, moved
from classifier.known.profile import make_profile

__all__ = ["Change", "Comparison", "diff"]

DIFF_SCHEMA = "osdlint-diff/1"

Kind = Literal["added", "removed", "altered", "moved", "relabelled"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one clause.

    `before` and `after` are indexes into the clauses of the two reports, or None. `similarity` is the
    share of word pairs in common. A clause is "relabelled" when its words stayed where they were and
    do something else in their new context.
    """

    kind: Kind
    before: int | None
    after: int | None
    similarity: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports, what changed from one to the other, and the number of clauses that did not."""

    before: Report
    after: Report
    changes: tuple[Change, ...]
    kept: int

    @property
    def appeared(self) -> tuple[Finding, ...]:
        """Findings that only the second text gives."""
        return _only_in(self.after.findings, self.before.findings)

    @property
    def vanished(self) -> tuple[Finding, ...]:
        """Findings that only the first text gives."""
        return _only_in(self.before.findings, self.after.findings)

    @property
    def has_new_deviation(self) -> bool:
        """Tell whether the second text deviates where the first does not."""
        return any(finding.status == "deviates" for finding in self.appeared)

    def count(self, kind: Kind) -> int:
        """Return the number of changes of a kind."""
        return sum(change.kind == kind for change in self.changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain JSON values."""
        clauses = [report.to_dict()["clauses"] for report in (self.before, self.after)]
        return {
            "schema": DIFF_SCHEMA,
            "before": _side_dict(self.before),
            "after": _side_dict(self.after),
            "kept": self.kept,
            "changes": [_change_dict(change, *clauses) for change in self.changes],
            "appeared": [finding.to_dict() for finding in self.appeared],
            "vanished": [finding.to_dict() for finding in self.vanished],
        }


def diff(before: Report, after: Report) -> Comparison:
    """Compare the reports of two texts clause by clause.

    Names of holders, copyright lines, numbering, case, punctuation and line wraps do not count.
    """
    profiles = [make_profile([tagged.clause for tagged in report.clauses]) for report in (before, after)]
    alignment = align(*profiles)
    places_a, places_b = (profile.places.tolist() for profile in profiles)
    away = moved(alignment.kept)
    changes = [
        replace(
            change,
            before=None if change.before is None else places_a[change.before],
            after=None if change.after is None else places_b[change.after],
        )
        for change in _changes(alignment, away)
    ]
    stayed = [(places_a[a], places_b[b]) for a, b in alignment.kept if (a, b) not in away]
    changes += [Change("relabelled", a, b, 1.0) for a, b in stayed if _labels(before, a) != _labels(after, b)]
    same = len(stayed) + sum(len(run) for _, run in alignment.recut) - sum(c.kind == "relabelled" for c in changes)
    near = [(places_a[a], places_b[b]) for a, b in (*alignment.altered, *((a[0], b[0]) for a, b in alignment.recut))]
    return Comparison(before, after, tuple(_in_order(changes, sorted([*stayed, *near]))), same)


def _changes(alignment: Alignment, away: Iterable[tuple[int, int]]) -> Iterator[Change]:
    """Yield what became of the words of clauses, by positions in the profiles."""
    yield from (Change("removed", a, None, 0.0) for a in alignment.removed)
    yield from (Change("added", None, b, 0.0) for b in alignment.added)
    yield from (Change("altered", a, b, similarity) for (a, b), similarity in alignment.altered.items())
    yield from (Change("moved", a, b, 1.0) for a, b in away)


def _labels(report: Report, clause: int) -> frozenset[str]:
    return frozenset(found.label for found in report.clauses[clause].sure)


def _in_order(changes: Sequence[Change], anchors: Sequence[tuple[int, int]]) -> list[Change]:
    """Put changes in the order of the second text; what was removed comes after what it followed in the first."""
    heads = [a for a, _ in anchors]

    def place(change: Change) -> tuple[int, int, int]:
        if change.after is not None:
            return change.after, 0, 0
        at = bisect_right(heads, change.before or 0) - 1
        return (anchors[at][1] if at >= 0 else -1), 1, change.before or 0

    return sorted(changes, key=place)


def _only_in(findings: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    given = {(other.criterion, other.label, other.status) for other in others}
    return tuple(f for f in findings if (f.criterion, f.label, f.status) not in given)


def _side_dict(report: Report) -> dict[str, Any]:
    return {
        "source": asdict(report.source),
        "verdict": report.verdict,
        "score": round(report.score, 4),
        "clauses": len(report.clauses),
    }


def _change_dict(change: Change, before: Sequence[object], after: Sequence[object]) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "similarity": round(change.similarity, 4),
        "before": None if change.before is None else before[change.before],
        "after": None if change.after is None else after[change.after],
    }
