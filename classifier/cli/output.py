"""Write documents to standard output or to a file, as UTF-8 whatever the terminal's encoding."""

import os
from pathlib import Path

import typer

from classifier.errors import UsageError


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
    """Write a document to standard output, or to a file in one atomic step; a last line end is added.

    Raises:
        UsageError: The file cannot be written.
    """
    # A lone surrogate is written as its escape, which is also what JSON calls it.
    data = (text if text.endswith("\n") else text + "\n").encode("utf-8", "backslashreplace")
    if path is None:
        typer.echo(data, nl=False)
        return
    try:
        _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); name another file") from error


def _replace(path: Path, data: bytes) -> None:
    if path.exists() and not path.is_file():
        # A pipe or a device, such as /dev/stdout, is written to, not replaced.
        path.write_bytes(data)
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
