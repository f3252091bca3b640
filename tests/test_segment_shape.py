"""The same words in another dress are cut in the same places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segmented import contents, headings

from classifier.datamodels import Document
from classifier.robustness.perturbations import look_alikes, upper_case, zero_width
from classifier.segment import segment
from classifier.segment.shape import shape_view

TEXT = """Blue Heron Model License

By taking a copy of the Model you agree to all that stands below.

What you may do

You may run the Model and study it. You may also share copies with others, at home and at work.

What we ask of you

You must not:

(a) sell access to the Model as a hosted service;
(b) train another model on what it writes, e.g. by distillation.

2. Term and Termination

This license ends when you break it. It does not end for those who received copies from you.
"""


def words(clauses):
    return [clause.content.casefold() for clause in clauses]


def test_a_heading_in_the_letter_case_of_prose_opens_a_section():
    found = headings(TEXT)
    assert found["You may run the Model and study it."] == ("What you may do",)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "You must not use it for:\n\nWeapons and war\n\nThe making of weapons, and anything like it.\n", id="item"
        ),
        pytest.param(
            "All of this was made by\n\nThe people of the heron\n\nUse it as you like, wherever you are, and well.\n",
            id="sentence",
        ),
        pytest.param(
            "It is free.\n\nNobody is liable for any\n\nLoss, whatever its reason, that comes of using it at all.\n",
            id="cut",
        ),
        pytest.param("It is free.\n\nWeapons and war\n\nSpying on people\n", id="list"),
    ],
)
def test_a_short_line_that_may_be_something_else_opens_none(text):
    assert {clause.heading for clause in segment(Document(text))} == {()}


@pytest.mark.parametrize("change", [look_alikes, zero_width, upper_case])
def test_a_disguise_moves_no_cut(change):
    cut, disguised = segment(Document(TEXT)), segment(Document(change(TEXT)))
    assert len(disguised) == len(cut)
    assert [len(clause.heading) for clause in disguised] == [len(clause.heading) for clause in cut]


def test_invisible_characters_stay_in_the_text_of_a_clause():
    text = "You\u200b may copy it\u200b. You may\u2060 sell it."
    assert [clause.text for clause in segment(Document(text))] == [
        "You\u200b may copy it\u200b.",
        "You may\u2060 sell it.",
    ]


def test_what_is_shouted_keeps_its_capitals():
    assert "YOU MUST NOT:" in contents(upper_case(TEXT))


def test_a_shouted_line_that_begins_like_a_roman_number_is_no_heading():
    text = upper_case(
        "The work is given to you as it is.\nIn no event does its author owe you\n"
        "anything for what you did with it, or could not do with it,\nhowever that came about and whoever knew of it "
        "before you did,\nand nobody else owes you anything for it, now or at any time, here or elsewhere.\n"
    )
    assert {clause.heading for clause in segment(Document(text))} == {()}


def test_items_end_with_their_semicolons():
    text = "You agree to send us each change;\nYou agree to keep our name in every copy; and\nYou owe nothing.\n"
    assert len(contents(text)) == 3


@given(st.text(st.sampled_from("aAΑаİıﬁß \n.:;1)\u200b\u0301"), max_size=300))
def test_a_shape_keeps_every_index(text):
    assert len(shape_view(text.upper())) == len(text.upper())
