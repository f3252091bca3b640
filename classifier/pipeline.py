"""Compose the steps: text -> clauses -> labels -> findings -> report."""

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from threading import Lock
from typing import Self, overload

from classifier.bundle import default_model_dir
from classifier.datamodels import Clause, Document, ModelInfo, Report, Source, TaggedClause
from classifier.errors import InputError
from classifier.freedoms import find_freedoms
from classifier.known import KnownIndex, default_index, find_incorporated, find_nearest
from classifier.labels import OTHER
from classifier.language import detect_language
from classifier.missing import find_missing
from classifier.osd import find_deviations, is_license, judge
from classifier.parameters import extract_parameters
from classifier.segment import segment
from classifier.tagger import ClauseTagger, ProbabilityModel, decide

__all__ = ["Classifier", "predict"]

_REMEMBERED = 128
"""Reports kept in memory; the longest license makes one of about a megabyte."""


class Classifier:
    """The whole way from a license text to its report.

    Args:
        tagger: Any object with a `config` and `predict_proba(clauses)`.
        known: Returns the index of known texts, or None; called when a text is first checked.
        remember: How many reports to keep in memory for texts that come again.
    """

    def __init__(
        self,
        tagger: ProbabilityModel,
        known: Callable[[], KnownIndex | None] = default_index,
        *,
        remember: int = _REMEMBERED,
    ) -> None:
        self.tagger = tagger
        self._known = known
        self._recent = _Recent(remember)

    @classmethod
    def from_pretrained(cls, path: str | os.PathLike[str] | None = None, *, remember: int = _REMEMBERED) -> Self:
        """Load a model folder, or the shipped model when none is named.

        Args:
            path: The folder.
            remember: How many reports to keep in memory for texts that come again.

        Raises:
            ModelError: The folder is no sound model.
        """
        return cls(ClauseTagger.from_pretrained(path or default_model_dir()), remember=remember)

    @overload
    def predict(self, texts: str | Document) -> Report: ...  # type: ignore[overload-overlap]

    @overload
    def predict(self, texts: Sequence[str | Document]) -> list[Report]: ...

    def predict(self, texts: str | Document | Sequence[str | Document]) -> Report | list[Report]:
        """Return the report of a text, or the reports of a sequence of texts in its order.

        Raises:
            InputError: A text holds nothing but white space.
        """
        if isinstance(texts, str | Document):
            return self._predict([texts])[0]
        return self._predict(texts)

    def _predict(self, texts: Sequence[str | Document]) -> list[Report]:
        docs = [text if isinstance(text, Document) else Document(text) for text in texts]
        for doc in docs:
            if not doc.text.strip():
                raise InputError(f"{doc.name}: the text is empty; give a license text")
        known = {doc.text: self._recent.get(doc.text) for doc in docs}
        fresh = self._check([doc for doc in {doc.text: doc for doc in docs}.values() if known[doc.text] is None])
        return [_renamed(known[doc.text] or fresh[doc.text], doc.name) for doc in docs]

    def _check(self, docs: Sequence[Document]) -> dict[str, Report]:
        """Return reports by text and keep them for the next call; the texts differ."""
        cut = [segment(doc) for doc in docs]
        tagged = self.tag([clause for clauses in cut for clause in clauses])
        reports, start = {}, 0
        for doc, clauses in zip(docs, cut, strict=True):
            reports[doc.text] = self._report(doc, tagged[start : start + len(clauses)])
            self._recent.put(doc.text, reports[doc.text])
            start += len(clauses)
        return reports

    def tag(self, clauses: Sequence[Clause]) -> tuple[TaggedClause, ...]:
        """Return the clauses with labels and parameters; equal clauses in equal context are asked for once."""
        distinct = list(dict.fromkeys((c.content, c.heading[-1:], c.lead_in) for c in clauses))
        where = {key: i for i, key in enumerate(distinct)}
        asked = [Clause(content, 0, 0, content, heading, lead_in) for content, heading, lead_in in distinct]
        probs = self.tagger.predict_proba(asked)
        rows = [where[c.content, c.heading[-1:], c.lead_in] for c in clauses]
        return tuple(_with_parameters(tagged) for tagged in decide(clauses, probs[rows], self.tagger.config))

    def _report(self, doc: Document, tagged: tuple[TaggedClause, ...]) -> Report:
        config = self.tagger.config
        language = detect_language(doc.text)
        known = self._known()
        incorporated = find_incorporated(known, tagged) if known else ()
        # The model reads English and Chinese: silence about another language means nothing.
        is_read = language != "und" and is_license(tagged)
        missing = find_missing(tagged, incorporated=incorporated, language=language) if is_read else ()
        findings = find_deviations(tagged, missing=missing, language=language)
        verdict, score = judge(tagged, findings)
        if verdict == "not-a-license":
            findings = ()
        elif verdict == "no-deviation-found" and not is_read:
            verdict, score = "unclear", 0.0
        return Report(
            source=Source(doc.name, doc.sha256, len(doc.text), language),
            verdict=verdict,
            score=score,
            findings=findings,
            clauses=tagged,
            model=ModelInfo(config.name, config.version, config.labels_version),
            nearest=find_nearest(known, [found.clause for found in tagged]) if known else None,
            incorporated=incorporated,
            lines=_lines(doc.text, tagged),
            missing=missing,
            freedoms=find_freedoms(tagged, incorporated=incorporated, language=language) if is_read else (),
        )


class _Recent:
    """The reports of the last texts: in a tree of packages the same few licenses come again and again."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._reports: OrderedDict[str, Report] = OrderedDict()
        # The web page checks texts in several threads.
        self._lock = Lock()

    def get(self, text: str) -> Report | None:
        with self._lock:
            if text in self._reports:
                self._reports.move_to_end(text)
            return self._reports.get(text)

    def put(self, text: str, report: Report) -> None:
        with self._lock:
            self._reports[text] = report
            if len(self._reports) > self._size:
                self._reports.popitem(last=False)


def _renamed(report: Report, name: str) -> Report:
    if report.source.name == name:
        return report
    return replace(report, source=replace(report.source, name=name))


def _lines(text: str, clauses: Sequence[TaggedClause]) -> tuple[int, ...]:
    """Return the lines on which clauses begin, from 1."""
    lines, line, at = [], 1, 0
    for tagged in clauses:
        line += text.count("\n", at, tagged.clause.start)
        at = tagged.clause.start
        lines.append(line)
    return tuple(lines)


def _with_parameters(tagged: TaggedClause) -> TaggedClause:
    labels = [found.label for found in tagged.labels]
    return tagged if labels == [OTHER] else replace(tagged, parameters=extract_parameters(tagged.clause, labels))


@cache
def _default_classifier() -> Classifier:
    return Classifier.from_pretrained()


@overload
def predict(texts: str | Document) -> Report: ...  # type: ignore[overload-overlap]


@overload
def predict(texts: Sequence[str | Document]) -> list[Report]: ...


def predict(texts: str | Document | Sequence[str | Document]) -> Report | list[Report]:
    """Check one text or several with the shipped model; see `Classifier.predict`."""
    return _default_classifier().predict(texts)
