"""One training run: gold rows in, a model folder out."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from classifier.annotations import read_rows
from classifier.bundle import Layout, ModelConfig, save_config, write_json, write_text
from classifier.errors import AnnotationError, UsageError
from classifier.evaluation import Metrics, evaluate_labels
from classifier.families import FAMILY_JACCARD
from classifier.gold import Example, Splits, hold_out, label_matrix, load_examples
from classifier.labels import load_labels
from classifier.tagger import predict_labels
from classifier.tagger.inputs import read_clause
from classifier.tagger.memory import ClauseMemory
from classifier.training.calibrate import apply_calibration, choose_thresholds, fit_calibration
from classifier.training.card import write_card
from classifier.training.encoder import EncoderConfig
from classifier.training.linear import fit_linear
from classifier.version import __version__

if TYPE_CHECKING:
    from classifier.training.fit import TrainingData

Floats = npt.NDArray[np.float32]
Progress = Callable[[str, float], None]
"""Called with the name of a stage and the share of it that is done."""

_ENCODER_WEIGHTS = np.linspace(0.0, 1.0, 11)


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """What to train on and how.

    `base` is a model folder of this package, a pretrained encoder (folder or hub id), or None for
    the linear model alone.
    `families` maps document keys to families.
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


def train(config: TrainConfig, on_progress: Progress = lambda stage, done: None) -> dict[str, Any]:
    """Train a model, write its folder in one step and return its metrics.

    Raises:
        AnnotationError: Rows are malformed, or too few to fill all splits.
        CorpusError: Stand-off rows are given and the corpus is not fetched.
        UsageError: The output folder exists and is no model folder.
    """
    if config.output.exists() and not Layout(config.output).config.exists():
        raise UsageError(f"{config.output}: exists and is no model folder; choose another --output")
    labels = _labels(config.annotations)
    examples = load_examples(config.annotations, config.families, known_labels=False)
    splits = hold_out(examples)
    if not (splits.train and splits.dev and splits.test):
        raise AnnotationError(
            f"{len(splits.train)} rows to train on, {len(splits.dev)} in dev and {len(splits.test)} in test: "
            "each split needs some; annotate more families"
        )
    if config.base is not None and _is_helper(config, splits, labels):
        return {}
    partial = config.output.with_name(config.output.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    layout = Layout(partial)
    logits = _fit_parts(config, splits, labels, layout, on_progress)
    _memorize(examples, labels, layout)
    metrics = _decide_and_measure(config, splits, labels, logits, layout)
    if config.output.exists():
        shutil.rmtree(config.output)
    partial.replace(config.output)
    return metrics


def _labels(paths: Sequence[Path]) -> tuple[str, ...]:
    """Return the packaged labels, then those that only the rows know."""
    known = [label.id for label in load_labels().labels]
    own = {label for row in read_rows(paths, known_labels=False) for label in row.labels}
    return (*known, *sorted(own - set(known)))


def _is_helper(config: TrainConfig, splits: Splits, labels: tuple[str, ...]) -> bool:
    """Do a helper process's share of the encoder's training, if this is one: process 0 does the rest."""
    from classifier.training import distributed, fit

    distributed.start()
    if distributed.rank() == 0 or config.base is None:
        return False
    tokenizer = fit.load_tokenizer(config.base)
    fit.train_encoder(config.base, config.encoder, _training_data(splits, labels), tokenizer, _checkpoint(config))
    return True


def _training_data(splits: Splits, labels: tuple[str, ...]) -> "TrainingData":
    from classifier.training.fit import TrainingData

    inputs = [read_clause(example.clause) for example in splits.train]
    return TrainingData(labels, inputs, label_matrix(splits.train, labels))


def _checkpoint(config: TrainConfig) -> Path:
    return config.output.with_name(config.output.name + ".checkpoint")


_Logits = dict[str, dict[str, Floats]]
"""Part -> split -> logits."""


def _groups(splits: Splits) -> dict[str, list[Example]]:
    return {"dev": splits.dev, "test": splits.test, "test_all": splits.test_all}


def _fit_parts(
    config: TrainConfig, splits: Splits, labels: tuple[str, ...], layout: Layout, on_progress: Progress
) -> _Logits:
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
    pairs = {name: [read_clause(e.clause) for e in group] for name, group in _groups(splits).items()}
    logits = {"linear": {name: linear.logits(group) for name, group in pairs.items()}}
    if config.base is not None:
        from classifier.training.fit import fit_encoder

        data, checkpoint = _training_data(splits, labels), _checkpoint(config)
        logits["encoder"] = fit_encoder(config.base, config.encoder, data, pairs, layout, checkpoint, on_progress)
        checkpoint.unlink(missing_ok=True)
    return logits


def _blend(logits: _Logits, weight: float, split: str) -> Floats:
    if "encoder" not in logits:
        return logits["linear"][split]
    mixed = weight * logits["encoder"][split] + (1 - weight) * logits["linear"][split]
    return np.asarray(mixed, np.float32)


def _decide_and_measure(
    config: TrainConfig, splits: Splits, labels: tuple[str, ...], logits: _Logits, layout: Layout
) -> dict[str, Any]:
    dev_truth = label_matrix(splits.dev, labels)
    weight = _best_weight(logits, dev_truth) if "encoder" in logits else 0.0
    chosen = _model_config(config, labels, logits, weight, dev_truth)
    extra = json.loads(layout.config.read_text("utf-8")) if layout.config.exists() else {}
    save_config(layout, chosen, extra)
    _drop_unused(layout, chosen)
    measured = _measure(splits, labels, _blended(logits, weight), chosen)
    if len(logits) > 1:
        baseline = _model_config(config, labels, {"linear": logits["linear"]}, 0.0, dev_truth)
        measured["linear_baseline"] = next(iter(_measure(splits, labels, logits["linear"], baseline).values()))
    metrics = {
        "name": config.name,
        "version": config.version,
        "labels_version": chosen.labels_version,
        "description": _description(config, chosen),
        "data": _data_counts(splits),
        "test": measured,
    }
    write_json(layout.metrics, metrics)
    write_text(layout.card, write_card(metrics))
    return metrics


def _blended(logits: _Logits, weight: float) -> dict[str, Floats]:
    return {split: _blend(logits, weight, split) for split in ("dev", "test", "test_all")}


def _best_weight(logits: _Logits, truth: npt.NDArray[np.bool_]) -> float:
    """Return the share of the encoder that gives the lowest log loss on dev after calibration."""

    def loss(weight: float) -> float:
        mixed = _blend(logits, weight, "dev")
        probs = np.clip(apply_calibration(mixed, fit_calibration(mixed, truth)), 1e-6, 1 - 1e-6)
        return float(-np.mean(np.where(truth, np.log(probs), np.log(1 - probs))))

    return float(min(_ENCODER_WEIGHTS, key=loss))


def _model_config(
    config: TrainConfig, labels: tuple[str, ...], logits: _Logits, weight: float, truth: npt.NDArray[np.bool_]
) -> ModelConfig:
    mixed = _blend(logits, weight, "dev")
    scale, bias = fit_calibration(mixed, truth)
    thresholds = choose_thresholds(apply_calibration(mixed, (scale, bias)), truth, doubt_ratio=config.doubt_ratio)
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
    files = {"linear": (layout.linear, layout.vocabulary), "encoder": (layout.onnx, layout.tokenizer)}
    for part, paths in files.items():
        if part not in config.parts:
            for path in paths:
                path.unlink(missing_ok=True)


_SLICES = {
    "unseen": ("test", "real"),
    "all_clauses": ("test_all", "real"),
    "written_en": ("test", "written-en"),
    "written_zh": ("test", "written-zh"),
}
"""Name of a slice -> group of examples and kind of clause."""


def _kind(example: Example) -> str:
    return "real" if example.doc else f"written-{example.lang}"


def _measure(
    splits: Splits, labels: tuple[str, ...], logits: dict[str, Floats], config: ModelConfig
) -> dict[str, dict[str, Any]]:
    measured = {}
    for name, (split, kind) in _SLICES.items():
        group = _groups(splits)[split]
        rows = [i for i, example in enumerate(group) if _kind(example) == kind]
        if rows:
            truth = label_matrix([group[i] for i in rows], labels)
            families = [group[i].family for i in rows]
            measured[name] = _metrics(logits[split][rows], truth, families, config).to_dict()
    return measured


def _metrics(logits: Floats, truth: npt.NDArray[np.bool_], families: list[str], config: ModelConfig) -> Metrics:
    probs = apply_calibration(logits, (config.scale, config.bias))
    return evaluate_labels(truth, predict_labels(probs, config), probs, config.labels, families)


def _description(config: TrainConfig, chosen: ModelConfig) -> str:
    linear = "one-vs-rest logistic regression over TF-IDF of words, word pairs and stems, Chinese by character"
    if "encoder" not in chosen.parts:
        return f"A linear model: {linear}; weights in 8 bits."
    share = chosen.parts["encoder"]
    return (
        f"A transformer encoder {_how_trained(config.encoder)} and exported to ONNX with 8-bit weights, blended in "
        f"the logits ({share:.0%}) with {linear} ({1 - share:.0%})."
    )


def _how_trained(config: EncoderConfig) -> str:
    if config.frozen:
        return f"left as it was, under a head fitted on its features (seed {config.seed}),"
    return f"fine-tuned for {config.epochs} epochs (learning rate {config.learning_rate:g}, seed {config.seed})"


def _data_counts(splits: Splits) -> dict[str, Any]:
    everything = [*splits.train, *splits.dev, *splits.test_all]
    return {
        "train": len(splits.train),
        "train_written": sum(not example.doc for example in splits.train),
        "dev": len(splits.dev),
        "test": len(splits.test),
        "families": len({example.family for example in everything if example.doc}),
        "test_families": len({example.family for example in splits.test_all if example.doc}),
        "family_jaccard": FAMILY_JACCARD,
    }
