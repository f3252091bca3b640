"""Write results to standard output or to a file: documents as UTF-8 whatever the terminal's encoding."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from classifier.atomic import replace_file
from classifier.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console


class TextOrJson(StrEnum):
    """How a result is shown: for a person, or for a program."""

    text = "text"
    json = "json"


def result_console(min_width: int = 100) -> "Console":
    """Return a console for results; what is piped has lines of at least this width."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, min_width))


def check_target(path: Path) -> None:
    """Refuse a file that cannot be written, before the work that fills it.

    Raises:
        UsageError: The path is a folder, or its folder does not exist.
    """
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file inside it")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}; make it, or name another file")


def write(text: str, path: Path | None = None) -> None:
    """Write a document to standard output, or to a file in one atomic step; text that lacks a last line end gets one.

    Raises:
        UsageError: The file cannot be written.
    """
    # A lone surrogate is written as its escape, which is also what JSON calls it.
    data = (text if text.endswith("\n") or not text else text + "\n").encode("utf-8", "backslashreplace")
    if path is None:
        typer.echo(data, nl=False)
        return
    try:
        replace_file(path, data)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); name another file") from error
