"""Choose what to annotate next: whole documents that have most to teach the model.

A document is worth the more the larger the share of its clauses the model is unsure about, and the
scarcer the labels that may be in it. Documents that share most of their wording with one annotated
already, or with a better one of the list, are passed over. Figures measured on documents chosen this
way are figures on hard documents: do not compare them with those of a random sample.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from classifier.annotations import read_rows
from classifier.corpus import Corpus
from classifier.datamodels import Document, LabelScore, TaggedClause
from classifier.families import FAMILY_JACCARD, Shingles, jaccard, shingles
from classifier.labels import OTHER
from classifier.pipeline import Classifier
from classifier.segment import segment

SCARCE_ROWS = 50
"""A label with this many gold rows weighs half of one that has none."""
_PRIOR_CLAUSES = 10
"""Clauses without gain that each document is lent, so that one doubtful line does not top the list."""
_SHOWN_LABELS = 3
_LANGUAGES = ("en", "zh")

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Annotated:
    """What is annotated already.

    `counts` are the gold rows of each label (empty: unknown, and scarcity is left out); `documents`
    are the texts at hand, `hashes` the SHA-256 of all of them.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    hashes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A document worth annotating: its score from 0 to 1, why, and what the model makes of it."""

    document: Document
    score: float
    reasons: tuple[str, ...]
    clauses: tuple[TaggedClause, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; offsets are code points into the text with this SHA-256."""
        return {
            "name": self.document.name,
            "sha256": self.document.sha256,
            "score": round(self.score, 4),
            "reasons": list(self.reasons),
            "clauses": [_clause_dict(tagged) for tagged in self.clauses],
        }


@dataclass(frozen=True, slots=True)
class Skipped:
    """A document that was passed over, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The documents to annotate next, best first, and those passed over on the way."""

    chosen: tuple[Suggestion, ...]
    skipped: tuple[Skipped, ...] = ()


def read_annotated(paths: Iterable[Path], *, corpus: Corpus | None = None) -> Annotated:
    """Read what gold rows of the first pass say is annotated; propagated rows do not count.

    Args:
        paths: Files of gold rows.
        corpus: Where the texts come from; without it only exact copies can be recognised.

    Raises:
        AnnotationError: A row is malformed.
    """
    rows = [row for row in read_rows(paths, known_labels=False) if row.pass_number == 1]
    counts = Counter(label for row in rows if not row.propagated for label in row.labels)
    hashes = {row.doc: row.sha256 for row in rows if row.doc}
    at_hand = sorted(hashes.keys() & set(corpus.keys)) if corpus else []
    documents = tuple(Document(corpus[key].body, key) for key in at_hand) if corpus else ()
    return Annotated(dict(counts), documents, frozenset(hashes.values()))


def corpus_documents(corpus: Corpus, *, exclude: Collection[str] = ()) -> Iterator[Document]:
    """Yield the English and Chinese texts of the corpus that are not excluded by key or deprecated."""
    for license_ in corpus:
        wanted = not license_.deprecated and license_.language.startswith(_LANGUAGES) and license_.body.strip()
        if wanted and license_.key not in exclude:
            yield Document(license_.body, license_.key)


def suggest(
    documents: Sequence[Document],
    classifier: Classifier,
    *,
    annotated: Annotated | None = None,
    limit: int | None = None,
    on_progress: Progress = lambda done: None,
) -> Suggestions:
    """Return the documents to annotate next, best first.

    Args:
        documents: What there is to choose from.
        classifier: Whose doubts count.
        annotated: What is annotated already.
        limit: The most documents to return; all when not given.
        on_progress: Called with the share done.
    """
    known = annotated or Annotated()
    ranked, skipped = [], []
    for number, document in enumerate(documents, 1):
        clauses = () if document.sha256 in known.hashes else classifier.tag(segment(document))
        if clauses:
            ranked.append(_assess(document, clauses, known.counts))
        else:
            reason = "is annotated already" if document.sha256 in known.hashes else "holds no clause"
            skipped.append(Skipped(document.name, reason))
        on_progress(number / len(documents))
    ranked.sort(key=lambda found: (-found.score, found.document.name))
    chosen, near = _diverse(ranked, known.documents, limit)
    return Suggestions(tuple(chosen), (*skipped, *near))


def _assess(document: Document, clauses: tuple[TaggedClause, ...], counts: Mapping[str, int]) -> Suggestion:
    doubted = [tagged for tagged in clauses if tagged.doubts]
    score = len(doubted) / (len(clauses) + _PRIOR_CLAUSES)
    if counts:
        gains = sum(_gain(tagged, counts) for tagged in clauses)
        score = (score + gains / (len(clauses) + _PRIOR_CLAUSES)) / 2
    return Suggestion(document, score, (*_doubt_reason(clauses, doubted), *_scarcity_reason(clauses, counts)), clauses)


def _gain(tagged: TaggedClause, counts: Mapping[str, int]) -> float:
    """Return how scarce the scarcest label is that a clause may carry, weighed by its probability."""
    return max((found.score * _scarcity(counts.get(found.label, 0)) for found in _candidates(tagged)), default=0.0)


def _scarcity(rows: int) -> float:
    return SCARCE_ROWS / (SCARCE_ROWS + rows)


def _candidates(tagged: TaggedClause) -> list[LabelScore]:
    return [found for found in (*tagged.labels, *tagged.doubts) if found.label != OTHER]


def _doubt_reason(clauses: Sequence[TaggedClause], doubted: Sequence[TaggedClause]) -> Iterator[str]:
    if not doubted:
        yield "the model doubts no label"
        return
    often = Counter(found.label for tagged in doubted for found in tagged.doubts)
    # Counter.most_common() keeps ties in the order met, so that equal input gives equal output.
    shown = ", ".join(f"{label} ({times})" for label, times in often.most_common(_SHOWN_LABELS))
    yield f"{len(doubted)} of {len(clauses)} clauses hold a label in doubt: {shown}"


def _scarcity_reason(clauses: Sequence[TaggedClause], counts: Mapping[str, int]) -> Iterator[str]:
    if not counts:
        return
    met = {found.label: counts.get(found.label, 0) for tagged in clauses for found in _candidates(tagged)}
    scarce = sorted((rows, label) for label, rows in met.items() if rows < SCARCE_ROWS)
    if scarce:
        shown = ", ".join(f"{label} ({rows} gold rows)" for rows, label in scarce[:_SHOWN_LABELS])
        yield f"may hold scarce labels: {shown}"


def _diverse(
    ranked: Iterable[Suggestion], annotated: Iterable[Document], limit: int | None
) -> tuple[list[Suggestion], list[Skipped]]:
    """Take from the top what is near to nothing annotated and to nothing taken before."""
    pool = [(document.name, shingles(document.text)) for document in annotated]
    chosen: list[Suggestion] = []
    skipped = []
    for suggestion in ranked:
        if limit is not None and len(chosen) >= limit:
            break
        name, grams = suggestion.document.name, shingles(suggestion.document.text)
        twin = next((other for other, theirs in pool if _is_near(grams, theirs)), None)
        if twin is None:
            chosen.append(suggestion)
            pool.append((name, grams))
        else:
            skipped.append(Skipped(name, f"shares most of its wording with {twin}"))
    return chosen, skipped


def _is_near(a: Shingles, b: Shingles) -> bool:
    # Sets of too different size cannot reach the bar; asking that first spares most intersections.
    small, large = sorted((len(a), len(b)))
    return small >= FAMILY_JACCARD * large and jaccard(a, b) >= FAMILY_JACCARD


def _clause_dict(tagged: TaggedClause) -> dict[str, Any]:
    clause = tagged.clause
    return {
        "start": clause.start,
        "end": clause.end,
        "text": clause.text,
        "heading": list(clause.heading),
        "lead_in": clause.lead_in,
        "labels": [_rounded(found) for found in tagged.labels],
        "doubts": [_rounded(found) for found in tagged.doubts],
    }


def _rounded(found: LabelScore) -> dict[str, Any]:
    return {**asdict(found), "score": round(found.score, 4)}
