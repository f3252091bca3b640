import pytest

from classifier.annotations import read_rows, to_json
from classifier.converters import Span, SpanDocument, to_written_rows
from classifier.converters.agreement import agreement
from classifier.converters.clauses import to_span_documents
from classifier.datamodels import Document
from classifier.errors import AnnotationError

TEXT = "Grant 😀\nYou may copy it.\r\nYou may not sell it."
DOC = SpanDocument(
    "mini",
    TEXT,
    (Span(8, 24, ("permission.reproduce", "permission.use")), Span(26, 46, ("restriction.non-commercial",))),
)


LISTED = """Mini License

2. Limits
You may not:
(a) sell it; or
(b) use it for war.
"""


def place(text, words):
    return text.index(words), text.index(words) + len(words)


def test_rows_carry_the_context_of_their_span(tmp_path):
    doc = SpanDocument("mini", LISTED, (Span(*place(LISTED, "(b) use it for war."), ("use.military",)),))
    (row,) = to_written_rows([doc], annotator="reader-01")
    assert (row.text, row.heading, row.lead_in) == ("(b) use it for war.", ("2. Limits",), "You may not:")
    assert (row.labels, row.annotator, row.pass_number, row.doc, row.lang) == (
        ("use.military",),
        "reader-01",
        1,
        "",
        "en",
    )


def test_rows_are_what_gold_files_hold(tmp_path):
    rows = to_written_rows([DOC], annotator="reader-01")
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(to_json(row) + "\n" for row in rows), encoding="utf-8")
    assert read_rows([path]) == rows
    assert rows[0].labels == ("permission.reproduce", "permission.use")


def test_spans_without_label_give_no_row():
    assert to_written_rows([SpanDocument("mini", TEXT, (Span(8, 24),))], annotator="reader-01") == []


@pytest.mark.parametrize(
    ("end", "labels", "words"),
    [
        (10, ("permission.fly",), "'mini', span 0-10: unknown label 'permission.fly'"),
        (10, ("general.other", "permission.use"), "beside another"),
        (2, ("permission.use",), "'mini', span 0-2: the span holds no words; delete it"),
    ],
)
def test_a_span_that_is_no_row_is_refused(end, labels, words):
    with pytest.raises(AnnotationError, match=words):
        to_written_rows([SpanDocument("mini", "\u200b\u200bYou may.", (Span(0, end, labels),))], annotator="reader-01")


def test_own_labels_become_rows_when_asked_for():
    doc = SpanDocument("mini", "You may.", (Span(0, 8, ("house.rule",)),))
    assert to_written_rows([doc], annotator="reader-01", known_labels=False)[0].labels == ("house.rule",)


def test_texts_are_cut_into_unlabelled_spans():
    (doc,) = to_span_documents([Document(LISTED, "mini")])
    assert [doc.text[span.start : span.end] for span in doc.spans][-2:] == ["(a) sell it; or", "(b) use it for war."]
    assert {span.labels for span in doc.spans} == {()}


def reading(*labels, text="You may use. You may copy. You may sell."):
    spans = [Span(13 * i, 13 * i + 12, found) for i, found in enumerate(labels) if found is not None]
    return SpanDocument("mini", text, tuple(spans))


def test_equal_readings_agree():
    doc = reading(("permission.use",), ("permission.reproduce",), ("permission.use", "permission.reproduce"))
    found = agreement([doc], [doc])
    assert (found.documents, found.spans, found.alpha) == (1, 3, 1.0)
    assert [(row.label, row.both, row.kappa) for row in found.per_label] == [
        ("permission.reproduce", 2, 1.0),
        ("permission.use", 2, 1.0),
    ]


def test_kappa_counts_chance():
    first = reading(("a",), ("a",), ("b",))
    second = reading(("a",), ("b",), ("b",))
    row = agreement([first], [second]).per_label[0]
    assert (row.label, row.first, row.second, row.both) == ("a", 2, 1, 1)
    assert row.kappa == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))


def test_only_equal_labelled_spans_count():
    found = agreement([reading(("a",), ("a",), None)], [reading(("a",), (), ("b",))])
    assert (found.spans, found.only_first, found.only_second) == (1, 1, 1)


def test_documents_are_matched_by_their_text():
    other = reading(("a",), text="Others may use, not sell, nor copy, ever.")
    found = agreement([reading(("a",)), other], [SpanDocument("renamed", reading().text, reading(("a",)).spans)])
    assert (found.documents, found.spans) == (1, 1)


def test_readings_without_equal_spans_are_refused():
    with pytest.raises(AnnotationError, match="1 texts are in both readings and no labelled span"):
        agreement([reading(("a",))], [reading(None, ("a",))])


def test_a_text_read_twice_in_two_ways_is_refused():
    with pytest.raises(AnnotationError, match="'mini': its text stands in the reading before"):
        agreement([reading(("a",)), reading(("b",))], [reading(("a",))])
