"""Minimal pairs: a license, and the same license with one paragraph more, which deviates or does not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from classifier.annotations import Problem, check_labels, read_json_lines, summarize
from classifier.corpus import Corpus
from classifier.datamodels import Clause, Document, Report, text_sha256
from classifier.errors import AnnotationError, OsdlintError
from classifier.evaluation import rounded
from classifier.labels import OTHER
from classifier.pipeline import Classifier
from classifier.robustness.shares import Progress, share_of

_LANGUAGES = ("en", "zh")
_FIELDS = (("doc", str), ("sha256", str), ("offset", int), ("text", str), ("deviates", bool))

_Deviations = frozenset[tuple[int | None, str]]
"""Criterion and label of the deviating findings that cite a clause."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph to insert into a text of the corpus.

    `offset` counts code points of the text with this `sha256`; it stands after a blank line or at the text's end.
    `labels` are the gold labels of the paragraph; `deviates` tells whether it departs from the Open Source Definition.
    """

    doc: str
    sha256: str
    offset: int
    text: str
    labels: tuple[str, ...]
    deviates: bool
    lang: str
    note: str = ""
    place: str = field(default="", compare=False)

    def insert_into(self, body: str) -> tuple[str, int]:
        """Return the changed text and where the paragraph starts in it."""
        before = "\n\n" if self.offset == len(body) else ""
        changed = f"{body[: self.offset]}{before}{self.text}\n\n{body[self.offset :]}"
        return changed, self.offset + len(before)


@dataclass(frozen=True, slots=True)
class PairScores:
    """Figures over pairs; a share of nothing is None.

    `flagged` is the share of deviating pairs in which a clause of the paragraph carries a deviating finding;
    `only_that` the share of the flagged ones in which no clause elsewhere gained one; `kept_clean` the share of
    harmless pairs in which no clause of the paragraph carries one. `label_f1` is micro-F1 of the labels of the
    paragraphs, `general.other` left out.
    """

    deviating: int
    flagged: float | None
    only_that: float | None
    harmless: int
    kept_clean: float | None
    label_f1: float | None


@dataclass(frozen=True, slots=True)
class PairFigures:
    """Figures over all pairs, and over those of each language."""

    overall: PairScores
    en: PairScores
    zh: PairScores

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, floats rounded to four places."""
        return {**rounded(asdict(self.overall)), "en": rounded(asdict(self.en)), "zh": rounded(asdict(self.zh))}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one pair came to: findings in the paragraph, new findings elsewhere, labels of the paragraph."""

    pair: Pair
    is_flagged: bool
    has_spread: bool
    labels: frozenset[str]


def read_pairs(path: Path) -> list[Pair]:
    """Read minimal pairs from a JSON Lines file.

    Raises:
        AnnotationError: The file cannot be read or a row is malformed; the message names every bad place, ten at most.
    """
    return read_json_lines([path], _parse)


def _parse(raw: object, place: str) -> Pair:
    if not isinstance(raw, dict):
        raise TypeError("expected a JSON object")
    for name, kind in _FIELDS:
        # Not isinstance(): true is an int.
        if type(raw[name]) is not kind:
            raise TypeError(f"{name} is {raw[name]!r}, expected {kind.__name__}")
    if not raw["text"].strip() or raw["text"] != raw["text"].strip("\r\n"):
        raise ValueError("text is empty or has line ends around it")
    if raw["lang"] not in _LANGUAGES:
        raise ValueError(f"lang is {raw['lang']!r}, expected {' or '.join(_LANGUAGES)}")
    return Pair(
        **{name: raw[name] for name, _ in _FIELDS},
        labels=_parse_labels(raw["labels"]),
        lang=raw["lang"],
        note=str(raw.get("note", "")),
        place=place,
    )


def _parse_labels(raw: object) -> tuple[str, ...]:
    """Return the labels of a paragraph, in which a clause that is other may follow one that is not."""
    named = [label for label in raw if label != OTHER] if isinstance(raw, list) else []
    labels = check_labels(named or raw, known_labels=True)
    return (*labels, OTHER) if isinstance(raw, list) and named and OTHER in raw else labels


def check_pairs(pairs: Iterable[Pair], text_of: Callable[[str], str]) -> Iterator[Problem]:
    """Yield what is wrong between pairs and their texts: hash or offset.

    Args:
        pairs: The pairs.
        text_of: Returns the text of a document key, or raises `OsdlintError`.
    """
    for pair in pairs:
        try:
            body = text_of(pair.doc)
        except OsdlintError as error:
            yield Problem(pair.place, str(error))
            continue
        digest = text_sha256(body)
        if digest != pair.sha256:
            yield Problem(pair.place, f"sha256 {pair.sha256[:12]}... is not that of {pair.doc!r} ({digest[:12]}...)")
        elif pair.offset != len(body) and not _is_after_blank_line(body, pair.offset):
            yield Problem(pair.place, f"offset {pair.offset} of {pair.doc!r} is neither after a blank line nor its end")


def _is_after_blank_line(body: str, offset: int) -> bool:
    if not 0 < offset < len(body) or body[offset - 1] != "\n":
        return False
    return not body[body.rfind("\n", 0, offset - 1) + 1 : offset - 1].strip()


def evaluate_pairs(
    classifier: Classifier, pairs: Sequence[Pair], corpus: Corpus, on_progress: Progress = lambda done: None
) -> PairFigures:
    """Check every text without and with the paragraph of each of its pairs, and compare.

    A clause is one of the paragraph when the two overlap.

    Raises:
        AnnotationError: A pair does not fit its text.
    """

    @cache
    def body_of(key: str) -> str:
        return corpus[key].body

    @cache
    def base_of(key: str) -> Report:
        return classifier.predict(Document(body_of(key), key))

    problems = list(check_pairs(pairs, body_of))
    if problems:
        raise AnnotationError(summarize(problems))
    outcomes = []
    for number, pair in enumerate(pairs, 1):
        text, start = pair.insert_into(body_of(pair.doc))
        changed = classifier.predict(Document(text, pair.doc))
        outcomes.append(_compare(pair, start, base_of(pair.doc), changed))
        on_progress(number / len(pairs))
    by_language = {lang: _scores([one for one in outcomes if one.pair.lang == lang]) for lang in _LANGUAGES}
    return PairFigures(_scores(outcomes), **by_language)


def _compare(pair: Pair, start: int, base: Report, changed: Report) -> _Outcome:
    end = start + len(pair.text)
    growth = changed.source.characters - base.source.characters
    is_flagged = has_spread = False
    labels: set[str] = set()
    deviations = _deviations(changed)
    for tagged, found in zip(changed.clauses, deviations, strict=True):
        clause = tagged.clause
        if _overlap(clause, start, end):
            labels.update(score.label for score in tagged.labels)
            is_flagged = is_flagged or bool(found)
        elif found:
            moved = growth if clause.start >= end else 0
            has_spread = has_spread or not found <= _deviations_at(base, clause.start - moved, clause.end - moved)
    return _Outcome(pair, is_flagged, has_spread, frozenset(labels) - {OTHER})


def _overlap(clause: Clause, start: int, end: int) -> bool:
    return clause.start < end and start < clause.end


def _deviations(report: Report) -> list[_Deviations]:
    """Return what deviates in each clause of a report."""
    found: list[set[tuple[int | None, str]]] = [set() for _ in report.clauses]
    for finding in report.findings:
        if finding.status == "deviates":
            for index in finding.clauses:
                found[index].add((finding.criterion, finding.label))
    return [frozenset(one) for one in found]


def _deviations_at(report: Report, start: int, end: int) -> _Deviations:
    """Return what deviates in the clauses that overlap a span."""
    pairs = zip(report.clauses, _deviations(report), strict=True)
    return frozenset().union(*(found for tagged, found in pairs if _overlap(tagged.clause, start, end)))


def _scores(outcomes: Sequence[_Outcome]) -> PairScores:
    deviating = [one for one in outcomes if one.pair.deviates]
    flagged = [one for one in deviating if one.is_flagged]
    harmless = [one for one in outcomes if not one.pair.deviates]
    return PairScores(
        deviating=len(deviating),
        flagged=share_of(len(flagged), len(deviating)),
        only_that=share_of(sum(not one.has_spread for one in flagged), len(flagged)),
        harmless=len(harmless),
        kept_clean=share_of(sum(not one.is_flagged for one in harmless), len(harmless)),
        label_f1=_micro_f1(outcomes),
    )


def _micro_f1(outcomes: Iterable[_Outcome]) -> float | None:
    hits = total = 0
    for one in outcomes:
        gold = frozenset(one.pair.labels) - {OTHER}
        hits += len(gold & one.labels)
        total += len(gold) + len(one.labels)
    return share_of(2 * hits, total)
