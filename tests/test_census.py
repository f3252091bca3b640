"""The counts of the corpus, and the gates they are held to."""

import json
from pathlib import Path

import pytest

from classifier.annotations import Row
from classifier.census import (
    GATES,
    LIMITS,
    agreement,
    count_copied,
    find_misses,
    first_labels,
    pair_readings,
    share_near_train,
    take_census,
)
from classifier.datamodels import Clause
from classifier.gold import Example

DATA = Path(__file__).parents[1] / "data"
WORDS = "anyone may copy this work and change it as they like for any purpose at all without asking anybody first"
BODIES = {
    "read": WORDS,
    "twin": f"{WORDS} or later",
    "other": "The tool is lent to members of the guild alone, who hand it back in autumn, clean and oiled.",
}


def row(start, pass_number, *labels, **more):
    return Row(labels or ("permission.use",), "reader-01", pass_number, doc="mini", start=start, end=start + 9, **more)


def example(key, split):
    body = BODIES[key]
    return Example(Clause(body, 0, len(body), body), ("permission.use",), key, key, split, 0, "en")


def test_a_span_read_twice_gives_both_readings():
    first, second = row(0, 1), row(0, 2)
    assert pair_readings([second, first]) == [(first, second)]


def test_a_written_clause_is_told_from_its_like_by_its_context():
    here, there = (
        Row(("use.minors",), "writer-01", 1, text="for play", heading=(), lead_in=lead_in, lang="en")
        for lead_in in ("You may not use it:", "You may use it:")
    )
    second = Row(("use.other",), "second-reader-1", 2, text="for play", heading=(), lead_in=here.lead_in, lang="en")
    assert pair_readings([here, there, second]) == [(here, second)]


def test_propagated_labels_are_no_first_reading():
    assert pair_readings([row(0, 1, propagated=True), row(0, 2)]) == []


def test_a_second_reading_of_another_span_is_not_compared():
    assert pair_readings([row(0, 1), row(10, 2)]) == []


def test_a_settled_row_tells_its_first_labels():
    settled = row(0, 1, "condition.pay", note="settled; first reading: use.other,use.minors; a fee")
    assert first_labels(settled) == ("use.other", "use.minors")


def test_agreement_is_that_of_the_first_labels():
    settled = row(0, 1, "use.other", note="first reading: general.other")
    readings = [(settled, row(0, 2, "use.other"))] * 20 + [
        (row(0, 1, "general.scope"), row(0, 2, "general.scope"))
    ] * 20
    kappas, alpha = agreement(readings)
    assert kappas == {"general.other": 0.0, "general.scope": 1.0, "use.other": 0.0}
    assert alpha < 1


def test_agreement_of_nothing_is_nothing():
    assert agreement([]) == ({}, 0.0)


@pytest.mark.parametrize(
    ("clause", "copied"),
    [
        pytest.param("Of course, anyone may copy this work and CHANGE it, as they wish.", 1, id="nine words"),
        pytest.param("Anyone may copy this work and change whatever they please.", 0, id="fewer"),
    ],
)
def test_a_written_clause_with_words_of_a_text_is_counted(clause, copied):
    assert count_copied([clause], BODIES.values()) == copied


def test_a_test_document_that_train_has_nearly_is_counted():
    examples = [example("read", "train"), example("twin", "test"), example("other", "test")]
    assert share_near_train(examples, BODIES.__getitem__) == 0.5


def test_counts_at_their_gates_miss_nothing():
    assert find_misses(GATES | LIMITS) == []


def test_a_count_outside_its_gate_is_named():
    counts = GATES | LIMITS | {"documents": 699, "share_of_test_near_train": 0.2}
    assert find_misses(counts) == ["documents is 699, below 700", "share_of_test_near_train is 0.2, above 0"]


@pytest.mark.corpus
@pytest.mark.checkout
def test_the_committed_census_is_that_of_the_rows(corpus):
    census = take_census(sorted((DATA / "annotations").glob("*.jsonl")), DATA / "families.json", corpus)
    committed = json.loads((DATA / "census.json").read_text("utf-8"))
    assert census.to_dict() == committed, "run `osdlint corpus check --output data/census.json`"
