"""What a number in a clause measures, decided by its unit, the words around it and the clause's labels."""

import re

from classifier.parameters.context import Context, nearest, tail
from classifier.parameters.items import Mention
from classifier.parameters.lexicon import Entry
from classifier.parameters.quantities import Quantity
from classifier.parameters.vocabulary import FUNCTION, KEYWORD, MEASURE, OTHER, STOP, UNIT

COUNTS = frozenset({"monthly-users", "users", "headcount", "seats"})
WINDOWED = frozenset({"monthly-users", "users", "revenue", "royalty", "funding", "compute"})

_OF_MONEY = frozenset({"revenue", "funding", "royalty", "other", "other-money"})
_THRESHOLD = frozenset({">", ">=", "<"})
_OF_PERCENT = frozenset({"royalty", "other", "other-percent"})
_OF_PEOPLE = frozenset({"headcount", "users", "monthly-users"})
_OF_BARE = frozenset({"monthly-users", "users", "headcount", "seats", "revenue", "funding", "compute"})
_MAX_HEADCOUNT = 5_000_000
"""No enterprise employs more people: a larger number counts users."""
_SMALL = 1000
_PEOPLE_REACH = 90
_BARE_REACH, _BARE_REACH_HAN = 120, 15
_MAY_FOLLOW = frozenset({"", FUNCTION, STOP, ",", ")", "(", "f", "i", "t", "V", "W", "C", "S", "K", "m", "e"})
_BLANK_MEASURES = frozenset("个名位台")
_YEARS = re.compile(r"(?:19|20)[0-9]{2} ")
_CAPITAL = re.compile(r"[A-Z]")


def kind_of(quantity: Quantity, context: Context) -> Entry | None:
    """Return what a quantity measures: an entry whose value is the kind; None where it is no parameter."""
    match quantity.sort:
        case "duration":
            return _period(quantity, context)
        case "money":
            return _of_money(quantity, context)
        case "percent":
            return _of_percent(quantity, context)
        case "unit":
            return _of_unit(quantity, context)
        case "bare":
            return _of_bare(quantity, context)


def _period(quantity: Quantity, context: Context) -> Entry | None:
    # "one day" is an unknown day, unless somebody has to act within it.
    is_some_day = quantity.is_article and quantity.comparator is None and _value(quantity) == "day"
    return None if is_some_day or not quantity.value or not quantity.entry else quantity.entry


def _value(quantity: Quantity) -> str:
    return quantity.entry.value if quantity.entry else ""


def _of_money(quantity: Quantity, context: Context) -> Entry | None:
    if context.is_liability and not (context.is_scale or context.is_pay):
        return None
    behind = tail(context, quantity)
    if behind is not None and behind.entry.value in _OF_MONEY and not behind.entry.needs_label:
        return _parameter(behind)
    # A sum that has to be exceeded is no fee, whatever fees stand nearby.
    is_threshold = context.is_scale and quantity.comparator in _THRESHOLD
    found = nearest(context, quantity, _OF_MONEY, with_weak=context.is_pay and not is_threshold)
    if found is not None:
        return _parameter(found)
    return _default("revenue" if context.is_scale else "royalty" if context.is_pay else None)


def _of_percent(quantity: Quantity, context: Context) -> Entry | None:
    found = nearest(context, quantity, _OF_PERCENT, with_weak=context.is_pay)
    if found is None:
        return _default("royalty" if context.is_pay else None)
    return _parameter(found)


def _parameter(found: Mention) -> Entry | None:
    return None if found.entry.value.startswith("other") else found.entry


def _default(kind: str | None) -> Entry | None:
    return Entry(KEYWORD, kind) if kind else None


def _of_unit(quantity: Quantity, context: Context) -> Entry | None:
    unit = quantity.entry
    if unit is None or (unit.needs_label and not context.is_scale) or _is_part_of_name(quantity, context):
        return None
    if unit.value == "people":
        unit = _of_people(quantity, context)
    if unit is None or (unit.value in COUNTS and not _is_count(quantity)):
        return None
    return None if quantity.is_article and not context.is_scale else unit


def _of_people(quantity: Quantity, context: Context) -> Entry | None:
    if quantity.value > _MAX_HEADCOUNT:
        return Entry(UNIT, "users")
    near = nearest(context, quantity, _OF_PEOPLE, with_weak=False, limit=_PEOPLE_REACH)
    if near is not None:
        return Entry(UNIT, "headcount" if near.entry.value == "headcount" else "users")
    return Entry(UNIT, "headcount") if context.is_scale else None


def _is_count(quantity: Quantity) -> bool:
    return quantity.value.is_integer() and quantity.value >= 1


def _is_part_of_name(quantity: Quantity, context: Context) -> bool:
    """Tell the numbers of `Windows 10 users`, `in 2024 users` and a heading (`3 Users`) from counts of users."""
    if quantity.comparator or context.is_scale:
        return False
    if _YEARS.fullmatch(context.view, quantity.start, quantity.start + 5):
        return True
    if quantity.value >= _SMALL:
        return False
    if quantity.first == 0:
        is_capital = _CAPITAL.match(context.view, context.items[quantity.last].start) is not None
        return is_capital and context.view[quantity.start].isdigit()
    before = context.items[quantity.first - 1]
    if before.tag != OTHER or not _CAPITAL.match(context.view, before.start):
        return False
    return quantity.first == 1 or context.items[quantity.first - 2].tag != STOP


def _of_bare(quantity: Quantity, context: Context) -> Entry | None:
    """Return what a number without a unit counts: the thing named before it, or right behind it.

    A comparator must tie the two: "If monthly active users exceed 700 million".
    """
    behind = tail(context, quantity)
    if behind is not None and behind.entry.value in {"revenue", "funding"}:
        return behind.entry
    if not quantity.comparator or _following(quantity, context) not in _MAY_FOLLOW:
        return None
    found = nearest(context, quantity, _OF_BARE, with_weak=context.is_scale, limit=_BARE_REACH, behind=False)
    if found is None or (found.entry.value in COUNTS and not _is_count(quantity)):
        return None
    is_han = not context.view[found.start].isascii()
    return None if is_han and quantity.start - found.end > _BARE_REACH_HAN else found.entry


def _following(quantity: Quantity, context: Context) -> str:
    """Return the letter of what follows a number, past a measure word that names nothing (六十四个)."""
    index = quantity.last + 1
    if context.tags[index : index + 1] == MEASURE and context.view[context.items[index].start] in _BLANK_MEASURES:
        index += 1
    return context.tags[index : index + 1]
