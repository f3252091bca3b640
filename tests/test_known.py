"""The index of known texts: two small licenses composed here; the shipped index where it says so."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.corpus import License
from classifier.datamodels import Clause, Document, LabelScore, TaggedClause
from classifier.errors import KnownTextsError
from classifier.known import default_index, find_incorporated, find_nearest, load_index
from classifier.known.align import align, moved
from classifier.known.build import build_index
from classifier.known.index import save_index
from classifier.known.names import find_names, is_title, name_words
from classifier.known.profile import join_keys, make_profile
from classifier.known.search import candidates
from classifier.known.words import clause_words
from classifier.pipeline import Classifier
from classifier.robustness.perturbations import rewrap
from classifier.segment import segment

HERON = """Heron License, Version 2.0

1. Anyone who obtains the Program can run it, study how it works and hand copies of it to other people.
2. Whoever hands on a copy includes these five points with it, in whichever language the reader understands.
3. Changed copies say in a prominent place that they were changed, when this happened and by whose hand.
4. In no event shall the Heron Society be liable to anybody for harm that comes out of using the Program.
5. The Program comes as it is, and nobody promises that it will run, that it is fit for a task, or that it is safe.
"""
PLOVER = """Plover Terms

The Archive can be read by everybody who visits it between sunrise and sunset on a working day.
Photographs of the Archive need a letter from its keeper, which is given to schools without a fee.
Nobody takes away, lends out or sells any sheet that belongs to the Archive, whole or torn.
"""
BAN = "Nobody may use the Program to earn money, neither by selling it nor by selling services around it."


def license_of(key, body, **fields):
    given = {"name": key, "category": "", "spdx_id": "", "language": "en", "osi_approved": False, "deprecated": False}
    return License(key=key, body=body, **{**given, **fields})


HERON_LICENSE = license_of("heron-2.0", HERON, name="Heron License 2.0", spdx_id="Heron-2.0")
PLOVER_LICENSE = license_of("plover", PLOVER, name="Plover Terms", short_name="Plover Terms of Use")


def tag(clauses):
    """Label clauses by their words."""
    labels = {"run it": "permission.use", "copies of it": "permission.distribute", "liable": "limitation.liability"}
    for clause in clauses:
        found = [LabelScore(label, 1.0) for word, label in labels.items() if word in clause.content]
        yield TaggedClause(clause, tuple(found or [LabelScore("general.other", 1.0)]))


def build(*licenses):
    return build_index(licenses, lambda clauses: list(tag(clauses)))


@pytest.fixture(scope="module")
def index():
    return build(HERON_LICENSE, PLOVER_LICENSE)


def nearest(index, text):
    return find_nearest(index, segment(Document(text)))


def words_of(text, clauses):
    cut = segment(Document(text))
    return [cut[number].content for number in clauses]


def test_a_known_text_is_identical_to_itself(index):
    found = nearest(index, HERON)
    assert (found.id, found.key, found.name, found.similarity) == ("Heron-2.0", "heron-2.0", "Heron License 2.0", 1.0)
    assert (found.added, found.altered, found.removed) == ((), (), ())


def test_a_text_without_an_spdx_id_is_named_by_its_key(index):
    assert nearest(index, PLOVER).id == "LicenseRef-scancode-plover"


@pytest.mark.parametrize(
    "change",
    [
        rewrap,
        str.upper,
        lambda text: "Copyright (c) 2019-2024 Jane Roe. All rights reserved.\n\n" + text,
        lambda text: "Copyright © 2024 Jane Roe\nCopyright 2023 by Heron Society\n\n" + text,
        lambda text: text.partition("\n")[2],
        lambda text: text.replace("Heron License, Version 2.0", "The Heron License v2"),
        lambda text: text.replace("1.", "(a)").replace("2. ", "(b) ").replace("3.", "(c)").replace("4.", "(d)"),
        lambda text: text.replace("the Heron Society be", "Jane Roe, her heirs or her publisher be"),
        lambda text: "\n".join(f"# {line}" for line in text.splitlines()),
        lambda text: text.replace(",", " ,").replace("it works", "it  works"),
    ],
    ids=["wrapped", "capitals", "notice", "notices", "untitled", "titled", "numbered", "holder", "comment", "points"],
)
def test_what_does_not_count_leaves_a_text_identical(index, change):
    assert nearest(index, change(HERON)).similarity == 1.0


def test_an_added_paragraph_is_found(index):
    text = HERON.replace("4. In", f"{BAN}\n\n4. In")
    found = nearest(index, text)
    assert words_of(text, found.added) == [BAN]
    assert (found.altered, found.removed) == ((), ())
    assert 0.8 < found.similarity < 1


def test_an_altered_clause_is_found(index):
    text = HERON.replace("can run it", "can never run it")
    found = nearest(index, text)
    assert ["can never run it" in words for words in words_of(text, found.altered)] == [True]
    assert (found.added, found.removed) == ((), ())


def test_a_removed_clause_is_named_by_index_and_labels(index):
    lines = HERON.splitlines()
    found = nearest(index, "\n".join(line for line in lines if "liable" not in line))
    (clause,) = found.removed
    cut = segment(Document(HERON))
    assert "liable" in cut[clause.index].content
    assert clause.labels == ("limitation.liability",)
    assert (found.added, found.altered) == ((), ())


def test_a_term_in_a_copyright_line_counts(index):
    found = nearest(index, "Copyright (c) 2024 Jane Roe, no commercial use\n\n" + HERON)
    assert len(found.added) == 1


def test_a_term_in_the_place_of_a_holder_counts(index):
    text = HERON.replace("the Heron Society be", "a seller, whom users may not name, be")
    assert len(nearest(index, text).altered) == 1


def test_a_title_that_says_more_than_a_name_counts(index):
    found = nearest(index, HERON.replace("Heron License, Version 2.0", "Heron License 2.0 for schools only"))
    assert len(found.added) == 1


def test_clauses_in_another_order_are_neither_added_nor_removed_nor_identical(index):
    title, *lines = PLOVER.strip().split("\n")
    found = nearest(index, "\n\n".join([title, *reversed(lines)]))
    assert (found.added, found.altered, found.removed) == ((), (), ())
    assert 0.99 < found.similarity < 1


@pytest.mark.parametrize("text", ["", "Entirely other words stand in this line.", "...", "你不得使用本软件。"])
def test_a_text_of_other_words_has_no_nearest(index, text):
    assert nearest(index, text) is None


def test_of_equal_texts_the_best_known_is_named():
    plain, listed = license_of("a", HERON), license_of("long-key", HERON, spdx_id="Heron-2.0", osi_approved=True)
    gone = license_of("b", HERON, spdx_id="Heron-1.0", osi_approved=True, deprecated=True)
    assert nearest(build(plain, gone, listed), HERON).key == "long-key"


def test_a_text_without_words_is_not_indexed():
    assert len(build(HERON_LICENSE, license_of("empty", " \n"), license_of("dots", "..."))) == 1


def taking_in(words):
    clause = Clause(words, 0, len(words), words)
    return TaggedClause(clause, (LabelScore("general.incorporated-license", 0.9),))


@pytest.mark.parametrize(
    "words",
    [
        "Licensed under the Heron License, Version 2.0, with the following additions",
        "Licensed under Heron-2.0.",
        "HERON LICENSE V2 applies",
        "version 2.0 of the Heron License",
    ],
)
def test_a_license_taken_in_is_resolved_with_its_grants(index, words):
    (found,) = find_incorporated(index, [next(iter(tag([Clause("x", 0, 1, "x")]))), taking_in(words)])
    assert (found.id, found.clause) == ("Heron-2.0", 1)
    assert found.grants == ("permission.distribute", "permission.use")


def test_only_clauses_that_take_in_a_license_are_resolved(index):
    clause = Clause("See Heron-2.0", 0, 13, "See Heron-2.0")
    assert find_incorporated(index, [TaggedClause(clause, (LabelScore("general.other", 0.9),))]) == ()


def test_an_unknown_license_is_not_resolved(index):
    assert find_incorporated(index, [taking_in("Licensed under the Egret License 3")]) == ()


def test_a_text_that_goes_with_its_base_grants_what_the_base_grants():
    base, later = HERON_LICENSE, license_of("heron-2.0-plus", PLOVER, spdx_id="Heron-2.0-or-later")
    found = find_incorporated(build(base, later), [taking_in("under Heron-2.0-or-later")])
    assert found[0].grants == ("permission.distribute", "permission.use")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the Apache License, Version 2.0", "Apache License 2"),
        ("GPLv3", "GPL 3.0"),
        ("GPL-2.0+", "GPL 2.0 or later"),
        ("Licence", "license"),
        ("MPL2", "MPL 2.0"),
    ],
)
def test_names_in_another_form_are_one_name(one, other):
    assert name_words(one) == name_words(other)


def test_a_longer_name_goes_before_one_inside_it():
    known = {"gpl 2": 1, "gpl 2 or later": 2, "mit": 3}
    assert list(find_names("GPL v2 or later, or MIT; GPL-2.0", known.get)) == [2, 3, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Egret License", True), ("Egret License, 3 June 2007", True), ("Egret License for schools", False), ("", False)],
)
def test_a_title_is_a_name_and_perhaps_a_date(text, expected):
    assert is_title(text, {"egret license": 1}.get) is expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("1.2 (a) Do it", "do it"),
        ("Copyright (c) 2020 Jane Roe", ""),
        ("(c) 2020 Jane Roe", ""),
        ("All rights reserved.", ""),
        ("Copyright notices must be kept", "copyright notices must be kept"),
        ("Licence of the Organisation", "license of the organization"),
    ],
)
def test_numbers_notices_and_spellings_do_not_count(content, words):
    assert " ".join(clause_words(content)) == words


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=300))
def test_any_text_has_words(content):
    assert all(clause_words(content))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), min_size=2, max_size=5))
def test_keys_of_neighbours_join_to_the_key_of_both(clauses):
    parts = make_profile([Clause("", 0, 0, "x" + " x".join(words)) for words in clauses])
    whole = make_profile([Clause("", 0, 0, " ".join("x" + " x".join(words) for words in clauses))])
    key = 0
    for part, length in zip(parts.keys.tolist(), parts.lengths.tolist(), strict=True):
        key = join_keys(key, part, length)
    assert key == int(whole.keys[0])
    assert parts.digest == whole.digest


texts = st.lists(st.sampled_from(["red fox runs far away", "red fox", "runs far", "away", "a tall tree", "tree"]))


@settings(deadline=None, max_examples=50)
@given(texts, texts)
def test_every_clause_is_told_once(before, after):
    one, other = (make_profile([Clause(words, 0, 0, words) for words in side]) for side in (before, after))
    found = align(one, other)
    told_a = [a for a, _ in (*found.kept, *found.altered)] + [a for run, _ in found.recut for a in run]
    told_b = [b for _, b in (*found.kept, *found.altered)] + [b for _, run in found.recut for b in run]
    assert sorted([*told_a, *found.removed]) == list(range(len(before)))
    assert sorted([*told_b, *found.added]) == list(range(len(after)))
    stay = [pair for pair in found.kept if pair not in moved(found.kept)]
    assert stay == sorted(stay)
    assert [b for _, b in stay] == sorted(b for _, b in stay)


def test_a_cut_in_another_place_is_no_change():
    one = make_profile([Clause("", 0, 0, words) for words in ("red fox runs", "far away", "tall tree")])
    other = make_profile([Clause("", 0, 0, words) for words in ("red fox", "runs far away", "tall tree")])
    found = align(one, other)
    assert (found.recut, found.removed, found.added) == (((range(0, 2), range(0, 2)),), (), ())


def test_saved_and_loaded_indexes_answer_alike(index, tmp_path):
    save_index(index, tmp_path / "known.npz")
    loaded = load_index(tmp_path / "known.npz")
    assert nearest(loaded, HERON + BAN) == nearest(index, HERON + BAN)


def test_a_long_text_finds_the_same_in_a_loaded_index(index, tmp_path):
    save_index(index, tmp_path / "known.npz")
    query = make_profile(segment(Document(HERON + " ".join(f"word{number}" for number in range(900)))))
    assert candidates(load_index(tmp_path / "known.npz"), query) == candidates(index, query) == [0]


def test_the_same_texts_make_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        save_index(build(PLOVER_LICENSE, HERON_LICENSE), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_index_holds_no_words_of_the_texts(index, tmp_path):
    save_index(index, tmp_path / "known.npz")
    data = (tmp_path / "known.npz").read_bytes().lower()
    assert b"heron license" in data
    assert not [word for word in clause_words(PLOVER) if len(word) > 6 and word.encode() in data]


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_index_is_named(tmp_path, data):
    path = tmp_path / "known.npz"
    path.write_bytes(data)
    with pytest.raises(KnownTextsError, match=r"known\.npz.*osdlint corpus index"):
        load_index(path)


def test_an_index_of_another_format_is_refused(index, tmp_path):
    with (tmp_path / "new.npz").open("wb") as stream:
        np.savez(stream, format=np.array(99))
    with pytest.raises(KnownTextsError, match="format 99"):
        load_index(tmp_path / "new.npz")


def test_a_report_goes_without_an_index(keyword_tagger):
    report = Classifier(keyword_tagger, known=lambda: None).predict(HERON)
    assert (report.nearest, report.incorporated) == (None, ())
    assert report.to_dict()["nearest"] is None


def test_a_report_names_the_nearest_text_and_lines(keyword_tagger, index):
    report = Classifier(keyword_tagger, known=lambda: index).predict(HERON + "\n" + BAN + "\n")
    assert report.nearest.id == "Heron-2.0"
    assert [report.lines[clause] for clause in report.nearest.added] == [HERON.count("\n") + 2]
    assert report.to_dict()["clauses"][0]["line"] == 1


@pytest.mark.parametrize(
    "text", ["a b c. " * 40_000, "x\n\n" * 60_000, "provided by " * 60_000, "neither the name of a" * 9000]
)
def test_a_hostile_text_is_answered_soon(index, text):
    clauses = [Clause(part, 0, 0, part) for part in text.split("\n")]
    start = time.process_time()
    find_nearest(index, clauses)
    assert time.process_time() - start < 5


def test_the_shipped_index_names_famous_licenses():
    index = default_index()
    assert index is not None
    rows = find_names("MIT License, Apache License, Version 2.0, GPLv3 and BSD-3-Clause", index.named_row)
    assert [index.lines[row][0] for row in rows] == ["MIT", "Apache-2.0", "GPL-3.0-only", "BSD-3-Clause"]


def test_the_shipped_index_knows_what_famous_licenses_grant():
    index = default_index()
    for name in ("MIT", "Apache-2.0", "GPL-3.0-or-later"):
        (found,) = find_incorporated(index, [taking_in(f"licensed under {name}")])
        assert {"permission.reproduce", "permission.modify", "permission.distribute"} <= set(found.grants)


@pytest.mark.corpus
@pytest.mark.parametrize("key", ["mit", "apache-2.0", "gpl-3.0", "bsd-new", "cc-by-4.0", "mulanpsl-2.0"])
def test_a_text_of_the_corpus_is_identical_to_itself(corpus, key):
    found = nearest(default_index(), corpus[key].body)
    assert (found.key, found.similarity) == (key, 1.0)


@pytest.mark.corpus
def test_apache_with_a_commercial_ban_is_apache_with_one_clause_added(corpus):
    text = corpus["apache-2.0"].body + "\n" + BAN + "\n"
    found = nearest(default_index(), text)
    assert (found.id, len(found.added), found.altered, found.removed) == ("Apache-2.0", 1, (), ())
