import json
import sys
import zlib

import pytest

from classifier.converters import Span, SpanDocument, read_format, write_format
from classifier.converters.files import MAX_BYTES
from classifier.errors import AnnotationError, MissingExtraError

TEXT = "Grant 😀\nYou may copy it.\r\nYou may not sell it."
DOC = SpanDocument(
    "mini",
    TEXT,
    (Span(8, 24, ("permission.reproduce", "permission.use")), Span(26, 46, ("restriction.non-commercial",))),
)


def round_trip(docs, folder, name, **options):
    write_format(docs, folder / "file", name, **options)
    return read_format(folder / "file", name)


# What is refused, with place and reason


def task(results, text=TEXT, **more):
    return {"id": 7, "data": {"text": text}, "annotations": [{"result": results}], **more}


def result(start=26, end=46, quote=TEXT[26:46], kind="labels", **value):
    return {"type": kind, "value": {"start": start, "end": end, "text": quote, kind: ["permission.use"], **value}}


def read(tmp_path, name, content):
    path = tmp_path / "file"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_format(path, name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("{", "file: .*export the project as JSON", id="no-json"),
        pytest.param("[" * 100_000, "nested too deeply", id="deep"),
        pytest.param({"data": {}}, "of type dict, not list", id="no-list"),
        pytest.param([5], "file: task 1: expected a JSON object", id="no-object"),
        pytest.param([{"id": 7, "text": "x"}], "task 7: data is missing; export as JSON", id="json-min"),
        pytest.param([{"data": {}}], "task 1: text is missing", id="no-text"),
        pytest.param([task([], text=" ")], "task 7: the text is empty", id="empty-text"),
        pytest.param([task([], text="\ud83d.")], "half a surrogate pair stands at character 0", id="surrogate"),
        pytest.param([task([result(quote="You may sell it.")])], r"at 26-46 stands 'You may not", id="quote"),
        pytest.param([task([result(end=99)])], "span 26-99 is empty or outside", id="outside"),
        pytest.param([task([result(start=46)])], "span 46-46 is empty or outside", id="empty-span"),
        pytest.param([task([result(start="26")])], "start is of type str, not int", id="string-offset"),
        pytest.param([task([result(start=True)])], "start is of type bool, not int", id="boolean-offset"),
        pytest.param([task([result(labels=[5])])], "a label is of type int", id="label"),
        pytest.param([task([result(labels=[""])])], "a name or label is empty", id="empty-label"),
        pytest.param([task([result(kind="hypertextlabels")])], "of type 'hypertextlabels'", id="hypertext"),
        pytest.param([task([result(kind="taxonomy")])], "only labels and choices", id="taxonomy"),
        pytest.param([{**task([]), "annotations": [{"result": []}] * 2}], "2 annotations; leave one", id="two"),
        pytest.param([{**task([]), "annotations": []}], "no task is annotated", id="none"),
        pytest.param(
            [task([result(), {"type": "choices", "value": {"choices": ["bad"]}}])], "choice 'bad'", id="choice"
        ),
    ],
)
def test_a_bad_label_studio_file_is_refused(tmp_path, content, words):
    with pytest.raises(AnnotationError, match=words):
        read(tmp_path, "label-studio", content)


def test_every_bad_task_is_named(tmp_path):
    with pytest.raises(AnnotationError) as caught:
        read(tmp_path, "label-studio", [task([result(end=99)]), task([]), {"id": 9, "data": {"text": 5}}])
    assert [line.split(": ")[1] for line in str(caught.value).split("\n")] == ["task 7", "task 9"]


@pytest.mark.parametrize("name", ["doccano", "prodigy"])
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "file:2: "),
        ("[]", "file:2: expected a JSON object"),
        ('{"text": 5}', "file:2: text is of type int"),
        ('{"text": "x", "label": {}}', "file:2: (label is of type dict|spans is missing)"),
        ('{"text": "x", "label": ["permission.use"]}', "file:2: (a label is not of the form|spans is missing)"),
        ('{"text": "x", "label": [[0, 2, "y"]], "spans": [{"start": 0, "end": 2, "label": "y"}]}', "outside the text"),
        ('{"text": "x", "label": [[0, 1.5, "y"]], "spans": [{"start": 0, "end": 1.5, "label": "y"}]}', "of type float"),
    ],
)
def test_a_bad_line_is_refused(tmp_path, name, line, words):
    with pytest.raises(AnnotationError, match=words):
        read(tmp_path, name, '{"text": "You may.", "label": [], "spans": []}\n' + line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("T1 permission_use 0 3 You", "mini.ann: line 1 is no line of brat standoff"),
        ("T1\tpermission_use 0 three\tYou", "line 1 is no line"),
        ("X1\tpermission_use 0 3\tYou", "line 1 is no line"),
        ("T1\tpermission_use 0 3\tyou", "stands 'You', not the quoted 'you'"),
        ("T1\tpermission_use 0 99\tYou", "outside the text"),
        ("T1\tpermission_use 0 3;8 12\tYou copy", "several parts is read only when nothing but white space"),
        ("T1\tpermission_use 0 3;4 7", "line 1: the span is discontinuous"),
        (f"T1\tpermission_use 0 {'9' * 5000}\tYou", "mini.ann: "),
    ],
)
def test_a_bad_brat_line_is_refused(tmp_path, line, words):
    (tmp_path / "mini.txt").write_text("You may copy it.")
    (tmp_path / "mini.ann").write_text(line)
    with pytest.raises(AnnotationError, match=words):
        read_format(tmp_path, "brat")


# Label Studio


def spans_of(tmp_path, results, text=TEXT):
    return read(tmp_path, "label-studio", [task(results, text)])[0].spans


def test_choices_without_offsets_label_the_whole_text(tmp_path):
    found = spans_of(tmp_path, [{"type": "choices", "value": {"choices": ["use.military", "permission.use"]}}])
    assert found == (Span(0, len(TEXT), ("use.military", "permission.use")),)


def test_choices_of_a_region_join_its_labels(tmp_path):
    found = spans_of(tmp_path, [result(), result(kind="choices", choices=["use.military"])])
    assert found == (Span(26, 46, ("permission.use", "use.military")),)


def test_results_without_labels_are_passed_over(tmp_path):
    note = {"type": "textarea", "value": {"start": 0, "end": 5, "text": ["why"]}}
    relation = {"type": "relation", "from_id": "a", "to_id": "b"}
    assert spans_of(tmp_path, [note, relation, result()]) == (Span(26, 46, ("permission.use",)),)


def test_offsets_in_utf16_units_are_repaired(tmp_path):
    assert spans_of(tmp_path, [result(27, 47)]) == (Span(26, 46, ("permission.use",)),)


def test_tasks_that_nobody_annotated_are_left_out(tmp_path):
    idle = {"id": 1, "data": {"text": "You may."}, "predictions": [{"result": [result(0, 3, "You")]}]}
    cancelled = task([result()], annotations=[{"was_cancelled": True, "result": [result()]}])
    assert [doc.name for doc in read(tmp_path, "label-studio", [idle, task([result()]), cancelled])] == ["task 7"]


def test_predictions_are_not_read_as_annotations(tmp_path):
    with pytest.raises(AnnotationError, match="predictions are not read"):
        round_trip([DOC], tmp_path, "label-studio", predicted=True)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    content = "\ufeff" + json.dumps([task([result()])])
    assert read(tmp_path, "label-studio", content)[0].text == TEXT


# doccano and Prodigy


def test_the_older_doccano_field_is_read(tmp_path):
    found = read(tmp_path, "doccano", {"text": "You may.", "labels": [[0, 7, "permission.use"]]})
    assert found == [SpanDocument("line 1", "You may.", (Span(0, 7, ("permission.use",)),))]


@pytest.mark.parametrize(("answer", "count"), [("accept", 1), ("reject", 0), ("ignore", 0)])
def test_only_accepted_prodigy_tasks_are_read(tmp_path, answer, count):
    assert len(read(tmp_path, "prodigy", {"text": "You may.", "spans": [], "answer": answer})) == count


def test_prodigy_tokens_prove_the_counting(tmp_path):
    tokens = [{"text": "You", "start": 2, "end": 5, "id": 1}, {"text": "may", "start": 6, "end": 9, "id": 2}]
    line = {"text": "😀You may.", "tokens": tokens, "spans": [{"start": 2, "end": 9, "label": "permission.use"}]}
    assert read(tmp_path, "prodigy", line)[0].spans == (Span(1, 8, ("permission.use",)),)


# brat


def test_a_span_over_line_ends_is_written_in_parts(tmp_path):
    text = "You may\n  copy 😀\r\nand use it."
    doc = SpanDocument("mini", text, (Span(0, len(text), ("permission.use",)),))
    assert round_trip([doc], tmp_path, "brat") == [doc]
    line = (tmp_path / "file" / "mini.ann").read_bytes().decode()
    assert line == "T1\tpermission_use 0 7;8 16;18 29\tYou may   copy 😀 and use it.\n"


def test_lines_that_are_no_spans_are_passed_over(tmp_path):
    lines = [
        "T1\tpermission_use 0 7\tYou may",
        "A1\tSure T1",
        "#1\tAnnotatorNotes T1\twhy",
        "R1\tOf Arg1:T1 Arg2:T1",
        "",
    ]
    (tmp_path / "mini.txt").write_text("You may copy it.")
    (tmp_path / "mini.ann").write_bytes("\r\n".join(lines).encode())
    assert read_format(tmp_path / "mini.ann", "brat")[0].spans == (Span(0, 7, ("permission.use",)),)


def test_names_cannot_leave_the_folder(tmp_path):
    doc = SpanDocument("../up/LICENSE", "You may.")
    assert round_trip([doc], tmp_path, "brat") == [doc]
    assert sorted(path.name for path in tmp_path.rglob("*.txt")) == ["..%2Fup%2FLICENSE.txt"]


@pytest.mark.parametrize(
    ("docs", "words"),
    [
        ([DOC, DOC], "two documents have the name 'mini'"),
        ([SpanDocument("mini", "You may.", (Span(0, 3, ("my label",)),))], "holds white space"),
        ([SpanDocument("mini", "You may.\n", (Span(0, 9, ("x",)),))], "begins or ends with a line end"),
        ([SpanDocument("mini", "You   may.", (Span(4, 5, ("x",)),))], "cut it off"),
    ],
)
def test_what_brat_cannot_hold_is_refused(tmp_path, docs, words):
    with pytest.raises(AnnotationError, match=words):
        write_format(docs, tmp_path / "file", "brat")


def test_half_a_pair_is_refused(tmp_path):
    (tmp_path / "mini.txt").write_text("You may.")
    with pytest.raises(AnnotationError, match=r"mini.ann: cannot be read"):
        read_format(tmp_path, "brat")


# spaCy


@pytest.mark.parametrize("call", [lambda p: read_format(p, "spacy"), lambda p: write_format([DOC], p, "spacy")])
def test_without_spacy_the_extra_is_named(tmp_path, monkeypatch, call):
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtraError, match=r"osdlint\[spacy\]"):
        call(tmp_path / "file")


@pytest.mark.parametrize("content", [b"", b"text", zlib.compress(b"\xc1"), zlib.compress(b"\x80")])
def test_a_damaged_docbin_is_refused(tmp_path, content):
    pytest.importorskip("spacy")
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(AnnotationError, match="no sound DocBin"):
        read_format(tmp_path / "file", "spacy")


def test_a_docbin_that_unpacks_to_too_much_is_refused(tmp_path):
    pytest.importorskip("spacy")
    (tmp_path / "file").write_bytes(zlib.compress(bytes(MAX_BYTES + 1)))
    with pytest.raises(AnnotationError, match="unpacks to more"):
        read_format(tmp_path / "file", "spacy")


def test_spans_under_another_key_are_refused(tmp_path):
    spacy = pytest.importorskip("spacy")
    doc = spacy.blank("en")("You may copy it.")
    doc.spans["sc"] = [doc.char_span(0, 7, "permission.use")]
    spacy.tokens.DocBin(docs=[doc]).to_disk(tmp_path / "file")
    with pytest.raises(AnnotationError, match="document 1: the spans are under 'sc'"):
        read_format(tmp_path / "file", "spacy")
