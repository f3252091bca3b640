"""Texts made to be slow, to hide words or to break the cutter."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_segment import check_invariants

from classifier.datamodels import Document
from classifier.language import detect_language
from classifier.normalize import READING, apply
from classifier.segment import segment
from classifier.segment.view import reading_view

PAGE = "<p>a</p>" * 5
UNITS = (
    "<!--¦<script ¦<script>¦<p¦<p>¦<li>¦<ul><li>¦<td>¦</¦<a ¦&amp;¦&¦&#¦(a) ¦(a)(i)¦(¦1.¦1.\n¦1. a\n¦1.1.1 ¦"
    "A. ¦ix. ¦一、¦第一条¦①¦、¦。¦：（一）¦*¦* ¦*\n¦_a_ ¦**a¦`¦```\n¦~~~\n¦[¦[a](¦![¦](¦|¦| ¦| a |\n¦\\.¦# ¦# \n¦# a\n¦"
    "/*¦*/¦/** ¦\n * ¦// \n¦> ¦>¦-- a\n¦%\n¦'\n¦.¦. ¦. A¦!?¦.)¦e.g. ¦U.S. ¦: (a) ¦; (a) x¦,¦, and\n¦"
    "and\n(b) a\n¦in\n2. a\n¦\n¦\r\n¦\x0c¦5\n\x0c¦Page 3 of 9\n¦- 3 -\n¦ ¦\t¦\u3000¦\x00¦\u200b¦\ue000¦\ud800¦"
    "a¦a ¦A\n¦AAA\n¦a:\n¦a,\n¦- a:\n¦f(x);\n¦x {\n¦=¦a\n===\n¦Title Case\n¦Copyright "
).split("¦")
TEXTS = {
    **{unit.encode("unicode_escape").decode(): lambda size, unit=unit: unit * (size // len(unit)) for unit in UNITS},
    "spaces then a letter": lambda size: " " * size + "a",
    "a letter then lines": lambda size: "1." + "\n" * size + "a",
    "full stops then a letter": lambda size: "." * size + "a",
    "comments of a page": lambda size: PAGE + "<!--" * (size // 4),
    "scripts of a page": lambda size: PAGE + "<script>" * (size // 8),
    "blanks in a tag": lambda size: PAGE + "<a " + " " * size,
    "stars in a comment": lambda size: "/* " + "*" * size + "x",
    "blank stars in a comment": lambda size: "/*" + " *" * (size // 2),
    "boxes in a comment": lambda size: "/*" + (" " + "*" * 500) * (size // 501) + "x",
    "a rule": lambda size: "a\n" + "=" * size + "x",
    "one long sentence": lambda size: "word, " * (size // 6),
    "deep nesting": lambda size: "".join(" " * i + "- a:\n" for i in range(int((2 * size) ** 0.5))),
    "deep quotes": lambda size: "".join(">" * i + " a\n" for i in range(int((2 * size) ** 0.5))),
    "all list styles": lambda size: "".join(f"({c}) x:\n{c}. y:\n1) z:\n" for c in "abcdefghijklm" * (size // 200)),
    "an open fence": lambda size: "```sh\n" + "some words\n" * (size // 11),
    "blanks in a fence": lambda size: "```" + " " * size + "x y",
    "blanks in a page number": lambda size: "第1页" + " " * size + "x",
    "shouting": lambda size: "A B.\n\n" * (size // 6),
    "shouted blanks": lambda size: "A" * 300 + "\n" + " " * size + "A",
    "a star comment": lambda size: "/*" + " * a\n" * (size // 5),
}


def seconds(text):
    begin = time.process_time()
    segment(Document(text))
    detect_language(text)
    return time.process_time() - begin


@pytest.mark.parametrize("make", TEXTS.values(), ids=TEXTS)
def test_time_grows_with_the_length_not_its_square(make):
    long = seconds(make(40_000))
    if long > 0.2:
        # Four times the text takes four times as long; sixteen times would be a square.
        assert min(long, seconds(make(40_000))) < 9 * min(seconds(make(10_000)) for _ in range(3))


@pytest.mark.parametrize("make", TEXTS.values(), ids=TEXTS)
def test_hostile_text_is_cut_into_exact_short_slices(make):
    text = make(6_000)
    check_invariants(text)
    assert max((len(clause.text) for clause in segment(Document(text))), default=0) <= 2000


PIECES = (
    "<!--¦-->¦<script>¦</script>¦<pre>¦</pre>¦<ul>¦</ul>¦<li>¦<tr>¦<td>¦<br>¦<h3>¦<html>¦<b>¦```¦```py¦~~~¦\n¦"
    "\n\n¦\x0c¦\r\n¦Page 3 of 9¦[Page 4]¦- 5 -¦ | ¦|¦# ¦// ¦ * ¦> ¦/*¦*/¦int f(int x) {¦}¦[a](b)¦![¦](¦o  ¦"
    "(a)(i) ¦１．¦\u3000¦a¦A ¦No war. ¦word, ¦and¦:¦；¦&nbsp;¦&#¦11111111111111111111¦\ue00e¦\ue000¦第一条 "
).split("¦")


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_markup_noise_is_cut_into_exact_ordered_slices(text):
    check_invariants(text)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_the_reading_view_keeps_every_index(text):
    assert len(reading_view(text)) == len(text)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_segment_is_deterministic(text):
    assert segment(Document(text)) == segment(Document(text))


@pytest.mark.parametrize("number", ["1" * 5000, "0" * 5000 + "65", "x" + "f" * 5000], ids=["huge", "zeros", "hex"])
def test_huge_character_references_do_not_break_the_cutter(number):
    assert segment(Document(f"# A &#{number}; b"))


def test_combining_marks_are_put_in_order_in_linear_time():
    begin = time.process_time()
    apply(READING, "a" + "\u0301\u0323" * 100_000)
    assert time.process_time() - begin < 5


def test_a_private_mark_of_the_text_forges_no_heading():
    assert [clause.heading for clause in segment(Document("Be it so.\n\n\ue008Free\n\nNo war."))] == [(), (), ("Free",)]
    assert segment(Document("Be it so.\n\n\ue008free for all\n\nNo war."))[-1].heading == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("You may use it.\nYou may not sell it. [Page 3]\n\fThe end.", id="footer"),
        pytest.param("You may not sell it.\n\fYou may not sell it.\n\fThe end.", id="repeated-header"),
        pytest.param("You may use it <you may not sell it> freely.", id="angle-brackets"),
        pytest.param("<html><head>You may not sell it.</head><body><p>Use it.</p></body></html>", id="head"),
        pytest.param("See src/*.c for more.\n\n * You may use it.\n * You may not sell it.\n", id="glob"),
        pytest.param("```You may not sell it.\nUse it.\n```\n", id="fence"),
        pytest.param("<!-- You may not sell it. -->\n<p>Use it.</p><p>Copy it.</p><p>Go.</p>", id="header-comment"),
    ],
)
def test_words_that_a_reader_sees_are_not_dropped(text):
    assert "may not sell it" in " ".join(clause.content for clause in segment(Document(text))).lower()
