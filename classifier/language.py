"""Tell English and Chinese texts from others, well enough to warn; find words of both."""

import re
from functools import cache

_LETTER = re.compile(r"[^\W\d_]")
_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    "the of and or to in any this you is not for that be by with may as are shall software license".split()
)
_SAMPLE = 20_000


@cache
def words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds any of some words, whatever their case: Latin ones whole, Chinese ones anywhere."""
    # "rent" is in "current"; Chinese has no word boundaries.
    bounded = (rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in words)
    return re.compile("|".join(bounded), re.I)


def detect_language(text: str) -> str:
    """Return "en", "zh", or "und" for anything else, from the start of the text."""
    sample = text[:_SAMPLE]
    letters = len(_LETTER.findall(sample)) or 1
    if len(_KANA_HANGUL.findall(sample)) > 0.05 * letters:
        return "und"
    if len(_CJK.findall(sample)) > 0.2 * letters:
        return "zh"
    words = [word.lower() for word in _WORD.findall(sample)]
    common = sum(word in _ENGLISH for word in words)
    return "en" if words and common >= 0.12 * len(words) else "und"
