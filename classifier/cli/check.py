"""`osdlint check`: read texts, print reports."""

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.cli import EXIT_DEVIATION, EXIT_ERROR
from classifier.cli.gate import FailOn, choose_policies, fails, with_policies
from classifier.cli.options import Encoding, MaxBytes, ModelFolder
from classifier.cli.output import check_target, result_console, write
from classifier.datamodels import Document, FailedReport, Report
from classifier.errors import InputError
from classifier.render import AnyReport, Renderer, renderer
from classifier.sources import DEFAULT_MAX_BYTES, STDIN, read_document

if TYPE_CHECKING:
    from classifier.figures import Figures


class Format(StrEnum):
    """How reports are shown."""

    text = "text"
    json = "json"
    jsonl = "jsonl"
    sarif = "sarif"
    html = "html"
    markdown = "markdown"
    csv = "csv"
    github = "github"
    spdx = "spdx"
    cyclonedx = "cyclonedx"


_STREAMED = frozenset({Format.text, Format.jsonl})
"""Formats that need not wait for the last report."""


def check(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Texts to check; `-` or nothing is standard input.")
    ] = None,
    *,
    output_format: Annotated[Format, typer.Option("--format", "-f", help="How to show the reports.")] = Format.text,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the reports to this file, in one step.")
    ] = None,
    model: ModelFolder = None,
    fail_on: Annotated[
        FailOn,
        typer.Option(help="Exit with 1 when a text deviates, is denied by its policy, or is at least to be reviewed."),
    ] = FailOn.never,
    policy: Annotated[
        Path | None,
        typer.Option(help="A policy; default the osdlint.toml or pyproject.toml here, above or beside the text."),
    ] = None,
    no_policy: Annotated[bool, typer.Option("--no-policy", help="Look for no policy.")] = False,
    users: Annotated[
        str | None, typer.Option(help="Your monthly users, such as 3e6 or 3M: tells whether a threshold reaches you.")
    ] = None,
    revenue: Annotated[str | None, typer.Option(help="Your yearly revenue, such as 2e6 or 2M.")] = None,
    currency: Annotated[str | None, typer.Option(help="The currency of your revenue, such as EUR.")] = None,
    encoding: Encoding = None,
    max_bytes: MaxBytes = DEFAULT_MAX_BYTES,
) -> None:
    """Check license texts against the Open Source Definition.

    Examples:
    `osdlint LICENSE`

    `osdlint --format json LICENSE > report.json`

    `osdlint --format html --output report.html LICENSE`

    `osdlint check --fail-on deviation vendored/*/LICENSE`

    `osdlint check --policy osdlint.toml --fail-on denied vendored/*/LICENSE`
    """
    # Before the long work: an extra that is missing, a folder that is not there, a figure that is none.
    show = renderer(output_format)
    figures = _figures(users, revenue, currency)
    if output is not None:
        check_target(output)
    names = paths or [STDIN]
    policies = choose_policies(names, named=policy, ignored=no_policy, fail_on=fail_on, model=model)
    if names == [STDIN] and sys.stdin.isatty():
        typer.echo("Paste a license text, then press Ctrl-D on a line of its own.", err=True)
    results = with_policies(
        _check_all(names, model=model, encoding=encoding, max_bytes=max_bytes, figures=figures), policies
    )
    if output is None and output_format in _STREAMED:
        shown = _stream(results, output_format)
    else:
        shown = _collect(results, show, output)
    if any(isinstance(report, FailedReport) for report in shown):
        raise typer.Exit(EXIT_ERROR)
    if any(fails(report, fail_on) for report in shown):
        raise typer.Exit(EXIT_DEVIATION)


def _figures(users: str | None, revenue: str | None, currency: str | None) -> "Figures | None":
    if users is revenue is currency is None:
        return None
    from classifier.figures import Figures, parse_amount

    return Figures(
        users=None if users is None else parse_amount(users),
        revenue=None if revenue is None else parse_amount(revenue),
        currency=currency.upper() if currency else currency,
    )


def _check_all(
    names: list[str], *, model: Path | None, encoding: str | None, max_bytes: int, figures: "Figures | None"
) -> Iterator[tuple[AnyReport, Document | None]]:
    """Yield one report a source, in order, with its text; a source that cannot be read gives its own failed report."""
    from classifier.figures import apply_figures
    from classifier.pipeline import Classifier

    classifier = Classifier.from_pretrained(model)
    for name in names:
        try:
            doc = read_document(name, encoding=encoding, max_bytes=max_bytes)
            report = classifier.predict(doc)
            yield apply_figures(report, figures) if figures else report, doc
        except InputError as error:
            typer.echo(f"osdlint: {error}", err=True)
            yield FailedReport("<stdin>" if name == STDIN else name, error.code, str(error)), None


def _stream(results: Iterable[tuple[AnyReport, Document | None]], output_format: Format) -> list[AnyReport]:
    """Print reports as they come and return them."""
    from classifier.render.json import render_lines

    shown = []
    for report, _ in results:
        shown.append(report)
        if output_format is Format.jsonl:
            write(render_lines([report]))
        elif isinstance(report, Report):
            _print_text(report)
    return shown


def _collect(
    results: Iterable[tuple[AnyReport, Document | None]], show: Renderer, output: Path | None
) -> list[AnyReport]:
    """Show all reports as one document once all are there, and return them."""
    reports, texts = [], {}
    for report, doc in results:
        reports.append(report)
        if doc is not None:
            texts[doc.sha256] = doc.text
    write(show(reports, texts), output)
    return reports


def _print_text(report: Report) -> None:
    from classifier.render.text import print_report

    print_report(report, result_console())
