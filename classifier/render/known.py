"""Sentences on the known text that a text comes from, and on the licenses that it takes in."""

from collections.abc import Iterable, Sequence

from classifier.datamodels import KnownClause, Report
from classifier.labels import OTHER
from classifier.render.evidence import place_of

_MAX_PLACES = 4
_MAX_LABELS = 3


def nearest_sentence(report: Report) -> str:
    """Return which known text a text comes from and what was changed, or "" where none is near."""
    nearest = report.nearest
    if nearest is None:
        return ""
    if nearest.similarity == 1:
        return f"Nearest known text: identical to {nearest.id}"
    changes = [
        _counted(len(nearest.added), "added", _places(report, nearest.added)),
        _counted(len(nearest.altered), "altered", _some([place_of(report, c) for c in nearest.altered], _MAX_PLACES)),
        _counted(len(nearest.removed), "removed", _removed(nearest.removed)),
    ]
    # Rounded down: 100 % is for what is identical.
    share = f"{int(nearest.similarity * 100)} %"
    told = [change for change in changes if change] or ["the same clauses in another order"]
    return f"Nearest known text: {nearest.id} ({share}), {', '.join(told)}"


def incorporated_sentence(report: Report) -> str:
    """Return which known licenses a text takes in, or "" where it takes in none."""
    where: dict[str, list[str]] = {}
    for taken in report.incorporated:
        where.setdefault(taken.id, []).append(place_of(report, taken.clause))
    told = [f"{id_} ({', '.join(places[:_MAX_PLACES])})" for id_, places in where.items()]
    return f"Takes in: {', '.join(told)}" if told else ""


def _counted(number: int, what: str, detail: str) -> str:
    if not number:
        return ""
    return f"{number} clause{'s' if number > 1 else ''} {what}" + (f" ({detail})" if detail else "")


def _places(report: Report, clauses: Sequence[int]) -> str:
    """Return where clauses stand and what they do, those first that do something."""
    ordered = sorted(clauses, key=lambda clause: (not _labels(report, clause), clause))
    told = [": ".join(filter(None, (place_of(report, c), ", ".join(_labels(report, c))))) for c in ordered]
    return _some(told, _MAX_PLACES)


def _labels(report: Report, clause: int) -> list[str]:
    return [found.label for found in report.clauses[clause].labels if found.label != OTHER][:_MAX_LABELS]


def _removed(clauses: Iterable[KnownClause]) -> str:
    labels = dict.fromkeys(label for clause in clauses for label in clause.labels if label != OTHER)
    return _some(list(labels), _MAX_PLACES)


def _some(told: Sequence[str], limit: int) -> str:
    return "; ".join(told[:limit]) + ("; …" if len(told) > limit else "")
