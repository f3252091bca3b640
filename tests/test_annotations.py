import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import annotations
from classifier.annotations import Row, check_rows, read_rows, to_json
from classifier.datamodels import text_sha256
from classifier.errors import AnnotationError
from classifier.labels import load_labels

TEXT = "You may copy it. You may not sell it."
GOOD = {
    "doc": "mini",
    "sha256": text_sha256(TEXT),
    "start": 0,
    "end": 16,
    "labels": ["permission.reproduce"],
    "annotator": "reader-01",
    "pass": 1,
}
WRITTEN = {
    "source": "written",
    "text": "No war.",
    "heading": ["Limits"],
    "lead_in": "",
    "labels": ["use.military"],
    "lang": "en",
    "register": "blunt",
    "annotator": "writer-01",
    "pass": 1,
}


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def problems(tmp_path, *rows):
    read = read_rows([write(tmp_path / "rows.jsonl", *rows)])
    return [problem.message for problem in check_rows(read, {"mini": TEXT}.__getitem__)]


def test_good_rows_have_no_problem(tmp_path):
    assert problems(tmp_path, GOOD, {**GOOD, "start": 17, "end": 37}, WRITTEN) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": ["permission.fly"]}, "unknown label 'permission.fly'"),
        ({"labels": []}, "at least one"),
        ({"labels": "permission.use"}, "list of label ids"),
        ({"labels": ["permission.use", "permission.use"]}, "repeat"),
        ({"labels": ["general.other", "permission.use"]}, "beside another"),
        ({"start": 16, "end": 16}, "empty or negative"),
        ({"start": -1}, "empty or negative"),
        ({"start": "0"}, "not a whole number"),
        ({"pass": True}, "not a whole number"),
    ],
)
def test_a_malformed_row_is_refused_with_file_and_line(tmp_path, change, words):
    path = write(tmp_path / "rows.jsonl", GOOD, {**GOOD, **change})
    with pytest.raises(AnnotationError, match=words) as caught:
        read_rows([path])
    assert f"{path}:2: " in str(caught.value)


@pytest.mark.parametrize("missing", ["sha256", "start", "labels", "annotator", "pass"])
def test_a_missing_field_is_named(tmp_path, missing):
    row = {key: value for key, value in GOOD.items() if key != missing}
    with pytest.raises(AnnotationError, match=f"{missing} is missing"):
        read_rows([write(tmp_path / "rows.jsonl", row)])


@pytest.mark.parametrize("line", ["{", "[]", "null", '"text"', "[" * 100_000])
def test_a_line_that_is_no_object_is_refused(tmp_path, line):
    path = tmp_path / "rows.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(AnnotationError, match=r"rows.jsonl:1: "):
        read_rows([path])


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(AnnotationError, match=r"absent.jsonl: cannot be read"):
        read_rows([tmp_path / "absent.jsonl"])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{**GOOD, "sha256": "0" * 64}], "is not that of 'mini'"),
        ([{**GOOD, "end": 99}], "ends after the text"),
        ([{**GOOD, "end": 5}], "cuts a word"),
        ([{**GOOD, "start": 1}], "cuts a word"),
        ([GOOD, {**GOOD, "start": 4, "end": 20}], "overlaps"),
        ([{**GOOD, "doc": "unknown"}], "cannot be read"),
    ],
)
def test_a_row_that_does_not_fit_its_text_is_a_problem(tmp_path, rows, words):
    assert any(words in message for message in problems(tmp_path, *rows))


def test_second_readings_do_not_overlap_first_ones(tmp_path):
    assert problems(tmp_path, GOOD, {**GOOD, "pass": 2, "annotator": "reader-02"}) == []


def test_own_labels_are_read_when_asked_for(tmp_path):
    path = write(tmp_path / "rows.jsonl", {**WRITTEN, "labels": ["house.rule"]})
    assert read_rows([path], known_labels=False)[0].labels == ("house.rule",)


def test_rows_with_a_renamed_label_keep_loading(tmp_path, monkeypatch):
    renamed = replace(load_labels(), renamed={"use.war": "use.military", "use.arms": "use.military"})
    monkeypatch.setattr(annotations, "load_labels", lambda: renamed)
    path = write(tmp_path / "rows.jsonl", {**WRITTEN, "labels": ["use.war"]}, {**WRITTEN, "labels": ["use.arms"]})
    assert [row.labels for row in read_rows([path])] == [("use.military",), ("use.military",)]


names = st.sampled_from([label.id for label in load_labels().labels if label.id != "general.other"])
rows = st.builds(
    Row,
    labels=st.lists(names, min_size=1, unique=True).map(tuple),
    annotator=st.text(min_size=1),
    pass_number=st.integers(1, 3),
    note=st.text(),
    text=st.text(min_size=1).filter(str.strip),
    heading=st.lists(st.text()).map(tuple),
    lead_in=st.text(),
    lang=st.sampled_from(["en", "zh"]),
    register=st.text(),
)


@given(row=rows)
def test_rows_survive_writing_and_reading(row, tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    path.write_text(to_json(row) + "\n", encoding="utf-8")
    assert read_rows([path]) == [row]
