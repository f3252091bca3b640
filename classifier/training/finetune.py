"""The fine-tuning loop, and its short form that leaves the encoder as it is."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from classifier.errors import ModelError
from classifier.training import distributed
from classifier.training.checkpoint import digest, fingerprint, load_checkpoint, save_checkpoint
from classifier.training.encoder import ClauseEncoder, EncoderConfig, autocast, batches, collate, predict_features

Floats = npt.NDArray[np.float32]
Weights = tuple[torch.Tensor, ...] | list[torch.Tensor]
OnStep = Callable[[int, int, float], None]
OnEpoch = Callable[[int, ClauseEncoder], None]

_STANDARDIZE_ROWS = 2000
_UNKNOWN = ("<unk>", "[UNK]")
_HEAD_EPOCHS, _HEAD_BATCH, _HEAD_RATE = 60, 512, 5e-3


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """Ids that stand for no wording.

    `separator` ends each text of a pair, `unknown` takes the place of a hidden token; None where a
    vocabulary has no such token. `ids` are those of all special tokens, these two among them.
    """

    ids: frozenset[int]
    separator: int | None
    unknown: int | None

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> "SpecialTokens":
        """Return the special tokens of a tokenizer."""
        frame = tokenizer.encode("", "").ids
        unknown = next((i for i in map(tokenizer.token_to_id, _UNKNOWN) if i is not None), None)
        added = {i for i, token in tokenizer.get_added_tokens_decoder().items() if token.special}
        ids = frozenset({*added, *frame, *([] if unknown is None else [unknown])})
        return cls(ids, frame[-1] if frame else None, unknown)


def fine_tune(
    model: ClauseEncoder,
    tokens: list[list[int]],
    truth: Floats,
    config: EncoderConfig,
    special: SpecialTokens,
    *,
    checkpoint: Path | None = None,
    on_step: OnStep = lambda step, steps, loss: None,
    on_epoch: OnEpoch = lambda epoch, model: None,
    on_resume: Callable[[int], None] = lambda epoch: None,
) -> None:
    """Train in place with AdamW, linear warm-up, cosine decay and averaged weights.

    Under `torchrun` each process takes its share of the batches and the gradients are averaged.

    Args:
        model: What `load_backbone` returned.
        tokens: Token ids of each clause.
        truth: Gold (or soft) labels, shape (n, labels).
        config: Hyperparameters.
        special: Of the tokenizer that gave the ids.
        checkpoint: Saved after each epoch; a run of the same start, data, config and number of
            processes continues from it.
        on_step: Called with the step, the number of steps and the loss.
        on_epoch: Called after each epoch with its number, from 1, and the averaged model.
        on_resume: Called with the number of epochs that the checkpoint has behind it, if there are any.

    Raises:
        ModelError: The encoder is not built like BERT.
    """
    generator = np.random.default_rng(config.seed)
    sizes = list(map(len, tokens))
    plan = [distributed.share(batches(sizes, config.batch_tokens, generator)) for _ in range(config.epochs)]
    steps = sum(map(len, plan))
    device = next(model.parameters()).device
    optimizer = torch.optim.AdamW(_parameter_groups(model, config), weight_decay=config.weight_decay, fused=True)
    targets = torch.tensor(truth, dtype=torch.float32)
    average = _average(model, config)
    average_of = cast("ClauseEncoder", average.module)
    kept = {"model": model, "average": average}
    done, run = 0, ""
    if checkpoint:
        facts = {"config": asdict(config), "tokens": tokens, "truth": truth.tolist()}
        run = fingerprint(start=digest(model), processes=distributed.size(), **facts)
        done = load_checkpoint(checkpoint, kept, optimizer, run)
    if done:
        on_resume(done)
    else:
        sample = generator.permutation(len(tokens))[:_STANDARDIZE_ROWS]
        features = predict_features(model, [tokens[i] for i in sample])
        model.standardize(features)
        average_of.standardize(features)  # for a run of no steps
    step = sum(map(len, plan[:done]))
    for epoch, groups in enumerate(plan[done:], done + 1):
        model.train()
        # Anew in each epoch and process: a resumed run goes on as if it had never stopped.
        source = [config.seed, epoch, distributed.rank()]
        noise = np.random.default_rng(source)
        torch.manual_seed(int(np.random.SeedSequence(source).generate_state(1)[0]))
        for group in groups:
            _set_rate(optimizer, _rate(step, steps, config))
            ids, mask = collate([hide(tokens[i], special, config, noise) for i in group])
            with autocast(device):
                logits = model(ids.to(device), mask.to(device)).float()
            loss = _loss(logits, targets[group].to(device), config)
            _update(model, optimizer, loss)
            average.update_parameters(model)
            step += 1
            on_step(step, steps, float(loss.detach()))
        if checkpoint and distributed.rank() == 0:
            save_checkpoint(checkpoint, kept, optimizer, {"run": run, "epoch": str(epoch)})
        on_epoch(epoch, average_of)
    model.load_state_dict(average_of.state_dict())


def _average(model: ClauseEncoder, config: EncoderConfig) -> AveragedModel:
    """Return what averages a model's weights over the steps, the more the later.

    Source: polynomial-decay averaging, Shamir and Zhang, "Stochastic Gradient Descent for Non-smooth
    Optimization" (ICML 2013).
    """

    def mix(averages: Weights, current: Weights, steps: torch.Tensor | int) -> None:
        share = 1 / (1 + config.averaged * int(steps))
        for average, weight in zip(averages, current, strict=True):
            average.lerp_(weight, share)

    return AveragedModel(model, multi_avg_fn=mix)


def _update(model: ClauseEncoder, optimizer: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    distributed.average_gradients(model)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def hide(ids: list[int], special: SpecialTokens, config: EncoderConfig, noise: np.random.Generator) -> list[int]:
    """Return the ids of a pair with some tokens unknown, and now and then without its context.

    What is hidden changes from epoch to epoch: the labels must not hang on one word, nor on the
    heading alone. (Word dropout: Iyyer et al., "Deep Unordered Composition", ACL 2015.)
    """
    end = special.separator
    if noise.random() < config.hidden_contexts and end is not None and end in ids[1:-1]:
        start = ids[:1] if ids[0] in special.ids else []
        ids = [*start, *ids[ids.index(end, len(start)) :]]
    hidden = noise.random(len(ids)) < config.hidden_tokens
    if special.unknown is None:
        return ids
    return [special.unknown if gone and i not in special.ids else i for i, gone in zip(ids, hidden, strict=True)]


def fit_head(
    model: ClauseEncoder,
    tokens: list[list[int]],
    truth: Floats,
    config: EncoderConfig,
    on_step: OnStep = lambda step, steps, loss: None,
    on_read: Callable[[float], None] = lambda done: None,
) -> None:
    """Fit the head alone on the features of the encoder as it stands.

    Args:
        model: What `load_backbone` returned.
        tokens: Token ids of each clause.
        truth: Gold labels, shape (n, labels).
        config: Of its hyperparameters the seed and the loss.
        on_step: Called with the epoch, the number of epochs and the loss.
        on_read: Called with the share of the clauses that the encoder has read, before the first epoch.
    """
    fit_head_on(model, predict_features(model, tokens, on_read), truth, config, on_step)


def fit_head_on(
    model: ClauseEncoder,
    features: Floats,
    truth: Floats,
    config: EncoderConfig,
    on_step: OnStep = lambda step, steps, loss: None,
) -> None:
    """Fit the head on pooled features of shape (n, width); see `fit_head`."""
    torch.manual_seed(config.seed)
    device = model.head.weight.device
    model.standardize(features)
    head, inputs = model.head.cpu(), (torch.tensor(features) - model.mean.cpu()) / model.deviation.cpu()
    targets = torch.tensor(truth, dtype=torch.float32)
    optimizer = torch.optim.AdamW(head.parameters(), lr=_HEAD_RATE, weight_decay=config.weight_decay)
    decay = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, _HEAD_EPOCHS)
    for epoch in range(1, _HEAD_EPOCHS + 1):
        total = 0.0
        for rows in torch.randperm(len(inputs)).split(_HEAD_BATCH):  # type: ignore[no-untyped-call]
            loss = _loss(head(model.dropout(inputs[rows])), targets[rows], config)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += float(loss.detach()) * len(rows)
        decay.step()
        on_step(epoch, _HEAD_EPOCHS, total / len(inputs))
    model.head.to(device)


def _set_rate(optimizer: torch.optim.Optimizer, factor: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = group["top_rate"] * factor


def _rate(step: int, steps: int, config: EncoderConfig) -> float:
    warm, last = max(1, int(steps * config.warmup)), config.last_rate
    if step < warm:
        return (step + 1) / warm
    return last + (1 - last) * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _parameter_groups(model: ClauseEncoder, config: EncoderConfig) -> list[dict[str, object]]:
    """Lower layers learn more slowly: `layer_decay` per layer down from the head."""
    backbone: Any = model.backbone
    layers = list(getattr(getattr(backbone, "encoder", None), "layer", ()))
    if not layers or not hasattr(backbone, "embeddings"):
        raise ModelError(
            f"an encoder of type {model.settings.get('model_type')} cannot be fine-tuned; "
            "start from one that is built like BERT: bert, electra, roberta, camembert, xlm-roberta"
        )
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
