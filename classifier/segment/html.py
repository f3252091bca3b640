"""Blank HTML tags, keeping what they say about structure: blocks, lists by depth, table rows, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from classifier.segment.marks import HEADING_MARKS, ITEM_MARKS

_TOKEN = re.compile(
    r"<!--|<[!?][^<>]{0,1000}>"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][\w-]{0,20}(?::[a-zA-Z][\w-]{0,20})?)(?=[\s/>])[^<>]{0,1000}>"
)
_SAMPLE = 200_000
_OPENS_PAGE = re.compile(r"<(?:!doctype[ ]html|html|head|body)\b", re.I)
_BLOCK_TAG = re.compile(r"<(?:p|br|li|[uod]l|d[dt]|div|h[1-6]|t[dhr]|table|section|article)\b[^<>]{0,300}>", re.I)
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_INLINE = frozenset(
    "a abbr b bdi big cite code dfn em font i img input ins kbd label mark q s samp small span strike strong sub sup"
    " tt u var wbr".split()
)
# Tags of Markdown and plain text; in these `<name>` and `<year>` are blanks to fill in.
_EVERYWHERE = frozenset(
    "b blockquote br center code dd details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre small span strong"
    " sub summary sup table tbody td tfoot th thead tr u ul".split()
)
_HIDDEN_END = {name: re.compile(rf"</{name}\s{{0,9}}>", re.I) for name in ("script", "style", "title")}
_KEEPS_LINES = frozenset({"pre", "textarea"})
_BLANK_ENTITY = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|#160|#xa0|#32);", re.I)


def blank_html(view: str) -> str:
    """Return the view with tags blanked; in a page, line ends become spaces, for tags alone make structure there."""
    if "<" in view:
        view = "".join(_Reader(_is_page(view[:_SAMPLE])).read(view))
    return _BLANK_ENTITY.sub(lambda match: " " * len(match.group()), view) if "&" in view else view


def _is_page(sample: str) -> bool:
    """Tell a page or a part of one from text that only uses a few tags."""
    sample = sample.lstrip()
    if sample[:1] == "<" and _OPENS_PAGE.search(sample, 0, 5000):
        return True
    paragraphs = _PARAGRAPH_END.split(sample)
    tagged = sum(_BLOCK_TAG.search(paragraph) is not None for paragraph in paragraphs)
    return 2 * tagged > len(paragraphs) and len(_BLOCK_TAG.findall(sample)) >= 3


@dataclass(slots=True)
class _Reader:
    """What is open at the current tag."""

    is_page: bool
    lists: int = 0
    cells: int = 0
    keeps_lines: int = 0
    has_begun: bool = False
    unclosed: set[str] = field(default_factory=set)

    def read(self, view: str) -> Iterator[str]:
        pos = 0
        while match := _TOKEN.search(view, pos):
            yield self._text(view[pos : match.start()])
            name = (match["name"] or "").lower()
            if match.group() == "<!--":
                piece = self._comment(view, match.start())
            elif name in _HIDDEN_END and self.is_page and not match["close"]:
                piece = self._hidden(view, match, name)
            else:
                piece = self._tag(match.group(), name, opening=not match["close"])
            yield piece
            pos = match.start() + len(piece)
        yield self._text(view[pos:])

    def _text(self, text: str) -> str:
        is_gap_in_row = self.cells > 0 and text.isspace()
        if is_gap_in_row or (self.is_page and not self.keeps_lines):
            return text.replace("\n", " ")
        return text

    def _comment(self, view: str, start: int) -> str:
        end = -1 if "!" in self.unclosed else view.find("-->", start + 4)
        if end < 0:
            # Looked for once: many openings without an end must not cost a search each.
            self.unclosed.add("!")
            return "    "
        if self.is_page and self.has_begun:
            return " " * (end + 3 - start)
        # The header of a file, or a remark in plain text.
        edge = "\n\n" if self.is_page else "  "
        return f"{edge}  {view[start + 4 : end]} {edge}"

    def _hidden(self, view: str, match: re.Match[str], name: str) -> str:
        end = None if name in self.unclosed else _HIDDEN_END[name].search(view, match.end())
        if end is None:
            self.unclosed.add(name)
            return self._tag(match.group(), name, opening=True)
        return " " * (end.end() - match.start())

    def _tag(self, tag: str, name: str, *, opening: bool) -> str:
        width = len(tag)
        if not name:
            return " " * width if self.is_page else tag
        if not self.is_page and not _is_markup(tag, name):
            return tag
        self.has_begun = True
        self._note(name, opening=opening)
        if name in _INLINE or (name in {"td", "th"} and not opening):
            return " " * width
        if name == "br":
            return ("\n" if self.is_page else " ").ljust(width)
        if name in {"td", "th"} and self.cells > 1:
            return " |".ljust(width)
        return "\n\n".ljust(width - 1) + self._mark(name, opening=opening)

    def _note(self, name: str, *, opening: bool) -> None:
        if name in {"ul", "ol"}:
            self.lists = self.lists + 1 if opening else max(0, self.lists - 1)
        elif name in {"tr", "table"}:
            self.cells = 0
        elif name in {"td", "th"} and opening:
            self.cells += 1
        elif name in _KEEPS_LINES:
            self.keeps_lines = int(opening)

    def _mark(self, name: str, *, opening: bool) -> str:
        if opening and name == "li":
            return ITEM_MARKS[min(max(self.lists, 1), len(ITEM_MARKS)) - 1]
        if opening and len(name) == 2 and name[0] == "h" and name[1] in "123456":
            return HEADING_MARKS[int(name[1]) - 1]
        return " "


def _is_markup(tag: str, name: str) -> bool:
    """Tell a tag in plain text from words in angle brackets, which are never dropped."""
    attributes = tag.strip("</>")[len(name) :].split()
    if len(attributes) > 1 and not any("=" in attribute for attribute in attributes):
        return False
    return name in _EVERYWHERE or (name == "a" and (tag[1] == "/" or "=" in tag))
