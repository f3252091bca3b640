"""What more reading would buy: F1 on the fixed test families against the families trained on.

    python benchmarks/learning_curve.py

The linear model alone is retrained on growing shares of the training families (by the hash of their
name, so that each share holds the one before), with and without the written clauses. The scarce part
is the micro-F1 over labels with fewer than 300 real rows. Writes benchmarks/results/learning_curve.json.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifier.evaluation import evaluate_labels
from classifier.gold import Example, hold_out, label_matrix, load_examples
from classifier.labels import OTHER, load_labels
from classifier.tagger.inputs import read_clause
from classifier.training.calibrate import apply_calibration, choose_thresholds, fit_calibration
from classifier.training.linear import fit_linear

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "learning_curve.json"
SHARES = (12, 25, 50, 100)
SCARCE_ROWS = 300


def share_of(family: str) -> int:
    """Return a number from 1 to 100 that decides from which share on a family is used."""
    return int(hashlib.sha256(f"curve:{family}".encode()).hexdigest(), 16) % 100 + 1


def measure(
    train: Sequence[Example], dev: Sequence[Example], test: Sequence[Example], ids: Sequence[str], scarce: list[int]
) -> dict[str, float]:
    """Train on some rows and return the figures on the test families."""
    model = fit_linear(
        [read_clause(e.clause) for e in train],
        label_matrix(train, ids),
        max_features=60_000,
        regularization=20.0,
        seed=13,
    )
    dev_logits, dev_truth = model.logits([read_clause(e.clause) for e in dev]), label_matrix(dev, ids)
    calibration = fit_calibration(dev_logits, dev_truth)
    cuts = choose_thresholds(apply_calibration(dev_logits, calibration), dev_truth, doubt_ratio=0.6)
    probs = apply_calibration(model.logits([read_clause(e.clause) for e in test]), calibration)
    predicted = np.asarray(probs >= np.array([cut.assign for cut in cuts]))
    other = list(ids).index(OTHER)
    predicted[:, other] = ~np.delete(predicted, other, axis=1).any(axis=1)
    truth = label_matrix(test, ids)
    metrics = evaluate_labels(truth, predicted, probs, ids)
    rare = evaluate_labels(truth[:, scarce], predicted[:, scarce], probs[:, scarce], [ids[i] for i in scarce])
    return {
        "micro_f1": round(metrics.micro_f1, 4),
        "macro_f1": round(metrics.macro_f1, 4),
        "restriction_micro_f1": round(metrics.restriction_micro_f1, 4),
        "scarce_micro_f1": round(rare.micro_f1, 4),
    }


def main() -> None:
    """Train at every share and write the curve."""
    ids = [label.id for label in load_labels().labels]
    examples = load_examples(sorted((ROOT / "data" / "annotations").glob("*.jsonl")), ROOT / "data" / "families.json")
    splits = hold_out(examples)
    real = Counter(label for example in examples if example.doc for label in example.labels)
    scarce = [i for i, label in enumerate(ids) if real[label] < SCARCE_ROWS]
    dev, test = [e for e in splits.dev if e.doc], [e for e in splits.test if e.doc]
    points = []
    for share in SHARES:
        part = [e for e in splits.train if e.doc and share_of(e.family) <= share]
        for written in (False, True):
            train = (
                [*part, *(e for e in splits.train if not e.doc and share_of(e.family) <= share)] if written else part
            )
            point = {
                "share": share,
                "written": written,
                "families": len({e.family for e in part}),
                "clauses": len(train),
                **measure(train, dev, test, ids, scarce),
            }
            print(json.dumps(point))
            points.append(point)
    RESULTS.parent.mkdir(exist_ok=True)
    body = {"test_clauses": len(test), "scarce_labels": len(scarce), "points": points}
    RESULTS.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
