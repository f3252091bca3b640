"""How stable the labels of clauses are when a text comes in another dress."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any

from classifier.datamodels import Clause, Report, text_sha256
from classifier.evaluation import rounded
from classifier.gold import Example
from classifier.normalize import READING, apply
from classifier.pipeline import Classifier
from classifier.robustness.perturbations import PERTURBATIONS
from classifier.robustness.shares import Progress, share_of

_WORD = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W\d_\u3400-\u4dbf\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Stability:
    """How many texts a perturbation changes, the clauses in them, and the share that keeps its labels.

    A share of nothing is None.
    """

    documents: int
    clauses: int
    same_labels: float | None


@dataclass(frozen=True, slots=True)
class RobustnessFigures:
    """Stability over all perturbations together, and by the name of each."""

    overall: Stability
    per_perturbation: Mapping[str, Stability]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, floats rounded to four places."""
        return {
            **rounded(asdict(self.overall)),
            "per_perturbation": {name: rounded(asdict(one)) for name, one in self.per_perturbation.items()},
        }


def pick_test_documents(examples: Iterable[Example], number: int) -> list[str]:
    """Return the keys of so many documents of the test split, in the order of the hashes of their keys."""
    keys = {example.doc for example in examples if example.doc and example.split == "test"}
    return sorted(keys, key=text_sha256)[:number]


def evaluate_robustness(
    classifier: Classifier, texts: Sequence[str], on_progress: Progress = lambda done: None
) -> RobustnessFigures:
    """Measure how many clauses keep their labels under each of `PERTURBATIONS`.

    The documents are the texts as they come. A perturbation counts for a text only where it changes it: upper case
    means nothing to Chinese. Clauses of the original are aligned with those of the perturbed text by `align`; one
    keeps its labels when its counterpart carries the same set of labels. A clause without counterpart has lost them;
    a clause without a letter is not counted.

    Raises:
        InputError: A text holds nothing but white space.
    """
    kept: dict[str, list[list[bool]]] = {name: [] for name in PERTURBATIONS}
    for number, text in enumerate(texts, 1):
        original = classifier.predict(text)
        for name, perturb in PERTURBATIONS.items():
            perturbed = perturb(text)
            if perturbed != text:
                kept[name].append(_keep_labels(original, classifier.predict(perturbed)))
        on_progress(number / len(texts))
    every = [flags for documents in kept.values() for flags in documents]
    return RobustnessFigures(
        _stability(len(texts), every),
        {name: _stability(len(documents), documents) for name, documents in kept.items()},
    )


def _stability(documents: int, kept: Sequence[Sequence[bool]]) -> Stability:
    clauses = sum(map(len, kept))
    return Stability(documents, clauses, share_of(sum(map(sum, kept)), clauses))


def _keep_labels(original: Report, perturbed: Report) -> list[bool]:
    """Tell for each clause with a letter whether its counterpart carries the same labels."""
    clauses = [tagged.clause for tagged in original.clauses]
    counterparts = align(clauses, [tagged.clause for tagged in perturbed.clauses])
    labels, others = _label_sets(original), _label_sets(perturbed)
    return [
        counterpart is not None and labels[index] == others[counterpart]
        for index, counterpart in enumerate(counterparts)
        if _words(clauses[index])
    ]


def _label_sets(report: Report) -> list[frozenset[str]]:
    return [frozenset(score.label for score in tagged.labels) for tagged in report.clauses]


def align(original: Sequence[Clause], perturbed: Sequence[Clause]) -> list[int | None]:
    """Return for each clause the index of its counterpart among the perturbed ones, or None.

    The words of both texts (normalised, case folded, letters only; a Chinese character is a word) are matched in
    their order by `difflib.SequenceMatcher`. The counterpart of a clause is the one that holds most of its matched
    words, the first of equals, and at least half of all its words. Where clauses run together in the perturbed text,
    they have one counterpart.
    """
    words, owners = _sequence(original)
    other_words, other_owners = _sequence(perturbed)
    shared: list[Counter[int]] = [Counter() for _ in original]
    # The popular words that autojunk drops are all there is in a repetitive text.
    for block in SequenceMatcher(None, words, other_words, autojunk=False).get_matching_blocks():
        for i in range(block.size):
            shared[owners[block.a + i]][other_owners[block.b + i]] += 1
    sizes = Counter(owners)
    return [_best(counts, sizes[index]) for index, counts in enumerate(shared)]


def _best(counts: Counter[int], size: int) -> int | None:
    index, count = max(counts.items(), key=lambda item: (item[1], -item[0]), default=(None, 0))
    return index if 2 * count >= size else None


def _sequence(clauses: Sequence[Clause]) -> tuple[list[str], list[int]]:
    """Return the words of the clauses in order, and for each the index of its clause."""
    pairs = [(word, index) for index, clause in enumerate(clauses) for word in _words(clause)]
    return [word for word, _ in pairs], [index for _, index in pairs]


def _words(clause: Clause) -> list[str]:
    return _WORD.findall(apply(READING, clause.content).casefold())
