"""A model folder: its layout on disk and its configuration.

Only this module knows the file names inside a model folder.
"""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from classifier.atomic import replace_file
from classifier.errors import ModelError

FORMAT = 1
MODEL_ENV = "OSDLINT_MODEL"
DEFAULT_MODEL = "osdlint-clauses"
_MIN_LENGTH = 8
"""Tokens that hold the signs around a pair of texts and some words."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a model folder lie."""

    root: Path

    @property
    def config(self) -> Path:
        """Labels, parts, calibration; for an encoder also what transformers reads."""
        return self.root / "config.json"

    @property
    def thresholds(self) -> Path:
        """Per-label decision thresholds."""
        return self.root / "thresholds.json"

    @property
    def metrics(self) -> Path:
        """What the training run measured."""
        return self.root / "metrics.json"

    @property
    def card(self) -> Path:
        """The model card."""
        return self.root / "README.md"

    @property
    def vocabulary(self) -> Path:
        """Features of the linear part, one a line."""
        return self.root / "vocabulary.txt"

    @property
    def linear(self) -> Path:
        """Weights of the linear part."""
        return self.root / "linear.npz"

    @property
    def memory(self) -> Path:
        """Clauses that readers labelled, by hash."""
        return self.root / "memory.npz"

    @property
    def onnx(self) -> Path:
        """Graph and weights of the encoder."""
        return self.root / "model.onnx"

    @property
    def tokenizer(self) -> Path:
        """Tokenizer of the encoder."""
        return self.root / "tokenizer.json"

    @property
    def weights(self) -> Path:
        """Weights of the encoder for further training and for transformers; a served model needs none."""
        return self.root / "model.safetensors"

    @property
    def modeling(self) -> Path:
        """Code with which transformers loads those weights."""
        return self.root / "modeling_osdlint.py"

    @property
    def tokenizer_config(self) -> Path:
        """What transformers needs beside the tokenizer."""
        return self.root / "tokenizer_config.json"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A label is assigned from `assign` on, and doubtful from `doubt` on."""

    assign: float
    doubt: float


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What a model folder says about itself.

    `parts` gives the weight of each part ("linear", "encoder") in the mean of their logits;
    `scale` and `bias` calibrate that mean: `p = sigmoid(scale * logit + bias)`. A clause in which no
    label reaches its threshold gets the one that comes nearest, if that reaches this share of its
    threshold: `fallback` (1: never).
    """

    name: str
    version: str
    labels_version: str
    labels: tuple[str, ...]
    parts: Mapping[str, float]
    thresholds: tuple[Threshold, ...]
    scale: float = 1.0
    bias: float = 0.0
    fallback: float = 1.0
    max_length: int = 192


def load_config(root: str | os.PathLike[str]) -> tuple[Layout, ModelConfig]:
    """Read the configuration of a model folder.

    Raises:
        ModelError: The folder is absent, is no model folder, or its files contradict each other.
    """
    layout = Layout(Path(root))
    if not layout.root.is_dir():
        raise ModelError(f"{layout.root}: no such model folder; train one with `osdlint train --output {layout.root}`")
    raw = _read_json(layout.config)
    own = raw.get("osdlint")
    if not isinstance(own, dict) or own.get("format") != FORMAT:
        raise ModelError(f"{layout.config}: not an osdlint model of format {FORMAT}; retrain it with `osdlint train`")
    try:
        return layout, _config(raw, own, _read_json(layout.thresholds))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        place = f"{layout.config} or {layout.thresholds.name}"
        raise ModelError(f"{place}: incomplete or inconsistent ({error!r}); copy or train the model again") from error


def _config(raw: dict[str, Any], own: dict[str, Any], thresholds: dict[str, Any]) -> ModelConfig:
    labels = tuple(raw["id2label"][str(i)] for i in range(len(raw["id2label"])))
    parts = {part: _number(weight) for part, weight in own["parts"].items()}
    max_length = int(own["max_length"])
    if not labels or not parts or max_length < _MIN_LENGTH:
        raise ValueError(f"{len(labels)} labels, {len(parts)} parts, max_length {max_length}")
    return ModelConfig(
        name=own["name"],
        version=own["version"],
        labels_version=own["labels_version"],
        labels=labels,
        parts=parts,
        thresholds=tuple(
            Threshold(_number(thresholds[label]["assign"]), _number(thresholds[label]["doubt"])) for label in labels
        ),
        scale=_number(own["scale"]),
        bias=_number(own["bias"]),
        fallback=_number(own.get("fallback", 1.0)),
        max_length=max_length,
    )


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def save_config(layout: Layout, config: ModelConfig, extra: Mapping[str, Any] | None = None) -> None:
    """Write configuration and thresholds; `extra` holds what other tools read from config.json."""
    labels = config.labels
    own = {
        "format": FORMAT,
        "name": config.name,
        "version": config.version,
        "labels_version": config.labels_version,
        "parts": dict(config.parts),
        "scale": config.scale,
        "bias": config.bias,
        "fallback": config.fallback,
        "max_length": config.max_length,
    }
    body = {
        **(extra or {}),
        "id2label": {str(i): label for i, label in enumerate(labels)},
        "label2id": {label: i for i, label in enumerate(labels)},
        "problem_type": "multi_label_classification",
        "osdlint": own,
    }
    write_json(layout.config, body)
    cuts = zip(labels, config.thresholds, strict=True)
    write_json(layout.thresholds, {label: {"assign": t.assign, "doubt": t.doubt} for label, t in cuts})


def write_json(path: Path, value: object) -> None:
    """Write a value as indented JSON in one atomic step."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file in one atomic step."""
    replace_file(path, text.encode("utf-8"))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{path.parent}: no model here ({path.name} is missing)") from error
    except (OSError, RecursionError, ValueError) as error:
        raise unreadable(path, error) from error
    if not isinstance(value, dict):
        raise ModelError(f"{path}: expected a JSON object; copy or train the model again")
    return value


def unreadable(path: Path, error: Exception) -> ModelError:
    """Return the error that names a missing or damaged file of a model folder and the way out."""
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    return ModelError(f"{path}: unreadable ({reason}); copy or train the model again")


def default_model_dir() -> Path:
    """Return the model folder to use when none is named: $OSDLINT_MODEL, else the shipped one."""
    named = os.environ.get(MODEL_ENV)
    if named:
        return Path(named)
    packaged = Path(str(files("classifier"))) / "models" / DEFAULT_MODEL
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "models" / DEFAULT_MODEL
