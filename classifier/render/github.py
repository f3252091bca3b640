"""Reports as annotations of a GitHub Actions run.

A deviation is an error, an unclear clause a warning, the rest a notice. GitHub shows ten of each
kind for one step, so the gravest come first.
"""

from collections.abc import Iterator, Mapping, Sequence

from classifier.datamodels import FailedReport, Finding, Report
from classifier.render import AnyReport
from classifier.render.escape import one_line, shorten
from classifier.render.evidence import STATUS_ORDER, by_clauses, reason_of, score_in
from classifier.render.places import Lines, Place, find_lines, is_file_name, posix_path
from classifier.render.words import words_of

_COMMANDS = {"deviates": "error", "unclear": "warning", "advisory": "notice"}
_MAX_QUOTE = 240
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render_github(reports: Sequence[AnyReport], texts: Mapping[str, str]) -> str:
    """Return one workflow command a line: for each label found in each clause, each clean text, each failure."""
    found: list[tuple[int, str]] = []
    for report in reports:
        if isinstance(report, FailedReport):
            found.append((-1, _failure(report)))
        else:
            found += _annotations(report, texts.get(report.source.sha256))
    return "".join(f"{line}\n" for _, line in sorted(found, key=lambda pair: pair[0]))


def _annotations(report: Report, text: str | None) -> Iterator[tuple[int, str]]:
    lines = None if text is None else find_lines(text)
    for findings in by_clauses(report):
        for index in findings[0].clauses or (None,):
            yield STATUS_ORDER[findings[0].status], _annotation(report, findings, index, lines)
    if not report.findings:
        yield len(STATUS_ORDER), _verdict(report, lines)


def _annotation(report: Report, findings: Sequence[Finding], index: int | None, lines: Lines | None) -> str:
    words, first = words_of(report.source.language), findings[0]
    numbers = ", ".join(str(found.criterion) for found in findings if found.criterion)
    title = f"OSD {numbers}: {words.label(first.label)}" if numbers else words.label(first.label)
    message = " ".join(map(reason_of, findings))
    place = lines.first() if lines else None
    if index is not None:
        clause = report.clauses[index].clause
        title += f" ({score_in(report.clauses[index], first.label):.2f})"
        message = f"“{shorten(one_line(clause.content), _MAX_QUOTE)}” {message}"
        place = lines.place(clause.start, clause.end) if lines else None
    return _command(_COMMANDS[first.status], report.source.name, place, title, message)


def _verdict(report: Report, lines: Lines | None) -> str:
    words = words_of(report.source.language)
    title = words.get(f"headline-{report.verdict}")
    message = f"{report.source.name}: {title}. {words('notice')}"
    return _command("notice", report.source.name, lines.first() if lines else None, title, message)


def _failure(report: FailedReport) -> str:
    return _command("error", report.name, None, words_of("en")("failed"), report.message)


def _command(command: str, name: str, place: Place | None, title: str, message: str) -> str:
    values = {"file": posix_path(name)} if is_file_name(name) else {}
    if values and place is not None:
        values |= _position(place)
    values["title"] = title
    properties = ",".join(f"{key}={one_line(value).translate(_PROPERTY)}" for key, value in values.items())
    return f"::{command} {properties}::{one_line(message).translate(_DATA)}"


def _position(place: Place) -> dict[str, str]:
    lines = {"line": str(place.line), "endLine": str(place.end_line)}
    if place.line != place.end_line:
        # GitHub refuses columns of an annotation that spans lines.
        return lines
    return {**lines, "col": str(place.column), "endColumn": str(place.end_column)}
