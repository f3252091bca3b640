import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.datamodels import Document
from classifier.segment import clauses_at, segment


def contents(text):
    return [clause.content for clause in segment(Document(text))]


def check_invariants(text):
    clauses = segment(Document(text))
    for clause in clauses:
        assert text[clause.start : clause.end] == clause.text
        assert clause.content
    for left, right in itertools.pairwise(clauses):
        assert left.end <= right.start


PIECES = [
    *(
        "(a) ",
        "(iv) ",
        "1.2.3 ",
        "2. ",
        "* ",
        "- ",
        "第三条 ",
        "三、",
        "（三）",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "    ",
        " ",
    ),
    *(
        "You may not use it. ",
        "Copyright (c) 2020 X",
        "e.g. Sec. 2.3 Inc. ",
        "不得用于军事用途。",
        "; or ",
        ":",
        "：",
        "a",
        "I.",
    ),
    *(
        "// ",
        "# ",
        " * ",
        "/*",
        "*/",
        "<p>",
        "</p>",
        "<li>",
        "<h2>",
        "<b>",
        "&amp;",
        "| a | b |",
        "**",
        "====",
        "\u200b",
        "\ufeff",
    ),
    *("\x00", "\ud800", "\U0001f600", "\ue000", "\x85", "\u2028"),
]


@given(st.text())
def test_any_string_is_cut_into_exact_ordered_slices(text):
    check_invariants(text)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_license_like_noise_is_cut_into_exact_ordered_slices(text):
    check_invariants(text)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_every_letter_outside_markup_lies_in_a_clause(text):
    plain = text.replace("<", "(").replace(">", ")").replace("/", " ").replace("|", " ").replace("&", " ")
    clauses = segment(Document(plain))
    covered = {i for clause in clauses for i in range(clause.start, clause.end)}
    lost = [ch for i, ch in enumerate(plain) if ch.isalpha() and i not in covered]
    assert not lost


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("You may copy it. You may sell it.", ["You may copy it.", "You may sell it."], id="sentences"),
        pytest.param(
            "See Sec. 2.3, e.g. Acme Inc. and the U.S. law, v. 2.0. It ends.",
            ["See Sec. 2.3, e.g. Acme Inc. and the U.S. law, v. 2.0.", "It ends."],
            id="abbreviations",
        ),
        pytest.param(
            "您可以使用。您不得出售！好吗？是。", ["您可以使用。", "您不得出售！", "好吗？", "是。"], id="chinese"
        ),
        pytest.param("他说“可以。”然后走了。", ["他说“可以。”", "然后走了。"], id="chinese-closing-quote"),
        pytest.param(
            "You may use\nand copy the\nProgram freely.", ["You may use and copy the Program freely."], id="hard-wraps"
        ),
        pytest.param(
            "THE WORK IS PROVIDED AS IS.\nNO WARRANTY IS GIVEN.",
            ["THE WORK IS PROVIDED AS IS.", "NO WARRANTY IS GIVEN."],
            id="all-caps",
        ),
        pytest.param("no newline and no full stop", ["no newline and no full stop"], id="no-newline"),
        pytest.param("You must: (a) keep it; (b) name us.", ["You must:", "(a) keep it;", "(b) name us."], id="inline"),
        pytest.param(
            "您必须：（一）署名；（二）通知。", ["您必须：", "（一）署名；", "（二）通知。"], id="inline-chinese"
        ),
        pytest.param(
            "control means (i) power, or (ii) half of the shares.",
            ["control means (i) power, or (ii) half of the shares."],
            id="inline-commas-stay",
        ),
        pytest.param("Use it\r\nas you\r\nlike.\r\n\r\nBe kind.\r\n", ["Use it as you like.", "Be kind."], id="crlf"),
        pytest.param(
            "您可以 use 本 Model。You may not sell it.如有疑问，请联系我们！",
            ["您可以 use 本 Model。", "You may not sell it.", "如有疑问，请联系我们！"],
            id="mixed-languages",
        ),
        pytest.param("Q1. May I?\nA1. Yes. Say so.", ["Q1. May I?", "A1. Yes.", "Say so."], id="questions"),
        pytest.param("> May I?\n>> Ask.\nYes.\n> Now?", ["May I?", "Ask.", "Yes.", "Now?"], id="mail"),
        pytest.param("Rules\n=====\nBe kind.", ["Rules", "Be kind."], id="underlined-heading"),
        pytest.param("| Use | Allowed |\n|---|---|\n| War | No |", ["Use | Allowed", "War | No"], id="table"),
        pytest.param("a.\n\nGrant of rights to you.", ["a. Grant of rights to you."], id="bare-marker"),
    ],
)
def test_segment_cuts(text, expected):
    assert [content.strip("| ") for content in contents(text)] == expected


@pytest.mark.parametrize(
    "prefix",
    ["// ", "# ", "-- ", "; ", "% ", "> ", "dnl "],
    ids=["slashes", "hash", "sql", "lisp", "tex", "quote", "m4"],
)
def test_comment_prefixes_do_not_reach_the_content(prefix, mini_license):
    commented = "".join(f"{prefix}{line}".rstrip() + "\n" for line in mini_license.splitlines())
    assert contents(commented) == contents(mini_license)


def test_star_comments_do_not_reach_the_content(mini_license):
    commented = "/*\n" + "".join(f" * {line}".rstrip() + "\n" for line in mini_license.splitlines()) + " */\n"
    assert contents(commented) == contents(mini_license)


def test_html_tags_do_not_reach_the_content():
    html = "<h1>License</h1><p>You may <b>use</b> it.</p><ul><li>Keep this.</li><li>Name &amp; date.</li></ul>"
    assert contents(html) == ["License", "You may use it.", "Keep this.", "Name & date."]


def test_html_list_items_have_their_lead_in():
    html = "<html><body><p>You may not use it for:</p><ul><li>war</li><li>crime</li></ul></body></html>"
    assert [clause.lead_in for clause in segment(Document(html))] == [
        "",
        "You may not use it for:",
        "You may not use it for:",
    ]


def test_markdown_emphasis_does_not_reach_the_content():
    assert contents("**You** may `run` the [Model](https://example.org/m).") == ["You may run the Model ."]


@pytest.mark.parametrize(
    "markers",
    [
        ("(a)", "(b)"),
        ("a.", "b."),
        ("1.", "2."),
        ("1)", "2)"),
        ("(i)", "(ii)"),
        ("*", "*"),
        ("-", "-"),
        ("•", "•"),
        ("①", "②"),
    ],
)
def test_list_items_know_their_lead_in(markers):
    first, second = markers
    text = f"You agree not to use the Model:\n\n{first} to harm people;\n{second} to spy on people.\n"
    assert [clause.lead_in for clause in segment(Document(text))] == ["", *["You agree not to use the Model:"] * 2]


def test_chinese_list_items_know_their_lead_in():
    text = "您不得将本模型用于以下用途：\n（一）军事用途；\n（二）侵犯他人权利。\n"
    assert segment(Document(text))[2].lead_in == "您不得将本模型用于以下用途："


def test_a_paragraph_after_a_list_has_no_lead_in():
    text = "You may not:\n\n(a) sell it;\n(b) rent it.\n\nThis license ends on breach.\n"
    assert segment(Document(text))[-1].lead_in == ""


def test_nested_items_carry_both_lead_ins():
    text = "You may not:\n\n(a) use it to:\n    (i) harm people;\n    (ii) cheat people.\n"
    assert segment(Document(text))[2].lead_in == "You may not: (a) use it to:"


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        pytest.param("# Title\n\nBe it known.\n\n## Limits\n\nNo war.", ("Limits",), id="markdown"),
        pytest.param("Preface.\n\n3. Restrictions\n\nNo war.", ("3. Restrictions",), id="numbered"),
        pytest.param("Preface.\n\n3. Limits. This is so. No war.", ("3. Limits.",), id="run-in"),
        pytest.param("Preface.\n\nUSE LIMITS\n\nNo war.", ("USE LIMITS",), id="caps"),
        pytest.param("序言在此。\n\n第三条 使用限制\n\n不得用于战争。", ("第三条使用限制",), id="article"),
        pytest.param("序言在此。\n\n三、使用限制\n\n不得用于战争。", ("三、使用限制",), id="chinese-number"),
        pytest.param("Preface.\n\nArticle IV\n\nNo war.", ("Article IV",), id="roman"),
    ],
)
def test_a_clause_knows_its_heading(text, heading):
    assert segment(Document(text))[-1].heading[-1:] == heading


def test_a_heading_of_the_same_level_replaces_the_one_before():
    text = "Preface.\n\n1. Grant\n\nYou may use it.\n\n2. Limits\n\nNo war.\n"
    assert segment(Document(text))[-1].heading == ("2. Limits",)


def test_a_subsection_stands_below_its_section():
    text = "Preface.\n\n1. Grant\n\n1.1 Scope of Grant\n\nYou may use it.\n"
    assert segment(Document(text))[-1].heading == ("1. Grant", "1.1 Scope of Grant")


def test_a_heading_stands_below_no_sibling():
    text = "Preface.\n\n1. Grant\n\nUse it:\n\n(a) at home\n\n2. Limits\n\nNo war.\n"
    limits = segment(Document(text))[-2]
    assert (limits.content, limits.heading, limits.lead_in) == ("2. Limits", (), "")


def test_a_numbered_paragraph_ends_the_section_before():
    text = "Preface.\n\n1. Grant\n\nYou may use it.\n\n2. You may not sell it, whatever the price of it is.\n"
    assert segment(Document(text))[-1].heading == ()


def test_a_title_is_no_lead_in():
    text = "Lingyun License 凌云许可证\n\n1. 您可以使用它。\n2. 您可以修改它。\n"
    assert {clause.lead_in for clause in segment(Document(text))} == {""}


def test_titles_in_a_list_of_rights_are_items_not_headings():
    text = "Preface.\n\nYou get the following rights:\n\n1. Use\n2. Copy\n3. Sale\n"
    assert {clause.lead_in for clause in segment(Document(text))[2:]} == {"You get the following rights:"}


def test_a_wrapped_cross_reference_is_no_list_item():
    text = "The terms of this agreement and the rights you are given in Section\n2. of it apply to all of you alike.\n"
    assert len(segment(Document(text))) == 1


def test_a_sentence_beyond_the_cap_is_cut_at_a_break():
    assert max(map(len, contents("word, " * 5000))) <= 2000


def test_clauses_at_gives_the_context_of_the_clause_around(mini_license):
    start = mini_license.index("commercial purposes")
    (clause,) = clauses_at(Document(mini_license), [(start, start + 19)])
    assert (clause.text, clause.heading) == ("commercial purposes", ("3. Limits",))


def test_clauses_at_on_todays_clauses_is_the_identity(mini_license):
    clauses = segment(Document(mini_license))
    assert clauses_at(Document(mini_license), [(c.start, c.end) for c in clauses]) == clauses
