import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.converters import Span
from classifier.converters.offsets import Mark, locate
from classifier.converters.spans import merge_spans

texts = st.one_of(
    st.text(st.sampled_from("ab, 。😀𝔘é\n\r\t\u2028\\n"), min_size=1, max_size=40),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
).filter(str.strip)


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


COUNTINGS = {
    "utf-16": (" 😀 ", utf16),
    "one-for-crlf": ("\r\n", lambda text: len(text.replace("\r\n", "\n"))),
    "two-for-lf": ("\n", lambda text: len(text.replace("\n", "\r\n"))),
    "utf-16-and-one-for-crlf": ("😀\r\n", lambda text: utf16(text.replace("\r\n", "\n"))),
    "utf-16-and-two-for-lf": ("😀\n", lambda text: utf16(text.replace("\n", "\r\n"))),
}


@st.composite
def places(draw, separator):
    """Draw a text of words that are all different, and spans of whole words."""
    count = draw(st.integers(2, 12))
    words = [f"word{n}" for n in range(count)]
    gaps = [separator, *(draw(st.sampled_from([" ", separator])) for _ in words[1:])]
    starts, text = [], ""
    for gap, word in zip(gaps, words, strict=True):
        text += gap
        starts.append(len(text))
        text += word
    chosen = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), min_size=1, max_size=4))
    return text, [(starts[min(pair)], starts[max(pair)] + len(words[max(pair)])) for pair in chosen]


@pytest.mark.parametrize("kind", COUNTINGS)
@settings(deadline=None)
@given(data=st.data())
def test_offsets_in_other_units_are_repaired_where_quotes_prove_them(kind, data):
    separator, count = COUNTINGS[kind]
    text, spans = data.draw(places(separator))
    marks = [Mark(count(text[:s]), count(text[:e]), text[s:e], ("x",)) for s, e in spans]
    assert locate(text, marks) == merge_spans(Span(s, e, ("x",)) for s, e in spans)


@settings(deadline=None)
@given(text=texts, data=st.data())
def test_code_points_are_never_repaired(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert locate(text, [Mark(start, end, text[start:end], ("x",))]) == (Span(start, end, ("x",)),)


@settings(deadline=None)
@given(
    text=st.text(max_size=30),
    raw=st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40), st.none() | st.text(max_size=5))),
)
def test_nonsense_is_located_inside_the_text_or_refused(text, raw):
    try:
        spans = locate(text, [Mark(*mark, ("x",)) for mark in raw])
    except ValueError:
        return
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        pytest.param("a b", "a  \n b", id="white-space-run-together"),
        pytest.param("a\\nb", "a\nb", id="escaped-line-end"),
        pytest.param("a\nb", "a\r\nb", id="other-line-end"),
    ],
)
def test_quotes_may_differ_in_white_space(quote, text):
    assert locate(text, [Mark(0, len(text), quote)]) == (Span(0, len(text)),)


def test_one_counting_must_fit_the_whole_document():
    text = "😀 word0 word1"
    marks = [Mark(utf16("😀 "), utf16("😀 word0"), "word0"), Mark(8, 13, "word1")]
    with pytest.raises(ValueError, match="not the quoted 'word0'"):
        locate(text, marks)


def test_two_fitting_countings_are_refused():
    # Counted in UTF-16 units the first "a" is meant, counted without "\r" the second.
    with pytest.raises(ValueError, match="more than one way"):
        locate("😀\r\nabab", [Mark(4, 5, "a")])


def test_evidence_proves_the_counting_of_spans_without_quotes():
    text = "😀 word0 word1"
    spans = locate(text, [Mark(3, 8, None, ("x",))], evidence=[Mark(3, 8, "word0"), Mark(9, 14, "word1")])
    assert spans == (Span(2, 7, ("x",)),)


@pytest.mark.parametrize("text", ["😀 You may copy it.", "Grant\nYou may copy it."])
def test_cut_words_without_quotes_are_refused_where_another_counting_fits(text):
    with pytest.raises(ValueError, match=r"cuts a word.*correct the offsets"):
        locate(text, [Mark(text.index("copy") + 1, text.index("copy") + 5, None)])


def test_offsets_of_half_a_surrogate_pair_are_refused():
    with pytest.raises(ValueError, match="not the quoted"):
        locate("😀 word", [Mark(1, 6, "word")])
