"""Cut a license text into clauses with exact offsets, heading paths and list lead-ins."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from classifier.datamodels import Clause, Document
from classifier.normalize import CONTENT, apply, strip_invisible
from classifier.segment.blocks import Block, split_blocks
from classifier.segment.headings import heading_level, is_title
from classifier.segment.markers import SECTION_STYLES, is_first, match_marker
from classifier.segment.outline import MAX_CONTEXT_CHARS, Outline
from classifier.segment.sentences import Span, split_sentences, trim
from classifier.segment.shape import shape_view
from classifier.segment.view import reading_view

__all__ = ["clauses_at", "segment"]

_MAX_RUN_IN = {".": 80, "。": 8}
"""Lengths of a topic by its full stop; a Chinese sentence can be very short."""


def segment(document: Document) -> list[Clause]:
    """Cut a document into ordered, non-overlapping clauses.

    Runs in time linear in the length of the text and never fails on any string.
    """
    text = strip_invisible(document.text)
    clauses = list(_cut(text))
    return clauses if len(text) == len(document.text) else _put_back(clauses, document.text)


@dataclass(frozen=True, slots=True)
class _Views:
    """A text, its words without markup, and the same with even letters: one index for all three."""

    text: str
    words: str
    shape: str


def _cut(text: str) -> Iterator[Clause]:
    words = reading_view(text)
    views = _Views(text, words, shape_view(words))
    outline = Outline()
    blocks = list(split_blocks(views.shape))
    for block, following in zip_longest(blocks, blocks[1:]):
        if block.kind == "heading" and _is_item(block, following, outline):
            block = replace(block, kind="item", level=0)
        outline.open_block(block)
        made = list(_block_clauses(views, block, outline))
        yield from made
        if made:
            outline.close_block(block, made[-1].content)


def _put_back(clauses: Iterable[Clause], text: str) -> list[Clause]:
    """Move clauses of a text without its invisible characters to their places in the text itself."""
    places = [place for place, char in enumerate(text) if strip_invisible(char)]
    spans = ((places[clause.start], places[clause.end - 1] + 1, clause) for clause in clauses)
    return [replace(clause, text=text[start:end], start=start, end=end) for start, end, clause in spans]


def _is_item(block: Block, following: Block | None, outline: Outline) -> bool:
    """Tell an item that looks like a heading: `the following rights: 1. Use 2. Display`."""
    if block.marker is None:
        return False
    if outline.list_style == block.marker.style:
        return outline.lead_in.endswith((":", "："))
    has_sibling = (
        following is not None and following.marker is not None and following.marker.style == block.marker.style
    )
    return has_sibling and is_first(block.marker) and outline.pending.endswith((":", "："))


def _block_clauses(views: _Views, block: Block, outline: Outline) -> Iterator[Clause]:
    inline_lead, first = "", True
    for start, end in _spans(views.shape, block):
        content = apply(CONTENT, views.words[start:end])
        if not any(map(str.isalnum, content)):
            continue
        run_in = block.marker if first and end < block.end and _is_run_in(views.shape, block, end) else None
        if run_in is not None:
            outline.leave_sections(heading_level(run_in))
        is_inline_item = not first and inline_lead and match_marker(views.shape, start) is not None
        lead_in = inline_lead if is_inline_item else outline.lead_in
        yield Clause(views.text[start:end], start, end, content, outline.heading, lead_in)
        if not is_inline_item:
            inline_lead = content[-MAX_CONTEXT_CHARS:] if content.endswith((":", "：", "—")) else ""
        if run_in is not None:
            outline.enter_section(heading_level(run_in), content, run_in)
        first = False


def _spans(shape: str, block: Block) -> Iterator[Span]:
    if block.kind == "heading":
        return iter([trim(shape, block.start, block.end)])
    marker_end = block.marker.end if block.marker else None
    return split_sentences(shape, block.start, block.end, marker_end=marker_end)


def _is_run_in(shape: str, block: Block, end: int) -> bool:
    """Tell whether a numbered paragraph begins with its topic: `2. Grant. You may ...`."""
    if block.marker is None or block.marker.style not in SECTION_STYLES:
        return False
    title = shape[block.marker.end : end].strip()
    limit = _MAX_RUN_IN.get(title[-1:], 0)
    return len(title) <= limit and is_title(title.rstrip("。"), numbered=True)


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
