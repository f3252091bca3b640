"""Group the lines of a reading view into blocks: headings, list items and paragraphs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from classifier.segment.markers import SECTION_STYLES, Marker, is_first, match_marker
from classifier.segment.sentences import trim
from classifier.segment.view import HEADING_MARK

_WORD = re.compile(r"[^\W_]")
_RULE = re.compile(r"[=\-_*~#.+]{3,}$")
_TABLE_RULE = re.compile(r"[|:\-+\s]{3,}$")
_HASHES = re.compile(r"(#{1,6})[ \t]+")
_COPYRIGHT = re.compile(r"(?:Portions )?(?:copyright[ \t]*(?:\(c\)|©|\d{4}|[\[<{])|©|\(c\)[ \t]*\d{4})|SPDX-", re.I)
_OPENS_NEW = re.compile(r"[\"'“‘(\[<©A-Z0-9\u4e00-\u9fff]")
_REFERENCE_BEFORE = re.compile(
    r"(?:§|(?<![;,] )\b(?:and|or)|\b(?:sections?|clauses?|paragraphs?|articles?|version|subsections?|items?"
    r"|exhibits?|schedules?|under|of|in|to|by|the|than|see|with))[ \t\d.,()a-z]{0,6}$",
    re.I,
)
_WIDE = 120
"""Lines longer than this were not wrapped by hand."""
_MIN_WRAP = 40
_MAX_MARKER = 8
_FITS = 0.8
"""A line is broken on purpose when the next word would have ended before this share of the width."""

_LONG_LINE, _MIN_CJK_LINE = 80, 25
"""A line this long that ends without punctuation was cut, not ended."""

Kind = Literal["heading", "item", "text"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the view without its surrounding white space; `indent` counts the blanks before it."""

    start: int
    end: int
    indent: int
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A half-open stretch of the view that is one heading, one list item or one paragraph.

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
    lines = _join_bare_markers(view, list(_lines(view)))
    width = _wrap_width(lines)
    seen: dict[str, Marker] = {}
    last: Marker | None = None
    i = 0
    while i < len(lines):
        first = lines[i]
        if not _WORD.search(first.text):
            i += 1
            continue
        after_blank = i == 0 or not lines[i - 1].text
        marker = _marker(view, first, last, seen, lines[i - 1].text if i and not after_blank else "")
        level = _heading_level(view, lines, i, marker, width)
        if marker is not None:
            seen[marker.style] = last = marker
        stop = i + 1 if level else _paragraph_end(view, lines, i, width, last=last, seen=seen)
        kind: Kind = "heading" if level else "item" if marker else "text"
        yield Block(first.start, lines[stop - 1].end, kind, marker, first.indent, level)
        i = stop


def _lines(view: str) -> Iterator[Line]:
    pos = 0
    for raw in view.split("\n"):
        start, end = trim(view, pos, pos + len(raw))
        yield Line(start, end, start - pos, view[start:end])
        pos += len(raw) + 1


def _join_bare_markers(view: str, lines: list[Line]) -> list[Line]:
    """Join a marker that stands alone on its line with the next line that holds words."""
    joined: list[Line] = []
    bare: Line | None = None
    for line in lines:
        if bare is not None and line.text:
            line = Line(bare.start, line.end, bare.indent, f"{bare.text} {line.text}")
            bare = None
        marker = match_marker(view, line.start) if len(line.text) <= _MAX_MARKER else None
        if marker is not None and marker.end >= line.end and marker.style not in {"article", "part", "bullet"}:
            bare = line
        elif bare is None:
            joined.append(line)
    return [*joined, bare] if bare is not None else joined


def _wrap_width(lines: list[Line]) -> int:
    """Estimate the column at which the text was wrapped by hand; 0 when it was not."""
    lengths = sorted(line.indent + len(line.text) for line in lines if line.text)
    if not lengths:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    return width if _MIN_WRAP <= width <= _WIDE else 0


def _paragraph_end(
    view: str, lines: list[Line], i: int, width: int, *, last: Marker | None, seen: dict[str, Marker]
) -> int:
    """Return the index after the last line that belongs to the paragraph opened by line `i`."""
    j = i + 1
    while j < len(lines):
        previous, line = lines[j - 1], lines[j]
        if not _WORD.search(line.text) and (not line.text or len(line.text) > 2):
            break
        if _breaks(previous, line, width) or line.text[0] == HEADING_MARK or _HASHES.match(line.text):
            break
        if _marker(view, line, last, seen, previous.text) is not None:
            break
        j += 1
    return j


def _breaks(previous: Line, line: Line, width: int) -> bool:
    """Tell whether the line end between two neighbouring lines was meant."""
    if _COPYRIGHT.match(line.text) or (_COPYRIGHT.match(previous.text) and _OPENS_NEW.match(line.text)):
        return True
    if line.text[0] == "|" or previous.text[0] == "|":
        return True
    used = previous.indent + len(previous.text)
    if not _OPENS_NEW.match(line.text) or _is_cut_short(previous.text, line.text):
        return False
    if not width or used > _WIDE:
        # Unwrapped source: a line is a paragraph.
        return True
    first_word = len(line.text.split(None, 1)[0])
    return used + 1 + first_word < width * _FITS


def _is_cut_short(previous: str, following: str) -> bool:
    """Tell whether a line stops in the middle of a sentence, whatever its length."""
    if _HAS_CJK.match(previous[-1]):
        return len(previous) > _MIN_CJK_LINE and bool(_HAS_CJK.match(following))
    if previous.rsplit(None, 1)[-1].lower() in _SMALL_WORDS or previous[-1] == ",":
        return True
    return len(previous) > _LONG_LINE and previous[-1].isalnum()


def _marker(view: str, line: Line, last: Marker | None, seen: dict[str, Marker], previous: str) -> Marker | None:
    """Return the line's marker unless it is a cross-reference or an initial that only looks like one."""
    marker = match_marker(view, line.start, last)
    if marker is None or (marker.end >= line.end and marker.style not in {"article", "part"}):
        return None
    if previous and _REFERENCE_BEFORE.search(previous) and marker.style != "bullet":
        return None
    if marker.style in {"alpha-upper", "roman-upper", "alpha", "roman"}:
        return marker if _continues(marker, seen.get(marker.style)) else None
    if previous and marker.style in {"decimal", "cjk", "section"} and not previous.rstrip().endswith(_CLOSERS):
        return marker if _continues(marker, seen.get(marker.style)) else None
    return marker


_CLOSERS = (".", ":", ";", "。", "：", "；", "and", "or", ",", "!", "?", ")", "”")


def _continues(marker: Marker, before: Marker | None) -> bool:
    if is_first(marker) or before is None:
        return is_first(marker)
    if marker.number.isdigit() and before.number.isdigit():
        return int(marker.number) - int(before.number) in (1, 2)
    if marker.style.startswith("alpha") and len(marker.number) == len(before.number) == 1:
        return ord(marker.number) - ord(before.number) in (1, 2)
    return marker.number != before.number


_UNNUMBERED_CAPS, _NUMBERED, _UNNUMBERED = 2, 3, 6
_STYLE_LEVEL = {"part": 1, "alpha-upper": 5}


def heading_level(marker: Marker) -> int:
    """Return the level of a heading that carries this number; smaller is higher."""
    return _STYLE_LEVEL.get(marker.style, _NUMBERED + marker.depth - 1)


def _heading_level(view: str, lines: list[Line], i: int, marker: Marker | None, width: int) -> int:
    """Return the level of the heading on line `i`, or 0 when the line is none."""
    line = lines[i]
    hashes = _HASHES.match(line.text)
    if hashes:
        return len(hashes.group(1))
    if line.text[0] == HEADING_MARK:
        return 1
    if marker is not None and marker.style not in SECTION_STYLES:
        return 0
    following = lines[i + 1].text if i + 1 < len(lines) else ""
    underlined = bool(_RULE.match(following)) and len(line.text) <= _WIDE and (i == 0 or not lines[i - 1].text)
    stands_alone = not following or underlined or _breaks_after(line, lines[i + 1], width)
    if not stands_alone or _COPYRIGHT.match(line.text) or line.text[0] == "|":
        return 0
    title = view[marker.end : line.end].strip() if marker else line.text
    if not (underlined or is_title(title, numbered=marker is not None)):
        return 0
    if marker is not None:
        return heading_level(marker)
    return _UNNUMBERED_CAPS if underlined or title.isupper() else _UNNUMBERED


def _breaks_after(line: Line, following: Line, width: int) -> bool:
    return _breaks(line, following, width) or following.text[0] in "-*•|"


_SMALL_WORDS = frozenset("a an and as at by for from in into of on or per the to under with your".split())
_CJK_STOP = re.compile(r"[:：，,？?！!；]")
_HAS_CJK = re.compile(r"[\u4e00-\u9fff]")


def is_title(title: str, *, numbered: bool) -> bool:
    """Tell whether the words have the shape of a topic heading."""
    if not title:
        return numbered
    if len(title) > 100 or title[-1] in ";,；，、。":
        return False
    if _HAS_CJK.search(title):
        return len(title) <= (25 if numbered else 18) and not _CJK_STOP.search(title)
    if (title[-1] in ".:" and not (numbered or title[-1] == ":")) or title[-1] in "?!":
        return False
    words = [word.strip(".,:()'\"“”&/") for word in title.split()]
    words = [word for word in words if word and word.lower() not in _SMALL_WORDS]
    capital = sum(word[0].isupper() or word[0].isdigit() for word in words)
    return bool(words) and len(words) <= 10 and title.lstrip('"“(')[:1].isupper() and capital == len(words)
