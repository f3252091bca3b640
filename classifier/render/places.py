"""Where a clause stands: lines, columns and addresses, as editors and code hosts count them."""

import os
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a text; lines and columns count from 1 in code points, the end column is past the end."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The offsets at which the lines of a text begin; a line ends with LF or CRLF.

    A byte order mark is no part of the text for an editor: it has no column and no offset.
    """

    starts: tuple[int, ...]
    length: int
    bom: int

    def place(self, start: int, end: int) -> Place:
        """Return the place of `text[start:end]`."""
        return Place(*self._point(start), *self._point(end))

    def offset(self, offset: int) -> int:
        """Return an offset counted without a byte order mark."""
        return max(0, offset - self.bom)

    def first(self) -> Place:
        """Return the place of the whole first line, for what a text lacks."""
        end = self.starts[1] - 1 if len(self.starts) > 1 else self.length
        return self.place(self.bom, end)

    def _point(self, offset: int) -> tuple[int, int]:
        row = bisect_right(self.starts, offset) - 1
        return row + 1, max(0, offset - max(self.starts[row], self.bom)) + 1


def find_lines(text: str) -> Lines:
    """Return where the lines of a text begin."""
    starts = [0]
    while (found := text.find("\n", starts[-1])) >= 0:
        starts.append(found + 1)
    return Lines(tuple(starts), len(text), int(text.startswith(_BOM)))


def is_file_name(name: str) -> bool:
    """Tell whether a source has a name in the file system, unlike `<stdin>`."""
    return not (name.startswith("<") and name.endswith(">"))


def posix_path(name: str) -> str:
    """Return a path with forward slashes and without a leading `./`."""
    path = name.replace(os.sep, "/")
    return path.removeprefix("./") or name


def uri_of(name: str) -> str:
    """Return the address of a source: relative as the user gave it, or `file:`."""
    if is_file_name(name) and Path(name).is_absolute():
        return "file://" + _quote("/" + posix_path(name).lstrip("/"))
    return _quote(posix_path(name))


def _quote(path: str) -> str:
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    return quote(raw, safe="/")
