"""How far two readers of the same texts agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifier.converters.spans import SpanDocument
from classifier.errors import AnnotationError
from classifier.evaluation import cohen_kappa, krippendorff_alpha


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """One label: how many of the shared spans the first, the second and both readers gave it, and Cohen's kappa."""

    label: str
    first: int
    second: int
    both: int
    kappa: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """The figures of two readings.

    `documents` are the texts that both read; `spans` are equal in both and labelled by both,
    `only_first` and `only_second` are the rest. `alpha` is Krippendorff's, over label sets.
    """

    documents: int
    spans: int
    only_first: int
    only_second: int
    alpha: float
    per_label: tuple[LabelAgreement, ...]


def agreement(first: Sequence[SpanDocument], second: Sequence[SpanDocument]) -> Agreement:
    """Compare two readings over the spans that are equal in both.

    Documents are matched by their text; what only one reader read is left out. Spans without a
    label are no reading.

    Raises:
        AnnotationError: A text stands twice in one reading with other labels, or no span is equal in both.
    """
    a, b = _by_text(first), _by_text(second)
    texts = [text for text in a if text in b]
    pairs = [(a[text][place], b[text][place]) for text in texts for place in a[text] if place in b[text]]
    if not pairs:
        raise AnnotationError(
            f"{len(texts)} texts are in both readings and no labelled span is equal in both; "
            "export the clauses to both readers with `osdlint annotate export`"
        )
    ours, theirs = [frozenset(x) for x, _ in pairs], [frozenset(y) for _, y in pairs]
    return Agreement(
        documents=len(texts),
        spans=len(pairs),
        only_first=sum(len(a[text]) for text in texts) - len(pairs),
        only_second=sum(len(b[text]) for text in texts) - len(pairs),
        alpha=krippendorff_alpha(ours, theirs),
        per_label=tuple(_of_label(label, ours, theirs) for label in sorted(frozenset().union(*ours, *theirs))),
    )


_Places = dict[tuple[int, int], tuple[str, ...]]


def _by_text(documents: Sequence[SpanDocument]) -> dict[str, _Places]:
    found: dict[str, _Places] = {}
    for document in documents:
        places = {(span.start, span.end): span.labels for span in document.spans if span.labels}
        if found.setdefault(document.text, places) != places:
            raise AnnotationError(
                f"{document.name!r}: its text stands in the reading before, with other spans or labels"
            )
    return found


def _of_label(label: str, ours: Sequence[frozenset[str]], theirs: Sequence[frozenset[str]]) -> LabelAgreement:
    a, b = (np.array([label in labels for labels in reader]) for reader in (ours, theirs))
    return LabelAgreement(label, int(a.sum()), int(b.sum()), int((a & b).sum()), cohen_kappa(a, b))
