import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rendered import FAILED, HOSTILE_NAME, hostile_documents, shown, with_foreign_label

from classifier.datamodels import Document
from classifier.render.markdown import code_block, code_span, plain

TEXT = "1. Limits\nYou may use it.\nNo military ends.\n"
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")


def tokens_of(text):
    """Return the tokens of a Markdown text, inline ones included."""
    return [inner for token in MARKDOWN.parse(text) for inner in (token, *(token.children or ()))]


def headings_of(text):
    tokens = MARKDOWN.parse(text)
    return [(t.tag, tokens[i + 1].content) for i, t in enumerate(tokens) if t.type == "heading_open"]


@pytest.fixture
def text():
    return shown("markdown", Document(TEXT, "MINI"))


def test_headings_are_in_order(text):
    assert [tag for tag, _ in headings_of(text)][:4] == ["h1", "h2", "h3", "h4"]
    assert headings_of(text)[1][1] == "`MINI`: **deviates from the Open Source Definition** (criterion 6)"


def test_a_finding_shows_status_criterion_reason_and_words(text):
    assert "#### ❌ Deviates: Military use (Score 0.90)" in text
    assert "**OSD 6. No Discrimination Against Fields of Endeavor**" in text
    assert "```text\nNo military ends.\n```" in text


def test_the_groups_are_listed(text):
    assert "- **Granted**: Use (1)" in text


def test_several_texts_have_an_overview_and_a_section_each():
    text = shown("markdown", Document(TEXT, "A"), Document("You may use it.", "B"), failed=[FAILED])
    assert next(content for tag, content in headings_of(text) if tag == "h2").startswith("`A`")
    assert sum(tag == "h2" for tag, _ in headings_of(text)) == 3
    assert "- `B`: **unclear**" in text


def test_hostile_words_are_no_markup():
    text = shown("markdown", *hostile_documents(), failed=[FAILED], change=with_foreign_label)
    kinds = {token.type for token in tokens_of(text)}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "table_open", "s_open"}
    assert {tag for tag, _ in headings_of(text)} <= {"h1", "h2", "h3", "h4"}


def test_hostile_words_mention_nobody_outside_code():
    text = shown("markdown", *hostile_documents(), failed=[FAILED], change=with_foreign_label)
    said = [token.content for token in tokens_of(text) if token.type == "text"]
    assert said
    assert not [words for words in said if "somebody" in words or "example.org" in words]


@given(st.text(max_size=60))
def test_a_code_span_holds_any_text(text):
    (token,) = [t for t in tokens_of(f"a {code_span(text)} b") if t.type == "inline"]
    kinds = [child.type for child in token.children]
    assert kinds == ["text", "code_inline", "text"]


@given(st.text(max_size=200))
def test_a_code_block_holds_any_text(text):
    assert [token.type for token in MARKDOWN.parse(code_block(text))] == ["fence"]


@given(st.text(alphabet="ab*_`[]()<>&#@|~\\!$ \n1.-", max_size=40))
def test_plain_text_is_shown_as_it_stands(text):
    inline = MARKDOWN.parseInline(f"x {plain(text)} x")[0].children
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert "".join(child.content for child in inline).split() == ["x", *text.split(), "x"]


def test_names_are_code():
    assert HOSTILE_NAME.splitlines()[0] in shown("markdown", Document("You may use it.", HOSTILE_NAME))
