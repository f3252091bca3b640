"""Gold rows and the files of annotation tools, both ways: Label Studio, doccano, Prodigy, brat, spaCy, CoNLL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.converters import brat, conll, docbin, doccano, label_studio, prodigy
from classifier.converters.clauses import to_span_documents, to_written_rows
from classifier.converters.spans import Span, SpanDocument, check_document
from classifier.errors import AnnotationError, UsageError

__all__ = [
    "FORMATS",
    "Format",
    "Span",
    "SpanDocument",
    "read_format",
    "to_span_documents",
    "to_written_rows",
    "write_format",
]

Reader = Callable[[Path], list[SpanDocument]]
Writer = Callable[[Sequence[SpanDocument], Path], None]


@dataclass(frozen=True, slots=True)
class Format:
    """How the files of a tool are read and written; `write_predicted` where the tool sets a model's labels apart."""

    read: Reader
    write: Writer
    write_predicted: Writer | None = None


FORMATS: dict[str, Format] = {
    "label-studio": Format(label_studio.read, label_studio.write, label_studio.write_predicted),
    "doccano": Format(doccano.read, doccano.write),
    "prodigy": Format(prodigy.read, prodigy.write),
    "brat": Format(brat.read, brat.write),
    "spacy": Format(docbin.read, docbin.write),
    "conll": Format(conll.read, conll.write),
}


def _find(name: str) -> Format:
    try:
        return FORMATS[name]
    except KeyError as error:
        raise UsageError(f"{name}: no such format; there are {', '.join(FORMATS)}") from error


def read_format(path: Path, format: str) -> list[SpanDocument]:
    """Read the annotated documents of a file; for brat, of a folder.

    Offsets that the tool counted in other units than code points are repaired where the words it
    quotes prove how it counted, and refused otherwise.

    Raises:
        AnnotationError: The file is malformed; the message names file, line or task, and reason.
        MissingExtraError: The format needs an extra that is not installed.
        UsageError: The format is unknown.
    """
    return _find(format).read(path)


def write_format(documents: Sequence[SpanDocument], path: Path, format: str, *, predicted: bool = False) -> None:
    """Write documents to a file; for brat, to a folder.

    Args:
        documents: What to write.
        path: Where to.
        format: A key of `FORMATS`.
        predicted: The labels are a model's, for a reader to start from.

    Raises:
        AnnotationError: A document is nothing that the format can hold, or the file cannot be written.
        MissingExtraError: The format needs an extra that is not installed.
        UsageError: The format is unknown.
    """
    found = _find(format)
    for document in documents:
        try:
            check_document(document)
        except ValueError as error:
            raise AnnotationError(f"{document.name!r}: {error}") from error
    write = found.write_predicted if predicted and found.write_predicted else found.write
    write(documents, path)
