"""The command line: thin commands over library functions; the only place that prints or exits."""

import os
import sys
from io import TextIOWrapper

from classifier.errors import OsdlintError
from classifier.version import __version__

EXIT_DEVIATION, EXIT_ERROR = 1, 2


def main() -> None:
    """Run `osdlint` with the arguments of the process."""
    # Answered before anything heavy is imported.
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"osdlint {__version__}\n")
        return
    _print_anything()
    try:
        code = _run()
        sys.stdout.flush()
    except OsdlintError as error:
        sys.stderr.write(f"osdlint: {error}\n")
        sys.exit(EXIT_ERROR)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader (head, less) went away: no traceback, and none from the interpreter's own flush.
        _drop_output()
        sys.exit(EXIT_ERROR)
    sys.exit(code)


def _print_anything() -> None:
    """Let every character be printed: a pipe or file gets UTF-8, a terminal the escape of what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _run() -> int | str | None:
    """Run the command and return its exit code."""
    from classifier.cli.app import app

    try:
        app(prog_name="osdlint")
    except SystemExit as end:
        # Typer catches a broken pipe itself and exits with 1, which here means a deviation.
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        return end.code
    return None


def _drop_output() -> None:
    """Send to nowhere what a stream without a reader still holds."""
    for stream in filter(None, (sys.__stdout__, sys.__stderr__)):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
