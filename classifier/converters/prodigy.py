"""Prodigy: JSON Lines of `{"text", "spans": [{"start", "end", "label"}, ...], "meta": {"name"}}`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classifier.converters.files import member, name_in, of_kind, read_json_lines, write_json_lines
from classifier.converters.offsets import locate, mark_of
from classifier.converters.spans import SpanDocument, file_labels

_OTHER_TASKS = ("accept", "label")
"""Fields of tasks that label whole texts."""


def read(path: Path) -> list[SpanDocument]:
    """Read the accepted tasks of a dataset of spans; rejected and ignored ones are left out.

    Raises:
        AnnotationError: The file cannot be read, or lines are malformed.
    """
    return read_json_lines(path, _document)


def _document(raw: object, name: str) -> SpanDocument | None:
    text = member(raw, "text", str)
    if not isinstance(raw, dict) or raw.get("answer", "accept") != "accept":
        return None
    # A task in which a reader found nothing may lack the field.
    if "spans" not in raw and any(field in raw for field in _OTHER_TASKS):
        raise ValueError("spans is missing; only tasks that label spans are read")
    marks = [mark_of(span, (member(span, "label", str),)) for span in of_kind(raw.get("spans", []), "spans", list)]
    tokens = [mark_of(token, ()) for token in of_kind(raw.get("tokens", []), "tokens", list)]
    return SpanDocument(name_in(raw.get("meta"), name), text, locate(text, marks, tokens))


def write(documents: Sequence[SpanDocument], path: Path) -> None:
    """Write one document a line; labels stand side by side on equal spans."""
    write_json_lines(path, ({"text": doc.text, "meta": {"name": doc.name}, "spans": _spans(doc)} for doc in documents))


def _spans(document: SpanDocument) -> list[dict[str, Any]]:
    return [
        {"start": span.start, "end": span.end, "label": label, "text": document.text[span.start : span.end]}
        for span in document.spans
        for label in file_labels(span)
    ]
