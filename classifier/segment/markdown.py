"""Blank Markdown: links, escapes, emphasis; turn the fences around code into marks."""

import re

from classifier.segment.marks import CODE_CLOSE, CODE_OPEN

_LINK = re.compile(
    r"!?\[(?P<text>[^\[\]\n]{0,300})(?P<url>\]\([^()\s]{0,500}(?:\([^()\s]{0,100}\)[^()\s]{0,100})?"
    r"(?:[ \t]{1,8}(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'))?\))"
)
_ESCAPE = re.compile(r"\\(?=[.()\[\]#*_\-])")
_EMPHASIS = re.compile(r"\*\*+|__+|`+|(?<![\w*])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?![\w*])")
# Possessive quantifiers: the blanks of a line must not be shared out among three runs in every way.
_FENCE = re.compile(
    r"^[ \t]*+(?P<sign>`{3,100}+|~{3,100}+)[ \t]*+(?P<info>[\w+#.-]{0,20}+)[ \t]*+(?:\{[^{}\n]{0,60}+\})?+[ \t]*+$",
    re.M,
)
_PROSE_INFO = frozenset({"", "text", "txt", "plain", "plaintext", "none", "license", "markdown", "md"})


def blank_markdown(view: str) -> str:
    """Return the view with Markdown blanked."""
    view = _blank_fences(view)
    for pattern, replace in ((_LINK, _blank_link), (_LINK, _blank_link), (_ESCAPE, _spaces), (_EMPHASIS, _spaces)):
        view = pattern.sub(replace, view)
    return view


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _blank_link(match: re.Match[str]) -> str:
    text = match.group("text") + " " * len(match.group("url"))
    return text.rjust(len(match.group()))


def _blank_fences(view: str) -> str:
    parts, pos = [], 0
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(view):
        if opening is None:
            # A row of tildes right below a line underlines it.
            opening = None if fence["sign"][0] == "~" and _follows_text(view, fence.start()) else fence
        elif fence["sign"].startswith(opening["sign"]) and not fence["info"]:
            marks = (" ", " ") if opening["info"].lower() in _PROSE_INFO else (CODE_OPEN, CODE_CLOSE)
            for end, mark in zip((opening, fence), marks, strict=True):
                parts += [view[pos : end.start()], mark.ljust(len(end.group()))]
                pos = end.end()
            opening = None
    return "".join([*parts, view[pos:]])


def _follows_text(view: str, start: int) -> bool:
    """Tell whether the line before the one at `start` has anything on it."""
    return start > 1 and not view[view.rfind("\n", 0, start - 1) + 1 : start].isspace()
