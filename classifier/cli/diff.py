"""`osdlint diff`: compare two texts clause by clause."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.cli import EXIT_DEVIATION
from classifier.cli.options import Encoding, MaxBytes, ModelFolder
from classifier.cli.output import TextOrJson, result_console, write
from classifier.errors import UsageError
from classifier.render.escape import dump_json
from classifier.sources import DEFAULT_MAX_BYTES, STDIN, read_document

if TYPE_CHECKING:
    from classifier.compare import Comparison


class DiffFailOn(StrEnum):
    """What makes the exit code 1."""

    never = "never"
    new_deviation = "new-deviation"


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The text to start from; `-` is standard input.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The text it became.")],
    *,
    output_format: Annotated[
        TextOrJson, typer.Option("--format", "-f", help="How to show the comparison.")
    ] = TextOrJson.text,
    model: ModelFolder = None,
    fail_on: Annotated[
        DiffFailOn, typer.Option(help="Exit with 1 when B deviates where A does not.")
    ] = DiffFailOn.never,
    encoding: Encoding = None,
    max_bytes: MaxBytes = DEFAULT_MAX_BYTES,
) -> None:
    """Compare two license texts clause by clause: what was added, removed, altered, and what that means for the OSD.

    Line wraps, numbering, case, punctuation, copyright lines and names of holders make no difference.

    Examples:
    `osdlint diff LICENSE.old LICENSE`

    `git show HEAD~1:LICENSE | osdlint diff - LICENSE --fail-on new-deviation`
    """
    from classifier.compare import diff as compare
    from classifier.pipeline import Classifier

    if before == after == STDIN:
        raise UsageError("- and -: standard input can be read once; name a file for one of the two")
    documents = [read_document(name, encoding=encoding, max_bytes=max_bytes) for name in (before, after)]
    comparison = compare(*Classifier.from_pretrained(model).predict(documents))
    if output_format is TextOrJson.json:
        write(dump_json(comparison.to_dict()))
    else:
        _print(comparison)
    if fail_on is DiffFailOn.new_deviation and comparison.has_new_deviation:
        raise typer.Exit(EXIT_DEVIATION)


def _print(comparison: "Comparison") -> None:
    from classifier.render.diff import print_diff

    print_diff(comparison, result_console())
