"""Read the license fields in the metadata of a safetensors file; the tensors are never touched.

The format: https://github.com/huggingface/safetensors#format
"""

import json
from collections.abc import Iterator
from typing import BinaryIO

from classifier.errors import MetadataError
from classifier.scan.values import Declaration

MAX_HEADER = 100_000_000
"""The format's own cap."""

_FIELDS = frozenset({"license", "license_name", "license_link", "base_model", "general.license", "modelspec.license"})
_LENGTH_BYTES = 8
_MAX_VALUE = 2000


def read_safetensors(stream: BinaryIO, size: int, source: str) -> Iterator[Declaration]:
    """Yield the license fields of a safetensors header.

    Args:
        stream: The file, at its start.
        size: Its length in bytes.
        source: What the file is called.

    Raises:
        MetadataError: The header is truncated, too long or no JSON object.
    """
    head = stream.read(_LENGTH_BYTES)
    length = int.from_bytes(head, "little")
    if len(head) < _LENGTH_BYTES or length > size - _LENGTH_BYTES:
        raise MetadataError(
            f"{source}: truncated: the header goes on past the end of the file ({size:,} bytes); fetch it again"
        )
    if length > MAX_HEADER:
        raise MetadataError(f"{source}: a header of {length:,} bytes, longer than the format allows; it is damaged")
    metadata = _metadata(stream.read(length), source)
    for field in sorted(_FIELDS & metadata.keys()):
        value = metadata[field]
        if isinstance(value, str) and value.strip():
            text = value.strip()[:_MAX_VALUE]
            yield Declaration(source, field, text, f"{field}: {text}")


def _metadata(data: bytes, source: str) -> dict[str, object]:
    try:
        header = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MetadataError(f"{source}: the header is no JSON ({type(error).__name__}); it is damaged") from error
    metadata = header.get("__metadata__", {}) if isinstance(header, dict) else None
    if not isinstance(metadata, dict):
        raise MetadataError(f"{source}: the header is no safetensors header; it is damaged")
    return metadata
