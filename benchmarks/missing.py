"""Compare what the shipped model calls missing, and the freedoms it sees, with what gold labels say.

    python benchmarks/missing.py

Texts are those of the test families, memory off. Gold labels go through
the same rules, so the figures judge the labels, not the rules; the last two count OSI-approved texts of all
splits that would be told, by gold, that a grant is missing.
Writes benchmarks/results/missing.json. Needs `osdlint corpus fetch`.
"""

import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from classifier.benchmark import by_document, gold_clauses, held_out_documents
from classifier.bundle import default_model_dir
from classifier.corpus import Corpus
from classifier.datamodels import Document
from classifier.freedoms import find_freedoms
from classifier.gold import Example, load_examples
from classifier.known import default_index, find_incorporated
from classifier.missing import find_missing
from classifier.pipeline import Classifier
from classifier.tagger import ClauseTagger

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "missing.json"
_ACTS = frozenset({"no-use-grant", "no-modify-grant", "no-distribute-grant"})


def of_gold(group: Sequence[Example]) -> tuple[set[str], dict[str, str]]:
    """Return the kinds that are missing and the freedoms, by gold labels."""
    tagged = gold_clauses(group)
    index = default_index()
    taken_in = find_incorporated(index, tagged) if index else ()
    missing = {lack.kind for lack in find_missing(tagged, incorporated=taken_in)}
    return missing, {one.name: one.grant for one in find_freedoms(tagged, incorporated=taken_in)}


def main() -> None:
    """Count, print and write."""
    corpus = Corpus.open()
    classifier = Classifier(ClauseTagger.from_pretrained(default_model_dir(), use_memory=False))
    counts, agreed, texts = Counter[str](), Counter[str](), 0
    examples = load_examples(sorted((ROOT / "data/annotations").glob("*.jsonl")), ROOT / "data/families.json")
    documents, held_out = by_document(examples), held_out_documents(examples)
    osi = [key for key in documents if corpus[key].osi_approved]
    for key, group in held_out.items():
        report = classifier.predict(Document(corpus[key].body, key))
        if not report.freedoms:
            counts["not_judged"] += 1
            continue
        texts += 1
        missing, freedoms = of_gold(group)
        given = {lack.kind for lack in report.missing}
        counts.update(gold=len(missing), given=len(given), hits=len(missing & given))
        agreed.update(one.name for one in report.freedoms if freedoms[one.name] == one.grant)
    results = {
        "date": time.strftime("%Y-%m-%d"),
        "model": classifier.tagger.config.version,
        "texts": texts,
        **counts,
        "freedoms_agree": {name: round(agreed[name] / texts, 4) for name in ("use", "study", "modify", "share")},
        "osi_approved": len(osi),
        "osi_approved_lacking_by_gold": sorted(key for key in osi if of_gold(documents[key])[0] & _ACTS),
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
