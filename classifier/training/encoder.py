"""Fine-tune a transformer encoder on labelled clauses."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import AutoConfig, AutoModel

from classifier.training.checkpoint import fingerprint, load_checkpoint, save_checkpoint

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Pairs = Sequence[tuple[str, str]]


_MIN_DEVIATION = 1e-4
_STANDARDIZE_ROWS = 2000


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """How to fine-tune.

    `batch_tokens` bounds the padded size of a batch. `focal` is the exponent of the focal loss: 0
    is plain binary cross-entropy. `head_rate` multiplies the learning rate of
    the freshly made classification head.
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
    seed: int = 13


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

    def standardize(self, tokens: list[list[int]]) -> None:
        """Set mean and deviation of the pooled features from a sample of token ids."""
        device = self.mean.device
        with torch.no_grad():
            padded = [collate([tokens[i] for i in group]) for group in batches(_lengths(tokens), 4096)]
            pooled = torch.cat([self.pool(ids.to(device), mask.to(device)) for ids, mask in padded])
        # A lone or constant sample has no deviation to divide by.
        deviation = pooled.std(dim=0, correction=0)
        self.mean.copy_(pooled.mean(dim=0))
        self.deviation.copy_(torch.where(deviation > _MIN_DEVIATION, deviation, torch.ones_like(deviation)))


def load_backbone(source: str | Path, n_labels: int, dropout: float) -> ClauseEncoder:
    """Return a classifier over a pretrained encoder: a local folder or a hub id.

    Only the pooled features are dropped out: on two cores, drawing the masks inside the encoder
    takes longer than its matrix products.
    """
    config = AutoConfig.from_pretrained(source, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    return ClauseEncoder(AutoModel.from_pretrained(source, config=config), n_labels, dropout)


def encode(tokenizer: Tokenizer, inputs: Pairs, max_length: int) -> list[list[int]]:
    """Return token ids of (context, content) pairs, cut in the content as inference cuts them."""
    tokenizer.enable_truncation(max_length, strategy="only_second")
    tokenizer.no_padding()
    return [encoding.ids for encoding in tokenizer.encode_batch(list(inputs))]


def _lengths(tokens: Sequence[list[int]]) -> list[int]:
    return [len(ids) for ids in tokens]


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


def fine_tune(
    model: ClauseEncoder,
    tokens: list[list[int]],
    truth: Floats,
    config: EncoderConfig,
    *,
    checkpoint: Path | None = None,
    on_step: Callable[[int, int, float], None] = lambda step, steps, loss: None,
    on_epoch: Callable[[int, ClauseEncoder], None] = lambda epoch, model: None,
) -> None:
    """Train in place with AdamW, linear warm-up and cosine decay.

    Args:
        model: What `load_backbone` returned.
        tokens: Token ids of each clause.
        truth: Gold (or soft) labels, shape (n, labels).
        config: Hyperparameters.
        checkpoint: Saved after each epoch; a run of the same data and config continues from it.
        on_step: Called with the step, the number of steps and the loss.
        on_epoch: Called after each epoch with its number, from 1.
    """
    torch.manual_seed(config.seed)
    generator = np.random.default_rng(config.seed)
    plan = [batches(_lengths(tokens), config.batch_tokens, generator) for _ in range(config.epochs)]
    steps = sum(map(len, plan))
    device = next(model.parameters()).device
    optimizer = torch.optim.AdamW(_parameter_groups(model, config), weight_decay=config.weight_decay, fused=True)
    targets = torch.tensor(truth, dtype=torch.float32)
    run = fingerprint(config=asdict(config), tokens=tokens, truth=truth.tolist())
    done = load_checkpoint(checkpoint, model, optimizer, run) if checkpoint else 0
    if not done:
        sample = generator.permutation(len(tokens))[:_STANDARDIZE_ROWS]
        model.standardize([tokens[i] for i in sample])
    step = sum(map(len, plan[:done]))
    for epoch, groups in enumerate(plan[done:], done + 1):
        model.train()
        for group in groups:
            _set_rate(optimizer, _rate(step, steps, config.warmup))
            ids, mask = collate([tokens[i] for i in group])
            with _autocast(device):
                logits = model(ids.to(device), mask.to(device)).float()
            loss = _loss(logits, targets[group].to(device), config)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            on_step(step, steps, float(loss.detach()))
        if checkpoint:
            save_checkpoint(checkpoint, model, optimizer, {"run": run, "epoch": str(epoch)})
        on_epoch(epoch, model)


def _set_rate(optimizer: torch.optim.Optimizer, factor: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = group["top_rate"] * factor


def _autocast(device: torch.device) -> torch.autocast:
    # On processors without AMX bfloat16 products are slower than single precision.
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda")


def _rate(step: int, steps: int, warmup: float) -> float:
    warm = max(1, int(steps * warmup))
    if step < warm:
        return (step + 1) / warm
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _parameter_groups(model: ClauseEncoder, config: EncoderConfig) -> list[dict[str, object]]:
    """Lower layers learn more slowly: `layer_decay` per layer down from the head."""
    backbone: Any = model.backbone
    layers = list(backbone.encoder.layer)
    # The word embeddings stay as they are: most rows never occur in a batch, and updating the whole
    # table would take longer than the layers do on two cores.
    backbone.embeddings.requires_grad_(False)
    groups: list[dict[str, object]] = [
        {"params": list(model.head.parameters()), "top_rate": config.learning_rate * config.head_rate},
    ]
    for depth, layer in enumerate(layers):
        rate = config.learning_rate * config.layer_decay ** (len(layers) - depth)
        groups.append({"params": list(layer.parameters()), "top_rate": rate})
    return groups


def _loss(logits: torch.Tensor, targets: torch.Tensor, config: EncoderConfig) -> torch.Tensor:
    losses = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    if config.focal:
        # Lin et al., "Focal Loss for Dense Object Detection" (ICCV 2017).
        probs = torch.sigmoid(logits)
        losses = losses * (targets * (1 - probs) + (1 - targets) * probs) ** config.focal
    return losses.sum(dim=1).mean()


def predict_logits(model: ClauseEncoder, tokens: list[list[int]], batch_tokens: int = 8192) -> Floats:
    """Return logits of shape (n, labels) for token ids, in their order."""
    model.eval()
    device = next(model.parameters()).device
    rows: dict[int, Floats] = {}
    with torch.inference_mode():
        for group in batches(_lengths(tokens), batch_tokens):
            ids, mask = collate([tokens[i] for i in group])
            with _autocast(device):
                logits = model(ids.to(device), mask.to(device))
            for index, row in zip(group, logits.float().cpu().numpy(), strict=True):
                rows[index] = row
    return np.stack([rows[i] for i in range(len(tokens))])
