"""The gold rows of this checkout against the texts they point into."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from classifier.annotations import Row, to_json
from classifier.corpus import Corpus
from classifier.datamodels import text_sha256
from classifier.errors import AnnotationError
from classifier.gold import distinct, label_matrix, load_examples
from classifier.splits import split_of

BODY = "Mini\n\nYou may copy it.\n\nYou may not:\n\n(a) sell it;\n(b) rent it.\n"


@pytest.fixture
def mini_corpus(tmp_path):
    path = tmp_path / "mini.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("licensedcode/data/licenses/mini.LICENSE", f"---\nkey: mini\n---\n{BODY}")
    return Corpus(path)


def row(words, *labels, **more):
    start = BODY.index(words)
    fields = {"annotator": "reader-01", "pass_number": 1, "doc": "mini", "sha256": text_sha256(BODY)}
    return Row(labels=labels, start=start, end=start + len(words), **{**fields, **more})


@pytest.fixture
def load(tmp_path, mini_corpus):
    def run(*rows):
        path, families = tmp_path / "rows.jsonl", tmp_path / "families.json"
        path.write_text("".join(to_json(one) + "\n" for one in rows), encoding="utf-8")
        families.write_text(json.dumps({"mini": "mini-family"}))
        return load_examples([path], families, corpus=mini_corpus)

    return run


def test_a_span_is_joined_with_its_context(load):
    (example,) = load(row("(a) sell it;", "restriction.no-distribution"))
    assert (example.clause.text, example.clause.lead_in) == ("(a) sell it;", "You may not:")
    assert (example.family, example.doc) == ("mini-family", "mini")


def test_second_readings_are_left_out(load):
    assert load(row("(a) sell it;", "general.other", pass_number=2, annotator="second-reader-1")) == []


def test_a_row_of_another_text_is_refused(load):
    with pytest.raises(AnnotationError, match="sha256"):
        load(row("(a) sell it;", "general.other", sha256="0" * 64))


def test_a_written_row_keeps_its_own_context(load):
    written = Row(("use.military",), "writer-01", 1, text="war;", heading=("Limits",), lead_in="Never for:", lang="en")
    (example,) = load(written)
    assert (example.clause.heading, example.clause.lead_in, example.doc) == (("Limits",), "Never for:", "")


def test_siblings_of_a_written_list_are_one_family(load):
    items = [
        Row(("use.military",), "writer-01", 1, text=text, heading=("Limits",), lead_in="Never for:", lang="en")
        for text in ("war;", "espionage;")
    ]
    assert len({example.family for example in load(*items)}) == 1


def test_propagated_rows_do_not_count_twice(load):
    rows = [row("(a) sell it;", "general.other"), row("(b) rent it.", "general.other", propagated=True)]
    assert len(distinct(load(*rows))) == 1


def test_label_matrix_follows_the_given_columns(load):
    examples = load(row("(a) sell it;", "restriction.no-distribution", "restriction.non-commercial"))
    matrix = label_matrix(examples, ["permission.use", "restriction.non-commercial"])
    assert np.array_equal(matrix, [[False, True]])


def test_splits_keep_their_shares():
    splits = [split_of(f"family-{i}")[0] for i in range(4000)]
    assert abs(splits.count("test") / 4000 - 0.15) < 0.02
    assert abs(splits.count("dev") / 4000 - 0.10) < 0.02


@pytest.mark.parametrize(
    ("family", "place"),
    [
        ("mit", ("test", 3)),
        ("apache-2.0", ("train", 1)),
        ("gpl-2.0", ("train", 0)),
        ("ms-net-library-2018-11", ("dev", 4)),
        ("cpl-0.5", ("test", 0)),
    ],
)
def test_the_split_of_a_family_is_fixed(family, place):
    assert split_of(family) == place


DATA = Path(__file__).parents[1] / "data"


@pytest.mark.corpus
@pytest.mark.checkout
def test_no_unseen_test_clause_is_a_near_duplicate_of_train(corpus):
    from classifier.families import jaccard, shingles
    from classifier.gold import hold_out

    splits = hold_out(
        load_examples(sorted((DATA / "annotations").glob("*.jsonl")), DATA / "families.json", corpus=corpus)
    )
    train = [shingles(example.clause.content, 4) for example in splits.train]
    holders = {}
    for number, grams in enumerate(train):
        for gram in grams:
            holders.setdefault(gram, set()).add(number)
    assert len(splits.test) > 1000
    for example in splits.test[::5]:
        grams = shingles(example.clause.content, 4)
        near = {number for gram in grams for number in holders.get(gram, ())}
        assert all(jaccard(grams, train[number]) < 0.5 for number in near), example.clause.text
