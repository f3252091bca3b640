from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.annotations import cuts_word
from classifier.cli.annotate import AnnotationFormat
from classifier.converters import FORMATS, Span, SpanDocument, read_format, write_format
from classifier.converters.spans import merge_spans
from classifier.errors import AnnotationError, UsageError

WITH_SPACY = pytest.param("spacy", marks=pytest.mark.skipif(find_spec("spacy") is None, reason="needs the extra spacy"))
EVERY = [WITH_SPACY if name == "spacy" else name for name in FORMATS]
EXACT = [name for name in EVERY if name != "conll"]
"""The formats that keep a text as it is."""
TEXT = "Grant 😀\nYou may copy it.\r\nYou may not sell it."
DOC = SpanDocument(
    "mini",
    TEXT,
    (Span(8, 24, ("permission.reproduce", "permission.use")), Span(26, 46, ("restriction.non-commercial",))),
)


# Round trips

labels = st.sampled_from(["permission.use", "use.military", "restriction.non-commercial", "house_rule", "条款😀"])
texts = st.one_of(
    st.text(st.sampled_from("ab, 。😀𝔘é\n\r\t\u2028\\n"), min_size=1, max_size=40),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
).filter(str.strip)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def is_clean(text, start, end):
    words = text[start:end]
    return words == words.strip() and not cuts_word(text, start) and not cuts_word(text, end)


@st.composite
def documents(draw, allowed=lambda text, start, end: True):
    text = draw(texts)
    places = [(s, e) for s in range(len(text)) for e in range(s + 1, len(text) + 1) if allowed(text, s, e)]
    spans = st.dictionaries(st.sampled_from(places), st.lists(labels, unique=True, max_size=3), max_size=4)
    found = draw(spans) if places else {}
    return SpanDocument(draw(names), text, merge_spans(Span(*at, tuple(found[at])) for at in found))


def many(strategy):
    return st.lists(strategy, max_size=3, unique_by=lambda doc: doc.name)


def round_trip(docs, folder, name, **options):
    write_format(docs, folder / "file", name, **options)
    return read_format(folder / "file", name)


@pytest.mark.parametrize("name", EXACT)
@settings(deadline=None)
@given(docs=many(documents(is_clean)).filter(bool))
def test_documents_survive_writing_and_reading(docs, name, tmp_path_factory):
    found = round_trip(docs, tmp_path_factory.mktemp("trip"), name)
    assert sorted(found, key=lambda doc: doc.name) == sorted(docs, key=lambda doc: doc.name)


@pytest.mark.parametrize("name", ["label-studio", "prodigy", WITH_SPACY])
@settings(deadline=None)
@given(docs=many(documents()))
def test_spans_of_any_place_survive_where_words_are_quoted(docs, name, tmp_path_factory):
    assert round_trip(docs, tmp_path_factory.mktemp("trip"), name) == docs


@pytest.mark.parametrize("name", EXACT)
def test_several_labels_stay_on_one_span(name, tmp_path):
    assert round_trip([DOC], tmp_path, name) == [DOC]


@pytest.mark.parametrize("name", EXACT)
def test_a_span_without_label_stays_without(name, tmp_path):
    doc = SpanDocument("mini", TEXT, (Span(8, 24), Span(26, 46, ("permission.use",))))
    assert round_trip([doc], tmp_path, name) == [doc]


@pytest.mark.parametrize("name", EXACT)
def test_a_document_without_spans_stays_one(name, tmp_path):
    doc = SpanDocument("mini", TEXT)
    assert round_trip([doc], tmp_path, name) == [doc]


# Every format


@pytest.mark.parametrize("name", EVERY)
def test_an_absent_file_is_named(tmp_path, name):
    with pytest.raises(AnnotationError, match="absent"):
        read_format(tmp_path / "absent", name)


@pytest.mark.parametrize("name", ["label-studio", "doccano", "prodigy", "conll"])
def test_a_file_that_is_no_utf8_is_named(tmp_path, name):
    (tmp_path / "file").write_bytes(b"\xff\xfe")
    with pytest.raises(AnnotationError, match="file: not UTF-8"):
        read_format(tmp_path / "file", name)


@pytest.mark.parametrize("name", EVERY)
def test_a_huge_file_is_refused(tmp_path, name, monkeypatch):
    monkeypatch.setattr("classifier.converters.files.MAX_BYTES", 5)
    (tmp_path / "file.txt").write_text("You may.")
    with pytest.raises(AnnotationError, match="larger than 5 bytes"):
        read_format(tmp_path / "file.txt", name)


@pytest.mark.parametrize(
    ("doc", "words"),
    [
        (SpanDocument("mini", "\n"), "'mini': the text is empty"),
        (SpanDocument("", "You may."), "a name or label is empty"),
        (SpanDocument("mini", "You may\udc00."), "half a surrogate pair stands at character 7"),
        (SpanDocument("mini", "You may.", (Span(0, 9, ("x",)),)), "span 0-9 is empty or outside"),
        (SpanDocument("mini", "You may.", (Span(0, 3, ("",)),)), "a name or label is empty"),
    ],
)
@pytest.mark.parametrize("name", EVERY)
def test_a_document_that_no_file_can_hold_is_not_written(tmp_path, name, doc, words):
    with pytest.raises(AnnotationError, match=words):
        write_format([doc], tmp_path / "file", name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("call", [lambda path: read_format(path, "word"), lambda path: write_format([], path, "word")])
def test_an_unknown_format_is_a_usage_error(tmp_path, call):
    with pytest.raises(UsageError, match="word: no such format; there are label-studio, "):
        call(tmp_path / "file")


@pytest.mark.parametrize("name", EVERY)
def test_a_place_that_cannot_be_written_is_named(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(AnnotationError, match="cannot be"):
        write_format([DOC], tmp_path / "file" / "inside", name)


def test_the_command_line_knows_every_format():
    assert [name.value for name in AnnotationFormat] == list(FORMATS)
