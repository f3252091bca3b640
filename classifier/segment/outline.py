"""What is open above a block: headings by level, lists by style and indent, a lead-in that waits for its list."""

import re
from dataclasses import dataclass, field

from classifier.segment.blocks import Block
from classifier.segment.headings import heading_level
from classifier.segment.markers import SECTION_STYLES, Marker, follows, is_first

MAX_CONTEXT_CHARS = 300
_MAX_LISTS = 12
_NESTING_INDENT = 2
_TOP_STYLES = frozenset({"part", "article"})
_STOPS = (".", "。", ";", "；", "!", "?", "！", "？")
_COMMAS = (",", "，", "、")
_CLOSING = ")）]】”’」』\"' "
_AND = re.compile(r"[,;，；]\s?(?:and|or|and/or|及|或|和)\Z")
_MAX_AND = 8
_COLONS = (":", "：")


@dataclass(frozen=True, slots=True)
class _Section:
    level: int
    title: str
    marker: Marker | None


@dataclass(frozen=True, slots=True)
class _List:
    style: str
    indent: int
    lead_in: str


@dataclass(slots=True)
class Outline:
    """The context of the block that is read next."""

    pending: str = ""
    _sections: list[_Section] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _item_indent: int = 0
    _in_title: bool = True

    @property
    def heading(self) -> tuple[str, ...]:
        """The headings above, outermost first."""
        return tuple(section.title for section in self._sections)

    @property
    def lead_in(self) -> str:
        """The sentences that introduce the open lists, or ""."""
        return self._lists[-1].lead_in if self._lists else ""

    @property
    def list_style(self) -> str:
        """The marker style of the innermost open list, or ""."""
        return self._lists[-1].style if self._lists else ""

    def open_block(self, block: Block) -> None:
        """Close what the block ends, before it is read."""
        if block.kind == "heading":
            self._lists.clear()
            if not self._in_title or block.marker is not None:
                self.leave_sections(block.level)
        elif block.kind == "item" and block.marker is not None:
            self._enter_item(block.marker, block.indent)
            self._item_indent = block.indent
        elif block.kind == "text" and block.indent <= self._item_indent:
            self._lists.clear()

    def close_block(self, block: Block, last: str) -> None:
        """Note what the block, whose last clause reads `last`, means for the blocks below it."""
        if block.kind == "heading":
            title = last.lstrip("# ")[:MAX_CONTEXT_CHARS]
            self.pending = title if title.endswith(_COLONS) else ""
            # Unnumbered lines before the first sentence name the document, not a section.
            if not self._in_title or block.marker is not None:
                self.enter_section(block.level, title, block.marker)
        elif block.kind != "code":
            self._in_title = self._in_title and not last.endswith((".", "。"))
            self.pending = _pending(block, last)

    def enter_section(self, level: int, title: str, marker: Marker | None) -> None:
        """Open a section below the sections of higher levels."""
        self.leave_sections(level)
        self._sections.append(_Section(level, title, marker))

    def leave_sections(self, level: int) -> None:
        """Close the sections down from a level."""
        while self._sections and self._sections[-1].level >= level:
            self._sections.pop()

    def _enter_item(self, marker: Marker, indent: int) -> None:
        known = self._find_list(marker.style, indent)
        if known is not None:
            del self._lists[known + 1 :]
            return
        if self._opens_section(marker):
            self.leave_sections(heading_level(marker))
            self._lists.clear()
        elif not self.pending and marker.style in SECTION_STYLES and self._lists and indent <= self._lists[0].indent:
            self._lists.clear()
        if len(self._lists) < _MAX_LISTS:
            lead_in = f"{self.lead_in} {self.pending}".strip()[-MAX_CONTEXT_CHARS:]
            self._lists.append(_List(marker.style, indent, lead_in))

    def _opens_section(self, marker: Marker) -> bool:
        """Tell whether a numbered paragraph is the next section after one with a heading."""
        if marker.style in _TOP_STYLES:
            return True
        numbered = [section.marker for section in self._sections if section.marker is not None]
        return not is_first(marker) and any(follows(marker, before) for before in numbered)

    def _find_list(self, style: str, indent: int) -> int | None:
        """Return which open list an item goes on with, or None when it opens one."""
        same = [i for i, known in enumerate(self._lists) if known.style == style]
        if not same:
            return None
        is_deeper = indent >= self._lists[-1].indent + _NESTING_INDENT
        if same[-1] == len(self._lists) - 1 and is_deeper and self.pending:
            return None
        return next((i for i in reversed(same) if self._lists[i].indent <= indent + 1), same[0])


def _pending(block: Block, last: str) -> str:
    """Return the last words of a block when they may introduce a list."""
    end = last.rstrip(_CLOSING)
    if _AND.search(last, max(0, len(last) - _MAX_AND)):
        return ""
    if end.endswith(_STOPS) or (block.kind == "item" and end.endswith(_COMMAS)):
        return ""
    return last
