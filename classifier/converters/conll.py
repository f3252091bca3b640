"""CoNLL-2003: a token a line, its label in the last column in BIO, a blank line after each sentence.

Columns are parted by white space, or by tabs where a line has one. A `-DOCSTART-` line opens a
document, whose sentences become its lines; in a file without such lines every sentence is a
document of its own. Several labels of one span stand in one tag, parted by `|`. The format holds
no white space: a text that is written and read again is the same but for its spaces.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from classifier.annotations import Problem, summarize
from classifier.converters.files import Entry, collect, read_text, write_bytes
from classifier.converters.spans import Span, SpanDocument, file_labels, merge_spans
from classifier.errors import AnnotationError

_DOCUMENT_START = "-DOCSTART-"
_LABEL_SIGN = "|"
_OUTSIDE = "O"
_INSIDE = frozenset("IELM")
"""First signs of tags that may go on a span; those besides I are of BIOES, BILOU and BMES."""
_TAG = re.compile(r"([BIELMSU])-(.+)", re.S)
_COLUMNS = re.compile(r"[ \t]+")
_CJK = "\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+(?:[-'’./][^\W{_CJK}]+)*|[^\w\s]")
_IS_CJK = re.compile(rf"[{_CJK}]")
_CLOSING, _OPENING = frozenset(".,;:!?%)]}”»"), frozenset("([{“«")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    prefix: str
    labels: tuple[str, ...]


_Sentence = list[_Token]


@dataclass(slots=True)
class _Block:
    """The sentences of a document, and the number of the line it begins at."""

    line: int
    sentences: list[_Sentence]


def read(path: Path) -> list[SpanDocument]:
    """Read a file of tagged tokens; a tag that goes on where nothing began opens a span, as in IOB1.

    Raises:
        AnnotationError: The file cannot be read, or the last column of a line is no tag.
    """
    entries = (
        Entry(f"{path}:{block.line}", f"line {block.line}", block.sentences)
        for block in _blocks(path)
        if any(block.sentences)
    )
    return collect(entries, lambda entry: _document(entry.raw, entry.name))


def _blocks(path: Path) -> list[_Block]:
    blocks: list[_Block] = []
    problems: list[Problem] = []
    lines = [line.strip(" \t\r") for line in read_text(path).removeprefix("\ufeff").split("\n")]
    whole = any(map(_opens, lines))
    follows = False
    for number, line in enumerate(lines, 1):
        if _opens(line) or (line and not follows and not (whole and blocks)):
            blocks.append(_Block(number, []))
        if line and not follows:
            blocks[-1].sentences.append([])
        follows = bool(line) and not _opens(line)
        if follows:
            try:
                blocks[-1].sentences[-1].append(_token(line))
            except ValueError as error:
                problems.append(Problem(f"{path}:{number}", str(error)))
    if problems:
        raise AnnotationError(summarize(problems))
    return blocks


def _opens(line: str) -> bool:
    return line.startswith(_DOCUMENT_START)


def _token(line: str) -> _Token:
    columns = line.split("\t") if "\t" in line else _COLUMNS.split(line)
    text, tag = columns[0].strip(), columns[-1].strip()
    match = _TAG.fullmatch(tag)
    if len(columns) < 2 or not text or (match is None and tag != _OUTSIDE):
        raise ValueError(f"the last column is {tag[:40]!r}; it must be O, B-LABEL or I-LABEL, after a token")
    if match is None:
        return _Token(text, _OUTSIDE, ())
    labels = tuple(match[2].split(_LABEL_SIGN))
    if not all(labels):
        raise ValueError(f"a label is empty in {tag[:40]!r}")
    return _Token(text, match[1], labels)


def _document(sentences: Sequence[_Sentence], name: str) -> SpanDocument:
    text = ""
    spans: list[Span] = []
    for sentence in filter(None, sentences):
        text += "\n" if text else ""
        previous: _Token | None = None
        for token in sentence:
            text += _gap(previous, token)
            start, text = len(text), text + token.text
            if token.prefix in _INSIDE and previous is not None and previous.labels == token.labels:
                spans[-1] = Span(spans[-1].start, len(text), token.labels)
            elif token.labels:
                spans.append(Span(start, len(text), token.labels))
            previous = token
    return SpanDocument(name, text, merge_spans(spans))


def _gap(left: _Token | None, right: _Token) -> str:
    """Return what stood between two tokens, as far as their signs tell."""
    if left is None or left.text[-1] in _OPENING or right.text[0] in _CLOSING:
        return ""
    return "" if _IS_CJK.match(left.text[-1]) and _IS_CJK.match(right.text[0]) else " "


def write(documents: Sequence[SpanDocument], path: Path) -> None:
    """Write the documents in four columns, the middle ones empty; lines of a text become sentences.

    Raises:
        AnnotationError: Spans overlap or hold no words, or a label holds white space or `|`.
    """
    lines: list[str] = []
    for document in documents:
        try:
            for line in (f"{_DOCUMENT_START} -X- -X- {_OUTSIDE}", "", *_lines(document), ""):
                if line or lines[-1]:
                    lines.append(line)
        except ValueError as error:
            raise AnnotationError(f"{document.name!r}: {error}") from error
    write_bytes(path, "".join(f"{line}\n" for line in lines).encode())


def _lines(document: SpanDocument) -> Iterator[str]:
    _check_spans(document)
    text, at = document.text, 0
    for span in document.spans:
        yield from _outside(text[at : span.start])
        tag = _LABEL_SIGN.join(file_labels(span))
        for number, token in enumerate(_TOKEN.findall(text, span.start, span.end)):
            yield f"{token} -X- _ {'I' if number else 'B'}-{tag}"
        at = span.end
    yield from _outside(text[at:])


def _outside(text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield ""
        yield from (f"{token} -X- _ {_OUTSIDE}" for token in _TOKEN.findall(line))


def _check_spans(document: SpanDocument) -> None:
    for before, after in pairwise(document.spans):
        if after.start < before.end:
            raise ValueError(
                f"spans {before.start}-{before.end} and {after.start}-{after.end} overlap, "
                "which BIO cannot hold; use another format"
            )
    for span in document.spans:
        if not _TOKEN.search(document.text, span.start, span.end):
            raise ValueError(f"span {span.start}-{span.end} holds no words; delete it")
    _check_labels(label for span in document.spans for label in span.labels)


def _check_labels(labels: Iterable[str]) -> None:
    for label in labels:
        if _LABEL_SIGN in label or any(map(str.isspace, label)):
            raise ValueError(f"label {label!r} holds white space or {_LABEL_SIGN!r}; rename it")
