"""Names of licenses in one form: `the Apache License, Version 2.0` and `Apache License 2` are one."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from classifier.families import tokenize
from classifier.known.words import spell
from classifier.packaged import read_toml

MAX_NAME_WORDS = 14
_MAX_CLAUSE_WORDS = 1000
_KINDS = frozenset({"license", "eula", "agreement", "terms", "policy"})
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATE = re.compile(rf" (?:(?:\d{{1,2}} )?(?:{_MONTHS}) )?(?:19|20)\d\d(?: \d{{1,2}}){{0,2}}$")
_ASIDE = re.compile(r"\([^()]{1,80}\)")
_PLUS = re.compile(r"(?<=\d)\+")
_SILENT = frozenset({"the", "version", "ver", "v", "revision", "edition", "dated"})
_GLUED = re.compile(r"([a-z]{2,8}?)v?(\d{1,2})")
_NUMBERED = re.compile(r"v(\d{1,4})")


def name_words(text: str) -> list[str]:
    """Return the words of a name, or of a text with names in it, in the form in which names are compared."""
    words: list[str] = []
    for word in spell(tokenize(_PLUS.sub(" or later", text))):
        if word in _SILENT:
            continue
        for part in _parts(word):
            # A final ".0" tells nothing: Apache 2 is Apache 2.0.
            if part != "0" or not words or not words[-1].isdecimal():
                words.append(part)
    return words


def _parts(word: str) -> Iterable[str]:
    numbered = _NUMBERED.fullmatch(word)
    if numbered:
        return (numbered[1],)
    glued = _GLUED.fullmatch(word)
    if glued and glued[1] in _glued_names():
        return glued.groups()
    return (word,)


@cache
def _glued_names() -> frozenset[str]:
    return frozenset(read_toml("known_names.toml")["glued"])


def name_forms(name: str) -> Iterator[str]:
    """Yield the forms in which a name from a list can be looked for in running text.

    A date, the word "agreement" and what stands in parentheses may be left out. A form of one word
    or without "license" or a number says too little to be looked for.
    """
    for written in (name, _ASIDE.sub(" ", name)):
        words = name_words(written)
        for form in (words, undated(words), without_agreement(undated(words))):
            if _is_distinct(form):
                yield " ".join(form)
                yield " ".join(turned(form))


def undated(words: list[str]) -> list[str]:
    """Return a name without the date at its end."""
    return _DATE.sub("", " ".join(words)).split()


def without_agreement(words: list[str]) -> list[str]:
    """Return `x license` for `x license agreement`."""
    return words[:-1] if words[-2:] == ["license", "agreement"] else words


def _is_distinct(words: list[str]) -> bool:
    says_what_it_is = any(word in _KINDS for word in words)
    return 1 < len(words) <= MAX_NAME_WORDS and (says_what_it_is or any(word.isdecimal() for word in words))


def turned(words: list[str]) -> list[str]:
    """Return `2 of apache license` for `apache license 2`, as in `version 2 of the Apache License`."""
    end = len(words)
    while end > 1 and words[end - 1].isdecimal():
        end -= 1
    return [*words[end:], "of", *words[:end]] if end < len(words) else words


def is_title(text: str, find: Callable[[str], object]) -> bool:
    """Tell whether a text is nothing but the name of a known license, with or without its date.

    Args:
        text: The text.
        find: Returns what a name stands for, as in `find_names`.
    """
    words = name_words(text)
    return find(" ".join(words)) is not None or find(" ".join(undated(words))) is not None


def find_names(text: str, find: Callable[[str], int | None]) -> Iterator[int]:
    """Yield what the names in a text stand for, in their order; a longer name goes before one inside it.

    Args:
        text: The text.
        find: Returns what a name stands for, given in the form of `name_words`, joined by blanks.
    """
    words = name_words(text)[:_MAX_CLAUSE_WORDS]
    at = 0
    while at < len(words):
        for size in range(min(MAX_NAME_WORDS, len(words) - at), 0, -1):
            number = find(" ".join(words[at : at + size]))
            if number is not None:
                yield number
                at += size - 1
                break
        at += 1
