"""Which words near a number belong to it."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from classifier.parameters.items import Item, Mention, mentions
from classifier.parameters.lexicon import Entry
from classifier.parameters.quantities import Quantity
from classifier.parameters.vocabulary import ANCHOR, KEYWORD, NUMBER, STOP, UNIT

_REACH = 220
"""No word is farther from its number than this, in characters; this bounds the work, too."""
_MAX_COST = 300
_COMMA_COST, _NUMBER_COST, _AFTER_COST, _WEAK_COST = 60, 70, 15, 20
_TAIL = re.compile(r"[if]{0,3}[VWjx]?[Vj]{0,2}(?P<word>[KU])")
"""What a number measures stands right behind it: "$5M in annual revenue"."""


class Spanned(Protocol):
    """Whatever lies between two offsets."""

    @property
    def start(self) -> int:
        """Where it starts in the view."""

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""


class Placed(Spanned, Protocol):
    """Whatever lies between two offsets and two item indexes."""

    @property
    def first(self) -> int:
        """The index of its first item."""

    @property
    def last(self) -> int:
        """The index of its last item."""


@dataclass(frozen=True, slots=True)
class Context:
    """A clause around its numbers.

    `tags` has one letter for each item, windows masked; `words` are the mentions that name what is
    measured. The flags say which labels the clause carries.
    """

    view: str
    items: Sequence[Item]
    tags: str
    words: Sequence[Mention]
    anchors: Sequence[Mention]
    is_scale: bool
    is_pay: bool
    is_liability: bool


def make_context(
    view: str, items: Sequence[Item], tags: str, *, is_scale: bool, is_pay: bool, is_liability: bool
) -> Context:
    """Gather what is said around the numbers of a clause."""
    words, anchors = mentions(items, KEYWORD + UNIT), mentions(items, ANCHOR)
    return Context(view, items, tags, words, anchors, is_scale, is_pay, is_liability)


def cost(tags: str, left: Placed, right: Placed) -> int | None:
    """Return how far two things are apart, the nearer first; None across the end of a sentence."""
    if right.start < left.end:
        return 0
    between = tags[left.last + 1 : right.first]
    if STOP in between:
        return None
    gap = right.start - left.end
    return gap + _COMMA_COST * between.count(",") + _NUMBER_COST * between.count(NUMBER)


def nearest(
    context: Context,
    quantity: Quantity,
    kinds: frozenset[str],
    *,
    with_weak: bool,
    limit: int = _MAX_COST,
    behind: bool = True,
) -> Mention | None:
    """Return the word of some kinds that is nearest to a quantity; of two equally near ones the one before it.

    Args:
        context: The clause.
        quantity: The number.
        kinds: The kinds wanted.
        with_weak: Count words that say something only under their label, too.
        limit: The highest cost.
        behind: Look behind the number, too.
    """
    wanted = _Wanted(kinds, with_weak)
    middle = bisect_left(context.words, quantity.start, key=lambda word: word.start)
    best = _best(context, quantity, wanted, range(middle - 1, -1, -1), limit)
    if behind:
        later = _best(
            context, quantity, wanted, range(middle, len(context.words)), limit if best is None else best[0] - 1
        )
        best = later or best
    return best[1] if best else None


class _Wanted(NamedTuple):
    kinds: frozenset[str]
    with_weak: bool

    def has(self, entry: Entry) -> bool:
        return entry.value in self.kinds and (self.with_weak or not entry.needs_label)


def _best(
    context: Context, quantity: Quantity, wanted: _Wanted, indexes: range, limit: int
) -> tuple[int, Mention] | None:
    """Return the cheapest word, going outward, and its cost."""
    best, limit = None, min(limit, _MAX_COST)
    for i in indexes:
        found = context.words[i]
        gap = max(found.start - quantity.end, quantity.start - found.end)
        if gap > min(limit, _REACH):
            break
        if not wanted.has(found.entry) or quantity.first <= found.first <= quantity.last:
            continue
        price = (
            cost(context.tags, found, quantity)
            if found.start < quantity.start
            else _cost_behind(context, quantity, found)
        )
        if price is None:
            break
        price += _WEAK_COST * found.entry.needs_label
        if price <= limit:
            best, limit = (price, found), price - 1
    return best


def _cost_behind(context: Context, quantity: Quantity, found: Mention) -> int | None:
    """Return the cost of a word behind its number: what a comma separates there is another matter."""
    price = cost(context.tags, quantity, found)
    if price is None:
        return None
    return price + _AFTER_COST + _COMMA_COST * context.tags.count(",", quantity.last + 1, found.first)


def within_reach(place: Spanned, candidates: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the candidates, which are in order, that stand near a place."""
    i = bisect_left(candidates, place.start - _REACH, key=lambda found: found.start)
    while i < len(candidates) and candidates[i].start < place.end + _REACH:
        yield candidates[i]
        i += 1


def tail(context: Context, quantity: Quantity) -> Mention | None:
    """Return the word that says right behind a number what it measures, if one does."""
    match = _TAIL.match(context.tags, quantity.last + 1)
    if match is None:
        return None
    index = match.start("word")
    return context.words[bisect_left(context.words, index, key=lambda word: word.first)]


def assign(tags: str, quantities: Sequence[Quantity], windows: Iterable[Mention], *, limit: int) -> dict[Quantity, str]:
    """Give each window to the nearest quantity, and each quantity the nearest of its windows."""
    best: dict[Quantity, tuple[int, str]] = {}
    for window in windows:
        right = bisect_left(quantities, window.start, key=lambda quantity: quantity.end)
        priced = [
            (price, quantity)
            for quantity in quantities[max(0, right - 1) : right + 1]
            if (price := _distance(tags, window, quantity)) is not None and price <= limit
        ]
        if priced:
            price, quantity = min(priced, key=lambda pair: pair[0])
            best[quantity] = min(best.get(quantity, (price, window.entry.value)), (price, window.entry.value))
    return {quantity: name for quantity, (_, name) in best.items()}


def _distance(tags: str, window: Mention, quantity: Quantity) -> int | None:
    """Return how far a window is from a quantity; None where a comma says that it belongs to something else.

    "royalties of 2 %, payable each quarter": only a full phrase before the quantity reaches across.
    """
    is_before = window.start <= quantity.start
    low, high = (window.last, quantity.first) if is_before else (quantity.last, window.first)
    if "," in tags[low + 1 : high] and (not is_before or window.entry.is_weak):
        return None
    return cost(tags, window, quantity) if is_before else cost(tags, quantity, window)
