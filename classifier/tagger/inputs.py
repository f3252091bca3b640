"""What a model is given of a clause: context in, clause out."""

import itertools
import re
from collections.abc import Iterator

from classifier.datamodels import Clause
from classifier.normalize import READING, apply

_MAX_HEADING, _MAX_LEAD_IN = 100, 200
_LEADING_MARKER = re.compile(
    r"\A(?:(?:section|article|part|sec\.|§)\s*[\divx.]{1,8}\b|第[一二三四五六七八九十百\d]{1,4}[条章節节款]|[#>*+•·●○▪■-]+(?=\s)"
    r"|\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[a-z]|[ivx]{1,5}|[一二三四五六七八九十]{1,3})[.)、:](?=[\s\u4e00-\u9fff])|\d{1,3}(?:\.\d{1,3}){1,4}(?=\s))"
    r"[\s.:)–—-]*"
)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[<>$€¥%]")
_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_CJK_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


def read_clause(clause: Clause) -> tuple[str, str]:
    """Return the context (nearest heading, then lead-in) and the content, both normalised.

    Letter case, list markers and section numbers are dropped: they say where a clause stands and
    how loud it is, not what it does.
    """
    heading = _read(clause.heading[-1])[:_MAX_HEADING] if clause.heading else ""
    lead_in = _read(clause.lead_in)[-_MAX_LEAD_IN:]
    return " | ".join(part for part in (heading, lead_in) if part), _read(clause.content)


def _read(text: str) -> str:
    text = apply(READING, text).casefold()
    return _LEADING_MARKER.sub("", text, count=1) or text


def linear_features(context: str, content: str) -> Iterator[str]:
    """Yield the features of the linear part, repeated as often as they occur.

    Of the content: its words, every number as `0`; neighbouring words, and words with one between
    them; the first five letters of longer ASCII words (`modif*`); the first three words (`^you`).
    Of the context: its words (`@you`) and neighbouring words (`@you may`). Chinese characters and
    neighbouring pairs of them count as words.
    """
    words = list(_words(content))
    yield from words
    yield from map(" ".join, itertools.pairwise(words))
    yield from map(" ".join, zip(words, words[2:], strict=False))
    for word in words:
        if len(word) > 5 and word.isascii():
            yield f"{word[:5]}*"
    yield from (f"^{word}" for word in words[:3])
    context_words = list(_words(context))
    yield from (f"@{word}" for word in context_words)
    yield from (f"@{a} {b}" for a, b in itertools.pairwise(context_words))


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text.lower()):
        word = match.group()
        if not _CJK.search(word):
            yield "0" if word.isdigit() else word
            continue
        for run in _CJK_RUN.findall(word):
            yield from (run[i : i + n] for n in (1, 2) for i in range(len(run) - n + 1))
