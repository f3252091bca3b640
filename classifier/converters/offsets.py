"""Offsets as tools count them, brought to code points, where the quoted words prove how they were counted.

Tools that run in a browser count UTF-16 units, in which a character beyond U+FFFF takes two; some
count a line end as one character where the text has two, or the reverse. A tool that also quotes
the words of its spans tells on itself: one way of counting fits all quotes of a document.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from classifier.annotations import cuts_word
from classifier.converters.files import member, of_kind
from classifier.converters.spans import Span, merge_spans

_MAX_SHOWN = 60
_CHARACTER = re.compile(r"\r\n|.", re.S)
_WHITE_SPACE = re.compile(r"\r\n|\s")
# Browsers run white space together, and Label Studio writes a line end as a backslash and an "n".
_WHITE_SPACE_RUN = re.compile(r"(?:\s|\\n)+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A span as a tool wrote it: offsets in unknown units, and the words it says stand there, or None."""

    start: int
    end: int
    quote: str | None
    labels: tuple[str, ...] = ()


def mark_of(raw: object, labels: tuple[str, ...]) -> Mark:
    """Return the mark in a JSON object of `{"start", "end"}` and perhaps `"text"`."""
    start, end = member(raw, "start", int), member(raw, "end", int)
    quote = raw.get("text") if isinstance(raw, dict) else None
    return Mark(start, end, None if quote is None else of_kind(quote, "text", str), labels)


@dataclass(frozen=True, slots=True)
class _Counting:
    """A way of counting: what a character beyond U+FFFF and the two kinds of line ends take."""

    astral: int
    crlf: int
    lf: int


_CODE_POINTS = _Counting(1, 2, 1)
_COUNTINGS = (
    _CODE_POINTS,
    _Counting(2, 2, 1),  # UTF-16 units
    _Counting(1, 1, 1),  # the tool saw "\n" for each "\r\n"
    _Counting(2, 1, 1),
    _Counting(1, 2, 2),  # the tool saw "\r\n" for each "\n"
    _Counting(2, 2, 2),
)

_Places = list[tuple[int, int]]


def locate(text: str, marks: Sequence[Mark], evidence: Sequence[Mark] = ()) -> tuple[Span, ...]:
    """Return the spans of the marks in code points, those of equal place as one.

    Args:
        text: The document.
        marks: What the tool wrote.
        evidence: Further quotes with offsets counted in the same way, such as tokens.

    Raises:
        ValueError: No way of counting fits, or more than one does, or nothing proves which.
    """
    every = [*marks, *evidence]
    places = _proven(text, every) if any(mark.quote for mark in every) else _unquoted(text, every)
    return merge_spans(Span(*place, mark.labels) for mark, place in zip(marks, places, strict=False))


def _proven(text: str, marks: Sequence[Mark]) -> _Places:
    """Return the only places at which all quotes stand; code points go before other countings."""
    for countings in (_COUNTINGS[:1], _COUNTINGS[1:]):
        readings = [_read(text, marks, counting) for counting in countings]
        for pattern in (_WHITE_SPACE, _WHITE_SPACE_RUN):
            fitting = [places for places in readings if places is not None and _fits(text, marks, places, pattern)]
            if any(places != fitting[0] for places in fitting):
                raise ValueError("more than one way of counting fits the quoted words; export code points")
            if fitting:
                return fitting[0]
    raise ValueError(_misfit(text, marks))


def _fits(text: str, marks: Sequence[Mark], places: _Places, pattern: re.Pattern[str]) -> bool:
    return all(
        not mark.quote or pattern.sub(" ", mark.quote) == pattern.sub(" ", text[start:end])
        for mark, (start, end) in zip(marks, places, strict=True)
    )


def _misfit(text: str, marks: Sequence[Mark]) -> str:
    """Say which mark is the first that does not fit when code points are counted."""
    for mark in marks:
        if not 0 <= mark.start < mark.end <= len(text):
            return _outside(text, mark)
        if not _fits(text, [mark], [(mark.start, mark.end)], _WHITE_SPACE_RUN):
            found = text[mark.start : mark.end][:_MAX_SHOWN]
            return f"at {mark.start}-{mark.end} stands {found!r}, not the quoted {(mark.quote or '')[:_MAX_SHOWN]!r}"
    return "no way of counting fits the quoted words"


def _outside(text: str, mark: Mark) -> str:
    return f"span {mark.start}-{mark.end} is empty or outside the text ({len(text)} characters)"


def _unquoted(text: str, marks: Sequence[Mark]) -> _Places:
    """Return the places in code points, unless cut words hint that something else was counted."""
    for mark in marks:
        if not 0 <= mark.start < mark.end <= len(text):
            raise ValueError(_outside(text, mark))
    places = [(mark.start, mark.end) for mark in marks]
    cut = next((place for place in places if any(cuts_word(text, offset) for offset in place)), None)
    if cut and any(_read(text, marks, counting) not in (None, places) for counting in _COUNTINGS[1:]):
        raise ValueError(
            f"span {cut[0]}-{cut[1]} cuts a word, and nothing proves that code points were counted, not UTF-16 units "
            "or other line ends; correct the offsets"
        )
    return places


def _read(text: str, marks: Sequence[Mark], counting: _Counting) -> _Places | None:
    """Return the places of the marks in one way of counting; None where an offset is no place."""
    units = range(len(text) + 1) if counting == _CODE_POINTS else list(accumulate(_widths(text, counting), initial=0))
    places = []
    for mark in marks:
        start, end = bisect_left(units, mark.start), bisect_left(units, mark.end)
        if not start < end < len(units) or units[start] != mark.start or units[end] != mark.end:
            return None
        places.append((start, end))
    return places


def _widths(text: str, counting: _Counting) -> Iterator[int]:
    for match in _CHARACTER.finditer(text):
        if match.group() == "\r\n":
            yield counting.crlf - 1
            yield 1
        elif match.group() == "\n":
            yield counting.lf
        else:
            yield counting.astral if match.group() > "\uffff" else 1
