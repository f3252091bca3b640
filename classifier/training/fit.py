"""The encoder's share of a training run: start, train, export, read back what will be served."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from classifier.bundle import Layout, load_config, write_json
from classifier.tagger.encoder import EncoderModel
from classifier.training import distributed
from classifier.training.dequantize import load_exported
from classifier.training.encoder import ClauseEncoder, EncoderConfig, Pairs, encode, load_backbone
from classifier.training.export import check_parity, export_onnx
from classifier.training.finetune import OnStep, fine_tune, fit_head

Floats = npt.NDArray[np.float32]
_PARITY_ROWS = 64


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What an encoder learns from: (context, content) pairs and gold of shape (n, labels)."""

    labels: tuple[str, ...]
    inputs: Pairs
    truth: npt.NDArray[np.bool_]


def fit_encoder(
    base: str,
    config: EncoderConfig,
    data: TrainingData,
    held_out: Mapping[str, Pairs],
    layout: Layout,
    checkpoint: Path,
    on_progress: Callable[[str, float], None],
) -> dict[str, Floats]:
    """Train an encoder, export it into the layout, return its held-out logits.

    The logits come from the exported, quantised model: what is calibrated is what is served.

    Args:
        base: A model folder of this package, or folder or hub id of a pretrained encoder.
        config: Hyperparameters.
        data: What to train on.
        held_out: Pairs by split.
        layout: The model folder to write into.
        checkpoint: Where the run is saved after each epoch.
        on_progress: Called with the stage and the share done.

    Raises:
        ModelError: The base is a model folder without an encoder.
    """
    tokenizer = load_tokenizer(base)
    tokenizer.save(str(layout.tokenizer))

    def report(step: int, steps: int, loss: float) -> None:
        on_progress(f"encoder, loss {loss:.2f}", step / steps)

    model, tokens = train_encoder(base, config, data, tokenizer, checkpoint, report)
    write_json(layout.config, model.settings)
    export_onnx(model, layout.onnx)
    check_parity(model, layout.onnx, tokens[:_PARITY_ROWS])
    served = EncoderModel.load(layout, config.max_length)
    return {name: served.logits(pairs) for name, pairs in held_out.items()}


def train_encoder(
    base: str,
    config: EncoderConfig,
    data: TrainingData,
    tokenizer: Tokenizer,
    checkpoint: Path,
    on_step: OnStep = lambda step, steps, loss: None,
) -> tuple[ClauseEncoder, list[list[int]]]:
    """Return the trained classifier and the token ids it was trained on; writes only the checkpoint."""
    model = load_start(base, data.labels, config.dropout).to(distributed.device())
    tokens = encode(tokenizer, data.inputs, config.max_length)
    gold = data.truth.astype(np.float32)
    if config.frozen:
        fit_head(model, tokens, gold, config, on_step)
    else:
        fine_tune(model, tokens, gold, config, checkpoint=checkpoint, on_step=on_step)
    return model, tokens


def load_start(base: str, labels: Sequence[str], dropout: float) -> ClauseEncoder:
    """Return the classifier that training starts from.

    From a model folder of this package the head of every label that it knows comes along.

    Args:
        base: A model folder of this package, or folder or hub id of a pretrained encoder.
        labels: What the head shall give.
        dropout: Share of pooled features dropped in training.

    Raises:
        ModelError: The base is a model folder without an encoder.
    """
    if not Layout(Path(base)).thresholds.is_file():
        return load_backbone(base, len(labels), dropout)
    _, config = load_config(base)
    model = load_exported(Path(base), dropout)
    known = {label: row for row, label in enumerate(config.labels)}
    old, model.head = model.head, ClauseEncoder(model.backbone, len(labels), dropout).head
    with torch.no_grad():
        model.head.weight.zero_()
        for row, label in enumerate(labels):
            if label in known:
                model.head.weight[row] = old.weight[known[label]]
                model.head.bias[row] = old.bias[known[label]]
    return model


def load_tokenizer(base: str) -> Tokenizer:
    """Return the tokenizer of a folder or of a hub id."""
    local = Path(base) / "tokenizer.json"
    if local.is_file():
        return Tokenizer.from_file(str(local))
    tokenizer: Tokenizer = AutoTokenizer.from_pretrained(base).backend_tokenizer
    return tokenizer
