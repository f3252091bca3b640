"""Read and write the files of annotation tools: capped, UTF-8, every bad place named."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from classifier.annotations import load_json, parse_each, split_lines
from classifier.atomic import replace_file
from classifier.converters.spans import SpanDocument, check_document
from classifier.errors import AnnotationError

MAX_BYTES = 200_000_000
"""No file of annotations comes near it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One document of a file, not yet read: where it stands, the name it gets when it has none, what it is."""

    place: str
    name: str
    raw: T


def collect(entries: Iterable[Entry[T]], parse: Callable[[Entry[T]], SpanDocument | None]) -> list[SpanDocument]:
    """Parse every entry, leaving out those that nobody annotated (None).

    Raises:
        AnnotationError: Entries are malformed; the message names every bad place, ten at most.
    """

    def checked(entry: Entry[T], place: str) -> SpanDocument | None:
        document = parse(entry)
        if document is not None:
            check_document(document)
        return document

    found = parse_each(((entry.place, entry) for entry in entries), checked)
    return [document for document in found if document is not None]


def read_bytes(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        AnnotationError: The file cannot be read or is too large.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise AnnotationError(f"{path}: cannot be read ({error})") from error
    if len(data) > MAX_BYTES:
        raise AnnotationError(f"{path}: larger than {MAX_BYTES:,} bytes; split it")
    return data


def read_text(path: Path) -> str:
    """Return the content of a UTF-8 file with its line ends as they are.

    Raises:
        AnnotationError: The file cannot be read, is too large or no UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise AnnotationError(f"{path}: not UTF-8 ({error}); export it as UTF-8") from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one atomic step.

    Raises:
        AnnotationError: The file cannot be written.
    """
    try:
        replace_file(path, data)
    except (OSError, ValueError) as error:
        raise AnnotationError(f"{path}: cannot be written ({error})") from error


def member(raw: object, name: str, kind: type[T]) -> T:
    """Return a member of a JSON object.

    Raises:
        KeyError: There is none of this name.
        TypeError: It is of another kind, or the value is no object.
    """
    if not isinstance(raw, dict):
        raise TypeError("expected a JSON object")
    return of_kind(raw[name], name, kind)


def of_kind(value: object, name: str, kind: type[T]) -> T:
    """Return a value after checking what it is.

    Raises:
        TypeError: It is of another kind.
    """
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{name} is of type {type(value).__name__}, not {kind.__name__}")
    return value


def read_json_lines(path: Path, parse: Callable[[Any, str], SpanDocument | None]) -> list[SpanDocument]:
    """Read a file of one document a line.

    Args:
        path: The file.
        parse: Makes a document of a JSON value and the name it gets when it has none.

    Raises:
        AnnotationError: The file cannot be read, or lines are malformed.
    """
    entries = (Entry(f"{path}:{number}", f"line {number}", line) for number, line in split_lines(read_text(path)))
    return collect(entries, lambda entry: parse(load_json(entry.raw), entry.name))


def write_json_lines(path: Path, values: Iterable[object]) -> None:
    """Write one JSON value a line.

    Raises:
        AnnotationError: The file cannot be written.
    """
    write_bytes(path, "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode())


def name_in(raw: object, default: str) -> str:
    """Return the `name` of a JSON object, or the default."""
    name = raw.get("name") if isinstance(raw, dict) else None
    return name if isinstance(name, str) and name else default
