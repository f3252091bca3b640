"""What the structure of a text is read from: the view with disguised letters and shouting evened out.

Each index still points into the view. The words of a clause are taken from the view itself.
"""

import re

from classifier.normalize import normalize_look_alikes

_CAPITALS_SHARE, _MIN_LETTERS = 0.95, 200
_LINE = re.compile(r"[^\n]+")
_MARKER = r"(?:[-*•#]{1,6}[ \t]{1,8}|[(（]?[a-z\d]{1,4}(?:\.\d{1,3}){0,4}[.)）]\s{1,8})?"
_SENTENCE_START = re.compile(
    rf"(?:\A|(?<=\n))[ \t]*+{_MARKER}[\"'“‘(\[]?[a-z]|[.!?]['\"”’)\]]{{0,2}}\s{{1,8}}[\"“(]?[a-z]"
)
_WORD_START = re.compile(r"(?<![^\W_])(?<!')[a-z]")
_NUMBERED = re.compile(r"\s*(?:(?:section|article|part)\s)?[\divx]{1,5}(?:\.\d{1,3}){0,4}(?:[.)]\s*|\s+)[a-z]", re.I)
_MAX_TITLE_WORDS = 8
_STOPS = ".:;,!?"


def shape_view(view: str) -> str:
    """Return a view of the same length in which letters look like what they are read as."""
    return _lower_voice(normalize_look_alikes(view))


def _lower_voice(view: str) -> str:
    """Give a text that is written in capitals throughout the letter case of prose.

    Where everything is in capitals they tell neither headings from sentences nor where a sentence opens.
    """
    upper = sum(map(str.isupper, view))
    if upper < _MIN_LETTERS or upper < _CAPITALS_SHARE * (upper + sum(map(str.islower, view))):
        return view
    # Not str.lower() of the whole: it turns some letters into two.
    lower = "".join(char.lower() if char.isascii() else char for char in view)
    return _LINE.sub(_as_title, _SENTENCE_START.sub(lambda match: match[0][:-1] + match[0][-1].upper(), lower))


def _as_title(match: re.Match[str]) -> str:
    """Capitalise the words of a short line that opens a paragraph or is numbered, as a heading has them."""
    line, text = match[0], match.string
    opens = text[max(0, match.start() - 2) : match.start()] in {"", "\n", "\n\n"} or _NUMBERED.match(line)
    words = line.split()
    if not opens or len(words) > _MAX_TITLE_WORDS or any(word[-1] in _STOPS for word in words[1:]):
        return line
    return _WORD_START.sub(lambda found: found[0].upper(), line)
