"""What a training run says about its model: figures on the test rows, how it was made, on how much."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.bundle import ModelConfig
from classifier.evaluation import Metrics, evaluate_labels
from classifier.families import FAMILY_JACCARD
from classifier.gold import Example, Splits, label_matrix
from classifier.splits import SplitKind
from classifier.tagger import predict_labels
from classifier.training.calibrate import apply_calibration
from classifier.training.encoder import EncoderConfig

Floats = npt.NDArray[np.float32]


def groups_of(splits: Splits) -> dict[str, list[Example]]:
    """Return the held-out examples by the names that logits go by."""
    return {"dev": splits.dev, "test": splits.test, "test_all": splits.test_all}


def measure(splits: Splits, logits: Mapping[str, Floats], config: ModelConfig) -> dict[str, dict[str, Any]]:
    """Return figures by slice of the test rows: real clauses, then written ones by language.

    Args:
        splits: All examples.
        logits: Of the held-out groups, shape (n, labels).
        config: What the model has chosen on dev.
    """
    measured = {}
    for name, group, rows in _slices(splits):
        if rows:
            examples = [groups_of(splits)[group][row] for row in rows]
            measured[name] = _metrics(logits[group][rows], examples, config).to_dict()
    return measured


def _slices(splits: Splits) -> list[tuple[str, str, list[int]]]:
    """Return for each slice its name, its group of examples and its rows in that group."""
    written = sorted({example.lang for example in splits.test if not example.doc})
    return [
        ("unseen", "test", _rows(splits.test, real=True)),
        ("all_clauses", "test_all", _rows(splits.test_all, real=True)),
        *((f"written_{lang or 'und'}", "test", _rows(splits.test, real=False, lang=lang)) for lang in written),
    ]


def _rows(examples: Sequence[Example], *, real: bool, lang: str | None = None) -> list[int]:
    return [i for i, e in enumerate(examples) if bool(e.doc) == real and lang in (None, e.lang)]


def _metrics(logits: Floats, examples: Sequence[Example], config: ModelConfig) -> Metrics:
    probs = apply_calibration(logits, (config.scale, config.bias))
    truth = label_matrix(examples, config.labels)
    return evaluate_labels(truth, predict_labels(probs, config), probs, config.labels, [e.family for e in examples])


def describe(chosen: ModelConfig, encoder: EncoderConfig, start: str) -> str:
    """Return a sentence on what the model is made of; `start` names what the encoder's training began from."""
    linear = "one-vs-rest logistic regression over TF-IDF of words, word pairs and stems, Chinese by character"
    if "encoder" not in chosen.parts:
        return f"A linear model: {linear}; weights in 8 bits."
    share = chosen.parts["encoder"]
    if "linear" not in chosen.parts:
        return f"A transformer encoder {_how_trained(encoder, start)} and exported to ONNX with 8-bit weights."
    return (
        f"A transformer encoder {_how_trained(encoder, start)} and exported to ONNX with 8-bit weights, blended in "
        f"the logits ({share:.0%}) with {linear} ({1 - share:.0%})."
    )


def _how_trained(config: EncoderConfig, start: str) -> str:
    if config.frozen:
        return f"left as it is in {start}, under a head fitted on its features (seed {config.seed}),"
    return (
        f"that started from {start}, fine-tuned for {config.epochs} epochs "
        f"(learning rate {config.learning_rate:g}, seed {config.seed})"
    )


def count_data(splits: Splits, kind: SplitKind) -> dict[str, Any]:
    """Return how many clauses and families each split has, in which languages, and what was held out."""
    everything = [*splits.train, *splits.dev, *splits.test_all]
    return {
        "split": kind,
        "languages": sorted({example.lang for example in everything} - {"", "und"}),
        "train": len(splits.train),
        "train_written": sum(not example.doc for example in splits.train),
        "dev": len(splits.dev),
        "test": len(splits.test),
        "families": len({example.family for example in everything if example.doc}),
        "test_families": len({example.family for example in splits.test_all if example.doc}),
        "family_jaccard": FAMILY_JACCARD,
    }
