"""Show reports: for a person, for a program, for a code host, for a bill of materials."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType

from classifier.datamodels import Document, FailedReport, Report
from classifier.errors import UsageError

AnyReport = Report | FailedReport
Texts = Mapping[str, str]
"""The texts that reports are about, by their sha256."""
Renderer = Callable[[Sequence[AnyReport], Texts], str]

_HOMES = {
    "text": ("text", "render_plain"),
    "json": ("json", "render_json"),
    "jsonl": ("json", "render_lines"),
    "sarif": ("sarif", "render_sarif"),
    "html": ("html", "render_html"),
    "markdown": ("markdown", "render_markdown"),
    "csv": ("csv", "render_csv"),
    "github": ("github", "render_github"),
    "spdx": ("spdx", "render_spdx"),
    "cyclonedx": ("cyclonedx", "render_cyclonedx"),
}

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "text": "for a person, in a terminal",
        "json": "one object, or an array of several",
        "jsonl": "one object a line",
        "sarif": "SARIF 2.1.0, for code scanning and editors",
        "html": "one self-contained page",
        "markdown": "for a pull request or a wiki",
        "csv": "one row for each finding in each clause",
        "github": "annotations of a GitHub Actions run",
        "spdx": "SPDX 3.0.1 JSON-LD, AI profile",
        "cyclonedx": "CycloneDX 1.6 JSON; needs the extra cyclonedx",
    }
)
"""What each format is for."""


def renderer(format: str) -> Renderer:
    """Return the function that shows reports in a format.

    Raises:
        UsageError: The format is unknown.
        MissingExtraError: The format needs an extra that is not installed.
    """
    if format not in _HOMES:
        raise UsageError(f"{format}: unknown format; known are {', '.join(FORMATS)}")
    module, function = _HOMES[format]
    found: Renderer = getattr(import_module(f"classifier.render.{module}"), function)
    return found


def render(reports: Sequence[AnyReport], format: str, *, documents: Iterable[Document] = ()) -> str:
    """Return all reports as one document of a format.

    Args:
        reports: The reports, failed ones included, in the order to show them.
        format: One of `FORMATS`.
        documents: The texts the reports are about, in any order. Without them SARIF and GitHub
            annotations have no line numbers, and HTML shows the clauses alone.

    Raises:
        UsageError: The format is unknown.
        MissingExtraError: The format needs an extra that is not installed.
    """
    return renderer(format)(reports, {doc.sha256: doc.text for doc in documents})
