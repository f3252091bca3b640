"""Read one file of a scanned folder: what it declares, claims or says; nothing is imported, unpickled or run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from classifier.claims import Claim, find_claims
from classifier.datamodels import Document
from classifier.errors import InputError
from classifier.scan.frontmatter import read_front_matter
from classifier.scan.gguf import read_gguf
from classifier.scan.manifests import read_metadata, read_package_json, read_pyproject
from classifier.scan.names import Kind, is_unreadable, kind_of
from classifier.scan.safetensors import read_safetensors
from classifier.scan.values import Declaration, Problem
from classifier.scan.walk import Found, open_inside
from classifier.sources import MAX_SCANNED_BYTES, decode

MAX_MANIFEST_BYTES = 5_000_000
_CARD_BYTES = 1_000_000
_MAX_STRAY = 0.02
"""A text with fewer bytes outside ASCII has a few names in an old encoding."""

_MANIFESTS: dict[str, Callable[[str, str], Iterator[Declaration]]] = {
    "pyproject": read_pyproject,
    "package-json": read_package_json,
    "metadata": read_metadata,
}
_HEADERS: dict[str, Callable[[BinaryIO, int, str], Iterator[Declaration]]] = {
    "gguf": read_gguf,
    "safetensors": read_safetensors,
}


@dataclass(slots=True)
class Reading:
    """What was read of one file: a text to judge, or declarations and claims; and what could not be read."""

    name: str
    document: Document | None = None
    declarations: list[Declaration] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_found(
    root: Path,
    found: Found,
    *,
    kind: Kind | None = None,
    encoding: str | None = None,
    max_bytes: int = MAX_SCANNED_BYTES,
) -> Reading:
    """Return what a file says; whatever is wrong with it becomes a problem, never an exception.

    Args:
        root: The scanned folder, resolved.
        found: A file in it.
        kind: What the file is; by its name when not given.
        encoding: How to decode texts; UTF-8 when not given.
        max_bytes: Larger license texts are not judged.
    """
    reading = Reading(found.name)
    try:
        with open_inside(root, found) as (stream, size):
            _read(reading, kind or kind_of(found.name), stream, size, encoding=encoding, max_bytes=max_bytes)
    except InputError as error:
        reading.problems.append(Problem(found.name, error.code, str(error)))
    return reading


def _read(
    reading: Reading, kind: Kind | None, stream: BinaryIO, size: int, *, encoding: str | None, max_bytes: int
) -> None:
    name = reading.name
    if kind in _HEADERS:
        # Appended one by one: what stands before the damage is kept.
        for declaration in _HEADERS[kind](stream, size, name):
            reading.declarations.append(declaration)
    elif kind in _MANIFESTS:
        text = _text(_capped(stream, MAX_MANIFEST_BYTES, name, "which no manifest is"), name, None)
        for declaration in _MANIFESTS[kind](text, name) if text.strip() else ():
            reading.declarations.append(declaration)
    elif kind == "card":
        text = _text(_whole_lines(stream.read(_CARD_BYTES), size), name, encoding)
        reading.declarations, reading.problems = read_front_matter(text, name)
        reading.claims = list(find_claims(text))
    elif is_unreadable(name):
        raise InputError(f"{name}: is no plain text; extract the text and put it beside it")
    else:
        data = _capped(stream, max_bytes, name, "a collection, not a license; check the one you mean by itself")
        reading.document = Document(decode(data, name) if not data.strip() else _text(data, name, encoding), name)


def _capped(stream: BinaryIO, cap: int, name: str, what: str) -> bytes:
    data = stream.read(cap + 1)
    if len(data) > cap:
        raise InputError(f"{name}: larger than {cap:,} bytes, {what}")
    return data


def _whole_lines(data: bytes, size: int) -> bytes:
    """Drop the line that a cap cut, and with it a character cut in two."""
    return data if len(data) >= size else data[: data.rfind(b"\n") + 1]


def _text(data: bytes, name: str, encoding: str | None) -> str:
    """Decode a file; a few bytes of an old encoding, as in holders' names, are no reason to refuse it."""
    if not data.strip():
        return ""
    try:
        return decode(data, name, encoding=encoding)
    except InputError:
        stray = sum(byte >= 0x80 for byte in data)
        if encoding or data.count(0) or not 0 < stray <= _MAX_STRAY * len(data):
            raise
        return data.decode("cp1252", "replace")
