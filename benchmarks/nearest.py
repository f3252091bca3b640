"""Measure how well the nearest known text is found; write `benchmarks/results/nearest.json`.

Run from a checkout with the corpus fetched: `python benchmarks/nearest.py [--index FILE]`.
"""

import argparse
import json
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from speed import unseen_text

from classifier.corpus import Corpus, License
from classifier.datamodels import Document, Nearest
from classifier.known import KnownIndex, find_nearest, load_index
from classifier.known.index import default_index_path
from classifier.known.profile import make_profile
from classifier.known.search import MIN_SIMILARITY, candidates, match_profile, match_text
from classifier.robustness.perturbations import rewrap
from classifier.segment import segment

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "nearest.json"
SEED = 13
STEP = 6
MIN_WORDS = 60
DROPPED = 0.1
REPEATS = 9
CUTS = (0.3, 0.4, 0.5, 0.6, 0.7)
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}\b")
_INVENTED = ("Quillbrook", "Tamsin", "Ostrava", "Penhallow", "Yarrow", "Kestrelby", "Dunmore", "Ilvermont")

Change = Callable[[str, random.Random], str]


def add_paragraph(text: str, rng: random.Random) -> str:
    """Insert a paragraph written for this project between two clauses that end a line."""
    ends = [clause.end for clause in segment(Document(text)) if text[clause.end : clause.end + 1] in ("\n", "")]
    at = rng.choice(ends or [len(text)])
    return f"{text[:at]}\n\n{rng.choice(PARAGRAPHS)}\n\n{text[at:]}"


def change_names(text: str, rng: random.Random) -> str:
    """Write another name for each word that stands with a capital inside sentences, and put a notice on top."""
    names: dict[str, str] = {}
    for name in _NAME.findall(text):
        if not re.search(rf"\b{name.lower()}\b", text):
            names.setdefault(name, f"{rng.choice(_INVENTED)}{len(names) or ''}")
    pattern = "|".join(map(re.escape, names))
    renamed = re.sub(rf"\b(?:{pattern})\b", lambda match: names[match[0]], text) if names else text
    return f"Copyright (c) {rng.randint(1990, 2025)} {rng.choice(_INVENTED)} Ltd. All rights reserved.\n\n{renamed}"


def drop_clauses(text: str, rng: random.Random) -> str:
    """Leave out one clause in ten, at least one."""
    clauses = segment(Document(text))
    gone = rng.sample(clauses, max(1, round(DROPPED * len(clauses))))
    for clause in sorted(gone, key=lambda clause: -clause.start):
        text = text[: clause.start] + text[clause.end :]
    return text


CHANGES: dict[str, Change] = {
    "unchanged": lambda text, rng: text,
    "paragraph_added": add_paragraph,
    "names_changed": change_names,
    "rewrapped": lambda text, rng: rewrap(text),
    "clauses_dropped": drop_clauses,
}
PARAGRAPHS = [
    row["text"] for row in map(json.loads, (ROOT / "data/pairs.jsonl").read_text("utf-8").splitlines())
    if row["lang"] == "en"
]  # fmt: skip


def judge_changes(index: KnownIndex, licenses: Sequence[License], families: dict[str, str]) -> dict[str, Any]:
    """Return for each change how often the text, or one of its family, is named."""
    figures = {}
    for name, change in CHANGES.items():
        rng = random.Random(SEED)
        found = [find_nearest(index, segment(Document(change(license_.body, rng)))) for license_ in licenses]
        figures[name] = _shares(found, licenses, families)
        print(name, figures[name], flush=True)
    return figures


def _shares(found: Sequence[Nearest | None], licenses: Sequence[License], families: dict[str, str]) -> dict[str, float]:
    pairs = [(near, license_.key) for near, license_ in zip(found, licenses, strict=True)]
    named = [(near, key) for near, key in pairs if near is not None]
    edits = [len(near.added) + len(near.altered) + len(near.removed) for near, _ in named]
    return {
        "claimed": _share(len(named), len(pairs)),
        "own_text": _share(sum(near.key == key for near, key in named), len(pairs)),
        "own_family": _share(sum(families.get(near.key) == families.get(key) for near, key in named), len(pairs)),
        "only_added": _share(sum(bool(n.added) and not (n.altered or n.removed) for n, _ in named), len(pairs)),
        "only_removed": _share(sum(bool(n.removed) and not (n.altered or n.added) for n, _ in named), len(pairs)),
        "identical": _share(sum(near.similarity == 1 for near, _ in named), len(pairs)),
        "median_similarity": round(statistics.median(near.similarity for near, _ in named), 4),
        "median_changed_clauses": statistics.median(edits),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4)


def written_documents(names: Sequence[str]) -> list[str]:
    """Return the documents written for this project: their clauses, each a paragraph."""
    documents: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        for line in (ROOT / "data/annotations" / name).read_text("utf-8").splitlines():
            row = json.loads(line)
            if re.fullmatch(r"doc \d+", row.get("note", "")[:6]):
                documents[row["annotator"], row["note"][:6]].append(row["text"])
    return ["\n\n".join(clauses) for clauses in documents.values()]


def best_similarity(index: KnownIndex, text: str) -> float:
    """Return the similarity of the nearest text, however low."""
    match = match_profile(index, make_profile(segment(Document(text))))
    return match.similarity if match else 0.0


def outside_family(index: KnownIndex, license_: License, families: dict[str, str]) -> float:
    """Return the similarity of the nearest text of another family."""
    query = make_profile(segment(Document(license_.body)))
    keys = {row: index.lines[row][1] for row in candidates(index, query)}
    others = [row for row, key in keys.items() if families.get(key) != families.get(license_.key)]
    return max((match_text(index, row, query).similarity for row in others), default=0.0)


def cuts(similarities: Sequence[float]) -> dict[str, float]:
    """Return the share of the similarities at or above each cut."""
    return {f"{cut:.1f}": _share(sum(value >= cut for value in similarities), len(similarities)) for cut in CUTS}


def median_ms(work: Callable[[], object]) -> float:
    """Return the median processor time of some work."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return round(statistics.median(times), 1)


def timings(path: Path, corpus: Corpus) -> dict[str, float]:
    """Time the loading of the index, and a query that nothing answers word for word."""
    index = load_index(path)
    unseen = segment(Document(unseen_text(corpus)))
    known = segment(Document(corpus["apache-2.0"].body))
    return {
        "index_bytes": path.stat().st_size,
        "texts": len(index),
        "clauses": len(index.keys),
        "load_cpu_ms": median_ms(lambda: load_index(path)),
        "query_altered_2000_words_cpu_ms": median_ms(lambda: find_nearest(index, unseen)),
        "query_apache_cpu_ms": median_ms(lambda: find_nearest(index, known)),
    }


def main() -> None:
    """Measure everything and write the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", type=Path, default=default_index_path())
    path = parser.parse_args().index
    corpus, index = Corpus.open(), load_index(path)
    families = json.loads((ROOT / "data/families.json").read_text("utf-8"))
    sample = [corpus[key] for key in corpus.keys[::STEP]]
    sample = [license_ for license_ in sample if len(license_.body.split()) >= MIN_WORDS]
    written = [best_similarity(index, text) for text in written_documents(["written-en.jsonl"])]
    others = [outside_family(index, license_, families) for license_ in sample]
    print(cuts(written), cuts(others), flush=True)
    results = {
        "min_similarity": MIN_SIMILARITY,
        "size_and_time": timings(path, corpus),
        "sampled_texts": len(sample),
        "changes": judge_changes(index, sample, families),
        "written_documents": {
            "documents": len(written),
            "falsely_claimed": _share(sum(value >= MIN_SIMILARITY for value in written), len(written)),
            "highest_similarity": round(max(written), 4),
            "at_or_above": cuts(written),
        },
        "nearest_of_another_family": {
            "median_similarity": round(float(np.median(others)), 4),
            "at_or_above": cuts(others),
        },
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
