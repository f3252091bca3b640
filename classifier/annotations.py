"""Gold rows: reading them, checking them against the texts they point into.

A row is one JSON object on one line. A stand-off row names a text of the corpus and a span in it:
`{"doc", "sha256", "start", "end", "labels", "annotator", "pass", "note"}`; a written row carries its
clause inline: `{"source": "written", "text", "heading", "lead_in", "labels", "lang", "register",
"annotator", "pass", "note"}`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from classifier.datamodels import text_sha256
from classifier.errors import AnnotationError
from classifier.labels import OTHER, load_labels

WRITTEN = "written"

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled clause and where it stands.

    `doc` is "" for a written row, whose text, heading path and lead-in are inline; a stand-off row
    has `start`/`end` (code points, half-open) into the text with this `sha256`. `pass_number` is 1
    for the first reading, 2 for a blind second one. `propagated` tells that the labels were taken
    over from an equal clause in equal context that a reader labelled.
    """

    labels: tuple[str, ...]
    annotator: str
    pass_number: int
    note: str = ""
    doc: str = ""
    sha256: str = ""
    start: int = 0
    end: int = 0
    propagated: bool = False
    text: str = ""
    heading: tuple[str, ...] = ()
    lead_in: str = ""
    lang: str = ""
    register: str = ""
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row, and where: `place` is "file:line"."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def read_rows(paths: Iterable[Path], *, known_labels: bool = True) -> list[Row]:
    """Read gold rows from JSON Lines files; labels renamed since are brought up to date.

    Args:
        paths: The files.
        known_labels: Refuse labels that are not in the packaged label set.

    Raises:
        AnnotationError: A row is malformed; the message names every bad place, ten at most.
    """
    return read_json_lines(paths, lambda raw, place: _parse(raw, place, known_labels=known_labels))


def read_json_lines(paths: Iterable[Path], parse: Callable[[object, str], T]) -> list[T]:
    """Read JSON Lines files.

    Args:
        paths: The files.
        parse: Makes something of the JSON value of a line and its place.

    Raises:
        AnnotationError: A file cannot be read or lines are malformed; the message names every bad place, ten at most.
    """
    lines = ((f"{path}:{number}", line) for path in paths for number, line in split_lines(_read(path)))
    return parse_each(lines, lambda line, place: parse(load_json(line), place))


def split_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number of each line that is not blank, from 1, and the line."""
    # Not splitlines(): U+2028 inside a JSON string is no line end.
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def load_json(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value.

    Raises:
        ValueError: The text is no JSON, or nested without reason.
    """
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error


def parse_each(entries: Iterable[tuple[str, T]], parse: Callable[[T, str], U]) -> list[U]:
    """Parse every (place, entry).

    Raises:
        AnnotationError: Entries are malformed; the message names every bad place, ten at most.
    """
    parsed, problems = [], []
    for place, entry in entries:
        try:
            parsed.append(parse(entry, place))
        except (ValueError, KeyError, TypeError) as error:
            problems.append(Problem(place, reason_of(error)))
    if problems:
        raise AnnotationError(summarize(problems))
    return parsed


def summarize(problems: list[Problem]) -> str:
    """Return the first ten problems, one a line, and how many more there are."""
    shown = "\n".join(map(str, problems[:10]))
    return shown + (f"\n... and {len(problems) - 10} more" if len(problems) > 10 else "")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AnnotationError(f"{path}: cannot be read ({error})") from error


def reason_of(error: Exception) -> str:
    """Return what is wrong with a value, in words; a `KeyError` names a missing field."""
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


def _parse(raw: object, place: str, *, known_labels: bool) -> Row:
    if not isinstance(raw, dict):
        raise TypeError("expected a JSON object")
    common: dict[str, Any] = {
        "labels": check_labels(raw["labels"], known_labels=known_labels),
        "annotator": str(raw["annotator"]),
        "pass_number": _integer(raw, "pass"),
        "note": str(raw.get("note", "")),
        "place": place,
    }
    if raw.get("source") == WRITTEN:
        if not isinstance(raw["text"], str) or not raw["text"].strip():
            raise ValueError("text is empty")
        return Row(
            text=raw["text"],
            heading=tuple(map(str, raw.get("heading", ()))),
            lead_in=str(raw.get("lead_in", "")),
            lang=str(raw.get("lang", "")),
            register=str(raw.get("register", "")),
            **common,
        )
    start, end = _integer(raw, "start"), _integer(raw, "end")
    if not 0 <= start < end:
        raise ValueError(f"span {start}-{end} is empty or negative")
    return Row(
        doc=str(raw["doc"]),
        sha256=str(raw["sha256"]),
        start=start,
        end=end,
        propagated=bool(raw.get("propagated", False)),
        **common,
    )


def _integer(raw: Mapping[str, Any], name: str) -> int:
    value = raw[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}, not a whole number")
    return value


def check_labels(raw: object, *, known_labels: bool) -> tuple[str, ...]:
    """Return the labels of one clause by their present ids.

    Raises:
        TypeError: The value is no list of labels.
        ValueError: A label is repeated, unknown, or does not bear company.
    """
    if not isinstance(raw, list) or not raw or not all(isinstance(label, str) and label for label in raw):
        raise TypeError("labels must be a list of label ids, at least one")
    label_set = load_labels()
    labels = tuple(label_set.current_id(label) for label in raw)
    if len(set(labels)) != len(labels):
        raise ValueError(f"labels repeat: {', '.join(labels)}")
    if OTHER in labels and len(labels) > 1:
        raise ValueError(f"{OTHER} stands beside another label")
    unknown = [label for label in labels if known_labels and label not in label_set]
    if unknown:
        raise ValueError(f"unknown label {unknown[0]!r}; `osdlint labels` lists the known ones")
    return labels


def check_rows(rows: Iterable[Row], text_of: Callable[[str], str]) -> list[Problem]:
    """Check stand-off rows against their texts: hash, bounds, word borders, overlaps.

    Args:
        rows: The rows; written ones are passed over.
        text_of: Returns the text of a document key, or raises `KeyError` or `OsdlintError`.
    """
    problems: list[Problem] = []
    taken: dict[tuple[str, int, str], list[Row]] = {}
    for row in rows:
        if row.doc:
            taken.setdefault((row.doc, row.pass_number, row.annotator if row.pass_number > 1 else ""), []).append(row)
    for (doc, _, _), group in taken.items():
        problems += _check_document(doc, group, text_of)
    return problems


def _check_document(doc: str, rows: list[Row], text_of: Callable[[str], str]) -> Iterator[Problem]:
    try:
        text = text_of(doc)
    except Exception as error:
        yield Problem(rows[0].place, f"document {doc!r} cannot be read ({error})")
        return
    digest = text_sha256(text)
    previous: Row | None = None
    for row in sorted(rows, key=lambda row: row.start):
        if row.sha256 != digest:
            yield Problem(row.place, f"sha256 {row.sha256[:12]}... is not that of {doc!r} ({digest[:12]}...)")
        if row.end > len(text):
            yield Problem(row.place, f"span {row.start}-{row.end} ends after the text ({len(text)} characters)")
        elif cuts_word(text, row.start) or cuts_word(text, row.end):
            yield Problem(row.place, f"span {row.start}-{row.end} cuts a word of {doc!r}")
        if previous is not None and row.start < previous.end:
            yield Problem(row.place, f"span {row.start}-{row.end} overlaps the one at {previous.place}")
        previous = row


def cuts_word(text: str, offset: int) -> bool:
    """Tell whether an offset falls between two Latin letters or digits."""
    around = text[max(0, offset - 1) : offset + 1]
    return len(around) == 2 and all(ch.isalnum() and ch.isascii() for ch in around)


def to_json(row: Row) -> str:
    """Return a row as one line of JSON, without a line end."""
    tail = {"labels": list(row.labels), "annotator": row.annotator, "pass": row.pass_number}
    note = {"note": row.note} if row.note else {}
    if not row.doc:
        head = {"source": WRITTEN, "text": row.text, "heading": list(row.heading), "lead_in": row.lead_in}
        return json.dumps({**head, "lang": row.lang, "register": row.register, **tail, **note}, ensure_ascii=False)
    span: dict[str, Any] = {"doc": row.doc, "sha256": row.sha256, "start": row.start, "end": row.end}
    mark = {"propagated": True} if row.propagated else {}
    return json.dumps({**span, **tail, **mark, **note}, ensure_ascii=False)
