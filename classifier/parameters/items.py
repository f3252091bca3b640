"""A clause as a row of items: numbers, known phrases and other tokens, one letter each."""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.parameters.lexicon import Entry, Lexicon, Token, tokenize
from classifier.parameters.numerals import Numeral, read_numeral
from classifier.parameters.vocabulary import NUMBER, OTHER, STOP

_SIGNS = {".": STOP, ";": STOP, "。": STOP, "!": STOP, "?": STOP, ",": ",", ":": ",", "(": "(", ")": ")", "-": "-"}
_SKIPPED = frozenset("*_`'\"\\")


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of the view with its class: a letter of `vocabulary`, or a sign."""

    start: int
    end: int
    tag: str
    entry: Entry | None = None
    numeral: Numeral | None = None

    @property
    def value(self) -> str:
        """What the phrase stands for, "" for what is none."""
        return self.entry.value if self.entry else ""


def read_items(view: str, lexicon: Lexicon) -> tuple[Item, ...]:
    """Return the items of a view in order; a phrase wins over a number that it holds."""
    tokens = tokenize(view)
    items, i = [], 0
    while i < len(tokens):
        item = _item(view, tokens, i, lexicon)
        if tokens[i].text not in _SKIPPED:
            items.append(item)
        i += 1
        while i < len(tokens) and tokens[i].start < item.end:
            i += 1
    return tuple(items)


def _item(view: str, tokens: Sequence[Token], i: int, lexicon: Lexicon) -> Item:
    token = tokens[i]
    found = lexicon.match(tokens, i)
    numeral = read_numeral(view, token.start)
    if found is not None and (numeral is None or tokens[found[0] - 1].end >= numeral.end):
        return Item(token.start, tokens[found[0] - 1].end, found[1].tag, found[1])
    if numeral is not None:
        return Item(numeral.start, numeral.end, NUMBER, numeral=numeral)
    return Item(token.start, token.end, _SIGNS.get(token.text, OTHER))


def tags_of(items: Sequence[Item]) -> str:
    """Return the letters of the items: string offsets are item indexes."""
    return "".join(item.tag for item in items)


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase that may say something of a number nearby.

    `start` and `end` are half-open offsets, `first` and `last` the indexes of its first and last item.
    """

    start: int
    end: int
    first: int
    last: int
    entry: Entry


def mention(items: Sequence[Item], first: int, last: int, entry: Entry) -> Mention:
    """Return the mention that the items from `first` to `last` make."""
    return Mention(items[first].start, items[last].end, first, last, entry)


def mentions(items: Sequence[Item], tags: str) -> list[Mention]:
    """Return the items of some classes as mentions, in order.

    Args:
        items: The items of a clause.
        tags: The letters wanted.
    """
    return [mention(items, i, i, item.entry) for i, item in enumerate(items) if item.tag in tags and item.entry]
