"""The common form of span annotations: documents and their labelled spans."""

from collections.abc import Iterable
from dataclasses import dataclass

UNLABELLED = "unlabelled"
"""Stands in files for the label of a span without any; no tool has a span without a label."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text with its labels; `start` and `end` are code points, half-open.

    `labels` is empty where nobody has labelled the span yet.
    """

    start: int
    end: int
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpanDocument:
    """A text, the name it goes by, and its spans in order; they may overlap, no two are equal."""

    name: str
    text: str
    spans: tuple[Span, ...] = ()


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, those of equal place as one with the labels of all."""
    merged: dict[tuple[int, int], dict[str, None]] = {}
    for span in spans:
        merged.setdefault((span.start, span.end), {}).update(dict.fromkeys(span.labels))
    return tuple(
        Span(*place, tuple(label for label in merged[place] if label != UNLABELLED)) for place in sorted(merged)
    )


def file_labels(span: Span) -> tuple[str, ...]:
    """Return the labels of a span as files hold them: never none."""
    return span.labels or (UNLABELLED,)


def check_document(document: SpanDocument) -> None:
    """Refuse a document that no file could hold.

    Raises:
        ValueError: A text, name or label is empty or no Unicode text, or a span lies outside.
    """
    if not document.text.strip():
        raise ValueError("the text is empty")
    labels = {label for span in document.spans for label in span.labels}
    for value in (document.name, document.text, *labels):
        _check_string(value)
    for span in document.spans:
        if not 0 <= span.start < span.end <= len(document.text):
            raise ValueError(
                f"span {span.start}-{span.end} is empty or outside the text ({len(document.text)} characters)"
            )


def _check_string(value: str) -> None:
    if not value:
        raise ValueError("a name or label is empty")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"half a surrogate pair stands at character {error.start} of {value[:40]!r}") from error
