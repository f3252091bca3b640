"""What is said of a whole text in the formats for people: what it lacks, and the freedoms it gives.

Another part of a report reaches these formats by one more entry of `_SECTIONS`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from classifier.datamodels import Report
from classifier.freedoms import load_freedoms
from classifier.missing import load_lacks
from classifier.render.words import Words


@dataclass(frozen=True, slots=True)
class Remark:
    """A title with one word on it, a reason, what an open text would say, and the clauses it rests on."""

    title: str
    word: str
    reason: str
    suggestion: str
    clauses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Remarks under one heading."""

    title: str
    remarks: tuple[Remark, ...]


def sections(report: Report, words: Words) -> tuple[Section, ...]:
    """Return the sections of remarks that are not empty."""
    found = (Section(words(name), tuple(read(report, words))) for name, read in _SECTIONS.items())
    return tuple(section for section in found if section.remarks)


def _missing(report: Report, words: Words) -> Iterator[Remark]:
    titles = {lack.kind: lack.title_zh if words.lang == "zh" else lack.title for lack in load_lacks()}
    for lack in report.missing:
        suggestion = words("suggestion", text=lack.suggestion)
        yield Remark(
            titles.get(lack.kind, lack.kind), words.get(f"status-{lack.status}"), lack.reason, suggestion, lack.clauses
        )


def _freedoms(report: Report, words: Words) -> Iterator[Remark]:
    titles = {rule.name: rule.title_zh if words.lang == "zh" else rule.title for rule in load_freedoms()}
    for freedom in report.freedoms:
        title = titles.get(freedom.name, freedom.name)
        yield Remark(title, words.get(f"grant-{freedom.grant}"), freedom.reason, "", freedom.clauses)


_SECTIONS: Mapping[str, Callable[[Report, Words], Iterator[Remark]]] = MappingProxyType(
    {"missing": _missing, "freedoms": _freedoms}
)
