"""The command tree; a call that names no command is short for `osdlint check`."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from classifier.cli import annotate as annotate_commands
from classifier.cli import corpus as corpus_commands
from classifier.cli.base import base
from classifier.cli.check import check
from classifier.cli.evaluate import evaluate
from classifier.cli.labels import labels
from classifier.cli.suggest import suggest
from classifier.cli.train import train
from classifier.version import __version__

_DEFAULT = "check"
_GLOBAL_OPTIONS = frozenset({"--help", "-h", "--version", "--install-completion", "--show-completion"})


class _DefaultToCheck(TyperGroup):
    """A command group that reads arguments which name no command as those of `check`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - click's own context type
        if not args or (args[0] not in self.commands and args[0] not in _GLOBAL_OPTIONS):
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_DefaultToCheck,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"osdlint {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """A linter for license openness.

    Says what each clause of a license does and where the text departs from the Open Source Definition.

    **Short forms** of `osdlint check`:

    `osdlint LICENSE` · `osdlint --format json LICENSE` · `osdlint < LICENSE` · `osdlint` (paste, then Ctrl-D)

    Exit codes: 0 done, 1 deviations found (only with `--fail-on deviation`), 2 usage or input error.
    Not legal advice.
    """


app.command()(check)
app.command()(labels)
app.command()(base)
app.command()(train)
app.command()(evaluate)
app.command()(suggest)
app.add_typer(corpus_commands.app, name="corpus")
app.add_typer(annotate_commands.app, name="annotate")
