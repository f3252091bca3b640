"""A reading view of a source text: the same length, with everything that is not prose blanked.

Comment prefixes, HTML tags and Markdown emphasis become spaces and every kind of line end becomes
a newline, so that the steps above work on prose while each index still points into the
unmodified text.
"""

import re
from collections.abc import Callable, Iterator

ITEM_MARK = "\ue000"
"""Stands for an HTML list item; a private-use character, blanked wherever a text brings its own."""
HEADING_MARK = "\ue001"
"""Stands for an HTML heading; see `ITEM_MARK`."""

_LINE_ENDS = re.compile(r"\r(?!\n)|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Private-use marks of a text's own would forge structure; other control characters carry nothing.
_NOISE = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\r\ue000\ue001\ufeff]")

_HTML_HINT = re.compile(r"<(?:html|body|p|br|li|div|h[1-6]|td|span|strong)\b[^<>]{0,300}>", re.I)
_HTML_DROP = re.compile(
    r"<(?P<name>script|style|head)\b[^<>]{0,300}>(?:(?!</(?P=name)).){0,20000}</(?P=name)\s{0,9}>",
    re.I | re.S,
)
_HTML_TAG = re.compile(r"<!--.{0,2000}?-->|</?(?P<name>[a-zA-Z][a-zA-Z0-9]{0,15})\b[^<>]{0,1000}>", re.S)
_HTML_INLINE = frozenset(
    "a abbr b bdi cite code dfn em font i kbd mark q s samp small span strike strong sub sup tt u var".split()
)

_PREFIX = re.compile(r"[ \t]*(//+|#+|;+|--+|%+|>+|dnl\b|REM\b|rem\b|'+|!+|C\b(?=[ \t]{2}))(?=[ \t]|\n|$)[ \t]?")
_STAR_PREFIX = re.compile(r"[ \t]*\*+(?=[ \t]|\n|$)[ \t]?")
_COMMENT_EDGE = re.compile(r"/\*+|\*+/|(?<=\s)[*#]+[ \t]*(?=\n|$)")
_MIN_COMMENT_RUN = 3

_EMPHASIS = re.compile(r"\*\*+|__+|`+|(?<![\w*])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?![\w*])")
_LINK = re.compile(r"\[(?P<text>[^\[\]\n]{1,300})(?P<url>\]\([^()\s]{0,500}\))")
_ESCAPE = re.compile(r"\\(?=[.()\[\]#*_\-])")


def reading_view(text: str) -> str:
    """Return `text` with markup blanked, at the same length: `view[i]` stands for `text[i]`."""
    view = _LINE_ENDS.sub("\n", text)
    view = _NOISE.sub(" ", view)
    if len(_HTML_HINT.findall(view, 0, 200_000)) >= 3:
        view = _blank_html(view)
    view = _blank_comments(view)
    return _blank_markdown(view)


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _keep_newlines(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _blank_html(view: str) -> str:
    view = _HTML_DROP.sub(_keep_newlines, view)
    # In HTML a line end is only a space; the structure comes from the tags alone.
    return _HTML_TAG.sub(_blank_tag, view.replace("\n", " "))


def _blank_tag(match: re.Match[str]) -> str:
    width = len(match.group())
    name = (match.group("name") or "").lower()
    if name in _HTML_INLINE or width < 3 or not name:
        return " " * width
    opening = not match.group().startswith("</")
    if opening and name == "li":
        return "\n\n".ljust(width - 1) + ITEM_MARK
    if opening and len(name) == 2 and name[0] == "h" and name[1] in "123456":
        return "\n\n".ljust(width - 1) + HEADING_MARK
    return "\n".ljust(width - 1) + "\n" if name == "br" else "\n\n".ljust(width)


def _blank_comments(view: str) -> str:
    if "/*" in view:
        view = _blank_star_comments(view)
    if not _PREFIX.search(view):
        return view
    lines = view.splitlines(keepends=True)
    for run, kind in _comment_runs(lines):
        for i in run:
            lines[i] = _PREFIX.sub(_spaces, lines[i], count=1) if kind else lines[i]
    return "".join(lines)


def _comment_runs(lines: list[str]) -> Iterator[tuple[range, str]]:
    """Yield runs of neighbouring lines that open with the same comment sign."""
    start, kind = 0, ""
    for i, line in enumerate([*lines, ""]):
        match = _PREFIX.match(line)
        sign = match.group(1)[0] if match else ""
        if sign != kind:
            if kind and i - start >= _MIN_COMMENT_RUN:
                yield range(start, i), kind
            start, kind = i, sign


def _blank_star_comments(view: str) -> str:
    parts, pos = [], 0
    while (start := view.find("/*", pos)) >= 0:
        end = view.find("*/", start + 2)
        end = len(view) if end < 0 else end + 2
        lines = _COMMENT_EDGE.sub(_spaces, view[start:end]).split("\n")
        parts += [view[pos:start], "\n".join(_STAR_PREFIX.sub(_spaces, line, count=1) for line in lines)]
        pos = end
    return "".join([*parts, view[pos:]])


def _blank_link(match: re.Match[str]) -> str:
    return " " + match.group("text") + " " * len(match.group("url"))


_MARKDOWN: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_LINK, _blank_link),
    (_ESCAPE, _spaces),
    (_EMPHASIS, _spaces),
)


def _blank_markdown(view: str) -> str:
    for pattern, replace in _MARKDOWN:
        view = pattern.sub(replace, view)
    return view
