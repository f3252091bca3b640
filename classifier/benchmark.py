"""Judge a model on held-out license families: clauses, findings and verdicts."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.bootstrap import compare
from classifier.corpus import Corpus
from classifier.datamodels import Document, LabelScore, TaggedClause
from classifier.evaluation import Metrics, evaluate_labels, rounded
from classifier.gold import Example, hold_out_some, label_matrix
from classifier.osd import find_deviations
from classifier.pipeline import Classifier
from classifier.tagger import predict_labels

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdicts on whole held-out texts, run through the whole pipeline.

    `osi_clean` is the share of OSI-approved texts without a deviation; `restricted_flagged` the
    share of texts whose gold labels deviate and that got a deviation; the criterion figures compare
    the sets of criteria that deviate by gold and by model, micro-averaged over the texts.
    """

    documents: int
    osi_approved: int
    osi_clean: float
    restricted: int
    restricted_flagged: float
    clean: int
    clean_kept: float
    criterion_precision: float
    criterion_recall: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return rounded(asdict(self))


def evaluate(
    classifier: Classifier,
    examples: Sequence[Example],
    corpus: Corpus,
    on_progress: Progress = lambda done: None,
) -> dict[str, Any]:
    """Return clause metrics and verdicts on the test families.

    Args:
        classifier: What to judge.
        examples: Gold of all splits; train rows tell which test wording is unseen.
        corpus: The texts.
        on_progress: Called with the share done.
    """
    splits, kind = hold_out_some(examples)
    slices = {
        "clauses_unseen_wording": [e for e in splits.test if e.doc],
        "clauses_all": [e for e in splits.test_all if e.doc],
    }
    written = [e for e in splits.test if not e.doc]
    for lang in sorted({e.lang for e in written}):
        slices[f"written_{lang or 'other'}"] = [e for e in written if e.lang == lang]
    return {
        "held_out": kind,
        **{name: _clauses(classifier, group).to_dict() for name, group in slices.items() if group},
        "verdicts": evaluate_verdicts(classifier, examples, corpus, on_progress).to_dict(),
    }


def _clauses(classifier: Classifier, examples: Sequence[Example]) -> Metrics:
    """Return the figures over the model's labels and those it does not know, which it all misses."""
    config = classifier.tagger.config
    unknown = sorted({label for example in examples for label in example.labels} - set(config.labels))
    probs = classifier.tagger.predict_proba([example.clause for example in examples])
    predicted = np.pad(predict_labels(probs, config), ((0, 0), (0, len(unknown))))
    probs = np.pad(probs, ((0, 0), (0, len(unknown))))
    labels = (*config.labels, *unknown)
    return evaluate_labels(label_matrix(examples, labels), predicted, probs, labels, [e.family for e in examples])


def compare_models(first: Classifier, second: Classifier, examples: Sequence[Example]) -> dict[str, Any]:
    """Compare two models on the unseen wording of the test families, by paired bootstrap over families.

    Labels that only one of them knows are left out.

    Args:
        first: One model.
        second: The other; a positive difference speaks for it.
        examples: Gold of all splits.
    """
    test = hold_out_some(examples)[0].test
    known = [label for label in first.tagger.config.labels if label in second.tagger.config.labels]

    def decide(classifier: Classifier) -> npt.NDArray[np.bool_]:
        config = classifier.tagger.config
        predicted = predict_labels(classifier.tagger.predict_proba([e.clause for e in test]), config)
        return predicted[:, [config.labels.index(label) for label in known]]

    found = compare(label_matrix(test, known), decide(first), decide(second), [e.family for e in test])
    return {"clauses": len(test), "labels": len(known), **rounded(asdict(found))}


def evaluate_verdicts(
    classifier: Classifier, examples: Sequence[Example], corpus: Corpus, on_progress: Progress = lambda done: None
) -> Verdicts:
    """Run every held-out document through the pipeline and compare with the findings of its gold labels."""
    by_doc = held_out_documents(examples)
    rows = []
    for number, (key, group) in enumerate(by_doc.items(), 1):
        license_ = corpus[key]
        report = classifier.predict(Document(license_.body, key))
        found = frozenset(f.criterion for f in report.findings if f.status == "deviates")
        rows.append((license_.osi_approved, gold_criteria(group), found))
        on_progress(number / len(by_doc))
    return _verdicts(rows)


def held_out_documents(examples: Sequence[Example]) -> dict[str, list[Example]]:
    """Return the gold of each test document, by key in order."""
    return {key: group for key, group in sorted(by_document(examples).items()) if group[0].split == "test"}


def by_document(examples: Sequence[Example]) -> dict[str, list[Example]]:
    """Return the gold of each document of the corpus, by key."""
    found: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.doc:
            found[example.doc].append(example)
    return found


def gold_clauses(group: Sequence[Example]) -> list[TaggedClause]:
    """Return clauses tagged as a model that is right and sure would tag them."""
    return [TaggedClause(e.clause, tuple(LabelScore(label, 1.0) for label in e.labels)) for e in group]


def gold_criteria(group: Sequence[Example]) -> frozenset[int | None]:
    """Return the criteria that deviate by the gold labels of a document."""
    return frozenset(f.criterion for f in find_deviations(gold_clauses(group)) if f.status == "deviates")


def _verdicts(rows: Sequence[tuple[bool, frozenset[int | None], frozenset[int | None]]]) -> Verdicts:
    osi = [not found for approved, _, found in rows if approved]
    restricted = [bool(found) for _, gold, found in rows if gold]
    clean = [not found for _, gold, found in rows if not gold]
    hits = sum(len(gold & found) for _, gold, found in rows)
    return Verdicts(
        documents=len(rows),
        osi_approved=len(osi),
        osi_clean=_mean(osi),
        restricted=len(restricted),
        restricted_flagged=_mean(restricted),
        clean=len(clean),
        clean_kept=_mean(clean),
        criterion_precision=hits / max(1, sum(len(found) for _, _, found in rows)),
        criterion_recall=hits / max(1, sum(len(gold) for _, gold, _ in rows)),
    )


def _mean(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else 0.0
