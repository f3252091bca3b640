import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.converters import Span, SpanDocument, read_format, write_format
from classifier.converters.spans import merge_spans
from classifier.errors import AnnotationError


def read(tmp_path, content):
    path = tmp_path / "rules.bio"
    path.write_text(content, encoding="utf-8", newline="")
    return read_format(path, "conll")


def quoted(doc):
    return [(doc.text[span.start : span.end], span.labels) for span in doc.spans]


# Reading


def test_every_sentence_is_a_document_where_none_is_marked(tmp_path):
    first, second = read(tmp_path, "Keep B-noise\nquiet I-noise\n. I-noise\n\nNo B-food\nsoup I-food\n! O\n")
    assert (first.name, first.text, quoted(first)) == ("line 1", "Keep quiet.", [("Keep quiet.", ("noise",))])
    assert (second.name, second.text, quoted(second)) == ("line 5", "No soup!", [("No soup", ("food",))])


def test_marked_documents_hold_their_sentences_as_lines(tmp_path):
    content = (
        "-DOCSTART- -X- O O\n\nRules NN B-NP O\n\nBe VB B-VP B-noise\nquiet JJ B-ADJP I-noise\n\n-DOCSTART- -X- O O\n"
    )
    (doc,) = read(tmp_path, content)
    assert (doc.text, quoted(doc)) == ("Rules\nBe quiet", [("Be quiet", ("noise",))])


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        pytest.param("B-x I-x O", ["a b"], id="bio"),
        pytest.param("B-x B-x O", ["a", "b"], id="two-spans-of-one-label"),
        pytest.param("I-x I-x O", ["a b"], id="iob1"),
        pytest.param("O I-x I-y", ["b", "c"], id="inside-of-another-label"),
        pytest.param("B-x E-x S-x", ["a b", "c"], id="bioes"),
        pytest.param("B-x L-x U-x", ["a b", "c"], id="bilou"),
        pytest.param("B-x M-x E-x", ["a b c"], id="bmes"),
    ],
)
def test_ways_of_tagging(tmp_path, tags, spans):
    (doc,) = read(tmp_path, "\n".join(map("\t".join, zip("abc", tags.split(" "), strict=True))))
    assert [words for words, _ in quoted(doc)] == spans


def test_several_labels_stand_in_one_tag(tmp_path):
    (doc,) = read(tmp_path, "Return B-loans|fines\nit I-loans|fines\n")
    assert quoted(doc) == [("Return it", ("loans", "fines"))]


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["Ask", "(", "twice", ")", ",", "then", "go", "."], "Ask (twice), then go."),
        (["不", "得", "喧", "哗", "。"], "不得喧哗。"),
        (["非", "商", "业", "use", "only"], "非商业 use only"),
    ],
)
def test_tokens_are_joined_as_a_reader_would(tmp_path, tokens, text):
    (doc,) = read(tmp_path, "".join(f"{token} O\n" for token in tokens))
    assert doc.text == text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_a_byte_order_mark_are_no_part_of_the_text(tmp_path, end):
    (doc,) = read(tmp_path, end.join(["\ufeffKeep\tB-noise", "quiet\tI-noise", "", ""]))
    assert quoted(doc) == [("Keep quiet", ("noise",))]


@pytest.mark.parametrize("content", ["", "\n\n", "-DOCSTART- O\n\n-DOCSTART- O\n"])
def test_an_empty_file_holds_no_document(tmp_path, content):
    assert read(tmp_path, content) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("quiet", "rules.bio:2: the last column is 'quiet'; it must be O, B-LABEL or I-LABEL"),
        ("quiet noise", "rules.bio:2: the last column is 'noise'"),
        ("quiet B-", "rules.bio:2: the last column is 'B-'"),
        ("quiet X-noise", "rules.bio:2: "),
        ("\tB-noise", "rules.bio:2: "),
        ("quiet B-noise||food", "rules.bio:2: a label is empty"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, words):
    with pytest.raises(AnnotationError, match=words.replace("|", r"\|")):
        read(tmp_path, f"Keep O\n{line}\n")


def test_every_bad_line_is_named(tmp_path):
    with pytest.raises(AnnotationError) as caught:
        read(tmp_path, "a\n\nb O\nc\n")
    assert [line.split(":")[1] for line in str(caught.value).split("\n")] == ["1", "4"]


# Writing


def test_the_columns_are_those_of_conll_2003(tmp_path):
    doc = SpanDocument("rules", "Rules\nKeep quiet. Thanks.", (Span(6, 17, ("noise", "hours")),))
    write_format([doc], tmp_path / "rules.bio", "conll")
    assert (tmp_path / "rules.bio").read_text().splitlines() == [
        "-DOCSTART- -X- -X- O",
        "",
        "Rules -X- _ O",
        "",
        "Keep -X- _ B-noise|hours",
        "quiet -X- _ I-noise|hours",
        ". -X- _ I-noise|hours",
        "Thanks -X- _ O",
        ". -X- _ O",
        "",
    ]


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([Span(0, 8, ("a",)), Span(4, 10, ("b",))], "'rules': spans 0-8 and 4-10 overlap"),
        ([Span(10, 11, ("a",))], "'rules': span 10-11 holds no words"),
        ([Span(0, 4, ("a b",))], "label 'a b' holds white space"),
        ([Span(0, 4, ("a|b",))], r"label 'a\|b' holds"),
    ],
)
def test_what_bio_cannot_hold_is_not_written(tmp_path, spans, words):
    with pytest.raises(AnnotationError, match=words):
        write_format([SpanDocument("rules", "Keep quiet ", tuple(spans))], tmp_path / "rules.bio", "conll")
    assert not list(tmp_path.iterdir())


# Round trips


def squeeze(doc):
    """Return the text without white space, and the spans in it."""

    def place(offset):
        return len("".join(doc.text[:offset].split()))

    return "".join(doc.text.split()), [(place(span.start), place(span.end), span.labels) for span in doc.spans]


@st.composite
def documents(draw):
    text = draw(
        st.one_of(
            st.text(st.sampled_from("ab,.( 。中文😀é\n\r\t\u2028\u3000\\-"), min_size=1, max_size=40),
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
        ).filter(str.strip)
    )
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    places = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if text[a:b].strip()]
    labels = st.lists(st.sampled_from(["noise", "house.rule", "条款😀"]), unique=True, max_size=2)
    return SpanDocument("doc", text, merge_spans(Span(a, b, tuple(draw(labels))) for a, b in places))


@settings(deadline=None)
@given(docs=st.lists(documents(), min_size=1, max_size=3))
def test_documents_survive_but_for_their_white_space(docs, tmp_path_factory):
    path = tmp_path_factory.mktemp("trip") / "file"
    write_format(docs, path, "conll")
    assert list(map(squeeze, read_format(path, "conll"))) == list(map(squeeze, docs))


@settings(deadline=None)
@given(content=st.text(st.sampled_from("aB-xIO|\t\n -DOCSTR中😀"), max_size=60))
def test_any_file_is_read_or_refused(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_text(content, encoding="utf-8", newline="")
    try:
        found = read_format(path, "conll")
    except AnnotationError as error:
        assert str(path) in str(error)  # noqa: PT017 - a good file raises nothing
    else:
        assert all(doc.text.strip() for doc in found)
