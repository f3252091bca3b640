"""spaCy: a `DocBin` file with the spans in `doc.spans["clauses"]`; needs the extra `spacy`."""

import re
import zlib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from classifier.converters.files import MAX_BYTES, Entry, collect, read_bytes, write_bytes
from classifier.converters.spans import Span, SpanDocument, file_labels, merge_spans
from classifier.errors import AnnotationError, MissingExtraError

SPANS_KEY = "clauses"
_NAME_KEY = "name"
_TOKEN = re.compile(r"\w+|\s|[^\w\s]")


def _check_extra() -> None:
    if find_spec("spacy") is None:
        raise MissingExtraError("the format spacy needs spaCy; install it with `pip install 'osdlint[spacy]'`")


def read(path: Path) -> list[SpanDocument]:
    """Read the documents of a `.spacy` file.

    Raises:
        AnnotationError: The file is no DocBin, or a document has its spans under another key.
        MissingExtraError: spaCy is not installed.
    """
    _check_extra()
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    data = read_bytes(path)
    try:
        docs = list(DocBin().from_bytes(_capped(data)).get_docs(Vocab()))
    except Exception as error:  # damaged bytes make spaCy fail in any way
        raise AnnotationError(f"{path}: no sound DocBin ({error}); write it with `DocBin.to_disk`") from error
    entries = (Entry(f"{path}: document {number}", f"document {number}", doc) for number, doc in enumerate(docs, 1))
    return collect(entries, _document)


def _capped(data: bytes) -> bytes:
    """Refuse data that unpacks to more than any file of annotations has."""
    unpacked = zlib.decompressobj()
    unpacked.decompress(data, MAX_BYTES)
    if unpacked.unconsumed_tail:
        raise ValueError(f"unpacks to more than {MAX_BYTES:,} bytes")
    return data


def _document(entry: Entry[Any]) -> SpanDocument:
    doc = entry.raw
    if SPANS_KEY not in doc.spans and len(doc.spans):
        raise ValueError(f"the spans are under {', '.join(map(repr, doc.spans))}; put them under {SPANS_KEY!r}")
    group = doc.spans.get(SPANS_KEY, ())
    spans = merge_spans(Span(span.start_char, span.end_char, (span.label_,)) for span in group)
    name = doc.user_data.get(_NAME_KEY)
    return SpanDocument(name if isinstance(name, str) and name else entry.name, doc.text, spans)


def write(documents: Sequence[SpanDocument], path: Path) -> None:
    """Write a `.spacy` file; several labels are several spans of equal place.

    Raises:
        AnnotationError: The file cannot be written.
        MissingExtraError: spaCy is not installed.
    """
    _check_extra()
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocab = Vocab()
    docs = [_doc(document, vocab) for document in documents]
    write_bytes(path, DocBin(attrs=(), store_user_data=True, docs=docs).to_bytes())


def _doc(document: SpanDocument, vocab: Any) -> Any:  # noqa: ANN401 - spaCy is optional
    from spacy.tokens import Doc

    words, spaces = _tokens(document)
    doc = Doc(vocab, words=words, spaces=spaces, user_data={_NAME_KEY: document.name})
    doc.spans[SPANS_KEY] = [
        doc.char_span(span.start, span.end, label) for span in document.spans for label in file_labels(span)
    ]
    return doc


def _tokens(document: SpanDocument) -> tuple[list[str], list[bool]]:
    """Cut the text into words, and cut them again at the borders of spans, so that every span is whole tokens."""
    starts, ends = ({getattr(span, side) for span in document.spans} for side in ("start", "end"))
    words: list[str] = []
    spaces: list[bool] = []
    for start, word in _pieces(document.text, sorted({0, *starts, *ends, len(document.text)})):
        follows = word == " " and bool(words) and not spaces[-1]
        if follows and start not in starts and start + 1 not in ends:
            spaces[-1] = True
        else:
            words.append(word)
            spaces.append(False)
    return words, spaces


def _pieces(text: str, borders: list[int]) -> Iterator[tuple[int, str]]:
    for start, end in pairwise(borders):
        for match in _TOKEN.finditer(text, start, end):
            yield match.start(), match.group()
