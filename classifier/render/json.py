"""Reports as JSON: one object, an array, or one a line."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from classifier.datamodels import FailedReport, Report

AnyReport = Report | FailedReport
_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


def render_json(reports: Sequence[AnyReport], texts: Mapping[str, str] = _NO_TEXTS) -> str:
    """Return one object for one report, else an array, indented."""
    values = [report.to_dict() for report in reports]
    return json.dumps(values[0] if len(values) == 1 else values, indent=2, ensure_ascii=False)


def render_jsonl(report: AnyReport) -> str:
    """Return one report on one line, without the line end."""
    return json.dumps(report.to_dict(), ensure_ascii=False)


def render_lines(reports: Sequence[AnyReport], texts: Mapping[str, str] = _NO_TEXTS) -> str:
    """Return the reports, one a line."""
    return "".join(render_jsonl(report) + "\n" for report in reports)
