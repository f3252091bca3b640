"""List markers and section numbers at the head of a line: `(a)`, `iv.`, `1.2.3`, `第三条`, bullets."""

import re
from dataclasses import dataclass

from classifier.segment.view import ITEM_MARK

_CJK_DIGITS = "〇零一二三四五六七八九十百"
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("bullet", rf"[-*+•·●○▪■◦‣⁃–—◆►✓{ITEM_MARK}](?=[ \t]|(?<={ITEM_MARK}))"),
    ("part", rf"第[{_CJK_DIGITS}\d]{{1,5}}[章编部篇节節]"),
    ("article", rf"第[{_CJK_DIGITS}\d]{{1,5}}[条條款]"),
    ("part", r"(?:ARTICLE|Article|PART|Part|CHAPTER|Chapter)[ \t]+(?:\d{1,3}|[IVXLC]{1,6}|[A-Z])\b[.:)]?"),
    ("article", r"(?:SECTION|Section|Sec\.|SEC\.|§+)[ \t]*(?:\d{1,3}(?:\.\d{1,3}){0,4}|[IVX]{1,5}\b)[.:)]?(?![\w(])"),
    ("decimal-paren", r"[(（]\d{1,3}[)）]"),
    ("section", r"\d{1,3}(?:\.\d{1,3}){1,5}[.)、]?(?=[ \t\n\u4e00-\u9fff“\"(（])"),
    ("decimal", r"\d{1,3}[.．)）](?=[ \t\n\u4e00-\u9fff“\"])|\d{1,3}[、](?=\S)"),
    ("cjk-paren", rf"[(（][{_CJK_DIGITS}]{{1,3}}[)）]"),
    ("cjk", rf"[{_CJK_DIGITS}]{{1,3}}[、．.](?=\S|[ \t])"),
    ("circled", r"[①-⑳⑴-⒇]"),
    ("roman-paren", r"[(（]?(?:x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3})[)）](?=[ \t\n]|\w)"),
    ("alpha-paren", r"[(（][a-z]{1,2}[)）]|[a-z][)）](?=[ \t\n])"),
    ("alpha-upper-paren", r"[(（][A-Z][)）]|[A-Z][)）](?=[ \t\n])"),
    ("roman-upper", r"(?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3})[.)](?=[ \t\n])"),
    ("alpha-upper", r"[A-Z]\.(?=[ \t]{1,8}[A-Z“\"])"),
    ("roman", r"(?:x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3})\.(?=[ \t\n])"),
    ("alpha", r"[a-z]\.(?=[ \t\n])"),
)
_STYLES = tuple(style for style, _ in _PATTERNS)
_MARKER = re.compile("|".join(f"(?P<m{i}>{pattern})" for i, (_, pattern) in enumerate(_PATTERNS)))
# "(i)" opens a roman list unless it follows "(h)"; the same holds for v and x.
_AMBIGUOUS = {"i": "h", "v": "u", "x": "w"}
_NUMBER = re.compile(r"\w+")

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
    written = match.group().strip("()（）.．、 \t:")
    if style.startswith("roman") and previous is not None and previous.style == style.replace("roman", "alpha"):
        if previous.number.lower() == _AMBIGUOUS.get(written.lower(), "?"):
            style = style.replace("roman", "alpha")
    return Marker(style, written, match.end())


def is_first(marker: Marker) -> bool:
    """Tell whether the marker can open a list."""
    return marker.number.lower() in {"1", "a", "i", "一", "①", "⑴"} or marker.style == "bullet"
