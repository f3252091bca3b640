"""`osdlint train`: make a model folder from gold rows or the files of annotation tools."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.bundle import Layout, default_model_dir
from classifier.cli.progress import noted_progress
from classifier.errors import AnnotationError, UsageError

if TYPE_CHECKING:
    from classifier.annotations import Row

_ROWS = "rows"


def train(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...", help="More annotations, so that `-a *.jsonl` and `-a a b` work.", show_default=False
        ),
    ] = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The model folder to write.")],
    annotations: Annotated[
        list[str] | None,
        typer.Option(
            "--annotations",
            "-a",
            metavar="[FORMAT:]FILE",
            help="Gold rows (JSON Lines), or the file of a tool after its name and a colon: label-studio, doccano, "
            "prodigy, brat, spacy, conll; repeat for more.",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            help="What to start from: a model folder, or folder or hub id of a pretrained encoder. "
            "Default: the shipped model.",
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave the encoder as it is and fit the heads only.")] = False,
    linear: Annotated[bool, typer.Option("--linear", help="Train the linear model alone, no encoder.")] = False,
    weights: Annotated[
        bool, typer.Option(help="Also write what transformers loads, and further training starts from.")
    ] = True,
    families: Annotated[Path, typer.Option(help="Document key -> family.")] = Path("data/families.json"),
    name: Annotated[str | None, typer.Option(help="Name of the model; default: that of its folder.")] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="Epochs of fine-tuning. Default: 2 from a model folder, 6 from a pretrained encoder."),
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="Top learning rate of fine-tuning. Default: 2e-4, or 3e-4 from an encoder.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 13,
) -> None:
    """Train a model on annotations and write its folder, with metrics and card.

    Labels of your own become part of the model. Needs the extra `train` and, for stand-off rows,
    `osdlint corpus fetch`. A killed run continues at its last epoch when it is started again; a GPU
    is used where there is one, several under `torchrun --nproc-per-node=N -m classifier train ...`.

    Examples:
    `osdlint train -a data/annotations/*.jsonl mine.jsonl -o my-model --quick`

    `osdlint train -a label-studio:export.json -o my-model`

    `osdlint train -a conll:rules.bio -o my-model --base intfloat/multilingual-e5-small`
    """
    if linear and (quick or base):
        raise UsageError("--linear trains no encoder; leave out --quick and --base")
    rows = _read(annotations or [], files or [])
    from classifier.training.encoder import EncoderConfig
    from classifier.training.run import TrainConfig
    from classifier.training.run import train as run

    base = None if linear else base or str(default_model_dir())
    usual = EncoderConfig.further() if base and Layout(Path(base)).thresholds.is_file() else EncoderConfig()
    config = TrainConfig(
        annotations=(),
        families=families,
        output=output,
        base=base,
        name=name or output.resolve().name,
        seed=seed,
        encoder=replace(
            usual,
            epochs=epochs or usual.epochs,
            learning_rate=learning_rate or usual.learning_rate,
            frozen=quick,
            seed=seed,
        ),
        rows=tuple(rows),
        weights=weights,
    )
    with noted_progress() as (report, note):
        metrics = run(config, report, note)
    if not metrics:  # a helper process under torchrun: process 0 reports
        return
    unseen = metrics["test"].get("unseen") or next(iter(metrics["test"].values()))
    typer.echo(f"{output}: micro-F1 {unseen['micro_f1']:.3f} on {unseen['clauses']} held-out clauses of unseen wording")


def _read(options: Sequence[str], more: Sequence[str]) -> "list[Row]":
    """Return the rows of every file; one that names no format is one of rows."""
    from classifier.annotations import read_rows
    from classifier.converters import FORMATS

    if not (options or more):
        raise UsageError("name the files to train on: --annotations FILE")
    named = [_split(name, (_ROWS, *FORMATS)) for name in (*options, *more)]
    try:
        rows = read_rows([path for kind, path in named if kind == _ROWS], known_labels=False)
    except AnnotationError as error:
        hint = f"these are read as gold rows; for a tool's file write FORMAT:FILE ({', '.join(FORMATS)})"
        raise AnnotationError(f"{error}\n{hint}") from error
    for kind, path in named:
        if kind != _ROWS:
            rows += _convert(path, kind)
    return rows


def _split(name: str, formats: Sequence[str]) -> tuple[str, Path]:
    """Part `FORMAT:FILE`; a colon after anything but a format belongs to the name of a file."""
    head, colon, rest = name.partition(":")
    return (head, Path(rest)) if colon and head in formats else (_ROWS, Path(name))


def _convert(path: Path, kind: str) -> "list[Row]":
    from classifier.converters import read_format, to_written_rows

    documents = [replace(document, name=f"{path}, {document.name}") for document in read_format(path, kind)]
    return to_written_rows(documents, annotator="user", known_labels=False)
