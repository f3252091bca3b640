"""`osdlint scan`: read a model or project folder, show what does not agree."""

from enum import StrEnum
from typing import Annotated

import typer

from classifier.cli import EXIT_DEVIATION
from classifier.cli.options import ModelFolder
from classifier.cli.output import TextOrJson, result_console, write
from classifier.cli.progress import stage_progress
from classifier.render.escape import dump_json
from classifier.sources import MAX_SCANNED_BYTES, MAX_SCANNED_FILES


class ScanFailOn(StrEnum):
    """What makes the exit code 1."""

    never = "never"
    mismatch = "mismatch"


def scan(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A model or project folder.")],
    *,
    output_format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to show it.")] = TextOrJson.text,
    model: ModelFolder = None,
    fail_on: Annotated[ScanFailOn, typer.Option(help="Exit with 1 when sources do not agree.")] = ScanFailOn.never,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the texts; default UTF-8.")] = None,
    max_bytes: Annotated[int, typer.Option(min=1, help="Do not judge larger license texts.")] = MAX_SCANNED_BYTES,
    max_files: Annotated[int, typer.Option(min=1, help="Stop after meeting so many files.")] = MAX_SCANNED_FILES,
) -> None:
    """Compare what a folder's license texts, model cards, model files and manifests say.

    Reads LICENSE, COPYING, NOTICE and use policies, the front matter of model cards, the headers of GGUF and
    safetensors files, pyproject.toml and package.json; nothing is imported or unpickled, no link followed outside.

    Examples:
    `osdlint scan my-model`

    `osdlint scan --fail-on mismatch --format json . > scan.json`
    """
    from classifier.pipeline import Classifier
    from classifier.scan import scan_folder
    from classifier.scan.walk import resolve_root

    resolve_root(folder)  # a wrong path is told before the model is loaded
    classifier = Classifier.from_pretrained(model)
    with stage_progress() as report:
        found = scan_folder(
            folder, classifier, encoding=encoding, max_bytes=max_bytes, max_files=max_files, on_progress=report
        )
    if output_format is TextOrJson.json:
        from classifier.scan.json import scan_dict

        write(dump_json(scan_dict(found)))
    else:
        from classifier.scan.show import show_scan

        show_scan(found, result_console())
    if fail_on is ScanFailOn.mismatch and found.mismatches:
        raise typer.Exit(EXIT_DEVIATION)
