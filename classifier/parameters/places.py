"""Territories by name: countries of ISO 3166, the EU, the EEA, the UK."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from classifier.parameters.lexicon import Token, tokenize
from classifier.parameters.vocabulary import OTHER, Places, load_places

_CAPITALS_SHARE = 0.6
_PRONOUN = "US"
_LAW_TOKENS = 2
_OPENERS = frozenset(
    {"the", "in", "within", "outside", "from", "to", "of", "and", "or", "for", "than", ",", "(", "/", ":"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A territory, half-open in the view, and its code."""

    start: int
    end: int
    code: str


def find_places(view: str, *, with_law: bool) -> list[Place]:
    """Return the territories a view names, in order.

    Args:
        view: The clause.
        with_law: Keep a territory that is named for its law, its government or its money only.
    """
    places = load_places()
    tokens = tokenize(view)
    return [place for place in _named(view, tokens, places) if with_law or not _is_law(view, place, places)]


def _named(view: str, tokens: list[Token], places: Places) -> Iterator[Place]:
    is_shouted = _is_shouted(view)
    i = 0
    while i < len(tokens):
        found = places.names.match(tokens, i)
        if found is None:
            i += 1
            continue
        start, end = tokens[i].start, tokens[found[0] - 1].end
        name = view[start:end]
        is_name = not (name[0].islower() or (name == _PRONOUN and is_shouted) or _is_adjective(tokens, i, name))
        if is_name and found[1].tag != OTHER:
            yield Place(start, end, found[1].value)
        i = found[0] if is_name else i + 1


def _is_adjective(tokens: list[Token], i: int, name: str) -> bool:
    """Tell "a U.S. citizen" from "in the U.S."; only abbreviations are used so."""
    return (
        i > 0 and name.isascii() and name.isupper() and " " not in name and tokens[i - 1].text.lower() not in _OPENERS
    )


def _is_shouted(view: str) -> bool:
    """Tell a clause in capitals, where "US" may be a pronoun."""
    letters = [char for char in view if char.isascii() and char.isalpha()]
    return len(letters) > len(_PRONOUN) * 4 and sum(map(str.isupper, letters)) > _CAPITALS_SHARE * len(letters)


def _is_law(view: str, place: Place, places: Places) -> bool:
    before = view[max(0, place.start - 40) : place.start].rstrip().lower()
    if before.endswith(places.law_before) or view[place.end : place.end + 1] == "$":
        return True
    behind = view[place.end : place.end + 40].lower()
    words = itertools.takewhile(str.isalpha, (token.text for token in tokenize(behind)))
    return not places.law_after.isdisjoint(itertools.islice(words, _LAW_TOKENS)) or behind.lstrip("的").startswith(
        places.han_law_after
    )
