"""Numbers, places and dates inside a clause, as data."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from classifier.datamodels import Clause, Parameter
from classifier.parameters.anchors import date_anchor, period_anchor, threshold_anchor
from classifier.parameters.context import Context, assign, make_context
from classifier.parameters.dates import FoundDate, find_dates
from classifier.parameters.items import read_items
from classifier.parameters.kinds import WINDOWED, kind_of
from classifier.parameters.lexicon import Entry, tokenize
from classifier.parameters.places import find_places
from classifier.parameters.quantities import Quantity, find_quantities
from classifier.parameters.view import ClauseView, blank, clause_view
from classifier.parameters.vocabulary import DURATION, load_vocabulary
from classifier.parameters.windows import find_windows

__all__ = ["extract_parameters"]

_SCALE, _PAY, _POLICY = "restriction.scale-threshold", "condition.pay", "restriction.use-policy"
_LAW = "general.governing-law"
_PLACES = frozenset({"restriction.territory", "restriction.persons-or-groups", "condition.obey-law", _LAW})
_LIABILITY = frozenset({"limitation.liability", "limitation.warranty", "condition.indemnify"})
_MAX_CHARS = 10_000
"""Five times what the segmenter lets a clause be."""
_WINDOW_REACH = 150
# Wider than the words of `resources/parameters.toml`: most clauses hold none, and then it is not read.
_HINT = re.compile(
    r"[0-9０-９〇○零一二两兩三四五六七八九十百千万萬亿億半壹贰貳叁參肆伍陆陸柒捌玖拾佰仟]|https?://|www\."
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]{3,5}teen"
    r"|(?:twen|thir|fou?r|fif|six|seven|eigh|nine)ty|dozen|hundred|thousand|[mbtr]{1,2}illion|lakh|crore)\b",
    re.I,
)


def extract_parameters(clause: Clause, labels: Sequence[str]) -> tuple[Parameter, ...]:
    """Return the parameters of a clause in order; they do not overlap.

    Runs in time linear in the length of the clause and never fails on any string.

    Args:
        clause: The clause.
        labels: Its labels; they tell what a number without a telling word measures, and places
            count under some labels only.
    """
    text, given = clause.text[:_MAX_CHARS], frozenset(labels)
    if not _HINT.search(text) and _PLACES.isdisjoint(given):
        return ()
    view = clause_view(text, load_vocabulary())
    dates = find_dates(view.text)
    read = blank(view.text, [(found.start, found.end) for found in dates])
    found = [*_numbers_and_dates(read, dates, given), *_urls(view, text, given), *_territories(read, given)]
    placed = sorted(found, key=lambda parameter: (parameter.start, -parameter.end))
    return tuple(_in_document(parameter, clause) for parameter in _apart(placed))


def _in_document(parameter: Parameter, clause: Clause) -> Parameter:
    text = clause.text[parameter.start : parameter.end]
    return replace(parameter, text=text, start=clause.start + parameter.start, end=clause.start + parameter.end)


def _apart(parameters: Sequence[Parameter]) -> Iterator[Parameter]:
    """Yield ordered parameters but those inside another: the US of "US$ 5"."""
    end = -1
    for parameter in parameters:
        if parameter.start >= end:
            yield parameter
            end = parameter.end


def _numbers_and_dates(view: str, dates: Sequence[FoundDate], labels: frozenset[str]) -> Iterator[Parameter]:
    items = read_items(view, load_vocabulary().lexicon)
    windows, tags = find_windows(items)
    context = make_context(
        view,
        items,
        tags,
        is_scale=_SCALE in labels,
        is_pay=_PAY in labels,
        is_liability=not _LIABILITY.isdisjoint(labels),
    )
    kinds = {quantity: kind for quantity in find_quantities(items, tags) if (kind := kind_of(quantity, context))}
    measured = [quantity for quantity, kind in kinds.items() if kind.value in WINDOWED]
    window_of = assign(tags, measured, windows, limit=_WINDOW_REACH)
    for quantity, kind in kinds.items():
        if kind.tag == DURATION:
            yield _period(quantity, kind, context)
        else:
            yield _amount(quantity, kind, context, window_of.get(quantity))
    for found in dates:
        if found.value:
            anchor = date_anchor(context, found)
            yield Parameter(
                "date", "", found.start, found.end, found.value, comparator=found.comparator, date_anchor=anchor
            )


def _period(quantity: Quantity, duration: Entry, context: Context) -> Parameter:
    return Parameter(
        "period",
        "",
        quantity.start,
        quantity.end,
        value=round(quantity.value * duration.days, 4),
        unit="business days" if duration.value == "business day" else "days",
        comparator=quantity.comparator,
        date_anchor=period_anchor(context, quantity),
    )


def _amount(quantity: Quantity, kind: Entry, context: Context, window: str | None) -> Parameter:
    return Parameter(
        kind.value,
        "",
        quantity.start,
        quantity.end,
        value=quantity.value,
        unit="percent" if quantity.sort == "percent" else kind.unit,
        currency=quantity.currency,
        comparator=quantity.comparator,
        window=window or kind.window,
        date_anchor=None if kind.value == "royalty" else threshold_anchor(context, quantity),
    )


def _urls(view: ClauseView, text: str, labels: frozenset[str]) -> Iterator[Parameter]:
    """Yield the addresses of policies that the clause makes binding."""
    if view.urls and (_POLICY in labels or _names_policy(view.text)):
        for start, end in view.urls:
            yield Parameter("url", "", start, end, text[start:end])


def _names_policy(view: str) -> bool:
    tokens, policy = tokenize(view), load_vocabulary().policy
    return any(policy.match(tokens, i) for i in range(len(tokens)))


def _territories(view: str, labels: frozenset[str]) -> Iterator[Parameter]:
    if not _PLACES.isdisjoint(labels):
        for place in find_places(view, with_law=_LAW in labels):
            yield Parameter("territory", "", place.start, place.end, place.code)
