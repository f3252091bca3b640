"""Changes of a text that leave its meaning alone: pure functions, the same answer each time."""

import math
import random
import re
import textwrap
from collections.abc import Callable, Mapping
from types import MappingProxyType

Perturbation = Callable[[str], str]

_SEED = 13
_COLUMNS = 60
_MAX_WRAP_WIDTH = 120
"""A text whose lines are longer is not wrapped: each of its line ends is meant."""
_RAGGED = 0.8
"""Hand-wrapped lines end in the last fifth of the width."""
_CENTRED_MARGIN = 12
_NOISE_SHARE = 0.01
_DISGUISE_SHARE = 0.05
"""Shares of the letters of a text."""

_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_FIRST_WORD = re.compile(r"\s*([\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]|\S+)")
_NUMBER = r"\d{1,2}(?:\.\d{1,2}){0,3}"
_MARKER = re.compile(rf"[ \t]*(?:[-*•·#]|[(（]?(?:{_NUMBER}|[A-Za-z]|[ivxIVX]{{1,5}})[.)、）])(?=\s|[\u4e00-\u9fff]|$)")
_OWN_LINE = re.compile(r"\s*(?:copyright\b|\(c\)|©|<?https?://)", re.I)
# A letter or a small number with a bracket, or a number before a long sentence: "2. Grant of Rights." opens a section.
_LABEL = r"(?:\d{1,2}|[a-z]|[ivx]{1,5}|[一二三四五六七八九十]{1,3})"
_SENTENCE = r"(?=[^.。]{55})"
_ITEM = re.compile(rf"([ \t]*)(?:[(（]?{_LABEL}[)）]|\d{{1,2}}\.{_SENTENCE})[ \t]*(?=\S)")
_ITEM_MAY_FOLLOW = (".", ":", ";", ",", "。", "：", "；", " and", " or")

_OCR = re.compile(r"(?<!\d)(?:l|O|rn|m)(?!\d)")
_OCR_CONFUSIONS = {"l": "1", "O": "0", "rn": "m", "m": "rn"}
_INSIDE_WORD = re.compile(r"[^\W\d_](?=[^\W\d_])")
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_CYRILLIC = dict(zip("aceiopsxyABCEHIKMOPTX", "асеіорѕхуАВСЕНІКМОРТХ", strict=True))
_LATIN = re.compile(f"[{''.join(_CYRILLIC)}]")
_STRAIGHT = str.maketrans("“”„‘’", '"""\'\'')
_OPENING = re.compile(r"(?<![^\s(\[{“‘\"'])([\"'])(?=\w)")
_OPENED = {'"': "“", "'": "‘"}


def rewrap(text: str) -> str:
    """Wrap paragraphs at 60 columns; line ends that no wrapping made are kept, centred lines stay centred."""
    lines = text.replace("\r\n", "\n").split("\n")
    full = _wrap_width(lines)
    paragraphs: list[list[str]] = []
    for number, line in enumerate(lines):
        if number and _is_wrapped(lines[number - 1], line, full):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return "\n".join(_fill(paragraph, full) for paragraph in paragraphs)


def _wrap_width(lines: list[str]) -> int | None:
    """Return the width nine lines of ten keep to, or None where the text is not wrapped."""
    widths = sorted(len(line.rstrip()) for line in lines if line.strip())
    width = widths[len(widths) * 9 // 10] if widths else 0
    return width if width <= _MAX_WRAP_WIDTH else None


def _is_wrapped(before: str, line: str, full: int | None) -> bool:
    """Tell whether a line goes on with the one before, which had little room left for its first word."""
    word = _FIRST_WORD.match(line)
    if full is None or not before.strip() or word is None or _MARKER.match(line):
        return False
    if not word[1][0].islower() and any(_OWN_LINE.match(one) or _is_centred(one, full) for one in (before, line)):
        return False
    return len(before.rstrip()) + 1 + len(word[1]) > _RAGGED * full


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _is_centred(line: str, full: int | None) -> bool:
    left, right = _indent(line), (full or 0) - len(line.rstrip())
    return min(left, right) >= _CENTRED_MARGIN and abs(left - right) <= _CENTRED_MARGIN


def _fill(lines: list[str], full: int | None) -> str:
    if _is_centred(lines[0], full):
        return lines[0].strip().center(_COLUMNS).rstrip()
    if len(lines) == 1 and len(lines[0]) <= _COLUMNS:
        return lines[0]
    indent = lines[0][: _indent(lines[0])]
    text = " ".join(line.strip() for line in lines)
    filled = textwrap.wrap(
        text,
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=_CJK.search(text) is not None,
        break_on_hyphens=False,
    )
    return "\n".join(filled)


def upper_case(text: str) -> str:
    """Write everything in capitals."""
    return text.upper()


def hash_comment(text: str) -> str:
    """Put the text into a comment of lines that open with `#`."""
    return "\n".join(f"# {line}".rstrip(" ") for line in text.split("\n"))


def block_comment(text: str) -> str:
    """Put the text into one `/* ... */` comment, a star before each line."""
    lines = [f" * {line}".rstrip(" ") for line in text.replace("*/", "* /").split("\n")]
    return "\n".join(["/*", *lines, " */"])


def markdown_bullets(text: str) -> str:
    """Open list items with a Markdown bullet in place of their letter or number."""
    lines = text.split("\n")
    return "\n".join(
        _ITEM.sub(r"\1- ", line, count=1) if _may_be_item(before, line) else line
        for before, line in zip(["", *lines], lines, strict=False)
    )


def _may_be_item(before: str, line: str) -> bool:
    """Tell an item from a wrapped line that opens with a reference, as "(a) above" does."""
    above = before.rstrip()
    return _ITEM.match(line) is not None and (not above or above.endswith(_ITEM_MAY_FOLLOW))


def crlf(text: str) -> str:
    """End lines as Windows does."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def ocr_noise(text: str) -> str:
    """Confuse l with 1, O with 0, rn with m, away from digits: as many as 1 % of the letters."""
    return _change_some(text, _OCR, lambda found, _: _OCR_CONFUSIONS[found], _NOISE_SHARE)


def zero_width(text: str) -> str:
    """Put characters without width into words: as many as 5 % of the letters."""
    return _change_some(text, _INSIDE_WORD, lambda found, rng: found + rng.choice(_ZERO_WIDTH), _DISGUISE_SHARE)


def look_alikes(text: str) -> str:
    """Put Cyrillic letters in the place of Latin ones that look the same: as many as 5 % of the letters."""
    return _change_some(text, _LATIN, lambda found, _: _CYRILLIC[found], _DISGUISE_SHARE)


def curly_quotes(text: str) -> str:
    """Write quotation marks and apostrophes as a typesetter does."""
    opened = _OPENING.sub(lambda match: _OPENED[match[1]], text)
    return opened.replace('"', "”").replace("'", "’")


def straight_quotes(text: str) -> str:
    """Write quotation marks and apostrophes as a typewriter does."""
    return text.translate(_STRAIGHT)


def _change_some(text: str, pattern: re.Pattern[str], change: Callable[[str, random.Random], str], share: float) -> str:
    """Change a seeded sample of the matches, as many as a share of the text's letters, or all where there are fewer."""
    rng = random.Random(_SEED)
    starts = [match.start() for match in pattern.finditer(text)]
    wanted = math.ceil(share * sum(map(str.isalpha, text)))
    chosen = frozenset(rng.sample(starts, min(wanted, len(starts))))
    return pattern.sub(lambda match: change(match[0], rng) if match.start() in chosen else match[0], text)


PERTURBATIONS: Mapping[str, Perturbation] = MappingProxyType(
    {
        "rewrapped": rewrap,
        "upper-case": upper_case,
        "hash-comment": hash_comment,
        "block-comment": block_comment,
        "markdown-bullets": markdown_bullets,
        "crlf": crlf,
        "ocr-noise": ocr_noise,
        "zero-width": zero_width,
        "look-alikes": look_alikes,
        "curly-quotes": curly_quotes,
        "straight-quotes": straight_quotes,
    }
)
"""Name -> change."""
