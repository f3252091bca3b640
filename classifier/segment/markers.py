"""List markers and section numbers at the head of a line: `(a)`, `iv.`, `1.2.3`, `第三条`, bullets."""

import re
from dataclasses import dataclass

from classifier.segment.marks import ITEM_MARKS

_CJK_DIGITS = "〇零一二三四五六七八九十百"
_HAN = r"\u4e00-\u9fff"
_NO_REFERENCE = "(?![的所规之至和及或、，第中])"
"""What goes on like this only mentions an article."""
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("bullet", rf"[-*+•·●○▪■◦‣⁃–—◆►✓](?=[^\S\n])|[{ITEM_MARKS}]|o(?=\t|[ ]{{2}})"),
    ("part", rf"第[{_CJK_DIGITS}\d]{{1,5}}(?:部分|[章编部篇节節]){_NO_REFERENCE}"),
    ("article", rf"第[{_CJK_DIGITS}\d]{{1,5}}[条條款]{_NO_REFERENCE}"),
    ("part", r"(?:ARTICLE|Article|PART|Part|CHAPTER|Chapter)[ \t]+(?:\d{1,3}|[IVXLC]{1,6}|[A-Z])\b[.:)]?"),
    ("article", r"(?:SECTION|Section|Sec\.|SEC\.|§+)[ \t]*(?:\d{1,3}(?:\.\d{1,3}){0,4}|[IVX]{1,5}\b)[.:)]?(?![\w(])"),
    ("decimal-paren", r"[(（]\d{1,3}[)）]"),
    ("section", rf"\d{{1,3}}(?:[.．]\d{{1,3}}){{1,5}}[.．)、]?(?=[\s{_HAN}“\"(（])"),
    ("decimal", rf"\d{{1,3}}[.．)）](?=[\s{_HAN}“\"])|\d{{1,3}}[、](?=\S)"),
    ("cjk-paren", rf"[(（][{_CJK_DIGITS}]{{1,3}}[)）]"),
    ("cjk", rf"[{_CJK_DIGITS}]{{1,3}}[、．.](?=\S|[ \t])"),
    ("circled", r"[①-⑳⑴-⒇]"),
    ("roman-paren", r"[(（]?(?:x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3})[)）](?=\s|\w)"),
    ("alpha-paren", rf"[(（][a-z]{{1,2}}[)）]|[a-z][)）](?=[\s{_HAN}])"),
    ("alpha-upper-paren", rf"[(（][A-Z][)）]|[A-Z][)）](?=[\s{_HAN}])"),
    ("roman-upper", r"(?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3})[.)](?=\s)"),
    ("alpha-upper", r"[A-Z]\.(?=[^\S\n]{1,8}[A-Z“\"])"),
    ("roman", r"(?:x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3})\.(?=\s)"),
    ("alpha", r"[a-z]\.(?=\s)"),
)
_STYLES = tuple(style for style, _ in _PATTERNS)
_MARKER = re.compile("|".join(f"(?P<m{i}>{pattern})" for i, (_, pattern) in enumerate(_PATTERNS)))
# "(i)" opens a roman list unless it follows "(h)"; the same holds for v and x.
_AMBIGUOUS = {"i": "h", "v": "u", "x": "w"}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")

SECTION_STYLES = frozenset({"part", "article", "section", "decimal", "cjk", "roman-upper", "alpha-upper"})
"""Styles that number sections as often as list items."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A list marker: its style, its number as written, and where it ends (exclusive)."""

    style: str
    number: str
    end: int

    @property
    def depth(self) -> int:
        """Levels in a dotted number: 1 for `3.`, 3 for `1.2.3`."""
        return self.number.count(".") + 1


def match_marker(view: str, pos: int, previous: "Marker | None" = None) -> Marker | None:
    """Return the marker that starts exactly at `pos`, or None.

    `previous` is the marker of the preceding item; it tells `(i)` after `(h)` from `(i)` as one.
    """
    match = _MARKER.match(view, pos)
    if match is None or match.lastgroup is None:
        return None
    style = _STYLES[int(match.lastgroup[1:])]
    written = match.group().translate(_FULL_WIDTH).strip("()（）.、 \t:")
    if style.startswith("roman") and previous is not None and previous.style == style.replace("roman", "alpha"):
        if previous.number.lower() == _AMBIGUOUS.get(written.lower(), "?"):
            style = style.replace("roman", "alpha")
    return Marker(style, written, match.end())


def is_first(marker: Marker) -> bool:
    """Tell whether the marker can open a list."""
    return marker.number.lower() in {"1", "a", "i", "一", "①", "⑴"} or marker.style == "bullet"


def follows(marker: Marker, before: Marker) -> bool:
    """Tell whether the marker is the very next one after `before`."""
    return marker.style == before.style and _ordinal(marker) - _ordinal(before) == 1


def continues(marker: Marker, before: Marker | None) -> bool:
    """Tell whether the marker opens a list or may go on after `before`, its last sibling."""
    if is_first(marker) or before is None:
        return is_first(marker)
    if marker.style == "section":
        return _grows(_parts(marker), _parts(before))
    if marker.number.isdecimal() and before.number.isdecimal():
        return int(marker.number) - int(before.number) in (1, 2)
    if marker.style.startswith("alpha") and len(marker.number) == len(before.number) == 1:
        return ord(marker.number) - ord(before.number) in (1, 2)
    return marker.number != before.number


_MAX_STEP = 10
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()
_HAN_NUMBERS = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十".split()


def _ordinal(marker: Marker) -> int:
    """Return the place of the marker in its list, from 1; 0 when the number counts nothing."""
    number = marker.number.lower()
    if number.isdecimal():
        return int(number)
    names = _ROMAN if marker.style.startswith("roman") else _HAN_NUMBERS
    if number in names:
        return names.index(number) + 1
    return ord(number) if len(number) == 1 else 0


def _parts(marker: Marker) -> list[int]:
    return [int(part) for part in marker.number.split(".") if part.isdecimal()]


def _grows(parts: list[int], before: list[int]) -> bool:
    """Tell whether a dotted number may be the next one: 1.3 and 1.2.1 and 2.1 after 1.2, never 12.211."""
    for part, part_before in zip(parts, before, strict=False):
        if part != part_before:
            return 0 < part - part_before < _MAX_STEP
    return len(parts) > len(before)
