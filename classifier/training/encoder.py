"""The encoder that is trained: a pretrained transformer, pooling and a linear head."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel

from classifier.tagger.tokens import encode_pairs
from classifier.training.quiet import quiet

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Pairs = Sequence[tuple[str, str]]


_MIN_DEVIATION = 1e-4
_PREDICTION_TOKENS = 8192


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """How to fine-tune.

    `batch_tokens` bounds the padded size of a batch. `focal` is the exponent of the focal loss: 0
    is plain binary cross-entropy. `head_rate` multiplies the learning rate of the freshly made
    classification head. `hidden_tokens` and `hidden_contexts` are the shares of tokens and of whole
    contexts that training hides, anew in every epoch. `last_rate` is the share of the learning rate
    that is left at the end. `averaged` is how far back the average of the weights looks that is kept: 0
    is the last step alone, 1 all steps alike, 0.2 about the last third. `frozen` leaves the encoder as
    it is and fits the head alone.
    """

    epochs: int = 6
    learning_rate: float = 3e-4
    head_rate: float = 6.0
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warmup: float = 0.06
    batch_tokens: int = 1536
    max_length: int = 192
    dropout: float = 0.1
    focal: float = 0.0
    hidden_tokens: float = 0.1
    hidden_contexts: float = 0.15
    last_rate: float = 0.02
    averaged: float = 0.2
    frozen: bool = False
    seed: int = 13

    @classmethod
    def further(cls) -> Self:
        """Return how to go on from a classifier of this package, which has learned most of it before."""
        return cls(epochs=2, learning_rate=2e-4, warmup=0.02, dropout=0.2, last_rate=0.2)


class ClauseEncoder(torch.nn.Module):
    """A pretrained encoder, masked mean pooling, standardisation and a linear head.

    Pooled features of a pretrained encoder share a large mean and vary little around it; a head on
    raw features learns that mean first. `standardize` takes it out before training.

    Args:
        backbone: Anything transformers' `AutoModel` returns.
        n_labels: Width of the head.
        dropout: Share of pooled features dropped in training.
    """

    def __init__(self, backbone: Any, n_labels: int, dropout: float) -> None:  # noqa: ANN401 - untyped upstream
        super().__init__()
        self.backbone = backbone
        # Without the folder that the encoder was loaded from: it names a place on this machine.
        self.settings: dict[str, Any] = {k: v for k, v in backbone.config.to_dict().items() if k != "_name_or_path"}
        self.mean: torch.Tensor
        self.deviation: torch.Tensor
        self.register_buffer("mean", torch.zeros(backbone.config.hidden_size))
        self.register_buffer("deviation", torch.ones(backbone.config.hidden_size))
        self.dropout = torch.nn.Dropout(dropout)
        self.head = torch.nn.Linear(backbone.config.hidden_size, n_labels)
        # Start from the base rate of a rare label instead of 0.5.
        torch.nn.init.constant_(self.head.bias, -3.5)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (batch, labels), for token ids and mask of shape (batch, length)."""
        features = (self.pool(input_ids, attention_mask) - self.mean) / self.deviation
        logits: torch.Tensor = self.head(self.dropout(features))
        return logits

    def pool(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the mean of the last hidden states, shape (batch, width)."""
        hidden = self.backbone(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled: torch.Tensor = (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)
        return pooled

    def standardize(self, features: Floats) -> None:
        """Set mean and deviation from pooled features of shape (n, width), once.

        A head that was trained before expects the figures that it was trained with.
        """
        if bool((self.deviation != 1.0).any()):
            return
        pooled = torch.tensor(features)
        # A lone or constant sample has no deviation to divide by.
        deviation = pooled.std(dim=0, correction=0)
        self.mean.copy_(pooled.mean(dim=0))
        self.deviation.copy_(torch.where(deviation > _MIN_DEVIATION, deviation, torch.ones_like(deviation)))

    def classify(self, features: Floats) -> Floats:
        """Return logits, shape (n, labels), for pooled features of shape (n, width)."""
        with torch.inference_mode():
            inputs = (torch.tensor(features).to(self.mean.device) - self.mean) / self.deviation
            logits: Floats = self.head(inputs).float().cpu().numpy()
        return logits


@quiet()
def load_backbone(source: str | Path, n_labels: int, dropout: float) -> ClauseEncoder:
    """Return a classifier over a pretrained encoder: a local folder or a hub id.

    Only the pooled features are dropped out: on two cores, drawing the masks inside the encoder
    takes longer than its matrix products.
    """
    config = AutoConfig.from_pretrained(source, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    return ClauseEncoder(AutoModel.from_pretrained(source, config=config), n_labels, dropout)


def encode(tokenizer: Tokenizer, inputs: Pairs, max_length: int) -> list[list[int]]:
    """Return token ids of (context, content) pairs, cut as inference cuts them."""
    return encode_pairs(tokenizer, inputs, max_length)


def batches(lengths: Sequence[int], batch_tokens: int, generator: np.random.Generator | None = None) -> list[list[int]]:
    """Group indexes of like length into batches; shuffled when a generator is given."""
    noise = generator.uniform(0.0, 8.0, len(lengths)) if generator is not None else np.zeros(len(lengths))
    order = np.argsort(np.asarray(lengths) + noise, kind="stable")
    groups: list[list[int]] = []
    for index in map(int, order):
        if groups and (len(groups[-1]) + 1) * lengths[index] <= batch_tokens:
            groups[-1].append(index)
        else:
            groups.append([index])
    if generator is not None:
        generator.shuffle(groups)
    return groups


def collate(tokens: Sequence[list[int]], pad: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """Return padded ids and mask, shape (batch, longest)."""
    width = max(map(len, tokens))
    ids = torch.full((len(tokens), width), pad, dtype=torch.long)
    mask = torch.zeros((len(tokens), width), dtype=torch.long)
    for row, sequence in enumerate(tokens):
        ids[row, : len(sequence)] = torch.tensor(sequence)
        mask[row, : len(sequence)] = 1
    return ids, mask


def predict_logits(model: ClauseEncoder, tokens: list[list[int]]) -> Floats:
    """Return logits of shape (n, labels) for token ids, in their order."""
    return _predict(model, model.forward, tokens)


def predict_features(
    model: ClauseEncoder, tokens: list[list[int]], on_progress: Callable[[float], None] = lambda done: None
) -> Floats:
    """Return pooled features of shape (n, width) for token ids, in their order."""
    return _predict(model, model.pool, tokens, on_progress)


def _predict(
    model: ClauseEncoder,
    forward: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    tokens: list[list[int]],
    on_progress: Callable[[float], None] = lambda done: None,
) -> Floats:
    model.eval()
    device = next(model.parameters()).device
    rows: dict[int, Floats] = {}
    with torch.inference_mode():
        for group in batches(list(map(len, tokens)), _PREDICTION_TOKENS):
            ids, mask = collate([tokens[i] for i in group])
            with autocast(device):
                predicted = forward(ids.to(device), mask.to(device))
            for index, row in zip(group, predicted.float().cpu().numpy(), strict=True):
                rows[index] = row
            on_progress(len(rows) / len(tokens))
    return np.stack([rows[i] for i in range(len(tokens))])


def autocast(device: torch.device) -> torch.autocast:
    """Return the context in which a model computes on a device: bfloat16 on a GPU."""
    # On processors without AMX bfloat16 products are slower than single precision.
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda")
