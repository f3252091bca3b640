"""Tell the headings among the lines, and their levels."""

import re

from classifier.segment.lines import WIDE, Line
from classifier.segment.markers import SECTION_STYLES, Marker
from classifier.segment.marks import HEADING_MARKS

HASHES = re.compile(r"(#{1,6})[ \t]+")
_RULE = re.compile(r"[=\-_*~#.+]{3,}$")
_CJK_STOP = re.compile(r"[:：，,？?！!；]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W_]+")
SMALL_WORDS = frozenset("a an and as at by for from in into of on or per the to under with your".split())
_NO_ENDS = SMALL_WORDS | frozenset("all any are be is no shall such that this".split())
"""Words that end no heading: a line that ends with one was cut."""
_UNNUMBERED_CAPS, _NUMBERED, _UNNUMBERED, PLAIN_LEVEL = 2, 3, 6, 7
_STYLE_LEVEL = {"part": 1, "alpha-upper": 5}
_MAX_MARKED_HEADING = 300
"""A longer line is prose, whatever marks it carries."""
_MAX_TITLE = 100
_MAX_PLAIN_WORDS = 7
_PLAIN_STOPS = tuple(".:;,!?。：；，")


def heading_level(marker: Marker) -> int:
    """Return the level of a heading that carries this number; smaller is higher."""
    return _STYLE_LEVEL.get(marker.style, _NUMBERED + marker.depth - 1)


def marked_level(line: Line) -> int:
    """Return the level of a heading that says so itself, in Markdown or HTML; 0 for other lines."""
    if line.is_code or len(line.text) > _MAX_MARKED_HEADING:
        return 0
    hashes = HASHES.match(line.text)
    return len(hashes.group(1)) if hashes else HEADING_MARKS.find(line.text[0]) + 1


def is_underlined(line: Line, following: Line | None) -> bool:
    """Tell whether the next line is a rule that underlines this one."""
    return following is not None and len(line.text) <= WIDE and _RULE.match(following.text) is not None


def titled_level(view: str, line: Line, marker: Marker | None, *, underlined: bool) -> int:
    """Return the level of a line that stands alone and reads like a title; 0 for other lines."""
    if line.is_row or line.is_code or (marker is not None and marker.style not in SECTION_STYLES):
        return 0
    title = view[marker.end : line.end].strip() if marker else line.text
    if not (underlined or is_title(title, numbered=marker is not None)):
        return 0
    if marker is not None:
        return heading_level(marker)
    return _UNNUMBERED_CAPS if underlined or title.isupper() else _UNNUMBERED


def is_title(title: str, *, numbered: bool) -> bool:
    """Tell whether the words have the shape of a topic heading."""
    if not title:
        return numbered
    if len(title) > _MAX_TITLE or title[-1] in ";,；，、。" or not any(map(str.isalpha, title)):
        return False
    if _HAN.search(title):
        # A Latin word is about as long as a Chinese character.
        length = sum(1 if word.group().isascii() else len(word.group()) for word in _WORD.finditer(title))
        return length <= (25 if numbered else 18) and not _CJK_STOP.search(title)
    if (title[-1] in ".:" and not (numbered or title[-1] == ":")) or title[-1] in "?!":
        return False
    words = [word.strip(".,:()'\"“”&/") for word in title.split()]
    if not words[-1] or words[-1].lower() in _NO_ENDS:
        return False
    words = [word for word in words if word and word.lower() not in SMALL_WORDS]
    capital = sum(word[0].isupper() or word[0].isdigit() for word in words)
    return bool(words) and len(words) <= 10 and title.lstrip('"“(')[:1].isupper() and capital == len(words)


def is_plain_title(title: str) -> bool:
    """Tell whether a line that stands alone may be a heading in the letter case of prose: `What you may do`."""
    words = title.split()
    if len(words) > _MAX_PLAIN_WORDS or not title[0].isupper() or title.isupper() or words[-1].lower() in _NO_ENDS:
        return False
    return title.isascii() and not any(word[-1] in _PLAIN_STOPS for word in words) and words[-1][-1].isalpha()
