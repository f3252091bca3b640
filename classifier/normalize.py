"""Ordered tables of pure `str -> str` functions that make equal readings equal strings."""

import html
import re
import unicodedata
from collections.abc import Callable

Normalizer = Callable[[str], str]

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ue000-\ue00f]"
)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_LATIN_WORD = re.compile(r"[^\W\d_]+")
# Cyrillic and Greek letters that look like Latin ones; folded only inside words that also hold Latin letters.
_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁԛԝһӏАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανι", "aeopcyxijsdqwhlABEKMHOPCTXIJSABEZHIKMNOPTYXoavi"
)
_LONG_NUMBER = re.compile(r"&#(?:[xX][0-9a-fA-F]{9,}|[0-9]{9,});?")
_LONG = 2000
_RUN = re.compile(rf"\s+|\S{{1,{_LONG}}}")
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
"""Greek and Cyrillic."""
_SCANNED = {"0": "o", "1": "l"}
_DIGIT_IN_WORD = re.compile(
    r"(?<=[A-Za-z])[01](?=[01]?[A-Za-z])|(?<![\w.])[01](?=[a-z]{3})|(?<=[a-z]{2})1(?=1\b)|(?<=[a-z]{2}1)1\b"
)
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_CJK_GAP = re.compile(r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])")


def strip_invisible(text: str) -> str:
    """Remove characters that no reader sees: zero-width, bidirectional and variation marks."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def _shorten(match: re.Match[str]) -> str:
    # Python refuses to read a decimal of more than 4,300 digits; no character has a number of nine.
    written = match.group().strip("&#;")
    digits = written.lstrip("xX0")
    return f"&#{'x' if written[0] in 'xX' else ''}{digits or '0'};" if len(digits) <= 8 else "\ufffd"


def strip_entities(text: str) -> str:
    """Replace HTML character references by the characters they stand for."""
    return html.unescape(_LONG_NUMBER.sub(_shorten, text)) if "&" in text else text


def normalize_space(text: str) -> str:
    """Collapse white space; between two Chinese characters a line wrap leaves none."""
    text = " ".join(text.split())
    return text if text.isascii() else _CJK_GAP.sub("", text)


def normalize_unicode(text: str) -> str:
    """Fold compatibility forms (full-width letters, ligatures) to NFKC."""
    # Putting a long run of combining marks in order takes quadratic time; white space ends a run.
    pieces = _RUN.findall(text) if len(text) > _LONG else [text]
    return "".join(unicodedata.normalize("NFKC", piece) for piece in pieces)


def normalize_quotes(text: str) -> str:
    """Use straight quotes and plain hyphens."""
    return text.translate(_QUOTES).translate(_DASHES)


def _fold_word(match: re.Match[str]) -> str:
    word = match.group()
    return word.translate(_LOOK_ALIKES) if not word.isascii() and _ASCII_LETTER.search(word) else word


def normalize_look_alikes(text: str) -> str:
    """Fold Cyrillic and Greek letters that pose as Latin ones; the length stays.

    A word in a text that really is in one of these scripts is folded only where it also holds Latin letters.
    """
    if text.isascii() or not _FOREIGN.search(text):
        return text
    folded = text.translate(_LOOK_ALIKES)
    is_posing = _ASCII_LETTER.search(text) and not _FOREIGN.search(folded)
    return folded if is_posing else _LATIN_WORD.sub(_fold_word, text)


def repair_digits(text: str) -> str:
    """Read 1 and 0 inside a word as the letters l and o that a scanner took for them."""
    return _DIGIT_IN_WORD.sub(lambda match: _SCANNED[match[0]], text)


CONTENT: tuple[Normalizer, ...] = (strip_invisible, strip_entities, normalize_space)
"""From a stretch of the reading view to the words a person reads."""

READING: tuple[Normalizer, ...] = (
    strip_invisible,
    normalize_unicode,
    normalize_look_alikes,
    repair_digits,
    normalize_quotes,
    normalize_space,
)
"""From those words to what models are given, and hashes made of."""


def apply(steps: tuple[Normalizer, ...], text: str) -> str:
    """Run the steps over the text in order."""
    for step in steps:
        text = step(text)
    return text
