"""Hold a user's own figures against the thresholds of a text: do they reach this user?

A threshold with `>` reaches who is above it, one with `<` who is not below it: "for companies with
less than a million in revenue only" limits all others.
"""

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from classifier.datamodels import Bite, Finding, Outcome, Parameter, Report, TaggedClause
from classifier.errors import UsageError
from classifier.packaged import read_toml
from classifier.parameters.brief import brief, brief_number

__all__ = ["Figures", "apply_figures", "parse_amount"]

_LABEL = "restriction.scale-threshold"
_AMOUNT = re.compile(r"(?P<number>[^kmb]{1,40}?)\s?(?P<suffix>[kmb])?", re.I)
_CURRENCY = re.compile(r"[A-Z]{3}")
_JOINTS = {
    "and": re.compile(r"\b(?:and|&)\b|且|并且|以及|和|與|与|及", re.I),
    "or": re.compile(r"\bor\b|或", re.I),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a user has: users a month, revenue a year and the currency of the revenue (ISO 4217).

    Raises:
        UsageError: A figure is negative or no number, or the currency is no code.
    """

    users: float | None = None
    revenue: float | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        for name, value in (("users", self.users), ("revenue", self.revenue)):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise UsageError(f"{name} {value}: a figure is a number from 0 on")
        if self.currency is not None and self.revenue is None:
            raise UsageError(f"currency {self.currency}: it is that of a revenue; give the revenue too")
        if self.currency is not None and not _CURRENCY.fullmatch(self.currency):
            raise UsageError(f"currency {self.currency}: give a code of three capital letters, such as EUR")


def parse_amount(text: str) -> float:
    """Return a number written as `3000000`, `3e6`, `3_000_000` or `3M`; k, M and B are suffixes.

    Raises:
        UsageError: The text is no such number.
    """
    match = _AMOUNT.fullmatch(text.strip())
    try:
        number = float(match["number"] if match else "")
    except ValueError as error:
        raise UsageError(f"{text}: no number; write 3000000, 3e6, 3_000_000 or 3M") from error
    return number * (_words()["suffixes"][match["suffix"].lower()] if match and match["suffix"] else 1)


def apply_figures(report: Report, figures: Figures) -> Report:
    """Return the report with every threshold finding told whether it reaches a user with these figures.

    Findings whose clauses name no threshold stay as they are, and so does the verdict: a text that
    limits others deviates all the same.
    """
    return replace(report, findings=tuple(_apply(finding, report, figures) for finding in report.findings))


def _apply(finding: Finding, report: Report, figures: Figures) -> Finding:
    if finding.label != _LABEL:
        return finding
    judged = [_judge(index, report.clauses[index], figures, report.source.language) for index in finding.clauses]
    answers = [answer for answer in judged if answer is not None]
    if not answers:
        return finding
    for outcome in ("bites", "cannot-tell", "does-not-bite"):
        decisive = [answer.reason for answer in answers if answer.outcome == outcome]
        if decisive:
            return replace(finding, bite=Bite(outcome, _sentence(outcome, decisive, report.source.language)))
    return finding


@cache
def _words() -> dict[str, Any]:
    return read_toml("figures.toml")


def _phrases(language: str) -> Mapping[str, str]:
    phrases: Mapping[str, str] = _words()["zh" if language == "zh" else "en"]
    return phrases


def _sentence(outcome: str, comparisons: Sequence[str], language: str) -> str:
    phrases = _phrases(language)
    return phrases[outcome].format(comparisons=phrases["separator"].join(comparisons))


@dataclass(frozen=True, slots=True)
class _Test:
    """One threshold, or a range of two, of a clause: whether it is passed, None where that is unknown."""

    kind: str
    is_floor: bool
    """Reaches those above it, not those that are not below it."""
    reached: bool | None
    reason: str
    start: int
    end: int


def _judge(index: int, tagged: TaggedClause, figures: Figures, language: str) -> Bite | None:
    """Return whether the thresholds of one clause reach the user; None when it has none."""
    tests = [_test(group, index, figures, language) for group in _grouped(_thresholds(tagged))]
    if not tests:
        return None
    reached = _combine(tests, tagged)
    outcome: Outcome = "cannot-tell" if reached is None else "bites" if reached else "does-not-bite"
    # What decides: the tests of the same outcome, unless only their joint is unclear.
    decisive = [test.reason for test in tests if test.reached == reached] or [test.reason for test in tests]
    return Bite(outcome, _phrases(language)["separator"].join(decisive))


def _thresholds(tagged: TaggedClause) -> list[Parameter]:
    known = {kind for group in ("users", "revenue", "other") for kind in _words()[group]["kinds"]}
    return [found for found in tagged.parameters if found.kind in known and isinstance(found.value, int | float)]


def _grouped(thresholds: Sequence[Parameter]) -> list[tuple[Parameter, ...]]:
    """Return the thresholds one by one, but for the two ends of a range together."""
    groups: list[tuple[Parameter, ...]] = []
    for found in thresholds:
        last = groups[-1][-1] if groups and len(groups[-1]) == 1 else None
        if last is not None and _is_range(last, found):
            groups[-1] = (last, found)
        else:
            groups.append((found,))
    return groups


def _is_range(low: Parameter, high: Parameter) -> bool:
    is_rising = isinstance(low.value, float) and isinstance(high.value, float) and low.value < high.value
    return is_rising and (low.kind, low.comparator, high.comparator) == (high.kind, ">=", "<=")


def _test(group: tuple[Parameter, ...], index: int, figures: Figures, language: str) -> _Test:
    first = group[0]
    name, value = _figure(first.kind, figures)
    obstacle = "no-figure" if value is None else _obstacle(name, group, figures)
    reached = None if obstacle or value is None else _reached(group, value)
    currency = figures.currency if name == "revenue" else None
    is_assumed = name == "revenue" and None in {first.currency, currency} and first.currency != currency
    reason = _phrases(language)[obstacle or ("compared-unknown" if is_assumed else "compared")].format(
        figure=" ".join(filter(None, (name, brief_number(value), currency))),
        threshold=", ".join(map(brief, group)),
        clause=index,
    )
    is_floor = len(group) == 2 or first.comparator not in {"<", "<="}
    return _Test(first.kind, is_floor, reached, reason, first.start, group[-1].end)


def _figure(kind: str, figures: Figures) -> tuple[str, float | None]:
    if kind in _words()["users"]["kinds"]:
        return "users", figures.users
    if kind in _words()["revenue"]["kinds"]:
        return "revenue", figures.revenue
    return kind, None


def _obstacle(name: str, group: tuple[Parameter, ...], figures: Figures) -> str:
    """Return why a figure cannot be compared, or ""."""
    rule = _words()[name]
    for found in group:
        if name == "revenue" and found.currency and figures.currency and found.currency != figures.currency:
            return "other-currency"
        is_timed = found.window and found.kind not in rule["self_timed"]
        if is_timed and not any(window in str(found.window) for window in rule["windows"]):
            return "other-window"
    return ""


def _reached(group: tuple[Parameter, ...], value: float) -> bool | None:
    if len(group) == 2:
        low, high = (float(found.value or 0) for found in group)
        return low <= value <= high
    threshold = float(group[0].value or 0)
    match group[0].comparator:
        case ">":
            return value > threshold
        case ">=":
            return value >= threshold
        case "<":
            return value >= threshold
        case "<=":
            return value > threshold
        case _:
            return None if value == threshold else value > threshold


def _combine(tests: Sequence[_Test], tagged: TaggedClause) -> bool | None:
    """Join the tests of a clause; unknown ones count only where they could decide.

    "More than A or more than B" reaches who passes one, "less than A and less than B" spares who
    passes none; with the other joint, all must be passed.
    """
    reached = {test.reached for test in tests}
    if len(reached) == 1:
        return tests[0].reached
    floors = {test.is_floor for test in tests}
    joint = _joint(tests, tagged)
    if joint is None or len(floors) > 1:
        return None
    decisive = floors == {joint == "or"}
    if decisive in reached:
        return decisive
    return None if None in reached else not decisive


def _joint(tests: Sequence[_Test], tagged: TaggedClause) -> str | None:
    """Return "and" or "or" where only one of them stands between the thresholds of a clause.

    Several thresholds of one kind without either are steps of one scale.
    """
    text, offset = tagged.clause.text, tagged.clause.start
    between = [text[a.end - offset : b.start - offset] for a, b in itertools.pairwise(tests)]
    found = {name for name, pattern in _JOINTS.items() if any(pattern.search(part) for part in between)}
    if len(found) == 1:
        return found.pop()
    is_scale = not found and len({test.kind for test in tests}) == 1
    return ("or" if tests[0].is_floor else "and") if is_scale else None
