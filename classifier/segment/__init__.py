"""Cut a license text into clauses with exact offsets, heading paths and list lead-ins."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from classifier.datamodels import Clause, Document
from classifier.normalize import CONTENT, apply
from classifier.segment.blocks import Block, heading_level, is_title, split_blocks
from classifier.segment.markers import SECTION_STYLES, Marker, is_first, match_marker
from classifier.segment.sentences import split_sentences, trim
from classifier.segment.view import reading_view

__all__ = ["clauses_at", "segment"]

_MAX_CONTEXT_CHARS = 300
_MAX_RUN_IN_CHARS = 80
_SENTENCE_END = (".", "。", ";", "；", "!", "?", "！", "？", ",", "，")


@dataclass(slots=True)
class _Outline:
    """What is open above the current block: headings by level, lists by marker style."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    lists: list[tuple[str, str]] = field(default_factory=list)
    pending: str = ""
    in_title: bool = True

    def enter_heading(self, block: Block, title: str) -> None:
        self.lists.clear()
        self.pending = title if title.endswith((":", "：")) else ""
        # Unnumbered lines before the first sentence name the document, not a section.
        if not self.in_title or block.marker is not None:
            self.enter_section(block.level, title)

    def enter_section(self, level: int, title: str) -> None:
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        self.headings.append((level, title))

    def enter_item(self, style: str) -> None:
        styles = [name for name, _ in self.lists]
        if style in styles:
            del self.lists[styles.index(style) + 1 :]
            return
        outer = self.lists[-1][1] if self.lists else ""
        self.lists.append((style, f"{outer} {self.pending}".strip()[-_MAX_CONTEXT_CHARS:]))

    def leave_items(self) -> None:
        self.lists.clear()

    @property
    def lead_in(self) -> str:
        return self.lists[-1][1] if self.lists else ""

    @property
    def heading(self) -> tuple[str, ...]:
        return tuple(title for _, title in self.headings)


def segment(document: Document) -> list[Clause]:
    """Cut a document into ordered, non-overlapping clauses.

    Runs in time linear in the length of the text and never fails on any string.
    """
    view = reading_view(document.text)
    outline = _Outline()
    clauses: list[Clause] = []
    item_indent = 0
    blocks = list(split_blocks(view))
    for block, following in zip_longest(blocks, blocks[1:]):
        if block.kind == "heading" and _is_item(block, following, outline):
            block = replace(block, kind="item", level=0)
        if block.kind == "item" and block.marker is not None:
            outline.enter_item(block.marker.style)
            item_indent = block.indent
        elif block.kind == "text" and block.indent <= item_indent:
            outline.leave_items()
        made = list(_block_clauses(document.text, view, block, outline))
        clauses += made
        if made:
            _carry_over(outline, block, made)
    return clauses


def _is_item(block: Block, following: Block | None, outline: _Outline) -> bool:
    """Tell an item that looks like a heading: `the following rights: 1. Use 2. Display`."""
    if block.marker is None:
        return False
    if outline.lists and outline.lists[-1][0] == block.marker.style:
        return outline.lead_in.endswith((":", "："))
    has_sibling = (
        following is not None and following.marker is not None and following.marker.style == block.marker.style
    )
    return has_sibling and is_first(block.marker) and outline.pending.endswith((":", "："))


def _carry_over(outline: _Outline, block: Block, made: list[Clause]) -> None:
    """Note what the block just read means for the blocks below it."""
    last = made[-1].content
    if block.kind == "heading":
        outline.enter_heading(block, last.lstrip("# ")[:_MAX_CONTEXT_CHARS])
        return
    outline.in_title = outline.in_title and not last.endswith((".", "。"))
    outline.pending = "" if last.endswith(_SENTENCE_END) else last


def _block_clauses(text: str, view: str, block: Block, outline: _Outline) -> Iterator[Clause]:
    marker_end = block.marker.end if block.marker else None
    spans = split_sentences(view, block.start, block.end, marker_end=marker_end)
    if block.kind == "heading":
        spans = iter([trim(view, block.start, block.end)])
    inline_lead, first = "", True
    for start, end in spans:
        content = apply(CONTENT, view[start:end])
        if not any(map(str.isalnum, content)):
            continue
        is_inline_item = not first and inline_lead and match_marker(view, start) is not None
        lead_in = inline_lead if is_inline_item else outline.lead_in
        yield Clause(text[start:end], start, end, content, outline.heading, lead_in)
        if not is_inline_item:
            inline_lead = content[-_MAX_CONTEXT_CHARS:] if content.endswith((":", "：", "—")) else ""
        if first and end < block.end and block.marker and block.marker.style in SECTION_STYLES:
            _enter_run_in_section(outline, block.marker, view[block.marker.end : end].strip(), content)
        first = False


def _enter_run_in_section(outline: _Outline, marker: Marker, title: str, content: str) -> None:
    """Open a section when a numbered paragraph begins with its topic: `2. Grant. You may ...`."""
    if title.endswith((".", "。")) and len(title) <= _MAX_RUN_IN_CHARS and is_title(title.rstrip("。"), numbered=True):
        outline.enter_section(heading_level(marker), content)


def clauses_at(document: Document, spans: Iterable[tuple[int, int]]) -> list[Clause]:
    """Return the clauses at given half-open spans, each in the context found at its start.

    Gold spans are units of their own: they need not equal today's clauses.
    """
    clauses = segment(document)
    starts = [clause.start for clause in clauses]
    view = reading_view(document.text)
    found = []
    for start, end in spans:
        near = clauses[max(0, bisect_right(starts, start) - 1)] if clauses else None
        content = apply(CONTENT, view[start:end])
        heading, lead_in = (near.heading, near.lead_in) if near else ((), "")
        found.append(Clause(document.text[start:end], start, end, content, heading, lead_in))
    return found
