"""Label Studio: a JSON list of tasks.

The labeling configuration these files go with has `<Text name="text" value="$text"/>` and
`<Labels name="label" toName="text" choice="multiple">`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classifier.annotations import load_json
from classifier.converters.files import Entry, collect, member, name_in, of_kind, read_text, write_bytes
from classifier.converters.offsets import Mark, locate, mark_of
from classifier.converters.spans import Span, SpanDocument, file_labels, merge_spans
from classifier.errors import AnnotationError

_LABELLING = frozenset({"labels", "choices"})
_NO_LABELS = frozenset({"relation", "textarea", "rating", "number", "datetime"})
"""Results that say nothing about labels; every other type is refused."""


def read(path: Path) -> list[SpanDocument]:
    """Read the annotated tasks of an export; predictions are not read.

    Results of type `labels` and `choices` count. A choice that has no offsets labels the whole text.

    Raises:
        AnnotationError: The file is no such export, a task is malformed or annotated twice, or none is annotated.
    """
    try:
        tasks = of_kind(load_json(read_text(path)), "the file", list)
    except (ValueError, TypeError) as error:
        raise AnnotationError(f"{path}: {error}; export the project as JSON") from error
    documents = collect((_entry(path, number, task) for number, task in enumerate(tasks, 1)), _document)
    if tasks and not documents:
        raise AnnotationError(f"{path}: no task is annotated; predictions are not read")
    return documents


def _entry(path: Path, number: int, task: object) -> Entry[object]:
    known = task.get("id") if isinstance(task, dict) else None
    name = f"task {known if isinstance(known, int) else number}"
    return Entry(f"{path}: {name}", name, task)


def _document(entry: Entry[object]) -> SpanDocument | None:
    if isinstance(entry.raw, dict) and "data" not in entry.raw:
        raise ValueError("data is missing; export as JSON, not as JSON-MIN")
    data = member(entry.raw, "data", dict)
    text = member(data, "text", str)
    done = [found for found in _annotations(entry.raw) if not found.get("was_cancelled")]
    if not done:
        return None
    if len(done) > 1:
        raise ValueError(f"{len(done)} annotations; leave one reader's in each file")
    return SpanDocument(name_in(data, entry.name), text, _spans(text, member(done[0], "result", list)))


def _annotations(task: object) -> list[dict[str, Any]]:
    if not isinstance(task, dict) or "annotations" not in task:
        return []
    return [of_kind(found, "an annotation", dict) for found in member(task, "annotations", list)]


def _spans(text: str, results: Sequence[object]) -> tuple[Span, ...]:
    marks: list[Mark] = []
    whole: list[str] = []
    for result in results:
        kind = member(result, "type", str)
        if kind in _NO_LABELS:
            continue
        if kind not in _LABELLING:
            raise ValueError(f"a result is of type {kind!r}; only labels and choices on plain text are read")
        value = member(result, "value", dict)
        labels = tuple(of_kind(label, "a label", str) for label in member(value, kind, list))
        if kind == "choices" and "start" not in value:
            whole += labels
        else:
            marks.append(mark_of(value, labels))
    if whole and marks:
        raise ValueError(f"the choice {whole[0]!r} is about the whole task, which has labelled spans besides")
    return merge_spans([Span(0, len(text), tuple(whole))]) if whole else locate(text, marks)


def write(documents: Sequence[SpanDocument], path: Path) -> None:
    """Write the documents as annotated tasks."""
    _write(path, [{**_task(doc), "annotations": [{"result": _results(doc)}]} for doc in documents])


def write_predicted(documents: Sequence[SpanDocument], path: Path) -> None:
    """Write the documents as tasks with predictions, from which a reader starts."""
    _write(
        path,
        [{**_task(doc), "predictions": [{"model_version": "osdlint", "result": _results(doc)}]} for doc in documents],
    )


def _write(path: Path, tasks: list[dict[str, Any]]) -> None:
    write_bytes(path, (json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode())


def _task(document: SpanDocument) -> dict[str, Any]:
    return {"data": {"text": document.text, "name": document.name}}


def _results(document: SpanDocument) -> list[dict[str, Any]]:
    return [
        {
            "id": f"span{number}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": span.start,
                "end": span.end,
                "text": document.text[span.start : span.end],
                "labels": list(file_labels(span)),
            },
        }
        for number, span in enumerate(document.spans, 1)
    ]
