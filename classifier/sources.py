"""Read texts from files and standard input, with size and encoding checks."""

import codecs
import sys
from pathlib import Path
from typing import BinaryIO

from classifier.datamodels import Document
from classifier.errors import InputError, InputTooLargeError, UsageError

DEFAULT_MAX_BYTES = 10_000_000
MAX_SCANNED_BYTES = 1_000_000
"""In a folder, a larger license text is a collection of other people's licenses."""
MAX_SCANNED_FILES = 200_000
STDIN = "-"
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\v\x08\x1b")
_SAMPLE = 8192
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_document(name: str, *, encoding: str | None = None, max_bytes: int = DEFAULT_MAX_BYTES) -> Document:
    """Read a file, or standard input when the name is "-".

    Args:
        name: A path, or "-".
        encoding: How to decode the bytes; UTF-8 when not given.
        max_bytes: Larger inputs are refused.

    Raises:
        InputError: The source is absent, unreadable, empty, binary or in another encoding.
        InputTooLargeError: The source is larger than `max_bytes`.
        UsageError: The encoding is unknown.
    """
    shown = "<stdin>" if name == STDIN else name
    return Document(decode(_read_bytes(name, shown, max_bytes), shown, encoding=encoding), shown)


def _read_bytes(name: str, shown: str, max_bytes: int) -> bytes:
    if name == STDIN:
        return _read_capped(sys.stdin.buffer, shown, max_bytes)
    path = Path(name)
    if path.is_dir():
        raise InputError(f"{shown}: is a folder; name the license file inside it")
    try:
        with path.open("rb") as stream:
            return _read_capped(stream, shown, max_bytes)
    except FileNotFoundError as error:
        raise InputError(f"{shown}: no such file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{shown}: cannot be read ({reason})") from error


def _read_capped(stream: BinaryIO, shown: str, max_bytes: int) -> bytes:
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise InputTooLargeError(
            f"{shown}: larger than {max_bytes:,} bytes, which no license is; raise the cap with --max-bytes"
        )
    return data


def decode(data: bytes, shown: str, *, encoding: str | None = None) -> str:
    """Decode bytes, refusing what is no text or not in the expected encoding.

    Raises:
        InputError: The bytes are empty, binary or in another encoding.
        UsageError: The encoding is unknown.
    """
    if not data.strip():
        raise InputError(f"{shown}: is empty; give a license text")
    if encoding is None:
        _refuse_other_encodings(data, shown)
    try:
        codecs.lookup(encoding or "utf-8")
    except (LookupError, ValueError) as error:
        raise _unknown(encoding) from error
    try:
        return data.decode(encoding or "utf-8")
    except LookupError as error:  # Python has a codec of that name, but not for texts
        raise _unknown(encoding) from error
    except UnicodeDecodeError as error:
        hint = "name another with --encoding" if encoding else "name its encoding, for example --encoding cp1252"
        raise InputError(
            f"{shown}: not {encoding or 'UTF-8'} (byte 0x{data[error.start]:02x} at {error.start}); {hint}"
        ) from error
    except UnicodeError as error:
        raise InputError(f"{shown}: not {encoding} ({error}); name another with --encoding") from error


def _unknown(encoding: str | None) -> UsageError:
    return UsageError(f"{encoding}: unknown encoding; name one that Python knows, such as cp1252")


def _refuse_other_encodings(data: bytes, shown: str) -> None:
    sample = data[:_SAMPLE]
    for bom, name in _BOMS:
        if data.startswith(bom):
            raise InputError(f"{shown}: is {name.upper()}, not UTF-8; read it with --encoding {name}")
    nuls = sample.count(0)
    if nuls and abs(sample[0::2].count(0) - sample[1::2].count(0)) > 0.3 * len(sample):
        guess = "utf-16-be" if sample[0] == 0 else "utf-16-le"
        raise InputError(f"{shown}: looks like UTF-16 without a mark; read it with --encoding {guess}")
    strange = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in sample)
    if nuls or strange > 0.02 * len(sample):
        raise InputError(f"{shown}: is binary, not text; extract the text first")
