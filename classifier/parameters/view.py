"""A view of a clause for reading numbers: the same length, folded, with markup and addresses blanked."""

import re
from dataclasses import dataclass

from classifier.parameters.lexicon import tokenize
from classifier.parameters.numerals import read_numeral
from classifier.parameters.vocabulary import CURRENCY, PERCENT, Vocabulary
from classifier.segment.markers import match_marker

_LINE_PREFIX = re.compile(r"\n[ \t]{0,20}(?://+|#+|;+|--+|%+|>+|\*+|dnl\b|REM\b|rem\b)(?=[ \t]|\n|$)")
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,300}>")
_EMPHASIS = re.compile(r"(?<=[^\d\s])[*_`]{1,3}|[*_`]{1,3}(?=[^\d\s*_`])|\\(?=[$%.,()\-])|&nbsp;")
_URL = re.compile(r"(?:https?://|www\.)[!#-;=?-Z_a-z~\[\]]{3,500}", re.I)
_URL_END = ".,;:!?'\"*_`"
_CLOSERS = {")": "(", "]": "["}
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LARGE, _LOOK_AHEAD = 1000, 20
_SPACE = re.compile(r"\s")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ClauseView:
    """The folded text, as long as the original, and the addresses that were blanked in it."""

    text: str
    urls: tuple[Span, ...]


def clause_view(text: str, vocabulary: Vocabulary) -> ClauseView:
    """Fold a clause: full width and traditional characters, quotes, white space, wrapped comment prefixes."""
    urls = tuple((match.start(), _url_end(match)) for match in _URL.finditer(text))
    view = blank(text, urls)
    for pattern in (_MAIL, _LINE_PREFIX, _TAG, _EMPHASIS):
        view = pattern.sub(_spaces, view)
    view = _SPACE.sub(" ", view)
    marker = match_marker(view, 0)
    view = view.translate(vocabulary.fold)
    is_marker = marker is not None and not _is_amount(view, marker.end, vocabulary)
    return ClauseView(blank(view, [(0, marker.end)]) if marker and is_marker else view, urls)


def _is_amount(view: str, end: int, vocabulary: Vocabulary) -> bool:
    """Tell `1.5 million`, `1.000.000 users` and `3.5 percent` from a section number that ends at `end`."""
    numeral = read_numeral(view, 0)
    if numeral is None:
        return False
    behind = vocabulary.lexicon.match(tokenize(view[end : end + _LOOK_AHEAD]), 0)
    return numeral.end > end or numeral.value >= _LARGE or (behind is not None and behind[1].tag in {PERCENT, CURRENCY})


def blank(view: str, spans: tuple[Span, ...] | list[Span]) -> str:
    """Put spaces in place of the spans, which are ordered and do not overlap."""
    parts, pos = [], 0
    for start, end in spans:
        parts += [view[pos:start], " " * (end - start)]
        pos = end
    return "".join([*parts, view[pos:]])


def _spaces(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _url_end(match: re.Match[str]) -> int:
    """Return where an address ends, without the punctuation of the sentence around it."""
    url = match.group()
    while url and (url[-1] in _URL_END or (url[-1] in _CLOSERS and url.count(_CLOSERS[url[-1]]) < url.count(url[-1]))):
        url = url[:-1]
    return match.start() + len(url)
