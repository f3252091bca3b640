"""`osdlint check`: read texts, print reports."""

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from classifier.cli import EXIT_DEVIATION, EXIT_ERROR
from classifier.datamodels import FailedReport, Report
from classifier.errors import InputError
from classifier.sources import DEFAULT_MAX_BYTES, STDIN, read_document


class Format(StrEnum):
    """How reports are shown."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


class FailOn(StrEnum):
    """What makes the exit code 1."""

    never = "never"
    deviation = "deviation"


def check(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Texts to check; `-` or nothing is standard input.")
    ] = None,
    *,
    output_format: Annotated[Format, typer.Option("--format", "-f", help="How to show the reports.")] = Format.text,
    model: Annotated[
        Path | None, typer.Option(help="A model folder; default $OSDLINT_MODEL or the shipped one.")
    ] = None,
    fail_on: Annotated[FailOn, typer.Option(help="Exit with 1 when a text deviates.")] = FailOn.never,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the inputs; default UTF-8.")] = None,
    max_bytes: Annotated[int, typer.Option(min=1, help="Refuse larger inputs.")] = DEFAULT_MAX_BYTES,
) -> None:
    """Check license texts against the Open Source Definition.

    Examples:
    `osdlint LICENSE`

    `osdlint --format json LICENSE > report.json`

    `osdlint check --fail-on deviation vendored/*/LICENSE`
    """
    names = paths or [STDIN]
    if names == [STDIN] and sys.stdin.isatty():
        typer.echo("Paste a license text, then press Ctrl-D on a line of its own.", err=True)
    reports = _check_all(names, model=model, encoding=encoding, max_bytes=max_bytes)
    shown = _show(reports, output_format)
    if any(isinstance(report, FailedReport) for report in shown):
        raise typer.Exit(EXIT_ERROR)
    if fail_on is FailOn.deviation and any(isinstance(r, Report) and r.verdict == "deviates" for r in shown):
        raise typer.Exit(EXIT_DEVIATION)


def _check_all(
    names: list[str], *, model: Path | None, encoding: str | None, max_bytes: int
) -> Iterator[Report | FailedReport]:
    """Yield one report a source, in order; a source that cannot be read gives its own failed report."""
    from classifier.pipeline import Classifier

    classifier = Classifier.from_pretrained(model)
    for name in names:
        try:
            report: Report | FailedReport = classifier.predict(
                read_document(name, encoding=encoding, max_bytes=max_bytes)
            )
        except InputError as error:
            report = FailedReport("<stdin>" if name == STDIN else name, error.code, str(error))
        yield report


def _show(reports: Iterable[Report | FailedReport], output_format: Format) -> list[Report | FailedReport]:
    """Print reports as they come (JSON waits for all) and return them; failures also go to stderr."""
    from classifier.render.json import render_json, render_jsonl

    shown: list[Report | FailedReport] = []
    for report in reports:
        shown.append(report)
        if isinstance(report, FailedReport):
            typer.echo(f"osdlint: {report.message}", err=True)
        if output_format is Format.jsonl:
            typer.echo(render_jsonl(report))
        elif output_format is Format.text and isinstance(report, Report):
            _print_text(report)
    if output_format is Format.json:
        typer.echo(render_json(shown))
    return shown


def _print_text(report: Report) -> None:
    from rich.console import Console

    from classifier.render.text import print_report

    console = Console(soft_wrap=False)
    print_report(report, console if console.is_terminal else Console(width=max(console.width, 100)))
