"""`osdlint train`: make a model folder from gold rows."""

from pathlib import Path
from typing import Annotated

import typer

from classifier.bundle import default_model_dir
from classifier.cli.progress import stage_progress
from classifier.errors import UsageError


def train(
    annotations: Annotated[
        list[Path], typer.Option("--annotations", "-a", help="Files of gold rows (JSON Lines); repeat for more.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The model folder to write.")],
    *,
    base: Annotated[
        str | None,
        typer.Option(
            help="What to start from: a model folder, or folder or hub id of a pretrained encoder. "
            "Default: the shipped model.",
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave the encoder as it is and fit the heads only.")] = False,
    linear: Annotated[bool, typer.Option("--linear", help="Train the linear model alone, no encoder.")] = False,
    families: Annotated[Path, typer.Option(help="Document key -> family.")] = Path("data/families.json"),
    name: Annotated[str, typer.Option(help="Name of the model.")] = "osdlint-clauses",
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of fine-tuning.")] = 6,
    learning_rate: Annotated[float, typer.Option(help="Top learning rate of fine-tuning.")] = 3e-4,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 13,
) -> None:
    """Train a model on gold rows and write its folder, with metrics and card.

    Labels of your own become part of the model. Needs the extra `train` and, for stand-off rows,
    `osdlint corpus fetch`. A killed run continues at its last epoch when it is started again; a GPU
    is used where there is one, several under `torchrun --nproc-per-node=N -m classifier train ...`.

    Examples:
    `osdlint train -a data/annotations/osi-approved.jsonl -a mine.jsonl -o my-model --quick`

    `osdlint train -a mine.jsonl -o my-model --base intfloat/multilingual-e5-small`
    """
    if linear and (quick or base):
        raise UsageError("--linear trains no encoder; leave out --quick and --base")
    from classifier.training.encoder import EncoderConfig
    from classifier.training.run import TrainConfig
    from classifier.training.run import train as run

    config = TrainConfig(
        annotations=tuple(annotations),
        families=families,
        output=output,
        base=None if linear else base or str(default_model_dir()),
        name=name,
        seed=seed,
        encoder=EncoderConfig(epochs=epochs, learning_rate=learning_rate, frozen=quick, seed=seed),
    )
    with stage_progress() as report:
        metrics = run(config, report)
    if not metrics:  # a helper process under torchrun: process 0 reports
        return
    unseen = metrics["test"].get("unseen") or next(iter(metrics["test"].values()))
    typer.echo(f"{output}: micro-F1 {unseen['micro_f1']:.3f} on {unseen['clauses']} held-out clauses of unseen wording")
