"""Between license texts, clauses, span documents and gold rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from classifier.annotations import Problem, Row, check_labels, reason_of, summarize
from classifier.converters.spans import Span, SpanDocument
from classifier.datamodels import Clause, Document, TaggedClause
from classifier.errors import AnnotationError
from classifier.language import detect_language
from classifier.segment import clauses_at, segment

Tag = Callable[[Sequence[Clause]], Sequence[TaggedClause]]


def to_span_documents(documents: Iterable[Document], tag: Tag | None = None) -> list[SpanDocument]:
    """Cut texts into clauses, one span each.

    Args:
        documents: License texts.
        tag: Gives the clauses their labels, as `Classifier.tag` does; without it they get none.
    """
    return [_span_document(document, tag) for document in documents]


def _span_document(document: Document, tag: Tag | None) -> SpanDocument:
    clauses = segment(document)
    labels = [tuple(found.label for found in tagged.labels) for tagged in tag(clauses)] if tag else [()] * len(clauses)
    spans = (Span(clause.start, clause.end, found) for clause, found in zip(clauses, labels, strict=True))
    return SpanDocument(document.name, document.text, tuple(spans))


def to_written_rows(documents: Iterable[SpanDocument], *, annotator: str, known_labels: bool = True) -> list[Row]:
    """Turn labelled spans into written rows, each with the heading path and lead-in of its place.

    Spans without a label are left out: nobody has judged them.

    Args:
        documents: Texts with spans.
        annotator: Who labelled them.
        known_labels: Refuse labels that are not in the packaged label set.

    Raises:
        AnnotationError: Spans hold no words or labels that a row cannot have; every bad place is named, ten at most.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    for document in documents:
        lang = detect_language(document.text)
        for span, clause in _clauses(document):
            place = f"{document.name!r}, span {span.start}-{span.end}"
            try:
                rows.append(_row(span, clause, annotator=annotator, lang=lang, place=place, known_labels=known_labels))
            except ValueError as error:
                problems.append(Problem(place, reason_of(error)))
    if problems:
        raise AnnotationError(summarize(problems))
    return rows


def _clauses(document: SpanDocument) -> Iterator[tuple[Span, Clause]]:
    spans = [span for span in document.spans if span.labels]
    clauses = clauses_at(Document(document.text, document.name), [(span.start, span.end) for span in spans])
    return zip(spans, clauses, strict=True)


def _row(span: Span, clause: Clause, *, annotator: str, lang: str, place: str, known_labels: bool) -> Row:
    if not clause.content:
        raise ValueError("the span holds no words; delete it")
    return Row(
        labels=check_labels(list(span.labels), known_labels=known_labels),
        annotator=annotator,
        pass_number=1,
        text=clause.content,
        heading=clause.heading,
        lead_in=clause.lead_in,
        lang=lang,
        place=place,
    )
