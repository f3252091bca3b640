"""Compare cheap models out of fold: five folds by license family, the same for every model.

    python benchmarks/folds.py --base NAME=FOLDER [--base NAME=FOLDER ...] [--clauses N]

Each FOLDER is a pretrained encoder (transformers, with its tokenizer.json); it stays frozen and a
linear head is fitted on its pooled features, alone and blended half and half with the linear model.
Three folds train, one chooses calibration and thresholds, one is scored; scored clauses with a
near-duplicate in training are left out. Writes benchmarks/results/folds.json.

Fully fine-tuned models are not here: five of them would take a day on two cores. They are compared on
the test families (`osdlint evaluate`).
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

from classifier.benchmark import gold_criteria
from classifier.bundle import ModelConfig
from classifier.evaluation import evaluate_labels
from classifier.families import near_duplicates
from classifier.gold import Example, distinct, label_matrix, load_examples
from classifier.labels import load_labels
from classifier.osd import find_deviations
from classifier.splits import FOLDS
from classifier.tagger import decide, predict_labels
from classifier.tagger.inputs import read_clause
from classifier.training.calibrate import apply_calibration, choose_thresholds, fit_calibration
from classifier.training.encoder import ClauseEncoder, EncoderConfig, encode, load_backbone, predict_features
from classifier.training.finetune import fit_head_on
from classifier.training.linear import fit_linear

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "folds.json"
Floats = npt.NDArray[np.float32]
_LABELS = tuple(label.id for label in load_labels().labels)


def sample(number: int) -> list[Example]:
    """Return whole families, in a random order that is always the same, until so many distinct clauses are together."""
    paths = sorted((ROOT / "data/annotations").glob("*.jsonl"))
    by_family: defaultdict[str, list[Example]] = defaultdict(list)
    for example in distinct(load_examples(paths, ROOT / "data/families.json")):
        by_family[example.family].append(example)
    chosen: list[Example] = []
    for name in np.random.default_rng(0).permutation(sorted(by_family)):
        if len(chosen) < number:
            chosen += by_family[str(name)]
    return chosen


def linear_logits(examples: Sequence[Example], *, context: bool = True) -> Floats:
    """Return out-of-fold logits of the linear model, shape (folds, n, labels)."""
    pairs = [read_clause(example.clause) for example in examples]
    pairs = pairs if context else [("", content) for _, content in pairs]
    truth = label_matrix(examples, _LABELS)

    def fit(train: npt.NDArray[np.bool_], rows: npt.NDArray[np.bool_]) -> Floats:
        chosen = [pair for pair, yes in zip(pairs, train, strict=True) if yes]
        model = fit_linear(chosen, truth[train], max_features=60_000, regularization=20.0, seed=13)
        return model.logits([pair for pair, yes in zip(pairs, rows, strict=True) if yes])

    return _out_of_fold(examples, fit)


def frozen_encoder(examples: Sequence[Example], folder: str) -> tuple[ClauseEncoder, Floats]:
    """Return a pretrained encoder and its pooled features of the clauses, shape (n, width)."""
    config = EncoderConfig(frozen=True)
    model = load_backbone(folder, len(_LABELS), config.dropout)
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokens = encode(tokenizer, [read_clause(example.clause) for example in examples], config.max_length)
    return model, predict_features(model, tokens)


def head_logits(examples: Sequence[Example], model: ClauseEncoder, features: Floats, focal: float = 0.0) -> Floats:
    """Return out-of-fold logits of a head on features, shape (folds, n, labels)."""
    config = EncoderConfig(frozen=True, focal=focal)
    truth = label_matrix(examples, _LABELS).astype(np.float32)

    def fit(train: npt.NDArray[np.bool_], rows: npt.NDArray[np.bool_]) -> Floats:
        torch.manual_seed(config.seed)
        head = ClauseEncoder(model.backbone, len(_LABELS), config.dropout)
        fit_head_on(head, features[train], truth[train], config)
        return head.classify(features[rows])

    return _out_of_fold(examples, fit)


def _out_of_fold(examples: Sequence[Example], fit: Any) -> Floats:  # noqa: ANN401 - a local function
    """Return logits of shape (folds, n, labels): plane k holds the scores of fold k and of its dev fold."""
    folds = np.array([example.fold for example in examples])
    planes = np.zeros((FOLDS, len(examples), len(_LABELS)), np.float32)
    for fold in range(FOLDS):
        dev = (fold + 1) % FOLDS
        rows = (folds == fold) | (folds == dev)
        planes[fold, rows] = fit(~rows, rows)
    return planes


def score(examples: Sequence[Example], planes: Floats, unseen: Sequence[npt.NDArray[np.bool_]]) -> dict[str, Any]:
    """Return the figures over all scored clauses and documents."""
    folds = np.array([example.fold for example in examples])
    truth = label_matrix(examples, _LABELS)
    probs, given = np.zeros(truth.shape, np.float32), np.zeros(truth.shape, np.bool_)
    verdicts: list[tuple[frozenset[int | None], frozenset[int | None]]] = []
    for fold in range(FOLDS):
        dev, rows = folds == (fold + 1) % FOLDS, folds == fold
        config = _decision(planes[fold, dev], truth[dev])
        probs[rows] = apply_calibration(planes[fold, rows], (config.scale, config.bias))
        given[rows] = predict_labels(probs[rows], config)
        verdicts += _verdicts([e for e, yes in zip(examples, rows, strict=True) if yes], probs[rows], config)
    kept = np.logical_or.reduce(unseen) & np.array([bool(example.doc) for example in examples])
    families = [example.family for example, yes in zip(examples, kept, strict=True) if yes]
    metrics = evaluate_labels(truth[kept], given[kept], probs[kept], _LABELS, families)
    figures = {k: v for k, v in metrics.to_dict().items() if k != "per_label"}
    restricted = [bool(found) for gold, found in verdicts if gold]
    clean = [not found for gold, found in verdicts if not gold]
    return {
        **figures,
        "restricted_flagged": round(float(np.mean(restricted)), 4),
        "clean_kept": round(float(np.mean(clean)), 4),
        "documents": len(verdicts),
    }


def _decision(logits: Floats, truth: npt.NDArray[np.bool_]) -> ModelConfig:
    scale, bias = fit_calibration(logits, truth)
    cuts = choose_thresholds(apply_calibration(logits, (scale, bias)), truth, doubt_ratio=0.6)
    return ModelConfig("fold", "0", "0", _LABELS, {}, cuts, scale, bias, fallback=0.7)


def _verdicts(
    examples: Sequence[Example], probs: Floats, config: ModelConfig
) -> list[tuple[frozenset[int | None], frozenset[int | None]]]:
    by_doc: defaultdict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(examples):
        if example.doc:
            by_doc[example.doc].append(row)
    pairs = []
    for rows in by_doc.values():
        tagged = decide([examples[i].clause for i in rows], probs[rows], config)
        found = frozenset(f.criterion for f in find_deviations(tagged) if f.status == "deviates")
        pairs.append((gold_criteria([examples[i] for i in rows]), found))
    return pairs


def unseen_wording(examples: Sequence[Example]) -> list[npt.NDArray[np.bool_]]:
    """Return for each fold which of its clauses have no near-duplicate in the three folds that train."""
    folds = np.array([example.fold for example in examples])
    masks = []
    for fold in range(FOLDS):
        dev = (fold + 1) % FOLDS
        rows = np.flatnonzero(folds == fold)
        known = [e.clause.content for e in examples if e.fold not in (fold, dev)]
        seen = near_duplicates([examples[i].clause.content for i in map(int, rows)], known)
        mask = np.zeros(len(examples), np.bool_)
        mask[rows[~np.array(seen, np.bool_)]] = True
        masks.append(mask)
    return masks


def main() -> None:
    """Score every model on the same folds and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--clauses", type=int, default=12_000)
    options = parser.parse_args()
    examples = sample(options.clauses)
    unseen = unseen_wording(examples)
    planes = {
        "linear": linear_logits(examples),
        "linear, no heading and lead-in": linear_logits(examples, context=False),
    }
    for base in options.base:
        name, _, folder = base.partition("=")
        model, features = frozen_encoder(examples, folder)
        planes[f"{name}, frozen"] = head_logits(examples, model, features)
        planes[f"{name}, frozen, focal loss"] = head_logits(examples, model, features, focal=2.0)
        mixed = (planes["linear"] + planes[f"{name}, frozen"]) / 2
        planes[f"linear + {name}, frozen"] = np.asarray(mixed, np.float32)
    results = {
        "date": time.strftime("%Y-%m-%d"),
        "clauses": len(examples),
        "families": len({example.family for example in examples}),
        "models": {name: score(examples, logits, unseen) for name, logits in planes.items()},
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
