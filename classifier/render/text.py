"""Reports for a person: the verdict, the findings by criterion, then what is granted and demanded."""

import io
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from classifier.datamodels import FailedReport, Finding, Report, TaggedClause, Verdict
from classifier.labels import load_labels
from classifier.osd import load_definition
from classifier.parameters.brief import brief
from classifier.render.console import print_trimmed
from classifier.render.escape import clean, shorten
from classifier.render.evidence import OWN, best_clauses, deviating_criteria, labels_by_group
from classifier.render.known import incorporated_sentence, nearest_sentence
from classifier.render.policy import policy_block
from classifier.render.whole import freedoms_block, missing_block

_HEADLINES: dict[Verdict, tuple[str, str]] = {
    "deviates": ("deviates from the Open Source Definition", "bold red"),
    "no-deviation-found": ("no deviation found", "bold green"),
    "unclear": ("unclear", "bold yellow"),
    "not-a-license": ("this does not read like a license", "bold"),
}
_STATUS_STYLE = {"deviates": "red", "unclear": "yellow", "advisory": "cyan"}
_GROUP_TITLES = {
    "permission": "Granted",
    "condition": "Demanded",
    "limitation": "Not given",
    "restriction": "Restricted",
    "use": "Uses barred",
    OWN: "Other labels",
}
_BITE_STYLE = {"bites": "red", "cannot-tell": "yellow", "does-not-bite": "green"}
_MAX_QUOTE = 240
_MAX_PARAMETERS = 8
_MAX_QUOTES = 3
_PLAIN_WIDTH = 100
NOTICE = "Not legal advice. The model reads English and Chinese; a clause it has never seen can be misread."


def render_text(report: Report | FailedReport) -> RenderableType:
    """Return a rich renderable of a report; the console decides width and colour."""
    if isinstance(report, FailedReport):
        return Text(clean(report.message), style="bold red")
    parts: list[RenderableType] = [_headline(report)]
    parts += [Text(clean(told)) for told in (nearest_sentence(report), incorporated_sentence(report)) if told]
    if report.verdict != "not-a-license":
        parts += [*_findings(report), *missing_block(report.missing), Text(), _summary(report.clauses)]
        parts += freedoms_block(report.freedoms)
    if report.source.language == "und":
        parts.append(Text("Neither English nor Chinese: the clauses were not understood reliably.", style="yellow"))
    if report.policy:
        parts += [*policy_block(report.policy), Text()]
    return Group(*parts, Text(NOTICE, style="dim"))


def print_report(report: Report | FailedReport, console: Console) -> None:
    """Write a report to the console's file, followed by an empty line."""
    print_trimmed(console, render_text(report), end="\n\n")


def render_plain(reports: Sequence[Report | FailedReport], texts: Mapping[str, str]) -> str:
    """Return all reports as text without colour, 100 columns wide."""
    out = io.StringIO()
    console = Console(file=out, width=_PLAIN_WIDTH, no_color=True)
    for report in reports:
        print_report(report, console)
    return out.getvalue()


def _headline(report: Report) -> Text:
    words, style = _HEADLINES[report.verdict]
    line = Text(f"{clean(report.source.name)}: ", style="bold")
    line.append(words, style=style)
    criteria = deviating_criteria(report)
    if criteria:
        line.append(
            f" (criteria {', '.join(map(str, criteria))})" if len(criteria) > 1 else f" (criterion {criteria[0]})"
        )
    if report.verdict != "not-a-license":
        line.append(f"  score {report.score:.2f}", style="dim")
    return line


def _findings(report: Report) -> Iterator[RenderableType]:
    titles = {criterion.number: criterion.title for criterion in load_definition().criteria}
    ordered = sorted(report.findings, key=lambda f: f.criterion or 11)
    shown: int | None = -1
    for finding in ordered:
        if finding.criterion != shown:
            shown = finding.criterion
            title = f"OSD {shown}. {titles[shown]}" if shown else "Beside the criteria"
            yield Text(f"\n{title}", style="bold")
        yield Padding(Group(*_finding(finding, report)), (0, 0, 0, 2), expand=False)


def _finding(finding: Finding, report: Report) -> Iterator[RenderableType]:
    head = Text().append(finding.status, style=_STATUS_STYLE[finding.status])
    head.append(f"  {_title(finding.label)}", style="bold")
    head.append(f"  {clean(finding.label)}", style="dim")
    if finding.clauses:
        head.append(f"  {finding.score:.2f}", style="dim")
    yield head
    for index in best_clauses(report, finding, _MAX_QUOTES):
        tagged = report.clauses[index]
        yield Padding(_quote(tagged, index), (0, 0, 0, 2), expand=False)
        if tagged.parameters:
            yield Padding(Text(_parameters(tagged), style="bold"), (0, 0, 0, 4), expand=False)
    if len(finding.clauses) > _MAX_QUOTES:
        yield Padding(
            Text(f"and {len(finding.clauses) - _MAX_QUOTES} more clauses", style="dim"), (0, 0, 0, 2), expand=False
        )
    yield Padding(Text(clean(finding.reason)), (0, 0, 0, 2), expand=False)
    if finding.bite:
        style = _BITE_STYLE[finding.bite.outcome]
        yield Padding(Text(clean(finding.bite.reason), style=style), (0, 0, 0, 2), expand=False)


def _quote(tagged: TaggedClause, index: int) -> Text:
    clause = tagged.clause
    words = shorten(clean(clause.content), _MAX_QUOTE)
    where = f"[{clean(' / '.join(clause.heading))}] " if clause.heading else ""
    line = Text(f"{where}clause {index}: ", style="dim")
    return line.append(f"“{words}”", style="italic not dim")


def _parameters(tagged: TaggedClause) -> str:
    return "; ".join(dict.fromkeys(clean(brief(found)) for found in tagged.parameters))


def _title(label: str) -> str:
    known = load_labels().find(label)
    return known.title if known else clean(label)


def _summary(clauses: Sequence[TaggedClause]) -> Table:
    """Table what is granted, demanded, disclaimed and barred, with the clauses that say so."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    groups = labels_by_group(clauses)
    for group, title in _GROUP_TITLES.items():
        cells = [f"{_title(label)} ({_indexes(indexes)})" for label, indexes in groups.get(group, {}).items()]
        if cells or group != OWN:
            table.add_row(title, Text("; ".join(cells) or "nothing found"))
    if any(tagged.parameters for tagged in clauses):
        table.add_row("Parameters", Text("; ".join(_all_parameters(clauses))))
    return table


def _all_parameters(clauses: Sequence[TaggedClause]) -> list[str]:
    told = [f"{_parameters(tagged)} ({index})" for index, tagged in enumerate(clauses) if tagged.parameters]
    return told[:_MAX_PARAMETERS] + (["…"] if len(told) > _MAX_PARAMETERS else [])


def _indexes(indexes: list[int]) -> str:
    return ", ".join(map(str, indexes[:4])) + (", …" if len(indexes) > 4 else "")
