"""The command tree; a call that names no command is short for `osdlint check`."""

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from classifier.version import __version__

_COMMANDS = {
    "check": "classifier.cli.check:check",
    "diff": "classifier.cli.diff:diff",
    "scan": "classifier.cli.scan:scan",
    "claim": "classifier.cli.claim:claim",
    "labels": "classifier.cli.labels:labels",
    "base": "classifier.cli.base:base",
    "train": "classifier.cli.train:train",
    "evaluate": "classifier.cli.evaluate:evaluate",
    "suggest": "classifier.cli.suggest:suggest",
    "corpus": "classifier.cli.corpus:app",
    "annotate": "classifier.cli.annotate:app",
    "serve": "classifier.cli.serve:serve",
}
"""Name -> where its function or group of functions is; imported when it is called."""

_DEFAULT = "check"
_GLOBAL_OPTIONS = frozenset({"--help", "-h", "--version", "--install-completion", "--show-completion"})


class _Commands(TyperGroup):
    """The commands, loaded one by one; arguments that name none are those of `check`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - click's own context type
        if not args or (args[0] not in _COMMANDS and args[0] not in _GLOBAL_OPTIONS):
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        if cmd_name in _COMMANDS and cmd_name not in self.commands:
            self.commands[cmd_name] = _load(cmd_name)
        return super().get_command(ctx, cmd_name)


def _load(name: str) -> Any:  # noqa: ANN401
    module, _, attribute = _COMMANDS[name].partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        function, found = found, typer.Typer(**_SETTINGS)
        found.command(name)(function)
    command = typer.main.get_command(found)
    command.name = name
    return command


_SETTINGS: dict[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": "markdown",
    "context_settings": {"help_option_names": ["-h", "--help"]},
}

app = typer.Typer(cls=_Commands, **{**_SETTINGS, "add_completion": True})


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

    Exit codes: 0 done, 1 what `--fail-on` names was found, 2 usage or input error.
    Not legal advice.
    """
