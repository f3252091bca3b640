from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.families import find_families, jaccard, near_duplicates, shingles

BASE = (
    "permission is granted to use copy modify and share this program for any purpose you like without a fee of any kind"
)


def test_a_short_text_is_one_shingle():
    assert shingles("Do no harm") == {("do", "no", "harm")}


def test_shingles_ignore_case_punctuation_and_wraps():
    assert shingles("You may\ncopy, USE and share.") == shingles("you may copy use and share")


def test_chinese_counts_by_character():
    assert len(shingles("不得用于军事用途")) == 4


def test_jaccard_of_equal_and_of_disjoint_texts():
    assert (jaccard(shingles(BASE), shingles(BASE)), jaccard(shingles(BASE), shingles("x y z"))) == (1.0, 0.0)


def test_near_copies_are_one_family_named_after_the_first_key():
    texts = {
        "b": BASE,
        "a": BASE.replace("program", "software"),
        "c": "an altogether other text about sailing boats at sea",
    }
    assert find_families(texts) == {"a": "a", "b": "a", "c": "c"}


def test_families_are_linked_through_a_middle_text():
    words = [f"w{i}" for i in range(40)]
    texts = {"a": " ".join(words[:30]), "b": " ".join(words[4:34]), "c": " ".join(words[8:38])}
    assert set(find_families(texts).values()) == {"a"}


def test_texts_of_nothing_but_boilerplate_are_linked():
    texts = {f"t{i:03}": f"{BASE} made by number {i}" for i in range(200)}
    assert set(find_families(texts).values()) == {"t000"}


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=12), min_size=1, max_size=8))
def test_families_are_those_of_comparing_every_pair(words):
    texts = {f"t{i}": " ".join(text) for i, text in enumerate(words)}
    families = {key: {key} for key in texts}
    for a, b in combinations(texts, 2):
        if jaccard(shingles(texts[a]), shingles(texts[b])) >= 0.5:
            joined = families[a] | families[b]
            families.update(dict.fromkeys(joined, joined))
    assert find_families(texts) == {key: min(family) for key, family in families.items()}


@pytest.mark.parametrize(
    ("query", "known"),
    [(BASE, True), (BASE.replace("fee", "charge"), True), ("you may not sail this boat on a lake", False), ("", False)],
)
def test_near_duplicates_finds_small_changes(query, known):
    assert near_duplicates([query], [BASE]) == [known]
