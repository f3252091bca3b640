"""Count the corpus and hold it to its gates."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from classifier.annotations import Row, check_rows, read_rows, summarize
from classifier.corpus import Corpus
from classifier.evaluation import cohen_kappa, krippendorff_alpha
from classifier.families import FAMILY_JACCARD, SHINGLE_WORDS, near_duplicates, tokenize
from classifier.gold import Example, distinct, join_rows
from classifier.labels import load_labels
from classifier.normalize import READING, apply

MIN_KAPPA_ROWS = 20
"""Kappa of a label with fewer rows is noise."""

GATES: dict[str, float] = {
    "documents": 700,
    "clauses": 25_000,
    "distinct_wordings": 15_000,
    "written": 4_000,
    "written_zh": 1_500,
    "rows_of_rarest_label": 60,
    "share_read_twice": 0.10,
    "mean_kappa": 0.80,
    "share_written_read_twice": 0.10,
    "mean_kappa_written": 0.80,
    "test_families": 80,
}
"""The least that each count may be."""

LIMITS: dict[str, float] = {"share_of_test_near_train": 0, "written_from_corpus": 0}
"""The most that each count may be."""

_COPIED_WORDS = 9
"""Two authors do not come upon so many words in a row by chance."""

_Readings = tuple[Row, Row]
"""The first and the second reading of a span."""


@dataclass(frozen=True, slots=True)
class Census:
    """The counts, the per-label table, agreement, and what is wrong.

    `per_label` maps a label to its rows in real documents, in written clauses, and its kappa (None
    where too few rows were read twice).
    """

    counts: dict[str, float]
    per_label: dict[str, tuple[int, int, float | None]]
    alpha: float
    misses: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        rows = {
            label: {"real": real, "written": written, "kappa": None if kappa is None else round(kappa, 3)}
            for label, (real, written, kappa) in self.per_label.items()
        }
        counts = {name: round(value, 4) for name, value in self.counts.items()}
        return {"counts": counts, "alpha": round(self.alpha, 4), "per_label": rows, "misses": list(self.misses)}


def take_census(paths: Sequence[Path], families: Path, corpus: Corpus) -> Census:
    """Count the rows and check every gate.

    Args:
        paths: Files of gold rows.
        families: JSON object, document key -> family.
        corpus: The texts.

    Raises:
        AnnotationError: A row is malformed; rows that do not fit their text are misses instead.
    """
    rows = read_rows(paths)
    problems = check_rows(rows, lambda key: corpus[key].body)
    if problems:
        return Census({}, {}, 0.0, (summarize(problems),))
    examples = join_rows(rows, families, corpus=corpus)
    readings = pair_readings(rows)
    of_spans = [pair for pair in readings if pair[0].doc]
    of_written = [pair for pair in readings if not pair[0].doc]
    kappas, alpha = agreement(of_spans)
    kappas_of_written, alpha_of_written = agreement(of_written)
    counts = {
        **_counts(rows, examples, kappas),
        "spans_compared": len(of_spans),
        "written_read_twice": len(of_written),
        "share_written_read_twice": len(of_written) / max(1, sum(row.pass_number == 1 and not row.doc for row in rows)),
        "mean_kappa_written": _mean(kappas_of_written),
        "alpha_written": alpha_of_written,
        "share_of_test_near_train": share_near_train(examples, lambda key: corpus[key].body),
        "written_from_corpus": count_copied(
            (row.text for row in rows if not row.doc and row.pass_number == 1), (license_.body for license_ in corpus)
        ),
    }
    return Census(counts, _per_label(rows, kappas), alpha, tuple(find_misses(counts)))


def find_misses(counts: Mapping[str, float]) -> list[str]:
    """Return a line for each count that is outside its gate."""
    low = [f"{name} is {counts[name]:g}, below {gate:g}" for name, gate in GATES.items() if counts[name] < gate]
    high = [f"{name} is {counts[name]:g}, above {gate:g}" for name, gate in LIMITS.items() if counts[name] > gate]
    return low + high


def pair_readings(rows: Sequence[Row]) -> list[_Readings]:
    """Return both readings of each span or written clause that was read twice, blind, in the order of the first.

    The first labels of a written clause are its author's. A second reading without a first one of the very
    same place is left out, and so is one whose first labels were propagated: nobody had read that clause there.
    """
    first = {_place(row): row for row in rows if row.pass_number == 1 and not row.propagated}
    second = {_place(row): row for row in rows if row.pass_number == 2}
    return [(row, second[place]) for place, row in first.items() if place in second]


def _place(row: Row) -> tuple[object, ...]:
    return (row.doc, row.start, row.end) if row.doc else (row.text, row.heading, row.lead_in)


def agreement(readings: Sequence[_Readings]) -> tuple[dict[str, float], float]:
    """Return Cohen's kappa per label and Krippendorff's alpha over spans read twice.

    The first reading is taken as it was made, before disagreements were settled: settled rows keep
    it in their note.
    """
    ours = [frozenset(first_labels(first)) for first, _ in readings]
    theirs = [frozenset(second.labels) for _, second in readings]
    kappas = {}
    for label in sorted({label for labels in (*ours, *theirs) for label in labels}):
        a, b = (np.array([label in labels for labels in reader]) for reader in (ours, theirs))
        if max(a.sum(), b.sum()) >= MIN_KAPPA_ROWS:
            kappas[label] = cohen_kappa(a, b)
    return kappas, krippendorff_alpha(ours, theirs) if readings else 0.0


_FIRST = "first reading: "


def first_labels(row: Row) -> tuple[str, ...]:
    """Return the labels of the first reading, which a settled row keeps in its note."""
    _, found, rest = row.note.partition(_FIRST)
    return tuple(rest.split(";")[0].strip().split(",")) if found else row.labels


def _counts(rows: Sequence[Row], examples: Sequence[Example], kappas: dict[str, float]) -> dict[str, float]:
    real = [example for example in examples if example.doc]
    written = [example for example in examples if not example.doc]
    documents = {example.doc for example in real}
    twice = [row.doc for row in rows if row.pass_number == 2 and row.doc]
    per_label = Counter(label for example in examples for label in example.labels)
    wordings = {apply(READING, example.clause.content).casefold() for example in examples}
    return {
        "documents": len(documents),
        "clauses": len(real),
        "distinct_wordings": len(wordings),
        "written": len(written),
        "written_zh": sum(example.lang == "zh" for example in written),
        "rows_of_rarest_label": min(per_label[label.id] for label in load_labels().labels),
        "documents_read_twice": len(set(twice)),
        "second_readings": len(twice),
        "share_read_twice": len(set(twice)) / max(1, len(documents)),
        "mean_kappa": _mean(kappas),
        "families": len({example.family for example in real}),
        "test_documents": len({example.doc for example in real if example.split == "test"}),
        "test_families": len({example.family for example in real if example.split == "test"}),
        "train_distinct": sum(example.split == "train" for example in distinct(examples)),
    }


def _mean(kappas: Mapping[str, float]) -> float:
    return float(np.mean(list(kappas.values()))) if kappas else 0.0


def _per_label(rows: Sequence[Row], kappas: dict[str, float]) -> dict[str, tuple[int, int, float | None]]:
    first = [row for row in rows if row.pass_number == 1]
    real = Counter(label for row in first if row.doc for label in row.labels)
    written = Counter(label for row in first if not row.doc for label in row.labels)
    return {label.id: (real[label.id], written[label.id], kappas.get(label.id)) for label in load_labels().labels}


def share_near_train(examples: Sequence[Example], body_of: Callable[[str], str]) -> float:
    """Return the share of test documents that train has a near-duplicate of.

    Families keep these together: a share above 0 says that the file of families is not of these texts.

    Args:
        examples: Gold of all splits.
        body_of: Returns the text of a document key.
    """
    keys = {name: sorted({e.doc for e in examples if e.doc and e.split == name}) for name in ("train", "test")}
    train, test = ([body_of(key) for key in keys[name]] for name in ("train", "test"))
    seen = near_duplicates(test, train, SHINGLE_WORDS, FAMILY_JACCARD)
    return sum(seen) / max(1, len(seen))


def count_copied(written: Iterable[str], texts: Iterable[str]) -> int:
    """Return how many written clauses share nine words in a row with a text; Chinese counts by character."""
    holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, clause in enumerate(written):
        for gram in _runs(clause):
            holders[gram].append(number)
    return len({number for text in texts for gram in _runs(text) for number in holders.get(gram, ())})


def _runs(text: str) -> set[tuple[str, ...]]:
    tokens = tokenize(text)
    return {tuple(tokens[i : i + _COPIED_WORDS]) for i in range(len(tokens) - _COPIED_WORDS + 1)}
