"""Blank page numbers and repeated page headers, so that a sentence goes on over a page break."""

import re

from classifier.segment.markers import match_marker

PAGE_BREAK = "\f"
_NUMBER = r"\d{1,4}"
# Words are never dropped with a page number: `You may not sell it. [Page 3]` keeps its sentence.
_PAGE_NUMBER = re.compile(
    rf"^[ \t]*(?:[-–—|][ \t]*)?(?:page|pg\.|p\.)[ \t]*{_NUMBER}(?:[ \t]*(?:of|/)[ \t]*{_NUMBER})?"
    r"(?:[ \t]*[-–—|])?[ \t]*$"
    rf"|^[ \t]*[-–—][ \t]*{_NUMBER}[ \t]*[-–—][ \t]*$"
    rf"|^[ \t]*{_NUMBER}[ \t]+of[ \t]+{_NUMBER}[ \t]*$"
    rf"|^[ \t]*第[ \t]*{_NUMBER}[ \t]*页(?:[ \t]*(?:[，,/][ \t]*)?共[ \t]*{_NUMBER}[ \t]*页)?[ \t]*$"
    rf"|\[page[ \t]{_NUMBER}\][ \t]*$"
    rf"|^[ \t]*{_NUMBER}[ \t]*(?=\n?\f)",
    re.I | re.M,
)
_DIGITS = re.compile(r"\d+")
_MAX_HEADER_CHARS = 120
_STOPS = tuple(".!?:;。！？：；")
_OPEN_END = re.compile(r"[,，、]\Z|\b(?:an?|and|by|for|from|in|of|on|or|the|to|with)\Z", re.I)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_MIN_CJK_LINE = 25
"""A shorter line of Chinese that ends without punctuation is a heading."""


def blank_page_numbers(view: str) -> str:
    """Return the view with page numbers blanked and the sentences they cut in two put together."""
    view = _PAGE_NUMBER.sub(lambda match: PAGE_BREAK.ljust(len(match.group())), view)
    if PAGE_BREAK not in view:
        return view
    pages = _blank_repeated_headers(view.split(PAGE_BREAK))
    view = PAGE_BREAK.join(pages)
    parts, pos, written = [], 0, 0
    before = ""
    for page in pages:
        core = page.strip()
        if core:
            start = pos + len(page) - len(page.lstrip())
            gap = view[written:start]
            parts += ["\n".ljust(len(gap)) if _goes_on(before, core) else gap, core]
            written, before = start + len(core), core[-_MAX_HEADER_CHARS:]
        pos += len(page) + 1
    return "".join([*parts, view[written:]])


def _goes_on(before: str, after: str) -> bool:
    """Tell whether a sentence that is open at the end of a page goes on at the top of the next."""
    if not before or before.endswith(_STOPS) or match_marker(after, 0) is not None:
        return False
    if after[0].islower() or _OPEN_END.search(before):
        return True
    last_line = before.rpartition("\n")[2]
    return bool(_CJK.match(before[-1]) and _CJK.match(after[0])) and len(last_line) > _MIN_CJK_LINE


def _blank_repeated_headers(pages: list[str]) -> list[str]:
    """Blank the first and the last line of a page where an earlier page opened or ended with them."""
    seen: set[str] = set()
    return [_blank_edge(_blank_edge(page, seen, top=True), seen, top=False) for page in pages]


def _blank_edge(page: str, seen: set[str], *, top: bool) -> str:
    core = page.strip()
    line = (core.split("\n", 1)[0] if top else core.rpartition("\n")[2]).strip()
    if len(line) > _MAX_HEADER_CHARS or not any(map(str.isalpha, line)) or (not top and "\n" not in core):
        return page
    key = _DIGITS.sub("0", " ".join(line.split()))
    if key not in seen:
        seen.add(key)
        return page
    at = page.find(line) if top else page.rfind(line)
    return page[:at] + " " * len(line) + page[at + len(line) :]
