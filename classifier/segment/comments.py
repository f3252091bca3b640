"""Blank the signs of source code comments: `/* ... */`, and lines that open with `//`, `#`, `--`, ..."""

import itertools
import re
from collections.abc import Iterator

from classifier.segment.lines import WIDE

_LINE_SIGN = re.compile(
    r"^[ \t]*((?:>[ \t]?)+|/{2,}!?|#+|;+|-{2,}|%+|dnl\b|REM\b|rem\b|\*+|'+|!+|C\b(?=[ \t]{2}))(?=[ \t]|\n|$)[ \t]?",
    re.M,
)
_MIN_RUN = {"/": 1, ">": 2}
"""Neighbouring lines it takes to make a comment; three where the sign has other uses in prose."""
_MIN_WIDTH = 40
_OPENING = re.compile(r"(?<![\w*.)/])/\*")
_UNCLOSED = re.compile(r"^[ \t]*/\*", re.M)
# The rest of a line after a comment, and what the next line with words opens with.
_AFTER = re.compile(r"[ \t]*(?:\n\s*(?P<more>/\*)?|\Z)")
_STAR_SIGN = re.compile(r"[ \t]*\*+(?=[ \t]|$)[ \t]?")


def blank_comments(view: str) -> str:
    """Return the view with comment signs blanked and comments set apart from the code around them."""
    if "/*" in view:
        view = _blank_star_comments(view)
    if not _LINE_SIGN.search(view):
        return view
    lines = view.split("\n")
    for run in _comment_runs(lines):
        for i in run:
            lines[i] = _blank_stars(lines[i]) if lines[i].lstrip()[:1] == "*" else _blank_sign(lines[i])
    return "\n".join(lines)


def _blank_sign(line: str) -> str:
    match = _LINE_SIGN.match(line)
    return line[match.end() :].rjust(len(line)) if match else line


def _comment_runs(lines: list[str]) -> Iterator[range]:
    """Yield runs of neighbouring lines that open with the same comment sign."""
    start, kind = 0, ""
    for i, line in enumerate([*lines, ""]):
        match = _LINE_SIGN.match(line)
        sign = match.group(1)[0] if match else ""
        if sign != kind:
            if kind and _is_comment(lines, start, i, kind):
                yield range(start, i)
            start, kind = i, sign


def _is_comment(lines: list[str], start: int, stop: int, kind: str) -> bool:
    if kind == ">" and stop - start == 1:
        # Between two sentences; `more than\n> 50 users` compares.
        return start > 0 and lines[start - 1].rstrip()[-1:] in {*".:;!?"}
    if stop - start < _MIN_RUN.get(kind, 3):
        return False
    # A box with stars on both sides is read line by line, as the gold rows of the MPL read it.
    return kind != "*" or (_is_wrapped(lines[start:stop]) and not lines[start + 1].rstrip().endswith("*"))


def _is_wrapped(lines: list[str]) -> bool:
    """Tell the inside of a star comment from a list: its lines are full wherever a sentence runs on."""
    texts = [text for line in lines if (text := line.strip(" \t*"))]
    width, full = max(map(len, texts), default=0), 0
    for text, following in itertools.pairwise(texts):
        if following[0].islower() and text[-1] not in ".;:":
            full += len(text) + len(following.split(None, 1)[0]) >= width
    return _MIN_WIDTH <= width <= WIDE and full > 1 and 3 * full >= len(texts)


def _blank_star_comments(view: str) -> str:
    parts, pos = [], 0
    while match := _OPENING.search(view, pos):
        start, end = match.start(), view.find("*/", match.end()) + 2
        if end < 2:
            break
        parts.append(view[pos:start])
        before, _, line = view[pos:start].rpartition("\n")
        after = _AFTER.match(view, end)
        comment = _blank_star_comment(view[start : end - 2]) + "  "
        # A comment on lines of its own is a paragraph of its own, unless another one goes on with it.
        if before.strip() and not line.strip():
            comment = "\n\n" + comment[2:]
        if after and not after["more"]:
            comment = comment[:-2] + "\n\n"
        parts.append(comment)
        pos = end
    unclosed = _UNCLOSED.search(view, pos)
    if unclosed:
        parts += [view[pos : unclosed.start()], _blank_star_comment(view[unclosed.start() :])]
        pos = len(view)
    return "".join([*parts, view[pos:]])


def _blank_star_comment(comment: str) -> str:
    opened = comment.lstrip(" \t")[1:].lstrip("*")
    lines = opened.rjust(len(comment)).split("\n")
    return "\n".join(_blank_stars(line) for line in lines)


def _blank_stars(line: str) -> str:
    """Blank the stars at the head of a line and those that close a box at its end."""
    match = _STAR_SIGN.match(line)
    kept = line[match.end() :].rjust(len(line)) if match else line
    core = kept.rstrip().rstrip("*#")
    boxed = len(core) + 3 <= len(kept.rstrip()) or core.endswith((" ", "\t")) or not core
    return core.ljust(len(line)) if boxed else kept
