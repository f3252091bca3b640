"""Tell which known misses the shipped model still misses, and sort them.

    python benchmarks/misses.py           # a line for each case that lies in the wrong folder, and the count
    python benchmarks/misses.py --sort    # move those: what is right into fixed, what is wrong into known

A case is a file in tests/data/misses: {"text", "heading", "lead_in", "labels", "note"}; it is right when
the model gives exactly these labels. The sentences are made up for this and are not to be trained on.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from classifier.bundle import default_model_dir
from classifier.datamodels import Clause
from classifier.labels import load_labels
from classifier.normalize import READING, apply
from classifier.tagger import ClauseTagger, decide

MISSES = Path(__file__).parents[1] / "tests" / "data" / "misses"
FOLDERS = {False: "known", True: "fixed"}
"""Whether the model is right -> where a case belongs."""


def clause_of(case: dict[str, Any]) -> Clause:
    """Return the clause of a case: its text under its heading and lead-in."""
    text = case["text"]
    return Clause(text, 0, len(text), apply(READING, text), tuple(case["heading"]), case["lead_in"])


def predict(tagger: ClauseTagger, case: dict[str, Any]) -> set[str]:
    """Return the labels that a model gives a case."""
    clause = clause_of(case)
    (tagged,) = decide([clause], tagger.predict_proba([clause]), tagger.config)
    return {found.label for found in tagged.labels}


def main() -> None:
    """Compare every case with its folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sort", action="store_true", help="move cases to the folder they belong to")
    sort = parser.parse_args().sort
    tagger = ClauseTagger.from_pretrained(default_model_dir(), use_memory=False)
    right = 0
    paths = sorted(MISSES.glob("*/*.json"))
    for path in paths:
        case = json.loads(path.read_text("utf-8"))
        unknown = [label for label in case["labels"] if label not in load_labels()]
        if unknown:
            raise SystemExit(f"{path}: unknown label {unknown[0]!r}")
        found = predict(tagger, case)
        is_right = found == set(case["labels"])
        right += is_right
        target = MISSES / FOLDERS[is_right] / path.name
        if target != path:
            print(f"{path.parent.name}/{path.name}: gold {', '.join(case['labels'])}; given {', '.join(sorted(found))}")
            if sort:
                target.parent.mkdir(exist_ok=True)
                path.replace(target)
    print(f"{tagger.config.name} {tagger.config.version}: {right} of {len(paths)} cases are right")


if __name__ == "__main__":
    main()
