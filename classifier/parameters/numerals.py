"""Numbers as they are written: digits, English words, Chinese characters, powers of ten."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from classifier.parameters.vocabulary import Numbers, load_vocabulary

Notation = Literal["digits", "words", "han", "power"]

_POWER = re.compile(
    r"(?:(?P<factor>[0-9]{1,6}(?:\.[0-9]{1,6})?) ?[x×*·] ?)?10(?: ?(?:\^|\*\*) ?\{?(?P<exp>[0-9]{1,2})\}?"
    r"|(?P<sup>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))(?![0-9])"
    r"|(?P<sci>[0-9]{1,6}(?:\.[0-9]{1,6})?)[eE]\+?(?P<sciexp>[0-9]{1,2})(?!\w)"
)
_DIGITS = re.compile(
    r"(?P<grouped>[0-9]{1,3}(?:(?:,[0-9]{3}){1,6}|(?: [0-9]{3}){1,6}|(?:'[0-9]{3}){1,6}|(?:\.[0-9]{3}){2,6})"
    r"(?:\.[0-9]{1,6})?|[0-9]{1,18}(?:\.[0-9]{1,6})?)(?![0-9]|[.,:/][0-9])"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([., '])[0-9]{3})")
_WORD = re.compile(r"[A-Za-z]+")
# Blanked markup leaves runs of spaces.
_JOINT = re.compile(r"[ -]{1,40}(?:and {1,40})?")
_HALF_OF_ONE = re.compile(r"(?:one[ -])?half (?:of )?(?:one|a|1)(?= ?(?:per|%))", re.I)
_AND_A_HALF = re.compile(r" and (?:a|one)[ -]half\b", re.I)
_PART = re.compile(r"(?:(?P<part>half|quarter)(?: of)?(?: an?)?|an?)[ -]", re.I)
_HAN_DIGITS, _HAN_SCALES = "〇零一二两三四五六七八九壹贰叁肆伍陆柒捌玖", "十百千万亿拾佰仟"
# Behind one of these a character is an ordinal or the rest of a number.
_HAN_BEFORE = frozenset(f"第{_HAN_DIGITS}{_HAN_SCALES}")
_HAN = re.compile(
    rf"半(?=[年个日天月小])|[{_HAN_DIGITS}{_HAN_SCALES}]{{1,20}}(?:点[{_HAN_DIGITS}]{{1,6}}[百千万亿]{{0,2}})?"
)
_HAN_TAIL = re.compile(r" {0,40}[十百千万亿]{1,3}(?: ?[0-9]{1,4}(?:\.[0-9]{1,4})? ?[百千万]{1,2}){0,2}")
_HAN_STEP = re.compile(r"([0-9.]+) ?([十百千万亿]+)")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PARTS = {"half": Decimal("0.5"), "quarter": Decimal("0.25")}
_OPENERS = frozenset({"a", "an", "half", "quarter"})
_MAX_EXPONENT = 60


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number, half-open in the view.

    `is_bare` marks a Chinese magnitude without a digit (过亿): a number only after a comparator.
    """

    start: int
    end: int
    value: float
    notation: Notation
    is_bare: bool = False


def read_numeral(view: str, pos: int) -> Numeral | None:
    """Return the number that starts exactly at `pos`, or None.

    Parts of versions, telephone numbers and names (`2.0.1`, `555-0100`, `GPT-4`) are no numbers.
    """
    first = view[pos]
    if "0" <= first <= "9":
        return _read_digits(view, pos) if _may_start(view, pos) else None
    if first.isascii():
        return _read_words(view, pos)
    return _read_han(view, pos)


def _may_start(view: str, pos: int) -> bool:
    before, further = view[pos - 1 : pos] or " ", view[max(0, pos - 2) : max(0, pos - 1)]
    if (before.isascii() and (before.isalnum() or before in "._^#@\\+")) or before == "×":
        return False
    if before == "-":
        # One hyphen between two numbers is a range; more are a telephone number.
        return _is_range(view, pos - 1) if further.isdigit() else not (further.isascii() and further.isalpha())
    return not (before in ",:/'" and further.isdigit())


def _is_range(view: str, hyphen: int) -> bool:
    start = hyphen
    while start and hyphen - start < 12 and view[start - 1] in "0123456789.":
        start -= 1
    before = view[max(0, start - 2) : start]
    return not before or (before[-1] in " ($€£" and before[0] not in ")0123456789")


def _read_digits(view: str, pos: int) -> Numeral | None:
    power = _POWER.match(view, pos)
    if power is not None:
        return _power(power)
    match = _DIGITS.match(view, pos)
    if match is None:
        return None
    value, end = _digits_value(match.group()), match.end()
    han = _HAN_TAIL.match(view, end)
    if han is not None:
        return Numeral(pos, han.end(), float(_han_steps(match.group(), value, han.group())), "digits")
    value, end = _with_suffix(view, value, end)
    if end < len(view) and ((view[end].isascii() and view[end].isalpha()) or view[end] == "_"):
        return None
    if len(match.group()) > 1 and match.group()[0] == "0" and match.group()[1] != ".":
        return None
    return Numeral(pos, end, float(value), "digits")


def _power(match: re.Match[str]) -> Numeral | None:
    if match.group("sci"):
        factor, exponent = Decimal(match.group("sci")), int(match.group("sciexp"))
    else:
        factor = Decimal(match.group("factor") or 1)
        exponent = int(match.group("exp") or match.group("sup").translate(_SUPERSCRIPTS))
    if exponent > _MAX_EXPONENT:
        return None
    return Numeral(match.start(), match.end(), float(factor * 10**exponent), "power")


def _digits_value(written: str) -> Decimal:
    grouped = _GROUPED.match(written)
    if grouped is None:
        return Decimal(written)
    sign = grouped.group(1)
    # A single dot before three digits is a decimal point: 1.000 is one, 1.000.000 a million.
    if sign == "." and written.count(".") < 2:
        return Decimal(written)
    return Decimal(written.replace(sign, ""))


def _with_suffix(view: str, value: Decimal, end: int) -> tuple[Decimal, int]:
    """Multiply by the magnitudes that follow: `5M`, `5 M`, `700 million`, `3 hundred thousand`."""
    numbers = load_vocabulary().numbers
    match = _WORD.match(view, end)
    if match is not None and match.group().lower() in numbers.suffixes:
        return value * numbers.suffixes[match.group().lower()], match.end()
    for _ in range(2):
        joint = _JOINT.match(view, end)
        match = _WORD.match(view, joint.end()) if joint else None
        if match is None:
            break
        word = match.group()
        factor = numbers.scales.get(word.lower()) or (numbers.suffixes.get(word.lower()) if word.isupper() else None)
        if factor is None:
            break
        value, end = value * factor, match.end()
    return value, end


def _read_words(view: str, pos: int) -> Numeral | None:
    if pos and (view[pos - 1].isalnum() or view[pos - 1] == "_"):
        return None
    word = _WORD.match(view, pos)
    if word is None or word.group().lower() not in _word_openers():
        return None
    half = _HALF_OF_ONE.match(view, pos)
    if half is not None:
        return Numeral(pos, half.end(), 0.5, "words")
    numbers = load_vocabulary().numbers
    if word.group().lower() not in _OPENERS:
        return _sum_words(view, pos, pos, Decimal(0), numbers)
    part = _PART.match(view, pos)
    scale = _WORD.match(view, part.end()) if part else None
    if part is None or scale is None or scale.group().lower() not in numbers.scales:
        return None
    return _sum_words(view, pos, part.end(), _PARTS.get((part.group("part") or "").lower(), Decimal(1)), numbers)


@cache
def _word_openers() -> frozenset[str]:
    return _OPENERS.union(load_vocabulary().numbers.small)


def _sum_words(view: str, start: int, pos: int, current: Decimal, numbers: Numbers) -> Numeral | None:
    """Add up number words from `pos` on, as far as they make one number: `twenty five million`."""
    total, room, ceiling, end = Decimal(0), _room(current), Decimal("1e30"), start
    while (match := _WORD.match(view, pos)) is not None:
        word = match.group().lower()
        small, scale = numbers.small.get(word), numbers.scales.get(word)
        if small is not None and small < room:
            current, room = current + small, _room(Decimal(small))
        elif scale is not None and current and scale < ceiling:
            if scale <= 100:
                current, room = current * scale, 100
            else:
                total, current, room, ceiling = total + current * scale, Decimal(0), 1000, Decimal(scale)
        else:
            break
        end = match.end()
        half = _AND_A_HALF.match(view, end)
        if half is not None:
            current, end = current + Decimal("0.5"), half.end()
        joint = _JOINT.match(view, end)
        if joint is None or ("and" in joint.group() and room < 100):
            break
        pos = joint.end()
    return Numeral(start, end, float(total + current), "words") if end > start else None


def _room(small: Decimal) -> int:
    """Return below what the next number word must stay to belong to this number."""
    if not small:
        return 1000
    return 10 if small >= 20 and small % 10 == 0 else 0


def _read_han(view: str, pos: int) -> Numeral | None:
    match = _HAN.match(view, pos)
    if match is None or (pos and view[pos - 1] in _HAN_BEFORE):
        return None
    written = match.group()
    if written == "半":
        return Numeral(pos, match.end(), 0.5, "han")
    numbers = load_vocabulary().numbers
    whole, _, decimals = written.partition("点")
    value = _han_value(whole, numbers)
    if value is None:
        return None
    if decimals:
        value = _with_decimals(value, decimals, numbers)
    return Numeral(pos, match.end(), float(value), "han", is_bare=written[0] in "百千万亿")


def _with_decimals(value: Decimal, decimals: str, numbers: Numbers) -> Decimal:
    digits = decimals.rstrip("百千万亿")
    value += Decimal("0." + "".join(str(numbers.han_digits[digit]) for digit in digits))
    for scale in decimals[len(digits) :]:
        value *= numbers.han_scales[scale]
    return value


def _han_value(written: str, numbers: Numbers) -> Decimal | None:
    """Return the value of 一亿五千万 or 二〇三一; two bare digits side by side (三五) are no number."""
    if len(written) > 1 and all(char in numbers.han_digits for char in written):
        digits = "".join(str(numbers.han_digits[char]) for char in written)
        return Decimal(digits) if len(written) == 4 else None
    total, section, digit = Decimal(0), Decimal(0), Decimal(0)
    for i, char in enumerate(written):
        if char in numbers.han_digits:
            digit = Decimal(numbers.han_digits[char])
        elif numbers.han_scales[char] < 10_000:
            section, digit = section + (digit or 1) * numbers.han_scales[char], Decimal(0)
        elif char == "万":
            total, section, digit = total + (section + digit or _bare(i)) * 10_000, Decimal(0), Decimal(0)
        else:
            total, section, digit = (total + section + digit or _bare(i)) * 100_000_000, Decimal(0), Decimal(0)
    return total + section + digit


def _bare(i: int) -> Decimal:
    return Decimal(1 if i == 0 else 0)


def _han_steps(written: str, value: Decimal, tail: str) -> Decimal:
    """Return the value of digits with Chinese magnitudes: 5000万, 3千万, 1亿5000万."""
    scales = load_vocabulary().numbers.han_scales
    total = Decimal(0)
    for step in _HAN_STEP.finditer("1" + tail.lstrip()):
        amount = value if step.start() == 0 else Decimal(step.group(1))
        for char in step.group(2):
            amount *= scales[char]
        total += amount
    return total
