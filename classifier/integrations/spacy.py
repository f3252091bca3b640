"""spaCy: the pipeline component `osdlint`; needs the extra `spacy`, which this module checks for on import.

    nlp = spacy.blank("en")
    nlp.add_pipe("osdlint")
    doc = nlp("You may use it. You may not use it for military purposes.")
    doc._.osdlint.verdict, doc.spans["clauses"], doc.spans["osd"].attrs["scores"]

The component has no weights of its own to save: `nlp.to_disk` keeps its configuration, with the path
of the model. Import this module before reading a DocBin with user data, so that reports in it become
reports again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from classifier.bundle import ModelConfig, Threshold
from classifier.datamodels import Finding, Report, TaggedClause
from classifier.errors import MissingExtraError, UsageError
from classifier.pipeline import Classifier

if find_spec("spacy") is None:
    raise MissingExtraError("the spaCy components need spaCy; install it with `pip install 'osdlint[spacy]'`")

import srsly
from pydantic import TypeAdapter
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import minibatch

__all__ = ["OsdlintPipe", "make_osdlint", "token_places"]

CLAUSES_KEY, OSD_KEY, EXTENSION = "clauses", "osd", "osdlint"
_STATUSES = ("deviates", "unclear")
_MARK = "__osdlint_report__"


class OsdlintPipe(Pipe):  # type: ignore[misc]
    """Write what is found in a text into its `Doc`.

    `doc._.osdlint` is the report, or None for a text of white space. `doc.spans["clauses"]` has a span
    for each clause and label, `doc.spans["osd"]` one for each clause of a finding: its `label_` is such
    as "OSD6" or "OSD6-unclear", its `id_` the label of the clause. `attrs` of both hold what belongs
    to each span: `scores` and `clauses` (indexes into `report.clauses`), those of "osd" `statuses` too.

    Args:
        name: The name in the pipeline.
        classifier: What reads the texts.
        statuses: Findings of which status become spans.
    """

    def __init__(self, name: str, classifier: Classifier, statuses: Sequence[str] = _STATUSES) -> None:
        self.name = name
        self.classifier = classifier
        self.statuses = tuple(statuses)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document."""
        self._annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Annotate documents in batches; the model sees the clauses of a batch at once."""
        for docs in minibatch(stream, size=batch_size):
            try:
                self._annotate(docs)
            except Exception as error:  # spaCy's error handler decides
                self.get_error_handler()(self.name, self, docs, error)
            else:
                yield from docs

    def _annotate(self, docs: Sequence[Doc]) -> None:
        filled = [doc for doc in docs if doc.text.strip()]
        reports = iter(self.classifier.predict([doc.text for doc in filled]))
        for doc in docs:
            report = next(reports) if doc.text.strip() else None
            doc._.set(EXTENSION, report)
            places = token_places(doc, [(c.clause.start, c.clause.end) for c in report.clauses] if report else [])
            doc.spans[CLAUSES_KEY] = _clause_group(doc, report, places)
            doc.spans[OSD_KEY] = _osd_group(doc, report, places, self.statuses)


def token_places(doc: Doc, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the tokens of ordered character places, half-open, widened to whole tokens.

    A token that two places share goes to the first. Only a place that would lose most of its
    characters to that rule overlaps another, as Chinese clauses do in a pipeline for English.
    """
    found, free = [], 0
    for start, end in places:
        span = doc.char_span(start, end, alignment_mode="expand")
        is_shared = span.start < free < span.end and 2 * (doc[free].idx - start) <= end - start
        found.append((free if is_shared else span.start, span.end))
        free = span.end
    return found


def _clause_group(doc: Doc, report: Report | None, places: Sequence[tuple[int, int]]) -> SpanGroup:
    clauses = report.clauses if report else ()
    rows = [(i, found) for i, tagged in enumerate(clauses) for found in tagged.labels]
    spans = [Span(doc, *places[i], label=found.label) for i, found in rows]
    return _group(doc, CLAUSES_KEY, spans, [i for i, _ in rows], [found.score for _, found in rows])


def _osd_group(
    doc: Doc, report: Report | None, places: Sequence[tuple[int, int]], statuses: Sequence[str]
) -> SpanGroup:
    findings = [found for found in (report.findings if report else ()) if found.status in statuses]
    rows = sorted(((i, found) for found in findings for i in found.clauses), key=lambda row: row[0])
    spans = [Span(doc, *places[i], label=_title(found), span_id=found.label) for i, found in rows]
    scores = [_score(report.clauses[i], found) for i, found in rows] if report else []
    attrs = {"statuses": [found.status for _, found in rows]}
    return _group(doc, OSD_KEY, spans, [i for i, _ in rows], scores, attrs)


def _group(
    doc: Doc,
    key: str,
    spans: Sequence[Span],
    clauses: Sequence[int],
    scores: Sequence[float],
    attrs: Mapping[str, Any] | None = None,
) -> SpanGroup:
    common = {"scores": np.array(scores, np.float32), "clauses": list(clauses)}
    return SpanGroup(doc, name=key, attrs={**common, **(attrs or {})}, spans=spans)


def _title(finding: Finding) -> str:
    # Nothing that displaCy would break the line at.
    criterion = f"OSD{finding.criterion or ''}"
    return criterion if finding.status == "deviates" else f"{criterion}-{finding.status}"


def _score(tagged: TaggedClause, finding: Finding) -> float:
    """Return how sure this clause is; the finding's own score is that of its surest clause."""
    scores = {found.label: found.score for found in (*tagged.doubts, *tagged.labels)}
    return scores.get(finding.label, finding.score)


def make_osdlint(
    nlp: Language, name: str, model: str | None, thresholds: dict[str, float], statuses: list[str]
) -> OsdlintPipe:
    """Build the component; spaCy calls this for `nlp.add_pipe("osdlint", config={...})`.

    Args:
        nlp: The pipeline.
        name: The name in it.
        model: A model folder; the shipped model when None.
        thresholds: From which score on a label is given, for labels whose threshold shall be another.
        statuses: Findings of which status become spans in `doc.spans["osd"]`.

    Raises:
        ModelError: The folder is no sound model.
        UsageError: A threshold is no probability or of no label of the model.
    """
    classifier = Classifier.from_pretrained(model)
    classifier.tagger.config = _with_thresholds(classifier.tagger.config, thresholds)
    return OsdlintPipe(name, classifier, statuses)


def _with_thresholds(config: ModelConfig, assign: Mapping[str, float]) -> ModelConfig:
    for label, value in assign.items():
        if label not in config.labels:
            raise UsageError(f"thresholds: {label}: the model {config.name} has no such label; see `osdlint labels`")
        if not 0 < value <= 1:
            raise UsageError(f"thresholds: {label}: {value} is no probability; give one above 0, 1 at most")
    cuts = [
        Threshold(assign[label], min(cut.doubt, assign[label])) if label in assign else cut
        for label, cut in zip(config.labels, config.thresholds, strict=True)
    ]
    return replace(config, thresholds=tuple(cuts))


@cache
def _reports() -> TypeAdapter[Report]:
    return TypeAdapter(Report)


def _encode(value: object, chain: Callable[[object], object] | None = None) -> object:
    """Turn a report into plain values, for `Doc.to_bytes`, DocBin and several processes."""
    if isinstance(value, Report):
        return {_MARK: _reports().dump_python(value)}
    return value if chain is None else chain(value)


def _decode(value: object, chain: Callable[[object], object] | None = None) -> object:
    if isinstance(value, dict) and _MARK in value:
        return _reports().validate_python(value[_MARK])
    return value if chain is None else chain(value)


srsly.msgpack_encoders.register(EXTENSION, func=_encode)
srsly.msgpack_decoders.register(EXTENSION, func=_decode)
if not Doc.has_extension(EXTENSION):
    Doc.set_extension(EXTENSION, default=None)
Language.factory(
    EXTENSION,
    default_config={"model": None, "thresholds": {}, "statuses": list(_STATUSES)},
    assigns=["doc.spans", f"doc._.{EXTENSION}"],
    func=make_osdlint,
)
