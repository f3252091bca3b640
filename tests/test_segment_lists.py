"""Where lists, wrapped lines and references begin and end."""

import pytest

from classifier.datamodels import Document
from classifier.segment import segment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "It is forbidden: (a)(i) to sell it; (a)(ii) to rent it; and/or (b) to lend it.",
            ["It is forbidden:", "(a)(i) to sell it;", "(a)(ii) to rent it; and/or", "(b) to lend it."],
            id="inline-compound",
        ),
        pytest.param(
            "You may:\n1) copy the Work,\n2) change the Work, and\n3) share the Work.",
            ["You may:", "1) copy the Work,", "2) change the Work, and", "3) share the Work."],
            id="items-ending-in-commas",
        ),
        pytest.param(
            "You agree not to\n(a) rent it;\n(b) lend it; and/or\n(c) lease it.",
            ["You agree not to", "(a) rent it;", "(b) lend it; and/or", "(c) lease it."],
            id="lead-in-ending-in-a-small-word",
        ),
        pytest.param(
            "You must not\n(a) rent it or\n(b) lend it.",
            ["You must not", "(a) rent it or", "(b) lend it."],
            id="items-joined-by-or",
        ),
        pytest.param(
            "a. Data means what is in use.\nb. Model means what is made of\nit.",
            ["a. Data means what is in use.", "b. Model means what is made of it."],
            id="items-below-a-full-stop",
        ),
        pytest.param(
            "As set out in Sections 2(a) and\n(b) of this license, no fee is due.",
            ["As set out in Sections 2(a) and (b) of this license, no fee is due."],
            id="wrapped-reference",
        ),
        pytest.param(
            "The goods that were delivered under it may be used for ninety\n(90) days after they arrived.",
            ["The goods that were delivered under it may be used for ninety (90) days after they arrived."],
            id="wrapped-number",
        ),
        pytest.param(
            "The goods may be (i) used for a short time by all who have paid,\n(ii) kept by those who ask us.",
            ["The goods may be (i) used for a short time by all who have paid, (ii) kept by those who ask us."],
            id="wrapped-enumeration",
        ),
        pytest.param(
            "USE LIMITS\nNO WAR IS ALLOWED HERE.", ["USE LIMITS", "NO WAR IS ALLOWED HERE."], id="caps-heading"
        ),
        pytest.param(
            "THE WORK IS GIVEN TO YOU AS IT STANDS, WITHOUT A PROMISE OF\nANY KIND. YOU CARRY\nALL OF THE RISK.",
            ["THE WORK IS GIVEN TO YOU AS IT STANDS, WITHOUT A PROMISE OF ANY KIND.", "YOU CARRY ALL OF THE RISK."],
            id="caps-wrapped",
        ),
        pytest.param(
            " * You may use this file for as long as you keep the lines\n"
            " * that stand above it. You may not take them out, however\n"
            " * much you change the rest of it.\n",
            [
                "You may use this file for as long as you keep the lines that stand above it.",
                "You may not take them out, however much you change the rest of it.",
            ],
            id="inside-of-a-comment",
        ),
        pytest.param(
            "* to track people\n* to rank people\n* to judge people\n",
            ["* to track people", "* to rank people", "* to judge people"],
            id="bullets-are-no-comment",
        ),
        pytest.param(
            "Name | Use\n-----|----\nAurora | free\nNimbus | paid",
            ["Name | Use", "Aurora | free", "Nimbus | paid"],
            id="table-without-edges",
        ),
    ],
)
def test_lists_and_wraps_are_cut(text, expected):
    assert [clause.content for clause in segment(Document(text))] == expected


def test_items_below_a_comma_know_their_lead_in():
    text = "Each user shall, at its own cost,\n- keep a list,\n- and give it to us.\n"
    assert [clause.lead_in for clause in segment(Document(text))][1:] == ["Each user shall, at its own cost,"] * 2


def test_a_new_numbering_at_the_margin_leaves_the_list():
    text = "You must:\n\n- keep this.\n- say so.\n\n1. It ends on breach.\n2. It may be renewed.\n"
    assert [clause.lead_in for clause in segment(Document(text))][3:] == ["", ""]
