"""`osdlint train`: make a model folder from gold rows."""

from pathlib import Path
from typing import Annotated

import typer

from classifier.cli.progress import stage_progress


def train(
    annotations: Annotated[
        list[Path], typer.Option("--annotations", "-a", help="Files of gold rows (JSON Lines); repeat for more.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The model folder to write.")],
    *,
    base: Annotated[
        str | None, typer.Option(help="Pretrained encoder to fine-tune: a folder or a hub id. Without it: linear only.")
    ] = None,
    families: Annotated[Path, typer.Option(help="Document key -> family.")] = Path("data/families.json"),
    name: Annotated[str, typer.Option(help="Name of the model.")] = "osdlint-clauses",
    epochs: Annotated[int, typer.Option(min=1, help="Epochs of fine-tuning.")] = 6,
    learning_rate: Annotated[float, typer.Option(help="Top learning rate of fine-tuning.")] = 3e-4,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 13,
) -> None:
    """Train a model on gold rows and write its folder, with metrics and card.

    Needs the extra `train` and, for stand-off rows, `osdlint corpus fetch`.

    Examples:
    `osdlint train -a data/annotations/osi-approved.jsonl -a mine.jsonl -o my-model`

    `osdlint train -a mine.jsonl -o my-model --base intfloat/multilingual-e5-small`
    """
    from classifier.training.encoder import EncoderConfig
    from classifier.training.run import TrainConfig
    from classifier.training.run import train as run

    encoder = EncoderConfig(epochs=epochs, learning_rate=learning_rate, seed=seed)
    config = TrainConfig(
        annotations=tuple(annotations),
        families=families,
        output=output,
        base=base,
        name=name,
        seed=seed,
        encoder=encoder,
    )
    with stage_progress() as report:
        metrics = run(config, report)
    unseen = metrics["test"].get("unseen") or next(iter(metrics["test"].values()))
    typer.echo(f"{output}: micro-F1 {unseen['micro_f1']:.3f} on {unseen['clauses']} held-out clauses of unseen wording")
