"""Phrases looked up token by token: the longest wins, in time linear in the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

# A run of Latin letters or digits is a token; any other character, each Han character too, is one of its own.
_TOKEN = re.compile(r"[A-Za-z\u00c0-\u024f]+|[0-9]+|\S")


class Token(NamedTuple):
    """A word, a run of digits or a single other character, with its half-open place in the view."""

    start: int
    end: int
    text: str


def tokenize(view: str) -> list[Token]:
    """Cut a view into tokens; white space is none."""
    return [Token(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(view)]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a phrase stands for: its class (one letter), its value, and what else its table says of it."""

    tag: str
    value: str
    unit: str | None = None
    window: str | None = None
    days: float = 0.0
    needs_label: bool = False
    is_weak: bool = False


@dataclass(slots=True)
class Lexicon:
    """A tree of lower-case tokens with entries at its nodes.

    `as_written` holds the phrases without a small letter: "US" must not match "us".
    """

    children: dict[str, "Lexicon"] = field(default_factory=dict)
    entry: Entry | None = None
    as_written: dict[tuple[str, ...], Entry] = field(default_factory=dict)

    def add(self, phrase: str, entry: Entry) -> None:
        """Enter a phrase; a phrase that is known keeps its meaning."""
        words = tuple(token.text for token in tokenize(phrase))
        node = self
        for word in words:
            node = node.children.setdefault(word.lower(), Lexicon())
        if phrase.isascii() and phrase.isupper():
            node.as_written.setdefault(words, entry)
        else:
            node.entry = node.entry or entry

    def match(self, tokens: Sequence[Token], i: int) -> tuple[int, Entry] | None:
        """Return where the longest phrase that starts at token `i` ends (exclusive), and its entry."""
        node, best = self, None
        for j in range(i, len(tokens)):
            following = node.children.get(tokens[j].text.lower())
            if following is None:
                break
            node = following
            entry = node._entry_for(tokens[i : j + 1])
            if entry is not None:
                best = (j + 1, entry)
        return best

    def _entry_for(self, tokens: Sequence[Token]) -> Entry | None:
        if self.as_written:
            written = self.as_written.get(tuple(token.text for token in tokens))
            if written is not None:
                return written
        return self.entry
