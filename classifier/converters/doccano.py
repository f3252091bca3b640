"""doccano: JSON Lines of `{"text", "label": [[start, end, label], ...]}`.

doccano quotes no words, so nothing proves how it counted: code points are taken for granted, as its
projects count them by default. A span of several labels needs a project that allows overlaps.
"""

from collections.abc import Sequence
from pathlib import Path

from classifier.converters.files import member, name_in, of_kind, read_json_lines, write_json_lines
from classifier.converters.offsets import Mark, locate
from classifier.converters.spans import SpanDocument, file_labels


def read(path: Path) -> list[SpanDocument]:
    """Read an export of a sequence labelling project; the older field `labels` is read too.

    Raises:
        AnnotationError: The file cannot be read, or lines are malformed.
    """
    return read_json_lines(path, _document)


def _document(raw: object, name: str) -> SpanDocument:
    text = member(raw, "text", str)
    field = "labels" if isinstance(raw, dict) and "label" not in raw and "labels" in raw else "label"
    return SpanDocument(name_in(raw, name), text, locate(text, [_mark(item) for item in member(raw, field, list)]))


def _mark(item: object) -> Mark:
    if not isinstance(item, list) or len(item) != 3:
        raise ValueError("a label is not of the form [start, end, label]; export a sequence labelling project")
    start, end, label = item
    return Mark(of_kind(start, "start", int), of_kind(end, "end", int), None, (of_kind(label, "a label", str),))


def write(documents: Sequence[SpanDocument], path: Path) -> None:
    """Write one document a line; labels stand side by side on equal spans."""
    write_json_lines(
        path,
        (
            {
                "text": doc.text,
                "label": [[span.start, span.end, label] for span in doc.spans for label in file_labels(span)],
                "name": doc.name,
            }
            for doc in documents
        ),
    )
