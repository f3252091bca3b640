"""Stretches of time over which a threshold is measured: the preceding calendar month, 12 months, a year."""

import re
from collections.abc import Iterator, Sequence

from classifier.parameters.items import Item, Mention, mention, tags_of
from classifier.parameters.lexicon import Entry
from classifier.parameters.vocabulary import DURATION, QUALIFIER, STANDALONE, WINDOW

_COUNT = r"N(?:\(N\))?z?-?"
_PATTERN = re.compile(
    rf"(?P<last>mf?(?:{_COUNT})?q{{0,2}}D)"
    rf"|(?P<each>e{{1,2}}f?(?:{_COUNT})?q{{0,2}}D)"
    rf"|(?P<trail>f{_COUNT}q?Dp?f?[mb])"
    rf"|(?P<of>(?<![Nz)\-q])q{{0,2}}D(?=[fj]{{0,2}}K)|{_COUNT}D(?=[fj]{{0,2}}K))"
    r"|(?P<named>(?<![Nz)\-q])q{1,2}D)"
    r"|(?P<alone>W)"
)
_LONG = frozenset({"month", "quarter", "year"})


def find_windows(items: Sequence[Item]) -> tuple[list[Mention], str]:
    """Return the windows, and the letters of the items with those of windows masked.

    The twelve months of "in the preceding twelve months" are no period that somebody is given.
    """
    tags = tags_of(items)
    masked, windows = list(tags), []
    for match in _PATTERN.finditer(tags):
        form = str(match.lastgroup)
        name = _name(items[match.start() : match.end()], form)
        if name:
            entry = Entry(WINDOW, name, is_weak=form == "alone")
            windows.append(mention(items, match.start(), match.end() - 1, entry))
            masked[match.start() : match.end()] = WINDOW * (match.end() - match.start())
    return windows, "".join(masked)


def _name(items: Sequence[Item], form: str) -> str:
    """Return "preceding 12 months", "calendar month", "year"; "" for what is a period after all."""
    if items[0].tag == STANDALONE:
        return items[0].value
    unit = next(item.value for item in items if item.tag == DURATION)
    if form in {"trail", "of"} and unit not in _LONG:
        return ""
    count = next((item.numeral.value for item in items if item.numeral), None)
    return " ".join(_words(items, unit, count, is_preceding=form in {"last", "trail"}))


def _words(items: Sequence[Item], unit: str, count: float | None, *, is_preceding: bool) -> Iterator[str]:
    if is_preceding:
        yield "preceding"
    if count is not None and count != 1:
        yield f"{count:g}"
    yield from dict.fromkeys(item.value for item in items if item.tag == QUALIFIER)
    yield unit if count in {None, 1} else f"{unit}s"
