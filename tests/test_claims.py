"""Claims of openness in READMEs, and what licenses say to them."""

import json
import time
from itertools import pairwise
from pathlib import Path

import conftest
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scanned import CLOSED, OPEN

from classifier.claims import check_claim, find_claims
from classifier.claims.prose import read_prose
from classifier.claims.statements import load_patterns
from classifier.datamodels import Document
from classifier.labels import load_labels
from classifier.pipeline import Classifier

DATA = Path(__file__).parent / "data" / "claims"


def rows(name):
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


def stances(text):
    return sorted({claim.stance for claim in find_claims(text)})


@pytest.fixture
def check(keyword_tagger):
    """Hold a README against a license text."""
    classifier = Classifier(keyword_tagger, known=lambda: None)
    return lambda readme, license_text: check_claim(
        Document(readme, "README.md"), classifier.predict(Document(license_text, "LICENSE"))
    )


@pytest.mark.parametrize("name", ["own", "second"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_sentences_are_read_as_people_read_them(name, language):
    cases = [row for row in rows(name) if row["language"] == language]
    wrong = [
        (row["text"], row["stances"], stances(row["text"])) for row in cases if stances(row["text"]) != row["stances"]
    ]
    assert len(cases) >= 18
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- The tool\n\n    is open source.", id="a list item's second paragraph"),
        pytest.param(" - The tool\n\n    is open source.", id="one of an indented list item"),
        pytest.param("- The tool\nis good.\n\n    It is open source.", id="one of a list item of two lines"),
        pytest.param(".. note::\n\n    This is open source.", id="a directive's body"),
        pytest.param("<div>\n\n    This is open source.", id="a tag's"),
        pytest.param("    This is open source.", id="a text that begins indented"),
        pytest.param("This tool\n    is open source.", id="a line that goes on"),
        pytest.param("<div>\n\n    <p>This is open source.</p>", id="markup"),
        pytest.param("| License | open source since 2.0 |", id="a row of words"),
        pytest.param("| 1 | This project is open source |", id="a numbered row"),
        pytest.param("| This tool | is open source | 2023 |", id="a row with a year"),
    ],
)
def test_indented_prose_and_rows_of_words_are_statements(text):
    assert [claim.stance for claim in find_claims(text)] == ["open"]


def test_a_claim_has_its_quote_line_and_place():
    text = "# Foo\n\nWords.\n\n- Foo is an\n  **open-source** tool.\n"
    [claim] = find_claims(text)
    assert (claim.term, claim.stance, claim.line) == ("open-source", "open", 5)
    assert claim.quote == "Foo is an open-source tool."
    assert text[claim.start : claim.end] == "Foo is an\n  **open-source** tool."


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("The code is open source.", "code"),
        ("The weights are open source.", "weights"),
        ("The dataset is open source.", "data"),
        ("The code and the weights are open source.", "work"),
        ("This is open source.", "work"),
        ("训练代码已开源。", "code"),
    ],
)
def test_the_part_that_is_spoken_of_is_told(text, about):
    assert [claim.about for claim in find_claims(text)] == [about]


@pytest.mark.parametrize(
    ("readme", "license_text", "outcome"),
    [
        ("This is open source.", OPEN, "agrees"),
        ("This is open source.", CLOSED, "contradicts"),
        ("This is open source.", "A letter to a friend about the weather.", "unclear"),
        ("This is open source.", "You may use it.", "unclear"),
        ("This is not open source.", CLOSED, "agrees"),
        ("This is not open source.", OPEN, "unclear"),
        ("This is source-available.", CLOSED, "agrees"),
        ("This is source-available.", OPEN, "agrees"),
        ("This is source-available.", "You may use it.", "unclear"),
        ("It is free for commercial use.", CLOSED, "contradicts"),
        ("It is free for commercial use.", OPEN, "agrees"),
        ("It is free for commercial use.", OPEN + "\nNot for military ends.\n", "agrees"),
        ("本项目完全开源。", CLOSED, "contradicts"),
        ("Nothing is claimed here.", OPEN, "unclear"),
        ("This is open source. It is not open source.", CLOSED, "contradicts"),
    ],
)
def test_a_claim_is_held_against_the_license(check, readme, license_text, outcome):
    assert check(readme, license_text).outcome == outcome


def test_a_license_that_binds_derivatives_is_open_but_not_permissive(check, monkeypatch):
    monkeypatch.setitem(conftest._WORDS, "same terms", "condition.same-license")
    copyleft = OPEN + "\nCopies stay under the same terms.\n"
    outcomes = {
        item.claim.term: item.outcome for item in check("This is open source, permissively licensed.", copyleft).claims
    }
    assert outcomes == {"open-source": "agrees", "permissive": "contradicts"}


def test_both_quotes_are_given(check):
    [checked] = check("# Foo\n\nFoo is open source.", CLOSED).claims
    quote = checked.license_quote
    assert checked.claim.quote == "Foo is open source."
    assert (quote.text, quote.label, quote.criterion) == (
        "It is not for commercial ends.",
        "restriction.non-commercial",
        6,
    )
    assert CLOSED[quote.start : quote.end] == quote.text
    assert checked.reason == "the license has: Non-commercial only (OSD 6)"


def test_an_agreeing_license_is_quoted_where_it_grants(check):
    [checked] = check("Foo is open source.", OPEN).claims
    assert checked.license_quote.text == "You may use, copy, modify and distribute the Program."


def test_a_claim_about_the_code_beside_a_license_on_a_model_is_unclear(check):
    model = CLOSED + "\nThe Model is big.\n\nThe Model is new.\n\nThe weights are many.\n"
    assert check("The code is open source.", model).outcome == "unclear"
    assert check("The model is open source.", model).outcome == "contradicts"


def test_a_license_on_software_that_speaks_of_models_is_none_on_a_model(check):
    software = CLOSED + "\nThe data model is big.\n\nThe data model is new.\n\nThis model number is printed on it.\n"
    assert check("The code is open source.", software).outcome == "contradicts"


@pytest.mark.parametrize(
    "text",
    [
        "~~~\nopen source\n~~~",
        "    \n```python\nx = 'open source'",
        "See https://example.org/open-source for more.",
        "[docs](https://example.org/open-source)",
        '<img alt="open source" src="x.png">',
        "<!-- This is\nopen source -->",
        "Mail open-source@example.org.",
        "`open source` is the tag.",
        "Run it:\n\n    tool LICENSE  # this is open source\n\n    tool  # this is open source",
        "| kind | share |\n| --- | --- |\n| open source | 87 % |",
    ],
)
def test_what_no_reader_reads_as_prose_is_no_claim(text):
    assert find_claims(text) == ()


def test_a_quoted_paragraph_is_read_as_one():
    assert stances("> This model is not\n> open source.\n") == ["denied"]


def test_words_of_a_link_are_read():
    assert stances("[Foo is open source](https://example.org).") == ["open"]


def test_terms_and_labels_of_the_patterns_are_known():
    terms, cues = load_patterns()
    assert len({term.id for term in terms}) == len(terms)
    assert all(label in load_labels() for term in terms for label in (*term.also, *term.only))
    assert all(name in {term.id for term in terms} for cue in cues for name in cue.terms)


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    for claim in find_claims(text):
        assert text[claim.start : claim.end].strip()
        assert 1 <= claim.line <= text.count("\n") + 1


_PIECES = st.lists(
    st.sampled_from(
        [
            "open source",
            "not ",
            "fully open",
            "# ",
            "\n",
            "```",
            "<!--",
            "-->",
            "[a](",
            ")",
            "| ",
            ", ",
            ". ",
            "开源",
            "不是",
            "。",
            "---\n",
        ]
    ),
    max_size=40,
)


@settings(deadline=None)
@given(_PIECES)
def test_spans_lie_in_the_text_and_in_order(pieces):
    text = "".join(pieces)
    _, sentences = read_prose(text)
    assert all(a.end <= b.start for a, b in pairwise(sentences))
    assert all(0 <= s.start < s.end <= len(text) for s in sentences)
    find_claims(text)


@pytest.mark.parametrize(
    "piece",
    [
        "open source ",
        "not a-a-a-a-",
        "[",
        "![",
        "<p ",
        "`",
        "<!--",
        "\n",
        "# a\n",
        "a@",
        "http://",
        "我们不开源，",
        "permissive-a-",
        "| a ",
        "> ",
        "(",
        "but ",
    ],
)
def test_hostile_text_takes_linear_time(piece):
    text = piece * (100_000 // len(piece))
    start = time.perf_counter()
    find_claims(text)
    assert time.perf_counter() - start < 20
