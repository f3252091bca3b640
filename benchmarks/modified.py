"""Ten open licenses, each with one restricting paragraph added: what ScanCode says, and what osdlint says.

    python benchmarks/modified.py --scancode PYTHON

PYTHON is an interpreter with `scancode-toolkit` and `pluggy<1.7`. The paragraphs are the first English
restricting ones of data/pairs.jsonl whose license ScanCode's users meet often. Writes
benchmarks/results/modified.json; `python benchmarks/tables.py` makes the table of the README from it.
"""

import argparse
import json
import subprocess
import time
from pathlib import Path
from typing import Any

from classifier.corpus import Corpus
from classifier.datamodels import Document
from classifier.pipeline import Classifier
from classifier.robustness import Pair, read_pairs

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "modified.json"
NUMBER = 10

_SCANCODE = """
import json, sys
from licensedcode.cache import get_index
from licensedcode.detection import detect_licenses
import tempfile, os
get_index()
answers = []
for text in json.load(sys.stdin):
    with tempfile.NamedTemporaryFile("w", suffix="-LICENSE", delete=False, encoding="utf-8") as file:
        file.write(text)
    found = list(detect_licenses(location=file.name))
    os.unlink(file.name)
    answers.append([{"id": d.license_expression, "score": min(float(m.score()) for m in d.matches)} for d in found])
print(json.dumps(answers))
"""


def choose(pairs: list[Pair]) -> list[Pair]:
    """Return the first restricting English pair of each license, of different labels, ten in all."""
    chosen: dict[str, Pair] = {}
    seen: set[tuple[str, ...]] = set()
    for pair in pairs:
        if pair.deviates and pair.lang == "en" and pair.doc not in chosen and pair.labels not in seen:
            chosen[pair.doc] = pair
            seen.add(pair.labels)
    return list(chosen.values())[:NUMBER]


def ours(pair: Pair, text: str, start: int, classifier: Classifier) -> dict[str, Any]:
    """Return what osdlint says of a modified license, and whether it blames the added paragraph."""
    report = classifier.predict(Document(text, pair.doc))
    span = range(start, start + len(pair.text))
    blamed = [
        finding
        for finding in report.findings
        if finding.status == "deviates" and any(report.clauses[i].clause.start in span for i in finding.clauses)
    ]
    return {
        "verdict": report.verdict,
        "criteria": sorted({finding.criterion for finding in blamed if finding.criterion}),
        "labels": list(dict.fromkeys(finding.label for finding in blamed)),
        "nearest": report.nearest.id if report.nearest else None,
    }


def main() -> None:
    """Ask both tools and write the answers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scancode", required=True, metavar="PYTHON", help="Interpreter that has scancode-toolkit.")
    scancode = parser.parse_args().scancode
    corpus, classifier = Corpus.open(), Classifier.from_pretrained()
    pairs = choose(read_pairs(ROOT / "data/pairs.jsonl"))
    changed = [pair.insert_into(corpus[pair.doc].body) for pair in pairs]
    texts = [text for text, _ in changed]
    done = subprocess.run(
        [scancode, "-c", _SCANCODE], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    answers = json.loads(done.stdout.splitlines()[-1])
    rows = [
        {
            "license": pair.doc,
            "added": list(pair.labels),
            "scancode": theirs,
            "osdlint": ours(pair, text, start, classifier),
        }
        for pair, (text, start), theirs in zip(pairs, changed, answers, strict=True)
    ]
    RESULTS.write_text(json.dumps({"date": time.strftime("%Y-%m-%d"), "rows": rows}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
