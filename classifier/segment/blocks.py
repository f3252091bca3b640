"""Group the lines of a reading view into blocks: headings, list items, paragraphs and code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from classifier.segment.headings import PLAIN_LEVEL, is_plain_title, is_underlined, marked_level, titled_level
from classifier.segment.lines import Line, split_lines, wrap_width
from classifier.segment.markers import Marker, continues, follows, is_first, match_marker
from classifier.segment.wraps import is_copyright, is_meant

_WORD = re.compile(r"[^\W_]")
_NOUNS = "sections?|clauses?|paragraphs?|articles?|version|subsections?|items?|exhibits?|schedules?"
_REFERENCE_BEFORE = re.compile(
    rf"(?:§|(?<=[^;,] )(?:and|or)|\b(?:{_NOUNS}|by|in|of|see|than|the|this|to|under|with))"
    r"[ \t]*(?:[\d.]{1,6}|\(?[a-z]\))?(?:\([a-z\d]{1,3}\))*,?$",
    re.I,
)
_REFERENCE_BEFORE_STOP = re.compile(
    rf"(?:§|(?<![;,] )\b(?:and|or)|\b(?:{_NOUNS}|by|in|of|see|than|the|to|under|with))[ \t\d.,()a-z]{{0,6}}$", re.I
)
_LEADS_IN = re.compile(r"\b(?:by|in|not|of|that|the|to|with)$", re.I)
_MAX_REFERENCE = 40
_MIN_PROSE = 45
"""A shorter line below a short line may be its sibling in a list."""
_MAX_ITEM_LINES = 12
"""How far below an item the next one is looked for."""
_STOPS = (".", ":", ";", "!", "?", "。", "：", "；", "！", "？")
_CLOSERS = (*_STOPS, ",", "，", "、", ")", "）", "”", "and", "or")
_SMALL_STYLES = frozenset({"alpha-upper", "roman-upper", "alpha", "roman"})
_NUMBER_STYLES = frozenset({"decimal", "cjk", "section"})

Kind = Literal["heading", "item", "text", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A half-open stretch of the view that is one heading, one list item, one paragraph or some lines of code.

    `level` orders headings (smaller is higher) and is 0 for the other kinds.
    """

    start: int
    end: int
    kind: Kind
    marker: Marker | None
    indent: int
    level: int = 0


def split_blocks(view: str) -> Iterator[Block]:
    """Yield the blocks of a reading view in order; lines without a letter or digit are dropped."""
    lines = split_lines(view)
    reader = _BlockReader(view, lines, wrap_width(lines))
    i = 0
    while i < len(lines):
        if not _WORD.search(lines[i].text):
            i += 1
            continue
        block, i = reader.read(i)
        yield block


class _BlockReader:
    """Reads one block after another and remembers the markers on the way."""

    def __init__(self, view: str, lines: Sequence[Line], width: int) -> None:
        self._view, self._lines, self._width = view, lines, width
        self._last: Marker | None = None
        self._last_indent = 0
        self._seen: dict[str, Marker] = {}
        self._ahead: tuple[int, Marker | None] = (-1, None)
        self._previous: Block | None = None

    def read(self, i: int) -> tuple[Block, int]:
        """Return the block that opens on line `i`, and the index of the line after it."""
        line = self._lines[i]
        marker = self._marker(i)
        if marker is not None:
            self._seen[marker.style] = self._last = marker
            self._last_indent = line.indent
            self._ahead = (-1, None)
        level = self._level(i, marker)
        stop = i + 1 if level else self._paragraph_end(i)
        kind: Kind = "code" if line.is_code else "heading" if level else "item" if marker else "text"
        self._previous = Block(line.start, self._lines[stop - 1].end, kind, marker, line.indent, level)
        return self._previous, stop

    def _level(self, i: int, marker: Marker | None) -> int:
        """Return the level of the heading on line `i`, or 0 when the line is none."""
        line, following = self._lines[i], self._text_line(i + 1)
        if (level := marked_level(line)) or is_copyright(line):
            return level
        underlined = is_underlined(line, following) and self._text_line(i - 1) is None
        level = titled_level(self._view, line, marker, underlined=underlined)
        if not level and marker is None and not line.is_code and is_plain_title(line.text):
            return PLAIN_LEVEL if self._opens_section(i) else 0
        return level if level and (following is None or underlined or self._stands_above(i)) else 0

    def _opens_section(self, i: int) -> bool:
        """Tell whether the short line `i` stands alone above prose, after the end of something else."""
        following = self._text_line(i + 1)
        is_alone = following is None or is_meant(self._lines[i], following, self._width)
        after = next((line for line in self._lines[i + 1 : i + 3] if line.text), None)
        if not is_alone or after is None or (len(after.text) < _MIN_PROSE and after.text[-1] not in ".:"):
            return False
        before = self._previous
        return before is None or before.kind == "heading" or self._view[before.end - 1] in ".!?"

    def _stands_above(self, i: int) -> bool:
        """Tell whether line `i` does not run on into the next one."""
        following = self._lines[i + 1]
        if is_meant(self._lines[i], following, self._width) or following.text[0] in "-*•":
            return True
        return self._marker(i + 1) is not None

    def _text_line(self, i: int) -> Line | None:
        """Return the line, or None between paragraphs and outside the text."""
        return self._lines[i] if 0 <= i < len(self._lines) and self._lines[i].text else None

    def _paragraph_end(self, i: int) -> int:
        """Return the index after the last line that belongs to the paragraph opened by line `i`."""
        j = i + 1
        while (line := self._text_line(j)) is not None:
            if not _WORD.search(line.text) and len(line.text) > 2:
                break
            if is_meant(self._lines[j - 1], line, self._width, is_first=j == i + 1) or marked_level(line):
                break
            if self._marker(j) is not None:
                break
            j += 1
        return j

    def _marker(self, i: int) -> Marker | None:
        """Return the line's marker, as seen from the block that was read last."""
        if self._ahead[0] != i:
            self._ahead = i, self._find_marker(i)
        return self._ahead[1]

    def _find_marker(self, i: int) -> Marker | None:
        """Find the line's marker unless it is a cross-reference or an initial that only looks like one."""
        line, before = self._lines[i], self._text_line(i - 1)
        marker = None if line.is_code else match_marker(self._view, line.start, self._last)
        if marker is None or (marker.end >= line.end and marker.style not in {"article", "part"}):
            return None
        previous = before.text if before else ""
        if previous and _may_refer(previous, marker):
            return marker if self._is_listed(i, marker, previous) else None
        if marker.style in _SMALL_STYLES or (previous and _is_doubtful(previous, marker)):
            return marker if continues(marker, self._seen.get(marker.style)) else None
        return marker

    def _is_listed(self, i: int, marker: Marker, previous: str) -> bool:
        """Tell the items of a list whose lead-in or last item ends in a small word from a wrapped reference."""
        if not is_first(marker):
            is_next = self._last is not None and follows(marker, self._last)
            return is_next and self._lines[i].indent == self._last_indent and previous.endswith((" and", " or", ","))
        if not _LEADS_IN.search(previous):
            return False
        for line in self._lines[i + 1 : i + 1 + _MAX_ITEM_LINES]:
            sibling = match_marker(self._view, line.start, marker)
            if sibling is not None and follows(sibling, marker):
                return True
        return False


def _is_doubtful(previous: str, marker: Marker) -> bool:
    """Tell whether the marker stands where a sentence may go on, so that only the next of a list counts."""
    if marker.style.endswith("paren"):
        return not is_first(marker) and not previous.endswith((*_STOPS, "and", "or"))
    return marker.style in _NUMBER_STYLES and not previous.endswith(_CLOSERS)


def _may_refer(previous: str, marker: Marker) -> bool:
    """Tell whether the line above ends like a reference: `as set out in Section` before `2. of it`."""
    previous = previous[-_MAX_REFERENCE:]
    if marker.style == "bullet":
        return False
    if previous[-1] not in ".;:":
        return _REFERENCE_BEFORE.search(previous) is not None
    # Above a number a full stop may be that of `Sec.`; above a letter it ends a sentence.
    return marker.number[:1].isdecimal() and _REFERENCE_BEFORE_STOP.search(previous) is not None
