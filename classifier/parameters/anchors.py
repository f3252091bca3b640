"""The event that a period is counted from, a threshold is measured at, or a date is the date of."""

import re

from classifier.parameters.context import Context, within_reach
from classifier.parameters.dates import FoundDate
from classifier.parameters.items import Mention
from classifier.parameters.quantities import Quantity

_MEASURED_AT = frozenset({"release date", "first use"})
_NAMED = frozenset({"release date", "effective date", "change date", "last update", "expiry", "signature"})
_COUNTED_FROM = re.compile(
    r" {1,20}(?:of|after|from|following|upon|since)\b"
    r"|'?s?'? {1,20}(?:(?:prior|advance|advanced|written|reasonable),? {1,20}(?:and {1,20})?){0,3}noti",
    re.I,
)
_AFTER_REACH, _BEFORE_REACH = 60, 12
_DATE_BEFORE_REACH, _DATE_AFTER_REACH = 50, 25
_BREAK = re.compile(r"[.;。,!?]")
_FULL_STOP = re.compile(r"[.;。!?]")


def period_anchor(context: Context, period: Quantity) -> str | None:
    """Return what a period is counted from: "30 days of notice", "收到通知后30日内"."""
    near = list(within_reach(period, context.anchors))
    if _COUNTED_FROM.match(context.view, period.end):
        for found in near:
            gap = context.view[period.end : found.start]
            if found.start >= period.end and len(gap) <= _AFTER_REACH and not _BREAK.search(gap):
                return found.entry.value
    for found in reversed(near):
        gap = context.view[found.end : period.start]
        if (
            found.end <= period.start
            and len(gap) <= _BEFORE_REACH
            and _is_han(context, found)
            and not _BREAK.search(gap)
        ):
            return found.entry.value
    return None


def _is_han(context: Context, found: Mention) -> bool:
    return not context.view[found.start].isascii()


def threshold_anchor(context: Context, threshold: Quantity) -> str | None:
    """Return the day on which a threshold is measured, where the clause names one before it."""
    for found in reversed(list(within_reach(threshold, context.anchors))):
        if found.end <= threshold.start and found.entry.value in _MEASURED_AT:
            gap = context.view[found.end : threshold.start]
            return None if _FULL_STOP.search(gap) else found.entry.value
    return None


def date_anchor(context: Context, found: FoundDate) -> str | None:
    """Return what a date is the date of: "Effective Date: 1 March 2030"."""
    near = [anchor for anchor in within_reach(found, context.anchors) if anchor.entry.value in _NAMED]
    before = [anchor for anchor in near if found.start - _DATE_BEFORE_REACH <= anchor.end <= found.start]
    after = [anchor for anchor in near if found.end <= anchor.start <= found.end + _DATE_AFTER_REACH]
    return next((anchor.entry.value for anchor in (*reversed(before), *after)), None)
