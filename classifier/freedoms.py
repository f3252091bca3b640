"""What a whole text says of the four freedoms of the Open Source AI Definition, by `resources/freedoms.toml`.

The definition: https://opensource.org/ai/open-source-ai-definition. It also asks that code, parameters
and information on the data be there, which no license text shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from classifier.datamodels import Freedom, Grant, Incorporated, TaggedClause
from classifier.grants import Grants, Places, read_grants
from classifier.labels import load_labels
from classifier.packaged import read_toml

_MAX_TITLES = 4
_LABELS = ("given_by", "implied_by", "withheld_by", "limited_by")


@dataclass(frozen=True, slots=True)
class FreedomRule:
    """The labels that decide a freedom, and what is said of it."""

    name: str
    title: str
    title_zh: str
    given_by: frozenset[str]
    implied_by: frozenset[str]
    withheld_by: frozenset[str]
    limited_by: frozenset[str]
    reasons: Mapping[str, str]

    def reason(self, name: str, language: str) -> str:
        """Return what is said in a case, in the language of the text."""
        return self.reasons[f"{name}_zh" if language == "zh" else name]


@cache
def load_freedoms() -> tuple[FreedomRule, ...]:
    """Read the packaged rules."""
    data = read_toml("freedoms.toml")
    return tuple(_rule(entry, data["groups"], data["reasons"]) for entry in data["freedoms"])


def _rule(entry: dict[str, Any], groups: dict[str, list[str]], reasons: dict[str, str]) -> FreedomRule:
    labels = {field: _labels(entry.pop(field), groups) for field in _LABELS}
    name, title, title_zh = (entry.pop(field) for field in ("name", "title", "title_zh"))
    return FreedomRule(name, title, title_zh, **labels, reasons={**reasons, **entry})


def _labels(names: Iterable[str], groups: dict[str, list[str]]) -> frozenset[str]:
    """Return the labels that a list names, its groups and `use.*` spelt out."""
    spelt = [label for name in names for label in groups.get(name, [name])]
    known = [label.id for label in load_labels().labels]
    families = tuple(name.removesuffix("*") for name in spelt if name.endswith(".*"))
    return frozenset({*(name for name in spelt if name in known), *(i for i in known if i.startswith(families))})


def find_freedoms(
    clauses: Sequence[TaggedClause], *, incorporated: Sequence[Incorporated] = (), language: str = "en"
) -> tuple[Freedom, ...]:
    """Return what a text says of use, study, modify and share, in this order.

    Args:
        clauses: The clauses of the whole text.
        incorporated: The known licenses that they take in, whose grants count.
        language: That of the reasons, "zh" or any other for English.
    """
    grants = read_grants(clauses, incorporated)
    return tuple(_freedom(rule, grants, language) for rule in load_freedoms())


def _freedom(rule: FreedomRule, grants: Grants, language: str) -> Freedom:
    case, giving = _giving(rule, grants)
    against = rule.withheld_by | rule.limited_by if giving else rule.withheld_by
    barring = _clauses(grants.sure, against)
    if barring:
        grant: Grant = "limited" if giving else "withheld"
        titles = _titles([label for label in grants.sure if label in against], language)
        return Freedom(rule.name, grant, barring, rule.reason(grant, language).format(labels=titles))
    if giving:
        return Freedom(rule.name, "given", giving, rule.reason(case, language))
    return _unsaid(rule, grants, language)


def _giving(rule: FreedomRule, grants: Grants) -> tuple[str, tuple[int, ...]]:
    """Return in which way a freedom is given and by which clauses; none where it is not."""
    ways = (
        ("given", grants.sure, rule.given_by),
        ("implied", grants.sure, rule.implied_by),
        ("incorporated", grants.taken_in, rule.given_by | rule.implied_by),
    )
    for case, places, labels in ways:
        found = _clauses(places, labels)
        if found:
            return case, found
    return "unsaid", ()


def _unsaid(rule: FreedomRule, grants: Grants, language: str) -> Freedom:
    doubts = _clauses(grants.doubtful, rule.given_by)
    case = "doubtful" if doubts else "open_ended" if grants.is_open_ended else "unsaid"
    return Freedom(rule.name, "unsaid", doubts, rule.reason(case, language))


def _clauses(places: Places, labels: frozenset[str]) -> tuple[int, ...]:
    return tuple(sorted({index for label in labels for index in places.get(label, ())}))


def _titles(labels: Sequence[str], language: str) -> str:
    """Return the titles of labels in the order in which the text has them, a few at most."""
    known = [label for label in map(load_labels().find, labels) if label]
    titles = [label.title_zh if language == "zh" else label.title for label in known]
    listed = ("、" if language == "zh" else ", ").join(titles[:_MAX_TITLES])
    more = len(titles) - _MAX_TITLES
    if more <= 0:
        return listed
    return f"{listed}等 {len(titles)} 项" if language == "zh" else f"{listed} and {more} more"
