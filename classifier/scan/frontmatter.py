"""Read the license fields in the YAML front matter of a model card, and nothing else.

Few fields in few forms are needed: the reader takes scalars and flat lists, and names the place of what it
does not take. Anchors, tags and nested values cannot be followed, and so cannot be used against it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from classifier.errors import MetadataError
from classifier.scan.values import Declaration, Problem

FIELDS = frozenset({"license", "license_name", "license_link", "license_file", "base_model"})
MAX_CHARS = 200_000
MAX_ITEMS = 100
_MAX_SCALAR = 2000

_KEY = re.compile(r"(?P<quote>[\"']?)(?P<key>[A-Za-z_][\w.-]{0,100})(?P=quote)[ \t]*:(?:[ \t]+(?P<value>.*))?$")
_ITEM = re.compile(r"[ ]*-(?:[ \t]+(?P<value>.*))?$")
_BLOCK = re.compile(r"[|>][-+]?(?:[ \t]+#.*|[ \t]*)$")
_COMMENT = re.compile(r"(?:^|[ \t])#.*$")
_DOUBLE_QUOTED = re.compile(r"\"(?P<text>(?:[^\"\\]|\\[\"\\/])*)\"[ \t]*(?:[ \t]#.*)?$")
_SINGLE_QUOTED = re.compile(r"'(?P<text>(?:[^']|'')*)'[ \t]*(?:[ \t]#.*)?$")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = frozenset({"true", "false", "yes", "no", "on", "off"})
_REFUSED = {
    "&": "an anchor",
    "*": "an alias",
    "!": "a tag",
    "{": "a mapping",
    "%": "a directive",
    "@": "a reserved sign",
    "`": "a reserved sign",
    "|": "a block",
    ">": "a block",
    "]": "a bracket that was not opened",
    "}": "a brace that was not opened",
    ",": "a comma",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A top-level field: its key, the words after the colon and the lines indented below."""

    key: str
    value: str
    line: int
    below: tuple[tuple[int, str], ...] = ()


def read_front_matter(text: str, source: str) -> tuple[list[Declaration], list[Problem]]:
    """Return what the front matter of a text declares, and a problem for each field that cannot be read."""
    lines = text[:MAX_CHARS].removeprefix("\ufeff").split("\n")
    if lines[0].rstrip() != "---":
        return [], []
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        message = f"{source}:1: the front matter is never closed; end it with a line `---`"
        return [], [Problem(source, MetadataError.code, message)]
    found: list[Declaration] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for entry in _entries([line.rstrip("\r") for line in lines[1:end]], source, problems):
        try:
            _refuse_repetition(entry, seen, source)
            if entry.key in FIELDS:
                found += _declarations(entry, source)
            else:
                _refuse_left_open(entry, source)
        except MetadataError as error:
            problems.append(Problem(source, error.code, str(error)))
    return found, problems


def _entries(lines: Sequence[str], source: str, problems: list[Problem]) -> Iterator[_Entry]:
    """Yield the fields of the top level; what is no field at all becomes a problem."""
    entry: _Entry | None = None
    below: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 2):
        match = _KEY.match(line)
        if match:
            if entry:
                yield replace(entry, below=tuple(below))
            entry, below = _Entry(match["key"], (match["value"] or "").strip(), number), []
        elif _is_below(line) and (entry or not line.strip() or line.startswith("#")):
            below.append((number, line))
        else:
            problems.append(_not_understood(source, number, line))
    if entry:
        yield replace(entry, below=tuple(below))


def _is_below(line: str) -> bool:
    """Tell a line that continues the field above: indented, an item, a comment or blank."""
    return not line.strip() or line[0] in " \t#" or _ITEM.match(line) is not None


def _not_understood(source: str, number: int, line: str) -> Problem:
    shown = line.strip()[:60]
    message = f"{source}:{number}: front matter: `{shown}` is no `field: value`; correct the YAML"
    return Problem(source, MetadataError.code, message)


def _refuse_repetition(entry: _Entry, seen: dict[str, int], source: str) -> None:
    first = seen.setdefault(entry.key, entry.line)
    if first != entry.line:
        raise MetadataError(f"{source}:{entry.line}: `{entry.key}` stands on line {first}, too; leave one of them")


def _refuse_left_open(entry: _Entry, source: str) -> None:
    """Refuse a list, mapping or quote of a field not wanted that is never closed: other readers take nothing then."""
    close = {"[": "]", "{": "}", '"': '"', "'": "'"}.get(entry.value[:1])
    if close and not any(close in words for words in (entry.value[1:], *(line for _, line in entry.below))):
        where = f"{source}:{entry.line}: `{entry.key}`"
        raise MetadataError(f"{where} opens {entry.value[0]} and never closes it; other readers refuse the whole block")


def _declarations(entry: _Entry, source: str) -> Iterator[Declaration]:
    for line, value in _values(entry, source):
        if value:
            quote = f"{entry.key}: {value}"
            yield Declaration(source, entry.key, value, quote[:_MAX_SCALAR], line)


def _values(entry: _Entry, source: str) -> list[tuple[int, str]]:
    """Return the scalars of a field with their lines."""
    where = f"{source}:{entry.line}: `{entry.key}`"
    below = [(number, line) for number, line in entry.below if line.strip() and not line.lstrip().startswith("#")]
    value = "" if entry.value.startswith("#") else entry.value
    if any("\t" in line[: len(line) - len(line.lstrip())] for _, line in below):
        raise MetadataError(f"{where} is indented with a tab, which YAML forbids; use blanks")
    if _BLOCK.match(value):
        return [(entry.line, _block(value, [line for _, line in entry.below], where))]
    if value.startswith("[") and not below:
        return [(entry.line, item) for item in _flow_list(value, where)]
    if value and below:
        raise MetadataError(f"{where} goes on over several lines; write it on one line")
    if value:
        return [(entry.line, _scalar(value, where))]
    if len(below) > MAX_ITEMS:
        raise MetadataError(f"{where} has more than {MAX_ITEMS} items, which no card needs; shorten it")
    items = [(number, _ITEM.match(line)) for number, line in below]
    if len({len(line) - len(line.lstrip()) for _, line in below}) > 1 or not all(match for _, match in items):
        raise MetadataError(f"{where} holds nested values; write a value or a flat list")
    return [
        (number, _scalar((match["value"] or "").strip(), f"{source}:{number}: `{entry.key}`"))
        for number, match in items
        if match
    ]


def _block(value: str, lines: Sequence[str], where: str) -> str:
    """Return a block scalar, its lines joined."""
    if any(line.strip() and not line.startswith(" ") for line in lines):
        raise MetadataError(f"{where} holds a block that is not indented; write it on one line")
    return ("\n" if value[0] == "|" else " ").join(line.strip() for line in lines if line.strip())[:_MAX_SCALAR]


def _flow_list(value: str, where: str) -> list[str]:
    text = _COMMENT.sub("", value).strip()
    if not text.endswith("]") or any(sign in text[1:-1] for sign in "[]{}\"'&*!|>#") or ": " in text:
        raise MetadataError(f"{where} holds a list that is not read; write each item on a line of its own: `- item`")
    items = [item.strip() for item in text[1:-1].split(",")]
    if len(items) > MAX_ITEMS:
        raise MetadataError(f"{where} has more than {MAX_ITEMS} items, which no card needs; shorten it")
    if items and not items[-1]:
        items.pop()
    if any(not item or item[0] in ":?" for item in items):
        raise MetadataError(f"{where} holds an empty or unclear item; write each item on a line of its own: `- item`")
    return [_scalar(item, where) for item in items]


def _scalar(value: str, where: str) -> str:
    """Return the text of a scalar on one line.

    Raises:
        MetadataError: The value is not a string to YAML, or in a form that is not read.
    """
    if len(value) > _MAX_SCALAR:
        raise MetadataError(f"{where} is longer than {_MAX_SCALAR:,} characters; name the license, do not quote it")
    if value[:1] in ("'", '"'):
        return _quoted(value, where)
    value = _COMMENT.sub("", value).strip()
    if value in _NULL:
        return ""
    if value[0] in _REFUSED:
        raise MetadataError(f"{where} has {_REFUSED[value[0]]} ({value[0]}), which is not read; write the value out")
    if value.lower() in _BOOLEAN:
        raise MetadataError(f"{where} is `{value}`, a truth value to YAML; put the name into quotes")
    if ": " in value or value.endswith(":") or re.match(r"[-?:](?:\s|$)|\[", value):
        raise MetadataError(f"{where} is no plain value; put it into quotes")
    return value


def _quoted(value: str, where: str) -> str:
    match = (_DOUBLE_QUOTED if value[0] == '"' else _SINGLE_QUOTED).match(value)
    if match is None:
        raise MetadataError(
            f"{where} has a quote that is not closed on the line, or an escape; write the value plainly"
        )
    text = match["text"]
    return re.sub(r"\\(.)", r"\1", text) if value[0] == '"' else text.replace("''", "'")
