"""Compose the steps: text -> clauses -> labels -> findings -> report."""

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Self, overload

from classifier.bundle import default_model_dir
from classifier.datamodels import Clause, Document, ModelInfo, Report, Source, TaggedClause
from classifier.errors import InputError
from classifier.labels import OTHER
from classifier.language import detect_language
from classifier.osd import find_deviations, judge
from classifier.parameters import extract_parameters
from classifier.segment import segment
from classifier.tagger import ClauseTagger, ProbabilityModel, decide

__all__ = ["Classifier", "predict"]


class Classifier:
    """The whole way from a license text to its report.

    Args:
        tagger: Any object with a `config` and `predict_proba(clauses)`.
    """

    def __init__(self, tagger: ProbabilityModel) -> None:
        self.tagger = tagger

    @classmethod
    def from_pretrained(cls, path: str | os.PathLike[str] | None = None) -> Self:
        """Load a model folder, or the shipped model when none is named.

        Raises:
            ModelError: The folder is no sound model.
        """
        return cls(ClauseTagger.from_pretrained(path or default_model_dir()))

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
        cut = [segment(doc) for doc in docs]
        tagged = self.tag([clause for clauses in cut for clause in clauses])
        reports, start = [], 0
        for doc, clauses in zip(docs, cut, strict=True):
            reports.append(self._report(doc, tagged[start : start + len(clauses)]))
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
        findings = find_deviations(tagged, language=language)
        verdict, score = judge(tagged, findings)
        if verdict == "not-a-license":
            findings = ()
        elif verdict == "no-deviation-found" and language == "und":
            # The model reads English and Chinese: silence about another language means nothing.
            verdict, score = "unclear", 0.0
        return Report(
            source=Source(doc.name, doc.sha256, len(doc.text), language),
            verdict=verdict,
            score=score,
            findings=findings,
            clauses=tagged,
            model=ModelInfo(config.name, config.version, config.labels_version),
        )


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
