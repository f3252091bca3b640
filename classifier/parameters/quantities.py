"""Numbers with what belongs to them: currency, percent sign, unit, comparator."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from classifier.parameters.items import Item
from classifier.parameters.lexicon import Entry
from classifier.parameters.numerals import Numeral
from classifier.parameters.vocabulary import CURRENCY, FUNCTION, PERCENT, PERCENT_OF, RANGE, STANDALONE

Sort = Literal["money", "percent", "duration", "unit", "bare"]

_CORE = re.compile(
    r"(?:(?P<comparator>C)[fj,]{0,5})?(?P<before>\${1,2}|B)?(?P<number>N)(?P<echo>\(\$?N[$%]?\))?"
    r"(?P<after>[$%]{1,2})?(?P<echo_after>\(\${0,2}N[$%]?\))?(?P<more>S)?"
    r"(?:-?j?q?(?P<duration>D)p?(?P<age>f?o)?|[jz]{0,3}(?P<unit>U))?(?P<more_after>S)?"
)
# A list of references is plural: "Sections 2 and 3" holds two, "Section 2 and 100 users" one.
_REFERENCES = re.compile(r"g\(?N|G\(?N\)?(?:(?:,w?|[wt\-])\(?N\)?){0,20}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_WRITTEN_OUT = frozenset({"words", "han"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its attributes.

    `start` and `end` are half-open offsets into the view, without the comparator; `first` and
    `last` are the indexes of its first and last item, the comparator included. `entry` is that of
    the unit or duration. `is_article` marks a "one" that may mean no more than "a".
    """

    start: int
    end: int
    first: int
    last: int
    value: float
    sort: Sort
    entry: Entry | None = None
    currency: str | None = None
    comparator: str | None = None
    is_article: bool = False


def find_quantities(items: Sequence[Item], tags: str) -> list[Quantity]:
    """Return the numbers of a clause with their attributes, in order, but for references and years.

    Args:
        items: The items of the clause.
        tags: Their letters, with windows masked.
    """
    dead = {i for match in _REFERENCES.finditer(tags) for i in range(match.start(), match.end())}
    found = []
    for match in _CORE.finditer(tags):
        numeral = items[match.start("number")].numeral
        if numeral is None or match.start("number") in dead or _is_no_quantity(items, match, numeral):
            continue
        found.append(_quantity(items, match, numeral))
    return _join_ranges(found, items)


def _is_no_quantity(items: Sequence[Item], match: re.Match[str], numeral: Numeral) -> bool:
    """Tell ages, days of a month, opening hours, years and lone Chinese magnitudes from quantities."""
    if match.group("age") or (numeral.is_bare and not match.group("comparator")):
        return True
    if not match.group("duration"):
        return False
    duration = items[match.start("duration")].entry
    is_year = duration is not None and duration.value == "year" and _FIRST_YEAR <= numeral.value <= _LAST_YEAR
    if duration is None or not duration.days or is_year:
        return True
    before = items[match.start() - 1] if match.start() else None
    after = items[match.end()] if match.end() < len(items) else None
    is_day_of_month = before is not None and before.value == "month" and before.end == numeral.start
    return is_day_of_month or (after is not None and after.tag == STANDALONE)


def _quantity(items: Sequence[Item], match: re.Match[str], numeral: Numeral) -> Quantity:
    echo = _echo(items, match, numeral)
    parts = ("before", "number", "after", "echo", "echo_after") if echo else ("before", "number", "after")
    sort = _sort(match, numeral, parts)
    spans = [match.span(part) for part in (*parts, sort) if match.groupdict().get(part)]
    # Where words and figures disagree, the words count.
    stated = echo if echo and numeral.notation not in _WRITTEN_OUT else numeral
    share = float(items[match.start("before")].value) if match.group("before") == PERCENT_OF else 1.0
    return Quantity(
        start=items[min(first for first, _ in spans)].start,
        end=items[max(last for _, last in spans) - 1].end,
        first=match.start(),
        last=match.end() - 1,
        value=round(stated.value * share, 9),
        sort=sort,
        entry=items[match.start(sort)].entry if sort in {"duration", "unit"} else None,
        currency=_currency(items, match, parts) if sort == "money" else None,
        comparator=_comparator(items, match),
        is_article=numeral.notation in _WRITTEN_OUT and numeral.value == 1 and echo is None,
    )


def _echo(items: Sequence[Item], match: re.Match[str], numeral: Numeral) -> Numeral | None:
    """Return the number that is repeated in brackets: `two (2)`, `one million dollars ($1,000,000)`.

    The year in "1,000,000 USD (2019)" repeats nothing.
    """
    start, end = match.span("echo" if match.group("echo") else "echo_after")
    echo = next((item.numeral for item in items[max(start, 0) : max(end, 0)] if item.numeral), None)
    if echo is None or (echo.value != numeral.value and {echo.notation, numeral.notation}.isdisjoint(_WRITTEN_OUT)):
        return None
    return echo


def _sort(match: re.Match[str], numeral: Numeral, parts: Sequence[str]) -> Sort:
    signs = "".join(match.group(part) or "" for part in parts)
    # In "$10^{25}$" the dollars are those of a formula.
    if CURRENCY in signs and numeral.notation != "power":
        return "money"
    if PERCENT in signs or PERCENT_OF in signs:
        return "percent"
    if match.group("duration"):
        return "duration"
    return "unit" if match.group("unit") else "bare"


def _currency(items: Sequence[Item], match: re.Match[str], parts: Sequence[str]) -> str | None:
    """Return the currency code; in "$5,000 CAD" the more telling sign counts."""
    entries = [
        item.entry
        for part in parts
        for item in items[max(match.start(part), 0) : max(match.end(part), 0)]
        if item.tag == CURRENCY and item.entry
    ]
    return min(entries, key=lambda entry: entry.is_weak).value if entries else None


def _comparator(items: Sequence[Item], match: re.Match[str]) -> str | None:
    for part in ("more", "more_after", "comparator"):
        if match.group(part):
            return items[match.start(part)].value
    return None


def _join_ranges(quantities: list[Quantity], items: Sequence[Item]) -> list[Quantity]:
    """Give the lower end of a range the unit of the upper end: `10 to 50 employees`."""
    joined = list(quantities)
    for i, (low, high) in enumerate(itertools.pairwise(quantities)):
        if not _is_range(low, high, items):
            continue
        joined[i] = replace(
            low, sort=high.sort, entry=high.entry, currency=low.currency or high.currency, comparator=">="
        )
        joined[i + 1] = replace(high, comparator="<=")
    return joined


def _is_range(low: Quantity, high: Quantity, items: Sequence[Item]) -> bool:
    between = items[low.last + 1 : high.first]
    if len(between) != 1 or low.value >= high.value or high.sort == "bare":
        return False
    if between[0].tag in {RANGE, "-"}:
        return low.sort in {"bare", high.sort}
    # "between 10 and 50": `between` reads as "at least".
    return low.sort == "bare" and low.comparator == ">=" and between[0].tag == FUNCTION
