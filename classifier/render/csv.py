"""Reports as one table: a row for each finding in each clause, and for each text without findings.

Cells that a spreadsheet would compute begin with an apostrophe instead. The text is UTF-8 without a
byte order mark; lines end as RFC 4180 asks.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from classifier.datamodels import Report
from classifier.render import AnyReport
from classifier.render.escape import one_line
from classifier.render.evidence import FACT_NAMES, Evidence, evidence, facts, reason_of
from classifier.render.places import Lines, find_lines
from classifier.render.words import words_of

_FORMULA = re.compile(r"[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FINDING = ("status", "criterion", "criterion_title", "label", "label_title", "finding_score", "reason")
_CLAUSE = ("clause", "start", "end", "line", "column", "heading", "text")
COLUMNS = ("source", "error", "message", *FACT_NAMES, *_FINDING, *_CLAUSE)
"""The columns in their order; offsets count code points from 0, lines and columns from 1."""


def render_csv(reports: Sequence[AnyReport], texts: Mapping[str, str]) -> str:
    """Return the reports as one table with a header; a failed one is a row with `error` and `message`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for report in reports:
        for row in _rows(report, texts):
            writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def _rows(report: AnyReport, texts: Mapping[str, str]) -> Iterator[dict[str, object]]:
    if not isinstance(report, Report):
        yield {"source": report.name, "error": report.code, "message": report.message}
        return
    about = {"source": report.source.name, **{fact.name: fact.value for fact in facts(report)}}
    text = texts.get(report.source.sha256)
    lines = None if text is None else find_lines(text)
    found_one = False
    for found in evidence(report):
        found_one = True
        yield {**about, **_finding(report, found), **_clause(found, lines)}
    if not found_one:
        yield {**about}


def _finding(report: Report, found: Evidence) -> dict[str, object]:
    words, finding = words_of(report.source.language), found.finding
    title = words.criterion(finding.criterion) if finding.criterion else ""
    label = words.label(finding.label)
    values = (finding.status, finding.criterion, title, finding.label, label, f"{found.score:.4f}", reason_of(finding))
    return dict(zip(_FINDING, values, strict=True))


def _clause(found: Evidence, lines: Lines | None) -> dict[str, object]:
    if found.tagged is None:
        return {}
    clause = found.tagged.clause
    place = lines.place(clause.start, clause.end) if lines else None
    where = (place.line, place.column) if place else (None, None)
    heading = " / ".join(clause.heading)
    return dict(zip(_CLAUSE, (found.index, clause.start, clause.end, *where, heading, clause.content), strict=True))


def _cell(value: object) -> str:
    text = "" if value is None else one_line(str(value))
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
