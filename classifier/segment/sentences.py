"""Cut a stretch of prose into sentences and inline list items, by offsets."""

import itertools
import re
from collections.abc import Iterator

MAX_CLAUSE_CHARS = 2000
"""A longer sentence is cut at a comma or a space: nobody can be shown it as evidence."""

_ABBREVIATIONS = frozenset(
    """e.g i.e etc cf vs v viz al inc corp ltd llc co bros sec secs art arts no nos para paras par ch fig
    ed eds rev vol pp p approx dept est jr sr mr mrs ms dr prof st mt u.s u.s.a u.k e.u d.c b.v n.v s.a gmbh
    a.k.a ph.d a.m p.m jan feb mar apr jun jul aug sept sep oct nov dec ver cir stat reg seq op cit ex
    c.f.r sched exh app u.s.c f.a.r calif del tel attn ave blvd""".split()
)
_CLOSING = r"(?:[\"'”’)\]]|&(?:quot|rdquo|rsquo|#8221|#8217|#3[49]);)"
_OPENING = r"(?:[\"'“‘(\[]|&(?:quot|ldquo|lsquo|copy|#8220|#8216|#169|#3[49]);)"
# Possessive quantifiers: a million full stops must not be tried from each one anew.
_TERMINATOR = re.compile(
    r"(?P<cjk>[。！？]++[”’」』）)\"]*+)"
    rf"|(?P<latin>(?<![.!?])[.!?]++{_CLOSING}{{0,3}}+)(?=\s++(?:{_OPENING}{{0,2}}[A-Z0-9\u4e00-\u9fff§©<*•]|\Z))"
    r"|(?P<mixed>(?<=[A-Za-z)\"”])[.!?](?=[\u4e00-\u9fff]))"
)
# `Q3.` at the head of a sentence counts it; it is none.
_COUNTER = re.compile(r"\s{0,40}+[A-Za-z]{1,2}\d{1,3}\Z")
_WORD_BEFORE = re.compile(r"[\w.]{1,12}$")
_ITEM_NUMBER = r"(?:[a-z]|[ivx]{1,5}|\d{1,2}|[一二三四五六七八九十]{1,3})"
_INLINE_ITEM = re.compile(
    r"(?P<before>[:;：；—]\s{0,8}|[,;，；]\s{1,8}(?:and|or|and/or|及|或|和)\s{1,8})"
    rf"(?P<marker>[(（]{_ITEM_NUMBER}[)）](?:[(（]{_ITEM_NUMBER}[)）]){{0,2}})(?=\s|\w|[“\"])"
)
_SOFT_BREAK = re.compile(r"[;；,，、]\s?|\s")
_SPACE = re.compile(r"\s*+")

Span = tuple[int, int]


def split_sentences(view: str, start: int, end: int, *, marker_end: int | None = None) -> Iterator[Span]:
    """Yield the sentences of `view[start:end]` as trimmed half-open spans, in order.

    `marker_end` is where a list marker at the start ends: the period of `a.` ends no sentence.
    """
    pos = start
    for match in _TERMINATOR.finditer(view, marker_end or start, end):
        if match.start() < pos or (not match["cjk"] and _ends_no_sentence(view, match, pos)):
            continue
        yield from _cut(view, pos, match.end())
        pos = match.end()
    yield from _cut(view, pos, end)


def _ends_no_sentence(view: str, match: re.Match[str], sentence_start: int) -> bool:
    """Tell the period of an abbreviation, an initial or a number from a full stop."""
    if match.group()[0] != ".":
        return False
    if _COUNTER.match(view, sentence_start, match.start()):
        return True
    word = _WORD_BEFORE.search(view, max(sentence_start, match.start() - 12), match.start())
    if word is None:
        return False
    token = word.group().lower().strip(".")
    if token in _ABBREVIATIONS:
        # "etc." and "Inc." may end a sentence; a following capitalised common opener decides.
        return not (token in _MAY_END and _opens_sentence(view, match.end()))
    # An initial of a name, or "U.S." cut short by the window.
    return len(token) == 1 and word.group()[-1].isupper() and not _opens_sentence(view, match.end())


_MAY_END = frozenset("etc inc ltd llc corp co".split())
_OPENERS = re.compile(
    r"\s+[\"'“‘(]?(?:The|This|If|You|Any|All|In|For|No|It|We|Our|Your|Licensee|Licensor|Subject|A|An)\b"
)


def _opens_sentence(view: str, pos: int) -> bool:
    return _OPENERS.match(view, pos) is not None


def _cut(view: str, start: int, end: int) -> Iterator[Span]:
    """Cut one sentence at its inline list items, then at the length cap."""
    cuts = [start, *_inline_items(view, start, end), end]
    for left, right in itertools.pairwise(cuts):
        yield from _cap(view, *trim(view, left, right))


def _inline_items(view: str, start: int, end: int) -> list[int]:
    """Return where inline items start: at least two, set off by colons or semicolons."""
    if view.find(")", start, end) < 0 and view.find("）", start, end) < 0:
        return []
    found = list(_INLINE_ITEM.finditer(view, start, end))
    strong = [m for m in found if m.group("before").strip()[0] in ":;：；—"]
    if len(found) < 2 or len(strong) < 2:
        return []
    return [m.start("marker") for m in found]


def _cap(view: str, start: int, end: int) -> Iterator[Span]:
    while end - start > MAX_CLAUSE_CHARS:
        floor = start + MAX_CLAUSE_CHARS // 2
        breaks = [m.end() for m in _SOFT_BREAK.finditer(view, floor, start + MAX_CLAUSE_CHARS)]
        # A word without any break has to be cut somewhere: hostile input, not prose.
        cut = breaks[-1] if breaks else start + MAX_CLAUSE_CHARS
        yield trim(view, start, cut)
        start = _skip_space(view, cut, end)
    if start < end:
        yield start, end


def _skip_space(view: str, start: int, end: int) -> int:
    match = _SPACE.match(view, start, end)
    return match.end() if match else start


def trim(view: str, start: int, end: int) -> Span:
    """Return the span without the white space at its two ends."""
    piece = view[start:end]
    stripped = piece.lstrip()
    start = end - len(stripped)
    return start, start + len(stripped.rstrip())
