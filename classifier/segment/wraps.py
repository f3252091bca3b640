"""Tell the line ends that were meant from those where a sentence was only wrapped."""

import re

from classifier.segment.headings import SMALL_WORDS
from classifier.segment.lines import WIDE, Line

_COPYRIGHT = re.compile(r"(?:Portions )?(?:copyright[ \t]*(?:\(c\)|©|\d{4}|[\[<{])|©|\(c\)[ \t]*\d{4})|SPDX-", re.I)
_OPENS_NEW = re.compile(r"[\"'“‘(\[<©A-Z0-9\u4e00-\u9fff（《【「『〔０-９Ａ-Ｚ]")
_ITEM_ENDS = re.compile(r";(?: and| or| and/or)?$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FITS = 0.8
"""A line is broken on purpose when the next word would have ended before this share of the width."""
_LONG_LINE, _MIN_HAN_LINE = 80, 25
"""A line this long that ends without punctuation was cut, not ended."""
_GO_ON = frozenset("AND NOR OF OR THAN THAT WHICH WHO".split())
"""A line in capitals that opens with one of these opens no sentence."""
_STOPS = tuple(".:;!?。：；！？")


def is_copyright(line: Line) -> bool:
    """Tell a copyright notice, which is a unit on any line."""
    return line.text[:1] in "CcPpSs©(" and _COPYRIGHT.match(line.text) is not None


def is_meant(previous: Line, line: Line, width: int, *, is_first: bool = True) -> bool:
    """Tell whether the line end between two neighbouring lines was meant.

    Args:
        previous: The line above.
        line: The line below.
        width: The column at which the text was wrapped, or 0.
        is_first: The line above opens its paragraph.
    """
    if previous.is_code or line.is_code:
        return previous.is_code != line.is_code
    if "|" in (previous.text[0], line.text[0]) or (previous.is_row and line.is_row) or is_copyright(line):
        return True
    if not _OPENS_NEW.match(line.text):
        return False
    if is_copyright(previous):
        return True
    # In capitals any line after a semicolon looks like a new item.
    if line.text[0].isupper() and line.text[1:2].islower() and _ITEM_ENDS.search(previous.text):
        return True
    if _is_cut_short(previous.text, line.text) or _shouts_on(previous.text, line.text, is_first=is_first):
        return False
    used = previous.indent + len(previous.text)
    # Unwrapped source: a line is a paragraph.
    return not width or used > WIDE or used + 1 + _first_word(line.text) < width * _FITS


def _first_word(text: str) -> int:
    # Chinese can be wrapped after any character.
    return 1 if _HAN.match(text) else len(text[:WIDE].split(None, 1)[0])


def _is_cut_short(previous: str, following: str) -> bool:
    """Tell whether a line stops in the middle of a sentence, whatever its length."""
    if _HAN.match(previous[-1]):
        return len(previous) > _MIN_HAN_LINE and bool(_HAN.match(following))
    if previous.rsplit(None, 1)[-1].lower() in SMALL_WORDS or previous[-1] in ",，、":
        return True
    return len(previous) > _LONG_LINE and previous[-1].isalnum()


def _shouts_on(previous: str, following: str, *, is_first: bool) -> bool:
    """Tell whether a sentence in capitals goes on: there every line looks like a new one."""
    if previous.endswith(_STOPS) or not (previous.isupper() and following.isupper()):
        return False
    return not is_first or following.split(None, 1)[0] in _GO_ON
