"""Which rights a whole text gives: by its own clauses, or by a license that one of them takes in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from classifier.datamodels import Incorporated, TaggedClause
from classifier.packaged import read_toml

Places = Mapping[str, tuple[int, ...]]
"""Label -> indexes of clauses, in order."""


@dataclass(frozen=True, slots=True)
class GrantRules:
    """The rights an open text cannot do without, and the phrases that give them all at once."""

    core: frozenset[str]
    incorporated: str
    blanket: str
    acts: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grants:
    """The labels of a text by where they stand.

    `sure` are those that its clauses carry surely, `doubtful` those in doubt, `taken_in` the
    permissions of licenses taken in by name, with the clauses that name them. `is_open_ended` tells
    that a license is taken in which is not known: it may give anything.
    """

    sure: Places
    doubtful: Places
    taken_in: Places
    is_open_ended: bool

    def has_any(self, labels: Iterable[str]) -> bool:
        """Tell whether one of the labels is there in any way, be it in doubt."""
        return any(label in found for label in labels for found in (self.sure, self.doubtful, self.taken_in))


@cache
def load_rules() -> GrantRules:
    """Read the packaged rules."""
    data = read_toml("grants.toml")
    blanket = data["blanket"]
    return GrantRules(
        core=frozenset(data["core"]),
        incorporated=data["incorporated"],
        blanket=blanket["label"],
        acts=tuple(blanket["acts"]),
        phrases=tuple(blanket["phrases"]),
    )


def read_grants(clauses: Sequence[TaggedClause], incorporated: Sequence[Incorporated] = ()) -> Grants:
    """Return the labels of a text by where they stand.

    Args:
        clauses: The clauses of the whole text.
        incorporated: The known licenses that they take in.
    """
    rules = load_rules()
    sure = [(label, index) for index, tagged in enumerate(clauses) for label in _sure(tagged, rules)]
    doubts = [(found.label, index) for index, tagged in enumerate(clauses) for found in tagged.doubts]
    resolved = {taken.clause for taken in incorporated}
    naming = {index for label, index in (*sure, *doubts) if label == rules.incorporated}
    return Grants(
        sure=_places(sure),
        doubtful=_places(doubts),
        taken_in=_places((label, taken.clause) for taken in incorporated for label in taken.grants),
        is_open_ended=not naming <= resolved,
    )


def _sure(tagged: TaggedClause, rules: GrantRules) -> list[str]:
    labels = [found.label for found in tagged.sure]
    content = tagged.clause.content.casefold()
    if rules.blanket in labels and any(phrase in content for phrase in rules.phrases):
        return [*labels, *rules.acts]
    return labels


def _places(pairs: Iterable[tuple[str, int]]) -> Places:
    places: dict[str, dict[int, None]] = {}
    for label, index in pairs:
        places.setdefault(label, {})[index] = None
    return {label: tuple(indexes) for label, indexes in places.items()}
