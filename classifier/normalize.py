"""Ordered tables of pure `str -> str` functions that make equal readings equal strings."""

import html
import re
import unicodedata
from collections.abc import Callable

Normalizer = Callable[[str], str]

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ue000\ue001]"
)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_LATIN_WORD = re.compile(r"[^\W\d_]+")
# Cyrillic and Greek letters that look like Latin ones; folded only inside words that also hold Latin letters.
_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁԛԝһӏАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανι", "aeopcyxijsdqwhlABEKMHOPCTXIJSABEZHIKMNOPTYXoavi"
)
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_SPACE = re.compile(r"\s+")
_CJK_GAP = re.compile(r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])")


def strip_invisible(text: str) -> str:
    """Remove characters that no reader sees: zero-width, bidirectional and variation marks."""
    return _INVISIBLE.sub("", text)


def strip_entities(text: str) -> str:
    """Replace HTML character references by the characters they stand for."""
    return html.unescape(text) if "&" in text else text


def normalize_space(text: str) -> str:
    """Collapse white space; between two Chinese characters a line wrap leaves none."""
    return _CJK_GAP.sub("", _SPACE.sub(" ", text)).strip()


def normalize_unicode(text: str) -> str:
    """Fold compatibility forms (full-width letters, ligatures) to NFKC."""
    return unicodedata.normalize("NFKC", text)


def normalize_quotes(text: str) -> str:
    """Use straight quotes and plain hyphens."""
    return text.translate(_QUOTES).translate(_DASHES)


def _fold_word(match: re.Match[str]) -> str:
    word = match.group()
    return word.translate(_LOOK_ALIKES) if not word.isascii() and _ASCII_LETTER.search(word) else word


def normalize_look_alikes(text: str) -> str:
    """Fold Cyrillic and Greek letters that pose as Latin ones inside a Latin word."""
    return text if text.isascii() else _LATIN_WORD.sub(_fold_word, text)


CONTENT: tuple[Normalizer, ...] = (strip_invisible, strip_entities, normalize_space)
"""From a stretch of the reading view to the words a person reads."""

READING: tuple[Normalizer, ...] = (
    strip_invisible,
    normalize_unicode,
    normalize_look_alikes,
    normalize_quotes,
    normalize_space,
)
"""From those words to what models are given, and hashes made of."""


def apply(steps: tuple[Normalizer, ...], text: str) -> str:
    """Run the steps over the text in order."""
    for step in steps:
        text = step(text)
    return text
