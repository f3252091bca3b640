"""The encoder's share of a training run: start, train, export, read back what will be served."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from classifier.training.finetune import SpecialTokens, fine_tune, fit_head
from classifier.training.watch import Note, Progress, Watch
from classifier.training.weights import load_weights, plain_input, save_weights

Floats = npt.NDArray[np.float32]
_SAMPLE = 256
"""Clauses enough to see the range of each channel, and few enough to take seconds."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What an encoder learns from, and what it is measured on after each epoch.

    Inputs are (context, content) pairs, the truth is gold of shape (n, labels).
    """

    labels: tuple[str, ...]
    inputs: Pairs
    truth: npt.NDArray[np.bool_]
    dev_inputs: Pairs = ()
    dev_truth: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), np.bool_))


def fit_encoder(
    base: str,
    config: EncoderConfig,
    data: TrainingData,
    held_out: Mapping[str, Pairs],
    layout: Layout,
    checkpoint: Path,
    *,
    weights: bool = False,
    on_progress: Progress = lambda stage, done: None,
    on_note: Note = lambda line: None,
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
        weights: Also write what transformers loads.
        on_progress: Called with the stage and the share done.
        on_note: Called with lines to keep.

    Raises:
        ModelError: The base is a model folder without an encoder, or not built like BERT, or its
            export says something else.
    """
    tokenizer = plain_input(load_tokenizer(base)) if weights else load_tokenizer(base)
    tokenizer.save(str(layout.tokenizer), pretty=False)
    model, tokens = train_encoder(base, config, data, tokenizer, checkpoint, on_progress, on_note)
    on_progress("export", 0.0)
    write_json(layout.config, save_weights(model, tokenizer, layout, config.max_length) if weights else model.settings)
    # From all over: neighbours are clauses of one text, many of them boilerplate without a label.
    apart = max(2, len(tokens) // _SAMPLE)
    calibration, control = tokens[::apart], tokens[1::apart]
    export_onnx(model, layout.onnx, calibration)
    on_progress("export", 0.5)
    check_parity(model, layout.onnx, control or calibration)
    served = EncoderModel.load(layout, config.max_length)
    logits = {name: served.logits(pairs) for name, pairs in held_out.items()}
    on_progress("export", 1.0)
    return logits


def train_encoder(
    base: str,
    config: EncoderConfig,
    data: TrainingData,
    tokenizer: Tokenizer,
    checkpoint: Path,
    on_progress: Progress = lambda stage, done: None,
    on_note: Note = lambda line: None,
) -> tuple[ClauseEncoder, list[list[int]]]:
    """Return the trained classifier and the token ids it was trained on; writes only the checkpoint."""
    torch.manual_seed(config.seed)  # of the head, which starts at random
    model = load_start(base, data.labels, config.dropout).to(distributed.device())
    tokens = encode(tokenizer, data.inputs, config.max_length)
    gold = data.truth.astype(np.float32)
    dev = encode(tokenizer, data.dev_inputs, config.max_length)
    watch = Watch(0 if config.frozen else config.epochs, dev, data.dev_truth, on_progress, on_note)
    if config.frozen:
        fit_head(model, tokens, gold, config, watch.step, watch.read)
        watch.end_epoch(0, model)
    else:
        fine_tune(
            model,
            tokens,
            gold,
            config,
            SpecialTokens.of(tokenizer),
            checkpoint=checkpoint,
            on_step=watch.step,
            on_epoch=watch.end_epoch,
            on_resume=watch.resume,
        )
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
    # What rounding to 8 bits lost is still in the weights, where a folder has them.
    model = (load_weights if Layout(Path(base)).weights.is_file() else load_exported)(Path(base), dropout)
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
