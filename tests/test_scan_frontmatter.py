"""The reader of front matter: what it takes, and how it refuses the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.scan.frontmatter import read_front_matter


def card(text):
    found, problems = read_front_matter(text, "README.md")
    return [(d.field, d.value, d.line) for d in found], [problem.message for problem in problems]


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        ("license: mit", [("license", "mit", 2)]),
        ('license: "mit"  # why', [("license", "mit", 2)]),
        ("license: 'it''s'", [("license", "it's", 2)]),
        ("license: apache-2.0 # so", [("license", "apache-2.0", 2)]),
        ("license:\n  - mit\n  # between\n  - isc", [("license", "mit", 3), ("license", "isc", 5)]),
        ("license:\n- mit\n- 'isc'", [("license", "mit", 3), ("license", "isc", 4)]),
        ("license: [mit, isc]", [("license", "mit", 2), ("license", "isc", 2)]),
        ("license_link: >-\n  https://example.org/terms", [("license_link", "https://example.org/terms", 2)]),
        ("tags:\n- a: b\nbase_model: x/y", [("base_model", "x/y", 4)]),
        ("model-index:\n- name: z\n  license: no\nlicense: isc", [("license", "isc", 5)]),
        ("license:", []),
        ("license: ~", []),
        ('"license": mit', [("license", "mit", 2)]),
    ],
)
def test_front_matter_fields_are_read_with_their_lines(lines, values):
    assert card(f"---\n{lines}\n---\nText.\n") == (values, [])


@pytest.mark.parametrize("text", ["", "Text.", "--- \nno", "license: mit", "\n---\nlicense: mit\n---\n"])
def test_text_without_front_matter_declares_nothing(text):
    found, _ = card(text)
    assert found == []


@pytest.mark.parametrize("end", ["---", "...", "---\r"])
def test_front_matter_may_have_a_mark_and_foreign_line_ends(end):
    assert card(f"\ufeff---\r\nlicense: mit\r\n{end}\n")[0] == [("license", "mit", 2)]


@pytest.mark.parametrize(
    ("lines", "place", "words"),
    [
        ("license: &a mit", 2, "an anchor"),
        ("license: *a", 2, "an alias"),
        ("license: !!str mit", 2, "a tag"),
        ("license: {name: mit}", 2, "a mapping"),
        ("license: [mit, [isc]]", 2, "not read"),
        ("license: [mit", 2, "not read"),
        ("license: mit: isc", 2, "no plain value"),
        ("license: no", 2, "truth value"),
        ('license: "mit', 2, "quote"),
        ("license: mit\n  and more", 2, "several lines"),
        ("license:\n\t- mit", 2, "tab"),
        ("license:\n  name: mit", 2, "nested"),
        ("license:\n  - a\n    - b", 2, "nested"),
        ("license: mit\nlicense: isc", 3, "line 2, too"),
        ("license: " + "x" * 3000, 2, "longer"),
        ("tags: [a, b\nlicense: mit", 2, "never closes"),
        ("just words\nlicense: mit", 2, "no `field: value`"),
        ("- a\nlicense: mit", 2, "no `field: value`"),
        ("  indented: 1\nlicense: mit", 2, "no `field: value`"),
        ("license:\n" + "- a\n" * 200, 2, "more than 100"),
    ],
)
def test_front_matter_that_is_broken_is_named_with_its_place(lines, place, words):
    _, problems = card(f"---\n{lines}\n---\n")
    assert any(message.startswith(f"README.md:{place}: ") and words in message for message in problems), problems


def test_front_matter_that_is_never_closed_is_named():
    assert card("---\nlicense: mit\n\nText.\n") == (
        [],
        ["README.md:1: the front matter is never closed; end it with a line `---`"],
    )


def test_a_broken_field_leaves_the_others():
    found, problems = card("---\nlicense: &a mit\nbase_model: x/y\n---\n")
    assert (found, len(problems)) == ([("base_model", "x/y", 3)], 1)


def test_a_yaml_bomb_costs_nothing():
    bomb = "a: &a [x,x]\n" + "".join(f"{c}: &{c} [*{p},*{p}]\n" for p, c in zip("abcdefghi", "bcdefghij", strict=True))
    found, problems = card(f"---\n{bomb}license: *j\n---\n")
    assert found == []
    assert any("an alias" in problem for problem in problems)


@given(st.text(max_size=200))
def test_front_matter_reader_never_fails(text):
    card(f"---\n{text}\n---\n")
    card(f"---\nlicense:{text}\n---\n")
    card(text)


_WORDS = st.text("abcxyz019.-_+/ #'\"[],:&*!|>{}%@~", max_size=20)


@settings(deadline=None)
@given(_WORDS, _WORDS)
def test_front_matter_agrees_with_yaml_wherever_it_gives_a_value(first, second):
    yaml = pytest.importorskip("yaml")
    text = f"license: {first}\nbase_model:\n- {second}\n"
    found, problems = card(f"---\n{text}---\n")
    if problems or not found:
        return
    # The base loader takes every scalar for a string, as this reader does.
    loaded = yaml.load(text, Loader=yaml.BaseLoader)
    for field in ("license", "base_model"):
        values = [value for name, value, _ in found if name == field and value != "~"]
        raw = loaded.get(field)
        expected = [item for item in (raw if isinstance(raw, list) else [raw]) if item not in (None, "", "~")]
        assert values == expected
