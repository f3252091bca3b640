"""Read the license fields in the header of a GGUF file, versions 1 to 3; the tensors are never touched.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from classifier.errors import MetadataError
from classifier.scan.values import Declaration

MAGIC = b"GGUF"
MAX_PAIRS = 65_536
MAX_STRING = 65_536
"""A license or name is shorter; what is longer is not kept."""
MAX_ELEMENTS = 4_000_000
"""Over all arrays: the largest vocabularies have half a million tokens and as many merges."""
MAX_DEPTH = 4

_WANTED = re.compile(r"general\.(?:license(?:\.name|\.link)?|base_model\.\d{1,4}\.(?:name|repo_url))\Z")
_MAX_QUOTE = 300
_STRING, _ARRAY = 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of the types of fixed size: integers, floats and booleans."""


def read_gguf(stream: BinaryIO, size: int, source: str) -> Iterator[Declaration]:
    """Yield the license fields of a GGUF header in the order they stand.

    What was yielded before an error is sound: the header is read from its start.

    Args:
        stream: The file, at its start.
        size: Its length in bytes; no length inside the header is believed beyond it.
        source: What the file is called.

    Raises:
        MetadataError: The header is truncated, damaged, or of a version that is not known.
    """
    reader = _Reader(stream, size, source)
    if reader.take(4) != MAGIC:
        raise MetadataError(f"{source}: is no GGUF file: it does not begin with `GGUF`")
    reader.read_version()
    reader.count()  # of tensors
    pairs = reader.count()
    if pairs > MAX_PAIRS:
        raise MetadataError(f"{source}: names {pairs:,} header fields, more than any GGUF file has; it is damaged")
    for _ in range(pairs):
        key = reader.string()
        kind = reader.number(4)
        if kind == _STRING and _WANTED.match(key):
            value = reader.string()
            yield Declaration(source, key, value, f"{key} = {value}"[:_MAX_QUOTE])
        else:
            reader.skip_value(kind)


class _Reader:
    """A bounds-checked reader of the header.

    Args:
        stream: The file, at its start.
        size: Its length in bytes.
        source: What errors call it.
    """

    def __init__(self, stream: BinaryIO, size: int, source: str) -> None:
        self.stream = stream
        self.size = size
        self.source = source
        self.position = 0
        self.order = "<"
        self.count_bytes = 8
        self.elements = 0

    def take(self, length: int) -> bytes:
        """Return the next bytes, all of them."""
        self._check(length)
        data = self.stream.read(length)
        if len(data) != length:
            raise self._truncated()
        self.position += length
        return data

    def skip(self, length: int) -> None:
        """Pass over bytes without reading them."""
        self._check(length)
        self.stream.seek(length, 1)
        self.position += length

    def number(self, length: int) -> int:
        """Return an unsigned integer of 4 or 8 bytes."""
        value: int = struct.unpack(self.order + ("I" if length == 4 else "Q"), self.take(length))[0]
        return value

    def count(self) -> int:
        """Return a length or number of things: 8 bytes, 4 in version 1."""
        return self.number(self.count_bytes)

    def string(self) -> str:
        """Return a string of bounded length; bytes that are no UTF-8 are replaced."""
        length = self.count()
        if length > MAX_STRING:
            raise MetadataError(f"{self.source}: a header string of {length:,} bytes; no license field is so long")
        return self.take(length).decode("utf-8", "replace")

    def read_version(self) -> None:
        """Set byte order and width from the version number."""
        raw = self.take(4)
        little, big = (int.from_bytes(raw, order) for order in ("little", "big"))
        if little not in (1, 2, 3) and big not in (1, 2, 3):
            raise MetadataError(f"{self.source}: GGUF version {little}, not 1, 2 or 3; this reader is too old for it")
        self.order = "<" if little in (1, 2, 3) else ">"
        self.count_bytes = 4 if min(little, big) == 1 else 8

    def skip_value(self, kind: int, depth: int = 0) -> None:
        """Pass over a value of a type."""
        if kind in _SIZES:
            self.skip(_SIZES[kind])
        elif kind == _STRING:
            self.skip(self.count())
        elif kind == _ARRAY and depth < MAX_DEPTH:
            self._skip_array(depth)
        else:
            raise MetadataError(
                f"{self.source}: header value of unknown type {kind} at byte {self.position:,}; it is damaged"
            )

    def _skip_array(self, depth: int) -> None:
        kind, length = self.number(4), self.count()
        if kind in _SIZES:
            self.skip(_SIZES[kind] * length)
            return
        self.elements += length
        if self.elements > MAX_ELEMENTS:
            raise MetadataError(f"{self.source}: header arrays of {self.elements:,} elements are not read further")
        for _ in range(length):
            self.skip_value(kind, depth + 1)

    def _check(self, length: int) -> None:
        if length > self.size - self.position:
            raise self._truncated()

    def _truncated(self) -> MetadataError:
        return MetadataError(
            f"{self.source}: truncated: the header goes past the end of the file ({self.size:,} bytes); fetch it again"
        )
