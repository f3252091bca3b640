"""The words of `resources/parameters.toml`, read when a clause first needs them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from classifier.packaged import read_toml
from classifier.parameters.lexicon import Entry, Lexicon

# What a phrase does for the numbers around it, one letter each: the grammar of `windows` and
# `quantities` is written over strings of these letters.
NUMBER, BEFORE, AFTER, CURRENCY, PERCENT, PERCENT_OF = "N", "C", "S", "$", "%", "B"
UNIT, KEYWORD, DURATION, ANCHOR = "U", "K", "D", "A"
PRECEDING, TRAILING, EACH, QUALIFIER, STANDALONE, WINDOW = "m", "b", "e", "q", "W", "V"
RANGE, FUNCTION, MEASURE, REFERENCE, STOP, OTHER = "t", "w", "z", "g", ".", "x"

_WORD_TAGS = {
    "filler": "f",
    "adjective": "j",
    "measure": MEASURE,
    "inside": "i",
    "function": FUNCTION,
    "period": "p",
    "range": RANGE,
    "age": "o",
    "reference": REFERENCE,
    "references": "G",
    "ignored": OTHER,
}
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LOOK = dict(zip("“”„’‘、–—‑‐−￥∶", '"""\'\',-----¥:', strict=True))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Number words and their values; keys are lower case."""

    small: dict[str, int]
    scales: dict[str, int]
    suffixes: dict[str, int]
    han_digits: dict[str, int]
    han_scales: dict[str, int]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tables that turn words into classes, numbers, months and signs.

    `fold` maps single characters to single characters, for `str.translate`.
    """

    fold: dict[int, str]
    numbers: Numbers
    lexicon: Lexicon
    months: dict[str, int]
    before_date: dict[str, str]
    after_date: dict[str, str]
    policy: Lexicon


@dataclass(frozen=True, slots=True)
class Places:
    """Names of territories, and the words beside a name that speak of its law instead."""

    names: Lexicon
    law_after: frozenset[str]
    han_law_after: tuple[str, ...]
    law_before: tuple[str, ...]


@cache
def load_vocabulary() -> Vocabulary:
    """Read the packaged words, but the names of places."""
    data = _read()
    folded = {**_FULL_WIDTH, **_LOOK, **dict(zip(*_fold_pair(data), strict=True))}
    return Vocabulary(
        fold=str.maketrans(folded),
        numbers=Numbers(**data["numbers"]),
        lexicon=_lexicon(_entries(data)),
        months=data["months"],
        before_date=_by_word(data["comparators"]["before_date"]),
        after_date=_by_word(data["comparators"]["after_date"]),
        policy=_lexicon((word, Entry(OTHER, word)) for word in data["policy"]["words"]),
    )


@cache
def load_places() -> Places:
    """Read the names of territories; most clauses never need them."""
    data = _read()
    names = [(name, Entry("T", code)) for code, row in data["territories"].items() for name in row.split("|")]
    ignored = [(name, Entry(OTHER, "")) for name in data["places"]["ignored"]]
    law = data["places"]
    return Places(
        names=_lexicon(iter(names + ignored)),
        law_after=frozenset(law["law_after"]),
        han_law_after=tuple(word for word in law["law_after"] if not word.isascii()),
        law_before=tuple(law["law_before"]),
    )


@cache
def _read() -> dict[str, Any]:
    return read_toml("parameters.toml")


def _fold_pair(data: dict[str, Any]) -> tuple[str, str]:
    return data["fold"]["traditional"], data["fold"]["simplified"]


def _lexicon(entries: Iterator[tuple[str, Entry]]) -> Lexicon:
    lexicon = Lexicon()
    for phrase, entry in entries:
        lexicon.add(phrase, entry)
    return lexicon


def _by_word(table: dict[str, list[str]]) -> dict[str, str]:
    return {word: sign for sign, words in table.items() for word in words}


def _entries(data: dict[str, Any]) -> Iterator[tuple[str, Entry]]:
    yield from _flat(data["words"], _WORD_TAGS)
    yield from _tagged(BEFORE, data["comparators"]["before"])
    yield from _tagged(AFTER, data["comparators"]["after"])
    yield from _tagged(CURRENCY, data["currencies"])
    yield from ((word, replace(entry, is_weak=True)) for word, entry in _tagged(CURRENCY, data["weak_currencies"]))
    yield from ((word, Entry(PERCENT, "1")) for word in data["percent"]["after"])
    yield from ((word, Entry(PERCENT_OF, share)) for word, share in data["percent"]["before"].items())
    yield from _rows(UNIT, data["units"])
    yield from _rows(KEYWORD, data["keywords"])
    yield from _durations(data["durations"])
    yield from _tagged(ANCHOR, data["anchors"])
    yield from _windows(data["windows"])


def _flat(words: dict[str, list[str]], tags: dict[str, str]) -> Iterator[tuple[str, Entry]]:
    # Words to ignore come first: a phrase that is known keeps its meaning.
    for group in sorted(words, key=lambda name: name != "ignored"):
        yield from ((word, Entry(tags[group], group)) for word in words[group])


def _tagged(tag: str, table: dict[str, list[str]]) -> Iterator[tuple[str, Entry]]:
    for value, words in table.items():
        yield from ((word, Entry(tag, value)) for word in words)


def _rows(tag: str, rows: list[dict[str, Any]]) -> Iterator[tuple[str, Entry]]:
    for row in rows:
        entry = Entry(tag, row["kind"], row.get("unit"), row.get("window"), needs_label=row.get("needs_label", False))
        yield from ((word, entry) for word in row["words"])


def _durations(rows: list[dict[str, Any]]) -> Iterator[tuple[str, Entry]]:
    for row in rows:
        yield from ((word, Entry(DURATION, row["unit"], days=row["days"])) for word in row["words"])


def _windows(data: dict[str, Any]) -> Iterator[tuple[str, Entry]]:
    yield from ((word, Entry(PRECEDING, "preceding")) for word in data["preceding"])
    yield from ((word, Entry(TRAILING, "preceding")) for word in data["trailing"])
    yield from ((word, Entry(EACH, "each")) for word in data["each"])
    yield from _tagged(QUALIFIER, data["qualifiers"])
    yield from _tagged(STANDALONE, data["standalone"])
