"""Cut a README or model card into the sentences a reader sees, with offsets: no code, badges, comments or links."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classifier.normalize import CONTENT, apply
from classifier.segment.markdown import blank_markdown
from classifier.segment.sentences import split_sentences

MAX_CHARS = 200_000
"""What follows is not read: no README is longer."""

_FENCE = re.compile(r"[ \t]{0,3}(?:>[ \t]?){0,3}(`{3,100}|~{3,100})([^`\n]{0,200})$")
_INVISIBLE = (
    re.compile(r"!\[[^\[\]\n]{0,300}\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])"),  # images: badges
    re.compile(r"`[^`\n]{1,300}`"),
    re.compile(r"\bhttps?://[^\s<>()\[\]]{1,2000}"),
    re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}"),
)
_BLOCK_TAG = re.compile(r"</?(?:address|br|dd|div|dt|h[1-6]|hr|li|ol|p|pre|table|td|th|tr|ul)\b[^<>\n]{0,500}>", re.I)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,1000}>")
_TEXT_CHARACTER = re.compile(r"[^\n]")
_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+(.*)")
_UNDERLINE = re.compile(r"[ \t]{0,3}(={3,200}|-{3,200}|~{3,200})[ \t]*$")
_NEW_BLOCK = re.compile(r"[ \t]*(?:(?P<marker>[-*+•][ \t]+|\d{1,3}[.)、][ \t]*)|(?=\|))")
_ITEM = re.compile(r" {0,3}(?:[-*+•][ \t]|\d{1,3}(?:[.)][ \t]|、)|\.\. |<)")
_QUOTE_MARK = re.compile(r"^[ \t]{0,3}(?:>[ \t]?){1,5}", re.M)
_UNDERLINE_LEVEL = {"=": 1, "-": 2, "~": 3}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of prose: its words, its half-open span in the text and the headings above it, outermost first."""

    text: str
    start: int
    end: int
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    end: int
    level: int = 0
    """Of a heading, from 1; 0 is a paragraph."""


def read_prose(text: str) -> tuple[str, list[Sentence]]:
    """Return the title, or "", and the sentences of a Markdown, HTML or plain text; never fails on any string."""
    view = _blank(text[:MAX_CHARS])
    title = ""
    path: list[tuple[int, str]] = []
    found: list[Sentence] = []
    for block in _blocks(view):
        if block.level:
            path = [above for above in path if above[0] < block.level]
        found += _sentences(view, block, tuple(words for _, words in path))
        if block.level:
            path.append((block.level, apply(CONTENT, view[block.start : block.end])[:200]))
            title = title or (path[-1][1] if block.level == 1 else "")
    return title, found


def line_of(text: str, offset: int) -> int:
    """Return the number of the line, from 1, that an offset lies on."""
    return text.count("\n", 0, offset) + 1


def _blank(text: str) -> str:
    """Return the text with what is no prose blanked, of equal length."""
    view = _blank_spans(text, [*_front_matter(text), *_fences(text)])
    view = _blank_spans(view, _comments(view))
    view = _blank_spans(view, _indented(view))
    for pattern in _INVISIBLE:
        view = pattern.sub(_spaces, view)
    view = _QUOTE_MARK.sub(_spaces, view)
    view = _BLOCK_TAG.sub(lambda match: "\n" + " " * (len(match.group()) - 1), view)
    return blank_markdown(_TAG.sub(_spaces, view))


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _blank_spans(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, pos = [], 0
    for start, end in spans:
        parts += [text[pos:start], _TEXT_CHARACTER.sub(" ", text[start:end])]
        pos = end
    return "".join([*parts, text[pos:]])


def _front_matter(text: str) -> Iterator[tuple[int, int]]:
    start = 1 if text.startswith("\ufeff") else 0
    if text.startswith(("---\n", "---\r\n"), start):
        close = re.compile(r"^---[ \t]*\r?$", re.M).search(text, start + 3)
        if close:
            yield start, close.end()


def _fences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of fenced code; a fence that is never closed reaches to the end."""
    pos, opened, sign = 0, -1, ""
    front_end = next((end for _, end in _front_matter(text)), 0)
    for line in text.splitlines(keepends=True):
        fence = _FENCE.match(line.rstrip("\r\n")) if pos >= front_end else None
        if fence and opened < 0:
            opened, sign = pos, fence[1]
        elif fence and fence[1].startswith(sign) and not fence[2].strip():
            yield opened, pos + len(line)
            opened = -1
        pos += len(line)
    if opened >= 0:
        yield opened, len(text)


def _indented(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of indented code: after an empty line, and below no list item, directive or tag."""
    pos, after_empty, may_start, in_item = 0, False, False, False
    for line in text.splitlines(keepends=True):
        if not line.strip():
            after_empty = may_start = True
        elif line.startswith(("    ", "\t")):
            if may_start and not in_item:
                yield pos, pos + len(line)
            after_empty = False
        else:
            # A line without a marker right below an item's belongs to the item.
            in_item = bool(_ITEM.match(line)) or (in_item and not after_empty)
            after_empty = may_start = False
        pos += len(line)


def _comments(text: str) -> Iterator[tuple[int, int]]:
    pos = 0
    while (start := text.find("<!--", pos)) >= 0:
        end = text.find("-->", start)
        pos = end + 3 if end >= 0 else len(text)
        yield start, pos


def _blocks(view: str) -> Iterator[_Block]:
    """Yield headings, list items, table rows and paragraphs."""
    start = pos = 0  # nothing but blanks stands between start and pos while no block is open
    for line in view.splitlines(keepends=True):
        is_open = start < pos
        heading, underline = _HEADING.match(line), _UNDERLINE.match(line.rstrip("\r\n"))
        item = _NEW_BLOCK.match(line)
        after = pos + len(line)
        if is_open and underline:
            yield _Block(start, pos, _UNDERLINE_LEVEL[underline[1][0]])
            start = after
        elif heading or item or not line.strip():
            if is_open:
                yield _Block(start, pos)
            start = pos + item.end() if item else after
        if heading:
            yield _Block(pos + heading.start(2), pos + heading.end(2), len(heading[1]))
        pos = after
    if start < pos:
        yield _Block(start, pos)


def _sentences(view: str, block: _Block, headings: tuple[str, ...]) -> Iterator[Sentence]:
    for start, end in split_sentences(view, block.start, block.end):
        words = apply(CONTENT, view[start:end])
        if any(map(str.isalnum, words)):
            yield Sentence(words, start, end, headings)
