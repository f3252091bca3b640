"""Reports as one SARIF 2.1.0 log: one run, an artifact for each text, a result for each clause of a finding.

The specification: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from classifier.datamodels import Clause, FailedReport, Report
from classifier.render import AnyReport
from classifier.render.escape import dump_json, one_line
from classifier.render.evidence import Evidence, evidence, facts, reason_of
from classifier.render.places import Lines, Place, find_lines, uri_of
from classifier.render.sarif_rules import LEVELS, describe_rules, rule_id
from classifier.render.words import words_of
from classifier.version import __version__

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MAX_RESULTS = 5_000
"""GitHub shows no more results of a run than this."""
_MAX_SNIPPET = 10_000
_LEVEL_ORDER = ("error", "warning", "note")
# In a SARIF message braces are placeholders and brackets are links.
_ESCAPES = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})


@dataclass(frozen=True, slots=True)
class _Artifact:
    """A report, the address of its text, and the lines of the text when it is at hand."""

    report: Report
    location: dict[str, Any]
    lines: Lines | None


def render_sarif(reports: Sequence[AnyReport], texts: Mapping[str, str]) -> str:
    """Return the reports as one SARIF log; failed ones are notifications."""
    artifacts = _artifacts(reports, texts)
    rules = describe_rules(artifact.report for artifact in artifacts)
    index_of = {rule["id"]: index for index, rule in enumerate(rules)}
    results = [result for artifact in artifacts for result in _results(artifact, index_of)]
    kept = _gravest(results)
    failed = [report for report in reports if isinstance(report, FailedReport)]
    notes = [*map(_failure, failed), *_remarks(artifacts), *_left_out(len(results) - len(kept))]
    driver = {"name": "osdlint", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver, **_extensions(artifacts)},
        "invocations": [{"executionSuccessful": not failed, "toolExecutionNotifications": notes}],
        "columnKind": "unicodeCodePoints",
        "artifacts": [_artifact(artifact) for artifact in artifacts],
        "results": kept,
    }
    return dump_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _artifacts(reports: Sequence[AnyReport], texts: Mapping[str, str]) -> list[_Artifact]:
    """Return one artifact for each text; one named twice stays one, as SARIF demands."""
    distinct = {(r.source.name, r.source.sha256): r for r in reports if isinstance(r, Report)}
    artifacts = []
    for index, ((name, sha256), report) in enumerate(distinct.items()):
        lines = find_lines(texts[sha256]) if sha256 in texts else None
        artifacts.append(_Artifact(report, {"uri": uri_of(name), "index": index}, lines))
    return artifacts


def _artifact(artifact: _Artifact) -> dict[str, Any]:
    location = {"uri": artifact.location["uri"]}
    properties = {f"osdlint:{fact.name}": one_line(fact.value) for fact in facts(artifact.report)}
    return {"location": location, "roles": ["analysisTarget"], "properties": properties}


def _extensions(artifacts: Sequence[_Artifact]) -> dict[str, Any]:
    models = dict.fromkeys((a.report.model.name, a.report.model.version) for a in artifacts)
    extensions = [{"name": one_line(name), "version": one_line(version)} for name, version in models]
    return {"extensions": extensions} if extensions else {}


def _results(artifact: _Artifact, index_of: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for found in evidence(artifact.report):
        rule = one_line(rule_id(found.finding.criterion, found.finding.label))
        digest = _digest(rule, found)
        seen[digest] += 1
        yield {
            "ruleId": rule,
            "ruleIndex": index_of[rule],
            "level": LEVELS[found.finding.status],
            "rank": round(100 * found.score, 2),
            "message": {"text": _message(artifact.report, found)},
            "locations": [{"physicalLocation": _physical(artifact, found)}],
            # GitHub reads this name alone; its own hash is of the line, ours of the clause.
            "partialFingerprints": {"primaryLocationLineHash": f"{digest}:{seen[digest]}"},
            "properties": _properties(found),
        }


def _digest(rule: str, found: Evidence) -> str:
    """Return what stays the same when lines move, wrap or are commented out."""
    words = found.tagged.clause.content if found.tagged else ""
    raw = f"{rule}\n{' '.join(words.split())}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()[:16]


def _message(report: Report, found: Evidence) -> str:
    words = words_of(report.source.language)
    finding = found.finding
    number = f" (OSD {finding.criterion})" if finding.criterion else ""
    return one_line(f"{words.label(finding.label)}{number}: {reason_of(finding)}").translate(_ESCAPES)


def _physical(artifact: _Artifact, found: Evidence) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": artifact.location}
    if found.tagged is not None:
        physical["region"] = _region(artifact.lines, found.tagged.clause)
    elif artifact.lines is not None:
        physical["region"] = _line_columns(artifact.lines.first())
    return physical


def _region(lines: Lines | None, clause: Clause) -> dict[str, Any]:
    length = clause.end - clause.start
    snippet = {"snippet": {"text": clause.text}} if length <= _MAX_SNIPPET else {}
    if lines is None:
        return {"charOffset": clause.start, "charLength": length, **snippet}
    offset = {"charOffset": lines.offset(clause.start), "charLength": length}
    return {**_line_columns(lines.place(clause.start, clause.end)), **offset, **snippet}


def _line_columns(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _properties(found: Evidence) -> dict[str, Any]:
    finding = found.finding
    values = {
        "criterion": finding.criterion,
        "label": finding.label,
        "status": finding.status,
        "score": round(found.score, 4),
        "clause": found.index,
    }
    return {f"osdlint:{name}": value for name, value in values.items() if value is not None}


def _gravest(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return as many results as are shown, the gravest and surest, in their order."""
    if len(results) <= _MAX_RESULTS:
        return results
    ranked = sorted(range(len(results)), key=lambda i: (_LEVEL_ORDER.index(results[i]["level"]), -results[i]["rank"]))
    return [results[i] for i in sorted(ranked[:_MAX_RESULTS])]


def _failure(report: FailedReport) -> dict[str, Any]:
    location = {"physicalLocation": {"artifactLocation": {"uri": uri_of(report.name)}}}
    return _note("error", report.code, report.message, location)


def _remarks(artifacts: Sequence[_Artifact]) -> Iterator[dict[str, Any]]:
    for artifact in artifacts:
        location = {"physicalLocation": {"artifactLocation": artifact.location}}
        if artifact.report.source.language == "und":
            yield _note("warning", "other-language", words_of("en")("other-language"), location)


def _left_out(number: int) -> Iterator[dict[str, Any]]:
    if number:
        text = f"{number} results were left out: a code host shows {_MAX_RESULTS}. Check fewer texts at a time."
        yield _note("warning", "results-left-out", text)


def _note(level: str, code: str, text: str, *locations: dict[str, Any]) -> dict[str, Any]:
    note = {"descriptor": {"id": code}, "level": level, "message": {"text": one_line(text).translate(_ESCAPES)}}
    return {**note, "locations": list(locations)} if locations else note
