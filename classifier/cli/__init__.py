"""The command line: thin commands over library functions; the only place that prints or exits."""

import os
import sys

from classifier.errors import OsdlintError
from classifier.version import __version__

EXIT_DEVIATION, EXIT_ERROR = 1, 2


def main() -> None:
    """Run `osdlint` with the arguments of the process."""
    # Answered before anything heavy is imported.
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"osdlint {__version__}\n")
        return
    from classifier.cli.app import app

    try:
        app(prog_name="osdlint")
    except OsdlintError as error:
        sys.stderr.write(f"osdlint: {error}\n")
        sys.exit(EXIT_ERROR)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader (head, less) went away: no traceback, and none from the interpreter's own flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_ERROR)
