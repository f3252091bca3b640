"""Make hostile text harmless: a license, a file name or a label can hold anything."""

import json
import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LONGEST_WORD = 25
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def clean(text: str) -> str:
    """Remove terminal control and bidirectional characters and lone surrogates: a license is hostile input."""
    return _CONTROL.sub("", text)


def encodable(text: str) -> str:
    """Return the text with lone surrogates, which UTF-8 cannot hold, replaced by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return clean text on one line, white space collapsed."""
    return " ".join(clean(encodable(text)).split())


def shorten(text: str, limit: int) -> str:
    """Cut a text that is longer than the limit, between words where it has some; an ellipsis ends it."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    word_end = cut.rfind(" ", max(0, limit - _LONGEST_WORD))
    return (cut[:word_end] if word_end > 0 else cut).rstrip() + "…"


def dump_json(value: object, *, indent: int | None = 2) -> str:
    """Return JSON in which control and bidirectional characters and surrogates are escaped, without a last line end.

    Args:
        value: Plain JSON values.
        indent: The blanks of one level; None puts all on one line.
    """
    # Outside strings JSON is ASCII without such characters, so each match stands inside a string.
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
