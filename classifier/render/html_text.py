"""The text of a license as HTML: every clause marked with badges that say in words what it does."""

from collections.abc import Iterator, Sequence

from classifier.datamodels import Finding, Report, TaggedClause
from classifier.labels import OTHER
from classifier.render.evidence import STATUS_ORDER, by_clauses
from classifier.render.markup import Markup, element, join, text
from classifier.render.words import Words


def clause_id(prefix: str, index: int) -> str:
    """Return the address of a clause in the page."""
    return f"{prefix}-c{index}"


def finding_id(prefix: str, index: int) -> str:
    """Return the address of a finding in the page; findings are counted as `by_clauses` gives them."""
    return f"{prefix}-f{index}"


def text_block(report: Report, whole: str | None, prefix: str, words: Words) -> Markup:
    """Return the text with its clauses marked; without the whole text, its clauses one below the other.

    Args:
        report: The report on the text.
        whole: The whole text, or None.
        prefix: What the addresses of its clauses begin with.
        words: The words for the badges.
    """
    marks = _marks(report)
    pieces: list[str] = []
    at = 0
    for index, tagged in enumerate(report.clauses):
        clause = tagged.clause
        pieces.append(_newlines(whole[at : clause.start]) if whole is not None else ("\n\n" if index else ""))
        pieces.append(_clause(tagged, index, marks.get(index, ()), prefix, words))
        at = clause.end
    if whole is not None:
        pieces.append(_newlines(whole[at:]))
    note = "" if whole is not None else element("p", words("no-text"), class_="quiet")
    lang = "" if report.source.language == "und" else None
    return join(note, element("div", *pieces, class_="text", lang=lang))


def _marks(report: Report) -> dict[int, list[tuple[int, Finding]]]:
    """Return for each clause the findings it carries, the gravest first, with their numbers."""
    marks: dict[int, list[tuple[int, Finding]]] = {}
    for number, findings in enumerate(by_clauses(report)):
        for index in findings[0].clauses:
            marks.setdefault(index, []).append((number, findings[0]))
    return marks


def _clause(
    tagged: TaggedClause, index: int, marks: Sequence[tuple[int, Finding]], prefix: str, words: Words
) -> Markup:
    found = {finding.label for _, finding in marks}
    statuses = sorted({finding.status for _, finding in marks}, key=lambda status: STATUS_ORDER[status])
    badges = [*_finding_badges(marks, prefix, words), *_label_badges(tagged, found, words)]
    return element(
        "span",
        text(_newlines(tagged.clause.text)),
        *badges,
        id=clause_id(prefix, index),
        class_=" ".join(["clause", *statuses]),
    )


def _finding_badges(marks: Sequence[tuple[int, Finding]], prefix: str, words: Words) -> Iterator[Markup]:
    for number, finding in marks:
        said = f"{words.get(f'status-{finding.status}')}: {words.label(finding.label)}"
        href = f"#{finding_id(prefix, number)}"
        yield element("a", said, href=href, class_=f"badge mark {finding.status}")


def _label_badges(tagged: TaggedClause, found: set[str], words: Words) -> Iterator[Markup]:
    for given in tagged.labels:
        if given.label not in found and given.label != OTHER:
            group = given.label.partition(".")[0]
            yield element("span", words.label(given.label), class_=f"badge mark {group}")


def _newlines(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n")
