"""What is said of a whole text, for a terminal: what it lacks, and the freedoms it gives."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from classifier.datamodels import Freedom, Missing
from classifier.freedoms import load_freedoms
from classifier.missing import load_lacks

_STYLES = {"given": "green", "limited": "yellow", "withheld": "red", "unsaid": "yellow"}
_MAX_CLAUSES = 4


def missing_block(missing: Sequence[Missing]) -> Iterator[RenderableType]:
    """Yield what a text lacks and what an open text would say there."""
    if missing:
        yield Text("\nMissing", style="bold")
    for lack in missing:
        yield Padding(Group(*_lack(lack)), (0, 0, 0, 2), expand=False)


def _lack(lack: Missing) -> Iterator[RenderableType]:
    titles = {known.kind: known.title for known in load_lacks()}
    head = Text(titles.get(lack.kind, lack.kind), style="bold").append(f"  {lack.kind}", style="dim not bold")
    yield head.append(_places(lack.clauses), style="dim not bold")
    # An unclear lack stands among the findings with its reason.
    if lack.status != "unclear":
        yield Padding(Text(lack.reason), (0, 0, 0, 2), expand=False)
    yield Padding(
        Text("An OSD-conformant text would say: ").append(lack.suggestion, style="italic"), (0, 0, 0, 2), expand=False
    )


def freedoms_block(freedoms: Sequence[Freedom]) -> Iterator[RenderableType]:
    """Yield a table of the freedoms of the Open Source AI Definition."""
    if not freedoms:
        return
    yield Text("\nOpen Source AI Definition", style="bold")
    titles = {rule.name: rule.title for rule in load_freedoms()}
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    # Chinese has no blanks to break lines at.
    table.add_column(overflow="fold")
    for freedom in freedoms:
        reason = Text(freedom.reason).append(_places(freedom.clauses), style="dim")
        table.add_row(
            Text(titles.get(freedom.name, freedom.name)), Text(freedom.grant, style=_STYLES[freedom.grant]), reason
        )
    yield table
    yield Text("Whether code, weights and information on the data are there, the text does not show.", style="dim")


def _places(clauses: Sequence[int]) -> str:
    if not clauses:
        return ""
    return f"  ({', '.join(map(str, clauses[:_MAX_CLAUSES]))}{', …' if len(clauses) > _MAX_CLAUSES else ''})"
