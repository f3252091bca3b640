"""One training run: gold rows in, a model folder out."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from classifier.annotations import Row, read_rows
from classifier.bundle import Layout, ModelConfig, load_config, save_config, write_json, write_text
from classifier.errors import AnnotationError, UsageError
from classifier.gold import Example, Splits, hold_out_some, join_rows, label_matrix
from classifier.labels import load_labels
from classifier.splits import SplitKind
from classifier.tagger import sigmoid
from classifier.tagger.inputs import read_clause
from classifier.tagger.memory import ClauseMemory
from classifier.training.blend import Logits, best_weight, blend
from classifier.training.calibrate import apply_calibration, best_f1, choose_thresholds, fit_calibration
from classifier.training.card import write_card
from classifier.training.encoder import EncoderConfig
from classifier.training.linear import fit_linear
from classifier.training.measure import count_data, describe, groups_of, measure
from classifier.training.watch import Note, Progress
from classifier.version import __version__

if TYPE_CHECKING:
    from classifier.training.fit import TrainingData

Floats = npt.NDArray[np.float32]
_WRITTEN_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """What to train on and how.

    `annotations` are files of gold rows, `rows` are further ones. `base` is a model folder of this
    package, a pretrained encoder (folder or hub id), or None for the linear model alone. `families`
    maps document keys to families. `weights` adds what transformers loads, and what further training
    starts from without loss.
    """

    annotations: tuple[Path, ...]
    families: Path
    output: Path
    base: str | None = None
    name: str = "osdlint-clauses"
    version: str = __version__
    max_features: int = 60_000
    regularization: float = 20.0
    doubt_ratio: float = 0.6
    fallback: float = 0.7
    seed: int = 13
    encoder: EncoderConfig = field(default_factory=EncoderConfig)
    rows: tuple[Row, ...] = ()
    weights: bool = True


def train(
    config: TrainConfig,
    on_progress: Progress = lambda stage, done: None,
    on_note: Note = lambda line: None,
) -> dict[str, Any]:
    """Train a model, write its folder in one step and return its metrics.

    Args:
        config: What to train on and how.
        on_progress: Called with the stage and the share of it that is done.
        on_note: Called with lines for the user to keep.

    Raises:
        AnnotationError: Rows are malformed, or too few to fill all splits.
        CorpusError: Stand-off rows are given and the corpus is not fetched.
        UsageError: The output folder exists and is no model folder.
    """
    if config.output.exists() and not Layout(config.output).config.exists():
        raise UsageError(f"{config.output}: exists and is no model folder; choose another --output")
    rows = [*read_rows(config.annotations, known_labels=False), *config.rows]
    examples = join_rows(rows, config.families)
    splits, kind = _split(examples, on_note)
    labels = _labels(examples)
    if _is_helper(config, splits, labels):
        return {}
    on_note(_what_is_learned(splits, labels))
    partial = _beside(config.output, "partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    layout = Layout(partial)
    logits = _fit_parts(config, splits, labels, layout, on_progress, on_note)
    _memorize(examples, labels, layout)
    metrics = _decide_and_measure(config, splits, labels, logits, layout, count_data(splits, kind))
    if config.base is not None and not layout.onnx.exists():
        on_note("the encoder does not help on dev: the model is the linear part alone")
    _put_in_place(partial, config.output)
    _beside(config.output, "checkpoint").unlink(missing_ok=True)
    return metrics


def _split(examples: Sequence[Example], on_note: Note) -> tuple[Splits, SplitKind]:
    splits, kind = hold_out_some(examples)
    if kind == "clause":
        on_note("too few families to hold some out: clauses are held out one by one, which flatters the figures")
    if not (splits.train and splits.dev and splits.test):
        raise AnnotationError(
            f"{len(splits.train)} rows to train on, {len(splits.dev)} in dev and {len(splits.test)} in test: "
            "each split needs some; annotate more clauses"
        )
    return splits, kind


def _labels(examples: Sequence[Example]) -> tuple[str, ...]:
    """Return the labels that occur: the packaged ones in their order, then those of the user's own."""
    found = {label for example in examples for label in example.labels}
    packaged = [label.id for label in load_labels().labels]
    return (*(label for label in packaged if label in found), *sorted(found - set(packaged)))


def _what_is_learned(splits: Splits, labels: tuple[str, ...]) -> str:
    own = [label for label in labels if label not in load_labels()]
    added = f", {len(own)} of your own: {', '.join(own)}" if own else ""
    return (
        f"{len(splits.train):,} clauses to train on, {len(splits.dev):,} in dev, {len(splits.test):,} in test; "
        f"{len(labels)} labels{added}"
    )


def _beside(output: Path, suffix: str) -> Path:
    return output.with_name(f"{output.name}.{suffix}")


def _put_in_place(partial: Path, output: Path) -> None:
    """Move a finished folder to its place; what was there is deleted last."""
    if not output.exists():
        partial.replace(output)
        return
    old = _beside(output, "old")
    shutil.rmtree(old, ignore_errors=True)
    output.replace(old)
    partial.replace(output)
    shutil.rmtree(old)


def _is_helper(config: TrainConfig, splits: Splits, labels: tuple[str, ...]) -> bool:
    """Do a helper process's share of the encoder's training, if this is one: process 0 does the rest."""
    from classifier.training import distributed

    distributed.start()
    if distributed.rank() == 0:
        return False
    if config.base is not None:
        from classifier.training import fit

        data, tokenizer = _training_data(splits, labels), fit.load_tokenizer(config.base)
        fit.train_encoder(config.base, config.encoder, data, tokenizer, _beside(config.output, "checkpoint"))
    return True


def _training_data(splits: Splits, labels: tuple[str, ...]) -> "TrainingData":
    from classifier.training.fit import TrainingData

    inputs, dev = ([read_clause(example.clause) for example in group] for group in (splits.train, splits.dev))
    return TrainingData(labels, inputs, label_matrix(splits.train, labels), dev, label_matrix(splits.dev, labels))


def _fit_parts(
    config: TrainConfig,
    splits: Splits,
    labels: tuple[str, ...],
    layout: Layout,
    on_progress: Progress,
    on_note: Note,
) -> Logits:
    truth = label_matrix(splits.train, labels)
    inputs = [read_clause(example.clause) for example in splits.train]
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        on_progress("linear", done / len(labels))

    linear = fit_linear(
        inputs,
        truth,
        max_features=config.max_features,
        regularization=config.regularization,
        seed=config.seed,
        on_label=count,
    )
    linear.save(layout)
    pairs = {name: [read_clause(e.clause) for e in group] for name, group in groups_of(splits).items()}
    logits = {"linear": {name: linear.logits(group) for name, group in pairs.items()}}
    on_note(f"linear: dev micro-F1 {best_f1(sigmoid(logits['linear']['dev']), label_matrix(splits.dev, labels)):.3f}")
    if config.base is not None:
        from classifier.training.fit import fit_encoder

        logits["encoder"] = fit_encoder(
            config.base,
            config.encoder,
            _training_data(splits, labels),
            pairs,
            layout,
            _beside(config.output, "checkpoint"),
            weights=config.weights,
            on_progress=on_progress,
            on_note=on_note,
        )
    return logits


def _decide_and_measure(
    config: TrainConfig, splits: Splits, labels: tuple[str, ...], logits: Logits, layout: Layout, data: dict[str, Any]
) -> dict[str, Any]:
    dev_truth = label_matrix(splits.dev, labels)
    counted = _row_weights(splits.dev)
    weight = best_weight(logits, dev_truth, np.array([example.fold % 2 == 0 for example in splits.dev]))
    chosen = _model_config(config, labels, logits, weight, dev_truth, counted)
    save_config(layout, chosen, _for_transformers(layout, logits, dev_truth) if "encoder" in chosen.parts else {})
    _drop_unused(layout, chosen)
    measured = measure(splits, blend(logits, weight), chosen)
    if len(logits) > 1:
        baseline = _model_config(config, labels, {"linear": logits["linear"]}, 0.0, dev_truth, counted)
        measured["linear_baseline"] = next(iter(measure(splits, logits["linear"], baseline).values()))
    metrics = {
        "name": config.name,
        "version": config.version,
        "labels_version": chosen.labels_version,
        "description": describe(chosen, config.encoder, _name_of_start(config.base)),
        "data": data,
        "transformers": layout.weights.exists(),
        "test": measured,
    }
    write_json(layout.metrics, metrics)
    write_text(layout.card, write_card(metrics))
    return metrics


def _row_weights(examples: Sequence[Example]) -> Floats:
    """Return how much each row counts where scores are calibrated.

    Written clauses show what is rare, not how often it occurs.
    """
    real = np.array([bool(example.doc) for example in examples])
    return np.where(real | (not real.any()), 1.0, _WRITTEN_WEIGHT).astype(np.float32)


def _name_of_start(base: str | None) -> str:
    """Return what a card calls the start: a model's name and version, a folder's name or a hub id."""
    if base is None:
        return ""
    folder = Path(base)
    if Layout(folder).thresholds.is_file():
        _, config = load_config(base)
        return f"{config.name} {config.version}"
    return folder.resolve().name if folder.exists() else base


def _for_transformers(layout: Layout, logits: Logits, dev_truth: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return what transformers reads from config.json: the encoder's settings, calibrated by itself."""
    extra: dict[str, Any] = json.loads(layout.config.read_text("utf-8")) if layout.config.exists() else {}
    if layout.weights.exists():
        scale, bias = fit_calibration(logits["encoder"]["dev"], dev_truth)
        extra |= {"logit_scale": scale, "logit_bias": bias}
    return extra


def _model_config(
    config: TrainConfig,
    labels: tuple[str, ...],
    logits: Logits,
    weight: float,
    truth: npt.NDArray[np.bool_],
    weights: Floats,
) -> ModelConfig:
    mixed = blend(logits, weight)["dev"]
    scale, bias = fit_calibration(mixed, truth, weights)
    probs = apply_calibration(mixed, (scale, bias))
    thresholds = choose_thresholds(probs, truth, doubt_ratio=config.doubt_ratio)
    parts = {"linear": 1 - weight, "encoder": weight} if "encoder" in logits else {"linear": 1.0}
    return ModelConfig(
        name=config.name,
        version=config.version,
        labels_version=load_labels().version,
        labels=labels,
        parts={part: round(share, 4) for part, share in parts.items() if share > 0},
        thresholds=thresholds,
        scale=scale,
        bias=bias,
        fallback=config.fallback,
        max_length=config.encoder.max_length,
    )


def _memorize(examples: Sequence[Example], labels: tuple[str, ...], layout: Layout) -> None:
    """Store what readers said, of all splits: a figure of accuracy is taken with the memory off."""
    real = [example for example in examples if example.doc]
    ClauseMemory.build([read_clause(e.clause) for e in real], label_matrix(real, labels)).save(layout)


def _drop_unused(layout: Layout, config: ModelConfig) -> None:
    files = {
        "linear": (layout.linear, layout.vocabulary),
        "encoder": (layout.onnx, layout.tokenizer, layout.weights, layout.modeling, layout.tokenizer_config),
    }
    for part, paths in files.items():
        if part not in config.parts:
            for path in paths:
                path.unlink(missing_ok=True)
