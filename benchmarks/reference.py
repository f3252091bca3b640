"""Write down what the shipped model says of a few dozen sentences, for the tests to replay.

    python benchmarks/reference.py

Run it after a model was replaced, and read the difference. Reads tests/data/reference/sentences.json,
writes tests/data/reference/NAME.json for the shipped model NAME.
"""

import json
from pathlib import Path

from misses import clause_of

from classifier.bundle import default_model_dir, write_json
from classifier.tagger import ClauseTagger, decide

REFERENCE = Path(__file__).parents[1] / "tests" / "data" / "reference"
LEAST = 0.05
"""Lower probabilities are left out."""


def main() -> None:
    """Predict every sentence and write the file."""
    cases = json.loads((REFERENCE / "sentences.json").read_text("utf-8"))
    clauses = [clause_of(case) for case in cases]
    tagger = ClauseTagger.from_pretrained(default_model_dir())
    probs = tagger.predict_proba(clauses)
    predictions = [
        {
            "text": tagged.clause.text,
            "labels": [found.label for found in tagged.labels],
            "probs": {
                label: round(float(p), 4) for label, p in zip(tagger.config.labels, row, strict=True) if p >= LEAST
            },
        }
        for tagged, row in zip(decide(clauses, probs, tagger.config), probs, strict=True)
    ]
    target = REFERENCE / f"{tagger.config.name}.json"
    write_json(
        target, {"model": {"name": tagger.config.name, "version": tagger.config.version}, "predictions": predictions}
    )
    print(f"{target}: {len(predictions)} sentences, {tagger.config.name} {tagger.config.version}")


if __name__ == "__main__":
    main()
