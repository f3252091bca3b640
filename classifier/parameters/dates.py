"""Calendar dates with a year, in English and Chinese."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from classifier.parameters.numerals import read_numeral
from classifier.parameters.vocabulary import load_vocabulary

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
# Blanked markup leaves runs of spaces.
_GAP, _SPACE = " {0,20}", " {1,20}"
_HAN = "〇零一二三四五六七八九十"
_NUMERIC = re.compile(
    r"(?<![\w./-])(?P<year>[12][0-9]{3})(?P<sign>[-/])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})(?![\w/-]|\.[0-9])"
)
_HAN_DATE = re.compile(
    rf"(?:(?P<year>[12][0-9]{{3}}|[{_HAN}]{{4}}){_GAP}年{_GAP})?(?P<month>[0-9]{{1,2}}|[{_HAN}]{{1,3}}){_GAP}月"
    rf"(?:{_GAP}(?P<day>[0-9]{{1,2}}|[{_HAN}]{{1,3}}){_GAP}[日号])?"
)
_COPYRIGHT = re.compile(r"copyright|©|\(c\)|版权|著作权", re.I)
_COPYRIGHT_REACH = 40
_BEFORE_REACH, _AFTER_REACH = 24, 6


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date, half-open in the view; `value` is ISO 8601, "" for a day that names no year."""

    start: int
    end: int
    value: str
    comparator: str | None = None


def find_dates(view: str) -> list[FoundDate]:
    """Return the dates of a view in order; days without a year and dates beside a copyright sign have no value."""
    found = sorted(_matches(view), key=lambda pair: (pair[0].start(), -pair[0].end()))
    dates: list[FoundDate] = []
    for match, value in found:
        if dates and match.start() < dates[-1].end:
            continue
        reach = view[max(0, match.start() - _COPYRIGHT_REACH) : match.start()]
        kept = "" if _COPYRIGHT.search(reach) or _is_edition(view, match, value) else value
        dates.append(FoundDate(match.start(), match.end(), kept, _comparator(view, match)))
    return dates


def _is_edition(view: str, match: re.Match[str], value: str) -> bool:
    """Tell the edition of a cited rule, "48 C.F.R. 12.212 (Sept. 1995)", from a date."""
    around = view[max(0, match.start() - 1) : match.start()] + view[match.end() : match.end() + 1]
    return len(value) == len("1995-09") and around == "()"


def _matches(view: str) -> Iterator[tuple[re.Match[str], str]]:
    for match in _NUMERIC.finditer(view):
        value = _iso(match.group("year"), match.group("month"), match.group("day"))
        if value:
            yield match, value
    for match in _HAN_DATE.finditer(view):
        if match.group("year") or match.group("day"):
            yield match, _iso(match.group("year"), match.group("month"), match.group("day"))
    for match in _english().finditer(view):
        month = match.group("month") or match.group("month2") or match.group("month3")
        day = match.group("day") or match.group("day2")
        year = match.group("year") or match.group("year2") or match.group("year3")
        value = _iso(year, str(load_vocabulary().months[month.lower()]), day)
        if value and month[0].isupper():
            yield match, value


@cache
def _english() -> re.Pattern[str]:
    month = "|".join(sorted(load_vocabulary().months, key=len, reverse=True))
    year, day, gap = "[12][0-9]{3}", "[0-9]{1,2}(?:st|nd|rd|th)?", "[ -]{1,20}"
    return re.compile(
        rf"\b(?:(?P<month>{month})\.?{_SPACE}(?P<day>{day}),?{_SPACE}(?P<year>{year})"
        rf"|(?P<day2>{day})(?:{_SPACE}day)?(?:{_SPACE}of)?{gap}(?P<month2>{month})\.?,?{gap}(?P<year2>{year})"
        rf"|(?P<month3>{month})\.?,?{_SPACE}(?P<year3>{year}))(?![\w-]|\.[0-9])",
        re.I,
    )


def _iso(year: str | None, month: str, day: str | None) -> str:
    """Return the date as ISO 8601, to the month where no day is given; "" for what is no date."""
    if year is None:
        return ""
    parts = [_number(part.rstrip("sthndrSTHNDR")) for part in (year, month, day or "1")]
    if not _FIRST_YEAR <= parts[0] <= _LAST_YEAR:
        return ""
    try:
        value = date(*parts)
    except ValueError:
        return ""
    return value.isoformat() if day else f"{value:%Y-%m}"


def _number(written: str) -> int:
    if written.isascii():
        return int(written)
    numeral = read_numeral(written, 0)
    return int(numeral.value) if numeral is not None and numeral.end == len(written) else 0


def _comparator(view: str, match: re.Match[str]) -> str | None:
    """Return the sign of the word at a date: before, until, after, 之前, 起."""
    vocabulary = load_vocabulary()
    before = " " + view[max(0, match.start() - _BEFORE_REACH) : match.start()].rstrip().lower()
    after = view[match.end() : match.end() + _AFTER_REACH].lstrip(" ,")
    for word in sorted(vocabulary.after_date, key=len, reverse=True):
        if after.startswith(word):
            return vocabulary.after_date[word]
    for word in sorted(vocabulary.before_date, key=len, reverse=True):
        if (before.endswith(word) and not before[: -len(word)][-1:].isascii()) or before.endswith(f" {word}"):
            return vocabulary.before_date[word]
    return None
