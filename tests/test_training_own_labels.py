"""A label set that is not ours: rules of a library under twelve labels, as doccano spans and as BIO."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning"),
]
pytest.importorskip("torch")
pytest.importorskip("sklearn")

from tiny import make_base

from classifier.converters import read_format, to_written_rows
from classifier.pipeline import Classifier
from classifier.training.encoder import EncoderConfig
from classifier.training.run import TrainConfig, train

RULES = Path(__file__).parent / "data" / "other-labels"
DOCCANO, BIO = RULES / "library-rules.jsonl", RULES / "library-rules.bio"
LABELS = {
    "belongings", "card", "children", "computers", "copying", "damage", "fines", "food", "hours", "loans", "noise",
    "renewals",
}  # fmt: skip
UNSEEN = "House rules\n\n1. You may borrow ten books for four weeks.\n2. Children must be accompanied by an adult.\n"


def osdlint(folder, *args):
    return subprocess.run(
        [sys.executable, "-m", "classifier", *map(str, args)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=300,
        check=False,
    )


def rows_of(path, kind):
    return to_written_rows(read_format(path, kind), annotator="user", known_labels=False)


def test_both_files_hold_the_same_clauses():
    doccano, bio = rows_of(DOCCANO, "doccano"), rows_of(BIO, "conll")
    assert [(row.text, row.labels, row.lead_in) for row in doccano] == [
        (row.text, row.labels, row.lead_in) for row in bio
    ]
    assert {label for row in doccano for label in row.labels} == LABELS


@pytest.fixture(scope="module", params=[f"doccano:{DOCCANO}", f"conll:{BIO}"], ids=["doccano", "bio"])
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return folder, osdlint(folder, "train", "-a", request.param, "-o", "rules", "--linear")


def test_a_linear_model_of_other_labels_is_trained_from_a_tools_file(run):
    folder, done = run
    assert done.returncode == 0, done.stderr
    assert "12 labels, 12 of your own: belongings, card, " in done.stderr
    assert "linear: dev micro-F1 0." in done.stderr
    assert done.stdout.startswith("rules: micro-F1 0.")
    metrics = json.loads((folder / "rules" / "metrics.json").read_text())
    assert {row["label"] for row in metrics["test"]["written_en"]["per_label"]} == LABELS
    # Guessing among twelve labels gives a tenth.
    assert metrics["test"]["written_en"]["micro_f1"] > 0.25
    assert metrics["name"] == "rules"


def test_its_labels_show_in_what_check_says(run):
    folder, _ = run
    (folder / "RULES").write_text(UNSEEN)
    done = osdlint(folder, "check", "--model", "rules", "--format", "json", "RULES")
    clauses = json.loads(done.stdout)["clauses"]
    found = {label["label"] for clause in clauses for label in clause["labels"]}
    assert {"loans", "children"} <= found <= LABELS
    shown = osdlint(folder, "check", "--model", "rules", "RULES").stdout
    assert re.search(r"Other labels .*loans .*children", shown)


@pytest.mark.parametrize(("path", "kind"), [(DOCCANO, "doccano"), (BIO, "conll")])
def test_an_encoder_of_other_labels_is_trained(path, kind, tmp_path):
    base = make_base(tmp_path)
    encoder = EncoderConfig(epochs=12, learning_rate=3e-3, max_length=150)
    # A linear part that looks at one feature leaves room for the encoder.
    config = TrainConfig(
        (), tmp_path / "x.json", tmp_path / "rules", base=str(base), max_features=1, encoder=encoder,
        rows=tuple(rows_of(path, kind)), fallback=0.1,
    )  # fmt: skip
    notes = []
    train(config, on_note=notes.append)
    classifier = Classifier.from_pretrained(config.output)
    assert set(classifier.tagger.config.labels) == LABELS
    assert "encoder" in classifier.tagger.config.parts
    found = {label.label for clause in classifier.predict(UNSEEN).clauses for label in clause.labels}
    assert set() < found <= LABELS
    assert [note for note in notes if note.startswith("encoder, epoch 12 of 12: loss ") and "dev micro-F1 0." in note]


# Bad input


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("rows.jsonl", '{"text": "x", "label": []}\n', "rows.jsonl:1: labels is missing"),
        ("rows.jsonl", "{\n", "rows.jsonl:1: "),
        ("conll:rules.bio", "Keep quiet\n", "rules.bio:1: the last column is 'quiet'"),
        ("doccano:rules.jsonl", '{"text": "x", "label": [[0, 5, "y"]]}\n', "rules.jsonl:1: span 0-5 is"),
        (
            "doccano:rules.jsonl",
            '{"text": "Do it.", "label": [[0, 6, "general.other"], [0, 6, "y"]]}\n',
            "rules.jsonl, line 1', span 0-6: general.other stands beside another label",
        ),
        ("absent.jsonl", None, "absent.jsonl: cannot be read"),
        ("word:rules.doc", None, "word:rules.doc: cannot be read"),
    ],
)
def test_bad_annotations_are_named_with_file_and_line(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name.rpartition(":")[2]).write_text(content)
    done = osdlint(tmp_path, "train", "-a", name, "-o", "model", "--linear")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "model").exists()


def test_what_is_no_row_is_told_how_to_name_a_tool(tmp_path):
    (tmp_path / "export.jsonl").write_text('{"text": "x", "label": []}\n')
    done = osdlint(tmp_path, "train", "export.jsonl", "-o", "model", "--linear")
    assert "for a tool's file write FORMAT:FILE (label-studio, doccano, " in done.stderr


def test_files_may_stand_anywhere(tmp_path):
    (tmp_path / "first.jsonl").write_text("")
    done = osdlint(tmp_path, "train", "-a", "first.jsonl", "second.jsonl", "-o", "model", "--linear")
    assert "second.jsonl: cannot be read" in done.stderr


def test_no_file_at_all_is_a_usage_error(tmp_path):
    done = osdlint(tmp_path, "train", "-o", "model", "--linear")
    assert (done.returncode, "--annotations FILE" in done.stderr) == (2, True)
