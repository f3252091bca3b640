"""Reports as JSON: one object, an array, or one a line."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from classifier.render import AnyReport
from classifier.render.escape import dump_json

_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


def render_json(reports: Sequence[AnyReport], texts: Mapping[str, str] = _NO_TEXTS) -> str:
    """Return one object for one report, else an array, indented."""
    values = [report.to_dict() for report in reports]
    return dump_json(values[0] if len(values) == 1 else values)


def render_jsonl(report: AnyReport) -> str:
    """Return one report on one line, without the line end."""
    return dump_json(report.to_dict(), indent=None)


def render_lines(reports: Sequence[AnyReport], texts: Mapping[str, str] = _NO_TEXTS) -> str:
    """Return the reports, one a line."""
    return "".join(render_jsonl(report) + "\n" for report in reports)
