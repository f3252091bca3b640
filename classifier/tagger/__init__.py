"""From clauses to labelled clauses: probabilities, thresholds, decisions."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from classifier.bundle import Layout, ModelConfig, load_config
from classifier.datamodels import Clause, LabelScore, TaggedClause
from classifier.errors import ModelError
from classifier.labels import OTHER
from classifier.tagger.inputs import read_clause
from classifier.tagger.memory import ClauseMemory

__all__ = ["ClauseTagger", "ProbabilityModel", "decide", "predict_labels", "sigmoid"]

Array = npt.NDArray[np.float32]


class LogitModel(Protocol):
    """A part of a model: (context, content) pairs in, logits of shape (n, labels) out."""

    def logits(self, inputs: Sequence[tuple[str, str]]) -> Array:
        """Return one row of logits a pair."""


class ProbabilityModel(Protocol):
    """Whatever can stand in for the tagger in the pipeline."""

    config: ModelConfig

    def predict_proba(self, clauses: Sequence[Clause]) -> Array:
        """Return probabilities, shape (n, labels); column i is `config.labels[i]`."""


class ClauseTagger:
    """The weighted mean of its parts' logits, calibrated.

    Args:
        config: Labels, weights of the parts, calibration and thresholds.
        load_part: Returns a part by name, one of `config.parts`; called once for each, when they are first needed.
        memory: Clauses whose labels a reader gave; they need no model.
    """

    def __init__(
        self, config: ModelConfig, load_part: Callable[[str], LogitModel], memory: ClauseMemory | None = None
    ) -> None:
        self.config = config
        self.memory = memory
        self._load_part = load_part

    @classmethod
    def from_pretrained(cls, root: str | os.PathLike[str], *, use_memory: bool = True) -> Self:
        """Load a model folder; never touches the network.

        With a memory the parts are read at first use: where the memory knows every clause, never.

        Args:
            root: The folder.
            use_memory: Answer clauses that readers labelled from the memory. Figures of accuracy
                are taken without.

        Raises:
            ModelError: The folder is no sound model; for a part that is read later, when it is first used.
        """
        layout, config = load_config(Path(root))
        memory = ClauseMemory.load(layout, len(config.labels)) if use_memory else None
        tagger = cls(config, lambda part: _load_part(part, layout, config), memory)
        if memory is None:
            _ = tagger._parts
        return tagger

    @cached_property
    def _parts(self) -> dict[str, LogitModel]:
        """All parts, loaded side by side: the libraries wait for the disk and for their own threads."""
        with ThreadPoolExecutor(len(self.config.parts)) as pool:
            return dict(zip(self.config.parts, pool.map(self._load_part, self.config.parts), strict=True))

    def predict_proba(self, clauses: Sequence[Clause]) -> Array:
        """Return calibrated probabilities, shape (n, labels); 0 or 1 for what a reader said."""
        inputs = [read_clause(clause) for clause in clauses]
        recalled = [self.memory.recall(pair) if self.memory else None for pair in inputs]
        probs = np.zeros((len(inputs), len(self.config.labels)), np.float32)
        unknown = [i for i, labels in enumerate(recalled) if labels is None]
        for i, labels in enumerate(recalled):
            if labels is not None:
                probs[i] = labels
        if unknown:
            probs[unknown] = self._infer([inputs[i] for i in unknown])
        return probs

    def _infer(self, inputs: Sequence[tuple[str, str]]) -> Array:
        mixed = sum(weight * self._parts[part].logits(inputs) for part, weight in self.config.parts.items())
        return sigmoid(self.config.scale * np.asarray(mixed, np.float32) + self.config.bias)


def _load_part(part: str, layout: Layout, config: ModelConfig) -> LogitModel:
    # Imported here: a purely linear model must not pay for loading onnxruntime.
    if part == "linear":
        from classifier.tagger.linear import LinearModel

        return LinearModel.load(layout, len(config.labels))
    if part == "encoder":
        from classifier.tagger.encoder import EncoderModel

        encoder = EncoderModel.load(layout, config.max_length)
        if encoder.width != len(config.labels):
            place = f"{layout.onnx}: {encoder.width} labels, {layout.config.name} has {len(config.labels)}"
            raise ModelError(f"{place}; copy or train the model again")
        return encoder
    raise ModelError(f"{layout.config}: unknown part {part!r}; this osdlint knows linear and encoder")


def sigmoid(logits: Array) -> Array:
    """Return the logistic function of each logit."""
    # The hyperbolic tangent does not overflow where exp does.
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), np.float32)


def decide(clauses: Sequence[Clause], probs: Array, config: ModelConfig) -> tuple[TaggedClause, ...]:
    """Turn probabilities of shape (n, labels) into labels and doubts, best first.

    Where no label reaches its threshold, nor nearly so (`config.fallback`), the clause is
    `general.other`, which never stands beside another label.
    """
    assigned = predict_labels(probs, config)
    lower, upper = (np.array([getattr(cut, name) for cut in config.thresholds]) for name in ("doubt", "assign"))
    # A label given for want of a better one is a doubt too: it names the clause, but proves nothing.
    doubtful = (probs >= lower) & (probs < upper)
    other = _column_of_other(config)
    if other is not None:
        doubtful[:, other] = False
    return tuple(
        TaggedClause(clause, _scores(row, yes, config), _scores(row, maybe, config))
        for clause, row, yes, maybe in zip(clauses, probs, assigned, doubtful, strict=True)
    )


def predict_labels(probs: Array, config: ModelConfig) -> npt.NDArray[np.bool_]:
    """Return the decisions as booleans, shape (n, labels)."""
    cuts = np.array([cut.assign for cut in config.thresholds])
    other = _column_of_other(config)
    nearness = np.asarray(probs / cuts)
    if other is not None:
        nearness[:, other] = 0.0
    assigned = np.asarray(nearness >= 1.0)
    bare = np.flatnonzero(~assigned.any(axis=1))
    nearest = nearness[bare].argmax(axis=1)
    is_near = nearness[bare, nearest] >= config.fallback
    assigned[bare[is_near], nearest[is_near]] = True
    if other is not None:
        assigned[:, other] = ~assigned.any(axis=1)
    return assigned


def _column_of_other(config: ModelConfig) -> int | None:
    return config.labels.index(OTHER) if OTHER in config.labels else None


def _scores(row: Array, chosen: npt.NDArray[np.bool_], config: ModelConfig) -> tuple[LabelScore, ...]:
    columns = sorted(np.flatnonzero(chosen), key=lambda column: -row[column])
    return tuple(LabelScore(config.labels[column], float(row[column])) for column in columns)
