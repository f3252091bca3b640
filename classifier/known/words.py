"""The words of a clause that count when texts are compared.

Case, punctuation, numbering and spelling variants do not count, nor do the names of holders; a
copyright line counts for nothing at all.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from classifier.datamodels import Clause
from classifier.families import tokenize
from classifier.packaged import read_toml
from classifier.segment.markers import match_marker

_MAX_MARKERS = 3
_MAX_HOLDER_WORDS = 16
_MAX_NOTICE_WORDS = 40
_MAX_TITLES = 6
_MAX_TITLE_WORDS = 12
_NOTICE = re.compile(
    r"(?:(?:portions |parts )?(?:c )?copyrights?(?: c\b| \d{4}| year| yyyy| \w{1,20} \d{4}|$)"
    r"|c (?:copyright|\d{4}|year|yyyy)|all rights reserved$)"
)
_TERM = re.compile(
    r"\b(?:can|commercial|commercially|except|granted|law|license|licensed|may|must|no|not|only|permission|permitted"
    r"|prohibited|required|restricted|sell|shall|should|unless|use|used|will|without|不|得|禁|商|许|用|仅|须)\b"
)
"""A word of a term: what holds one is more than a name."""
_EDITION = re.compile(r"version \d|http |www |\d{1,2} \w+ \d{4}$|\w+ \d{4}$")
_SIGN = re.compile(r"©|\(c\)", re.I)


@dataclass(frozen=True, slots=True)
class Counted:
    """A clause that counts: its place among the clauses of its text and its words."""

    place: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    spellings: Mapping[str, str]
    slots: tuple["_Slot", ...]


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a holder's name stands: its surroundings as a pattern, what is left of them, and a sign of them."""

    pattern: re.Pattern[str]
    surroundings: str
    sign: str

    def without_name(self, match: re.Match[str]) -> str:
        """Return the surroundings alone, or everything where a term stands in the place of the name."""
        return match[0] if _TERM.search(match["name"]) else self.surroundings


@cache
def _load_rules() -> _Rules:
    data = read_toml("known.toml")
    return _Rules(data["spellings"], tuple(_slot(**slot) for slot in data["slots"]))


def _slot(before: str, after: str) -> _Slot:
    some = rf"(?P<name>(?:\S+ ){{1,{_MAX_HOLDER_WORDS}}}?)"
    if after == "$":
        name = rf"(?P<name>(?:\S+ ){{0,{_MAX_HOLDER_WORDS}}}\S+)$"
        return _Slot(re.compile(rf"\b{before} {name}"), before, before)
    if before == "^":
        return _Slot(re.compile(rf"^{some}{after}\b"), after, after)
    return _Slot(re.compile(rf"\b{before} {some}{after}\b"), f"{before} {after}", before)


def spell(words: Sequence[str]) -> list[str]:
    """Return the words, each in one spelling."""
    spellings = _load_rules().spellings
    return [spellings.get(word, word) for word in words]


def clause_words(content: str) -> tuple[str, ...]:
    """Return the words of a clause that count; none for a copyright line.

    Args:
        content: What a reader sees of the clause, as in `Clause.content`.
    """
    # "(c) 2020" is a notice, "(c) keep this notice" the third item of a list.
    if _SIGN.match(content) and is_notice(_joined(content)):
        return ()
    joined = _joined(_without_markers(content))
    if is_notice(joined):
        return ()
    for slot in _load_rules().slots:
        if slot.sign in joined:
            joined = slot.pattern.sub(slot.without_name, joined)
    return tuple(joined.split())


def _joined(content: str) -> str:
    return " ".join(spell(tokenize(_SIGN.sub(" c ", content))))


def is_notice(joined: str) -> bool:
    """Tell whether words, joined by blanks, are a copyright line and say nothing else."""
    is_short = joined.count(" ") < _MAX_NOTICE_WORDS
    return is_short and _NOTICE.match(joined) is not None and _TERM.search(joined) is None


def _without_markers(content: str) -> str:
    for _ in range(_MAX_MARKERS):
        marker = match_marker(content, 0)
        rest = content[marker.end :].lstrip() if marker else ""
        if not rest:
            return content
        content = rest
    return content


def counted_clauses(clauses: Sequence[Clause], is_title: Callable[[str], bool]) -> list[Counted]:
    """Return the clauses that count, without a title that only names a known license.

    Args:
        clauses: The clauses of one text.
        is_title: Tells whether words, joined by blanks, are the name of a license.
    """
    counted = [Counted(i, words) for i, clause in enumerate(clauses) if (words := clause_words(clause.content))]
    titles = set(_titles(counted[:_MAX_TITLES], is_title))
    return [clause for clause in counted if clause not in titles]


def _titles(counted: Sequence[Counted], is_title: Callable[[str], bool]) -> Iterator[Counted]:
    """Yield names of known licenses and the editions that follow them."""
    follows = False
    for clause in counted:
        joined = " ".join(clause.words)
        is_short = len(clause.words) <= _MAX_TITLE_WORDS
        follows = is_short and (is_title(joined) or (follows and _EDITION.match(joined) is not None))
        if follows:
            yield clause
