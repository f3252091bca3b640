"""The encoder's share of a training run: fine-tune, export, read back what will be served."""

from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import copyfile

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from classifier.bundle import Layout, write_json
from classifier.tagger.encoder import EncoderModel
from classifier.training.encoder import EncoderConfig, Pairs, encode, fine_tune, load_backbone
from classifier.training.export import check_parity, export_onnx

Floats = npt.NDArray[np.float32]
_PARITY_ROWS = 64


def fit_encoder(
    base: str,
    config: EncoderConfig,
    inputs: Pairs,
    truth: npt.NDArray[np.bool_],
    held_out: Mapping[str, Pairs],
    layout: Layout,
    checkpoint: Path,
    on_progress: Callable[[str, float], None],
) -> dict[str, Floats]:
    """Fine-tune a pretrained encoder, export it into the layout, return its held-out logits.

    The logits come from the exported, quantised model: what is calibrated is what is served.

    Args:
        base: Folder or hub id of the pretrained encoder.
        config: Hyperparameters.
        inputs: (context, content) pairs to train on.
        truth: Their gold labels, shape (n, labels).
        held_out: Pairs by split.
        layout: The model folder to write into.
        checkpoint: Where the run is saved after each epoch.
        on_progress: Called with the stage and the share done.
    """
    _copy_tokenizer(base, layout)
    tokenizer = Tokenizer.from_file(str(layout.tokenizer))
    tokens = encode(tokenizer, inputs, config.max_length)
    model = load_backbone(base, truth.shape[1], config.dropout)
    fine_tune(
        model,
        tokens,
        truth.astype(np.float32),
        config,
        checkpoint=checkpoint,
        on_step=lambda step, steps, loss: on_progress(f"encoder, loss {loss:.2f}", step / steps),
    )
    write_json(layout.config, model.settings)
    export_onnx(model, layout.onnx)
    check_parity(model, layout.onnx, tokens[:_PARITY_ROWS])
    served = EncoderModel.load(layout, config.max_length)
    return {name: served.logits(pairs) for name, pairs in held_out.items()}


def _copy_tokenizer(base: str, layout: Layout) -> None:
    local = Path(base) / "tokenizer.json"
    if local.is_file():
        copyfile(local, layout.tokenizer)
    else:
        AutoTokenizer.from_pretrained(base).backend_tokenizer.save(str(layout.tokenizer))
