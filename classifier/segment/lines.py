"""The lines of a reading view: where their words begin and end, how far they are indented, what is code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from classifier.segment.code import is_code
from classifier.segment.markers import match_marker
from classifier.segment.marks import CODE_CLOSE, CODE_OPEN, HEADING_MARKS, ITEM_MARKS

WIDE = 120
"""Lines longer than this were not wrapped by hand."""
_MIN_WRAP = 40
_MAX_MARKER = 8
_ITEM_INDENT = 4
_MAX_CODE_GAP = 3
_TEXT = re.compile(r"\S[^\n]*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the view without its surrounding white space; `indent` counts the blanks before it."""

    start: int
    end: int
    indent: int
    text: str
    is_code: bool = False

    @property
    def is_row(self) -> bool:
        """Tell what may be a row of a table."""
        return self.text[:1] == "|" or " | " in self.text


def split_lines(view: str) -> list[Line]:
    """Return the lines with text in order, and one empty line for each gap between paragraphs."""
    return _join_bare_markers(view, _mark_code(list(_lines(view))))


def _lines(view: str) -> Iterator[Line]:
    end, is_fenced = 0, False
    for match in _TEXT.finditer(view):
        start, text = match.start(), match.group().rstrip()
        if view.count("\n", end, start) > 1:
            yield Line(end, end, 0, "")
        indent = start - view.rfind("\n", end, start) - 1
        end = start + len(text)
        if text in {CODE_OPEN, CODE_CLOSE}:
            is_fenced = text == CODE_OPEN
            yield Line(start, start, 0, "")
            continue
        if text[0] in ITEM_MARKS:
            indent = _ITEM_INDENT * ITEM_MARKS.index(text[0])
        yield Line(start, end, indent, text, is_fenced)


def _mark_code(lines: list[Line]) -> list[Line]:
    """Flag the lines that look like code, and the short stretches of other lines between them."""
    last = -_MAX_CODE_GAP - 1
    for i, line in enumerate(lines):
        if not line.text or not is_code(line.text):
            continue
        first = last + 1 if i - last <= _MAX_CODE_GAP and all(lines[k].text for k in range(last + 1, i)) else i
        for k in range(first, i + 1):
            lines[k] = replace(lines[k], is_code=True)
        last = i
    return lines


def _join_bare_markers(view: str, lines: list[Line]) -> list[Line]:
    """Join a marker that stands alone on its line with the next line that holds words."""
    joined: list[Line] = []
    bare: Line | None = None
    for line in lines:
        if bare is not None and line.text:
            if line.text[0] in ITEM_MARKS + HEADING_MARKS:
                joined.append(bare)
            else:
                line = Line(bare.start, line.end, bare.indent, f"{bare.text} {line.text}")
            bare = None
        if len(line.text) <= _MAX_MARKER and _is_bare_marker(view, line):
            bare = line
        elif bare is None:
            joined.append(line)
    return [*joined, bare] if bare is not None else joined


def _is_bare_marker(view: str, line: Line) -> bool:
    marker = match_marker(view, line.start) if line.text and not line.is_code else None
    if marker is None or marker.end < line.end:
        return False
    return marker.style not in {"article", "part", "bullet"} or line.text in ITEM_MARKS


def wrap_width(lines: list[Line]) -> int:
    """Estimate the column at which the text was wrapped by hand; 0 when it was not."""
    lengths = sorted(line.indent + len(line.text) for line in lines if line.text and not line.is_code)
    if not lengths:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    return width if _MIN_WRAP <= width <= WIDE else 0
