"""A scan and a claim check for a person: every source, what it says, and what does not agree."""

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from classifier.claims import ClaimCheck
from classifier.claims.prose import line_of
from classifier.datamodels import Document
from classifier.render.console import print_trimmed
from classifier.render.escape import clean
from classifier.scan.declared import standing_of
from classifier.scan.quotes import describe, shorten
from classifier.scan.values import LICENSE_FIELDS, LicenseText, Mismatch, Problem, Quote, Scan, Unit

_NOTICE = "Not legal advice. Declared ids are taken at their word; the model reads English and Chinese."
_STYLES = {
    "deviates": "red",
    "contradicts": "red",
    "restricted": "yellow",
    "unclear": "yellow",
    "no-deviation-found": "green",
    "agrees": "green",
    "open": "green",
}
_MAX_QUOTES = 4
_MAX_PROBLEMS = 20


def show_scan(scan: Scan, console: Console) -> None:
    """Write a scan to a console."""
    print_trimmed(console, *_scan_lines(scan))


def show_claim(check: ClaimCheck, license_document: Document, console: Console) -> None:
    """Write a claim check to a console, with both quotes."""
    print_trimmed(console, *_claim_lines(check, license_document))


def _scan_lines(scan: Scan) -> Iterator[RenderableType]:
    count = len(scan.mismatches)
    found = "nothing that speaks of a license" if not scan.units else f"{count:,} mismatch{'' if count == 1 else 'es'}"
    style = "bold red" if count else "bold green" if scan.units else "bold yellow"
    yield (
        Text(f"{clean(scan.root)}: ", style="bold")
        .append(found, style=style)
        .append(f"  {_count(scan.files, 'file')}, {_count(len(scan.units), 'unit')}", style="dim")
    )
    if not scan.units and not scan.problems:
        yield Text("No license text, model card, package manifest or model file is here; name the folder that has one.")
    for unit in scan.units:
        yield Text(f"\n{'(root)' if unit.folder == '.' else clean(unit.folder)}", style="bold")
        yield Padding(_sources(unit), (0, 0, 0, 2), expand=False)
        for mismatch in unit.mismatches:
            yield from _mismatch_lines(mismatch)
    yield from _problem_lines(scan.problems)
    yield Text(f"\n{_NOTICE}", style="dim")


def _sources(unit: Unit) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    for column in ("source", "says", "means"):
        table.add_column(column, overflow="fold")
    prefix = "" if unit.folder == "." else f"{unit.folder}/"
    for text in unit.texts:
        table.add_row(_place(text.source.removeprefix(prefix), None), text.role, _verdict(text))
    for found in unit.declarations:
        standing = standing_of(found.value) if found.field in LICENSE_FIELDS else ""
        says = Text(f"{clean(found.field)}: {clean(shorten(found.value))}")
        table.add_row(
            _place(found.source.removeprefix(prefix), found.line),
            says,
            _styled(standing if standing != "unknown" else "?"),
        )
    for stated in unit.claims:
        says = Text(f"claims {stated.claim.term} ({stated.claim.stance}): “{clean(shorten(stated.claim.quote))}”")
        outcomes = Text(", ").join(
            _styled(checked.outcome).append(f" ({clean(name.removeprefix(prefix))})", style="dim")
            for name, checked in stated.checks
        )
        table.add_row(_place(stated.source.removeprefix(prefix), stated.claim.line), says, outcomes)
    return table


def _verdict(text: LicenseText) -> Text:
    line = _styled(text.report.verdict)
    if text.report.verdict == "deviates":
        line.append(f": {describe(text)}", style="")
    return line


def _mismatch_lines(mismatch: Mismatch) -> Iterator[RenderableType]:
    line = Text().append("mismatch  ", style="bold red").append(clean(mismatch.message), style="bold")
    yield Padding(line.append(f"  {mismatch.kind}", style="dim"), (0, 0, 0, 2), expand=False)
    for quote in mismatch.quotes[:_MAX_QUOTES]:
        yield Padding(_quote_line(quote), (0, 0, 0, 4), expand=False)


def _quote_line(quote: Quote) -> Text:
    return _place(quote.source, quote.line).append(f"  “{clean(quote.text)}”", style="italic not dim")


def _problem_lines(problems: tuple[Problem, ...]) -> Iterator[RenderableType]:
    if problems:
        yield Text("\nNot read", style="bold yellow")
    for problem in problems[:_MAX_PROBLEMS]:
        yield Padding(Text(clean(problem.message)), (0, 0, 0, 2), expand=False)
    if len(problems) > _MAX_PROBLEMS:
        yield Padding(
            Text(f"and {len(problems) - _MAX_PROBLEMS} more, all in --format json"), (0, 0, 0, 2), expand=False
        )


def _claim_lines(check: ClaimCheck, license_document: Document) -> Iterator[RenderableType]:
    line = (
        Text()
        .append(f"{clean(check.readme)} and {clean(check.license)}: ", style="bold")
        .append_text(_styled(check.outcome))
    )
    yield line.append(f"  license: {check.verdict}", style="dim")
    if not check.claims:
        yield Text(f"{clean(check.readme)} says nothing about being open: there is nothing to compare.")
    for checked in check.claims:
        claim, quote = checked.claim, checked.license_quote
        yield Text()
        yield (
            _styled(checked.outcome)
            .append(f"  {claim.term}: {claim.stance}", style="bold")
            .append(f"  {checked.reason}", style="")
        )
        quotes = [Quote(check.readme, shorten(claim.quote), claim.line)]
        if quote is not None:
            quotes.append(Quote(check.license, shorten(quote.text), line_of(license_document.text, quote.start)))
        for words in quotes:
            yield Padding(_quote_line(words), (0, 0, 0, 2), expand=False)
    yield Text(f"\n{_NOTICE}", style="dim")


def _place(source: str, line: int | None) -> Text:
    return Text(clean(source) + (f":{line}" if line else ""), style="dim")


def _styled(word: str) -> Text:
    return Text().append(word, style=_STYLES.get(word, ""))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
