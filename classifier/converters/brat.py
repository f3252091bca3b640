"""brat standoff: a folder of pairs, the text in `NAME.txt` and its spans in `NAME.ann`."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from classifier.converters.files import Entry, collect, read_text, write_bytes
from classifier.converters.offsets import Mark, locate
from classifier.converters.spans import Span, SpanDocument, file_labels
from classifier.errors import AnnotationError
from classifier.labels import load_labels

_SPAN_LINE = re.compile(r"T[^\t]*\t(\S+) ([0-9]+ [0-9]+(?:;[0-9]+ [0-9]+)*)(?:\t(.*))?", re.S)
_NO_SPANS = tuple("REAMN#*")
"""First signs of lines about relations, events, attributes, normalisations and notes."""
# A line of an .ann file holds none of these; brat parts a span where the text has one.
_LINE = re.compile(r"[^\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|%]')
_ESCAPED = re.compile(r"%([0-9A-F]{2})")


def read(path: Path) -> list[SpanDocument]:
    """Read the pairs of a folder, or the pair of one `.txt` or `.ann` file.

    A span in several parts is read when only white space stands between them: so brat writes a span
    that runs over line ends.

    Raises:
        AnnotationError: Half a pair is missing, a line is malformed, or a span is discontinuous.
    """
    texts = sorted(path.glob("*.txt")) if path.is_dir() else [_sibling(path, ".txt")]
    if not texts:
        raise AnnotationError(f"{path}: no .txt file; name the folder with the .txt and .ann files")
    entries = (Entry(str(_sibling(text, ".ann")), _name(text), text) for text in texts)
    return collect(entries, lambda entry: _document(entry.raw, entry.name))


def _sibling(path: Path, suffix: str) -> Path:
    return path.with_name(path.name.removesuffix(path.suffix if path.suffix in (".txt", ".ann") else "") + suffix)


def _name(path: Path) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), path.name.removesuffix(".txt"))


def _document(path: Path, name: str) -> SpanDocument:
    text = read_text(path)
    marks, parted = [], False
    for number, line in enumerate(read_text(_sibling(path, ".ann")).split("\n"), 1):
        if line.strip() and not line.startswith(_NO_SPANS):
            mark, parts = _mark(line.removesuffix("\r"), number)
            marks.append(mark)
            parted = parted or parts > 1
    try:
        return SpanDocument(name, text, locate(text, marks))
    except ValueError as error:
        hint = "; a span in several parts is read only when nothing but white space is left out" if parted else ""
        raise ValueError(f"{error}{hint}") from error


def _mark(line: str, number: int) -> tuple[Mark, int]:
    """Return the span of a line from its first to its last part, and how many parts there are."""
    match = _SPAN_LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"line {number} is no line of brat standoff")
    label, places, quote = match.groups()
    parts = [tuple(map(int, part.split(" "))) for part in places.split(";")]
    if len(parts) > 1 and not quote:
        raise ValueError(f"line {number}: the span is discontinuous and quotes no words; join its parts")
    return Mark(parts[0][0], parts[-1][1], quote, (_stored().get(label, label),)), len(parts)


def _stored() -> dict[str, str]:
    """Map what brat makes of the packaged labels, for it knows no dots, to their ids."""
    return {label.id.replace(".", "_"): label.id for label in load_labels().labels}


def write(documents: Sequence[SpanDocument], path: Path) -> None:
    """Write a folder of pairs; packaged labels have `_` for the dot, several labels stand on several lines.

    Raises:
        AnnotationError: Two documents share a name, or a label or span is nothing that brat can hold.
    """
    files: dict[str, tuple[str, str]] = {}
    for document in documents:
        stem = _UNSAFE.sub(lambda match: f"%{ord(match.group()):02X}", document.name)
        if stem in files:
            raise AnnotationError(f"{path}: two documents have the name {document.name!r}; rename one")
        try:
            files[stem] = document.text, "".join(_lines(document))
        except ValueError as error:
            raise AnnotationError(f"{document.name!r}: {error}") from error
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AnnotationError(f"{path}: cannot be made a folder ({error})") from error
    for stem, (text, annotations) in files.items():
        write_bytes(path / f"{stem}.txt", text.encode())
        write_bytes(path / f"{stem}.ann", annotations.encode())


def _lines(document: SpanDocument) -> Iterator[str]:
    ids = {label: stored for stored, label in _stored().items()}
    labelled = [(span, label) for span in document.spans for label in file_labels(span)]
    for number, (span, label) in enumerate(labelled, 1):
        if any(map(str.isspace, label)):
            raise ValueError(f"label {label!r} holds white space, which brat cannot hold; rename it")
        places, quote = _parts(document.text, span)
        yield f"T{number}\t{ids.get(label, label)} {places}\t{quote}\n"


def _parts(text: str, span: Span) -> tuple[str, str]:
    parts = [match for match in _LINE.finditer(text, span.start, span.end) if match.group().strip()]
    if not parts or (parts[0].start(), parts[-1].end()) != (span.start, span.end):
        raise ValueError(f"span {span.start}-{span.end} begins or ends with a line end or tab; cut it off")
    return ";".join(f"{part.start()} {part.end()}" for part in parts), " ".join(part.group() for part in parts)
