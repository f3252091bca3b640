import json
import os
import subprocess
import sys

import pytest

LICENSE = "Mini License\n\nYou may use it. It is not for commercial ends.\n"
USE, BAN = "You may use it.", "It is not for commercial ends."


@pytest.fixture
def annotate(model_dir, tmp_path):
    """Run `osdlint annotate` in a folder with a license."""
    (tmp_path / "LICENSE").write_text(LICENSE)

    def run(*args, stdin=""):
        return subprocess.run(
            [sys.executable, "-m", "classifier", "annotate", *args],
            input=stdin.encode(),
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "OSDLINT_MODEL": str(model_dir), "PYTHONIOENCODING": "utf-8"},
            timeout=60,
            check=False,
        )

    return run


def write_doccano(path, *spans, text=LICENSE):
    labelled = [[text.index(words), text.index(words) + len(words), label] for words, label in spans]
    path.write_text(json.dumps({"text": text, "label": labelled}) + "\n")


@pytest.mark.parametrize("args", [[], ["export"], ["import"], ["agreement"]])
def test_help_is_everywhere(annotate, args):
    done = annotate(*args, "--help")
    assert done.returncode == 0
    assert b"Usage: osdlint annotate" in done.stdout


def test_export_writes_clauses_with_the_labels_of_the_model(annotate, tmp_path):
    done = annotate("export", "LICENSE", "--to", "doccano", "-o", "out.jsonl")
    assert done.stderr.decode() == "out.jsonl: 3 clauses of 1 texts\n"
    found = json.loads((tmp_path / "out.jsonl").read_text())
    assert found["name"] == "LICENSE"
    assert [[LICENSE[start:end], label] for start, end, label in found["label"]] == [
        ["Mini License", "general.other"],
        [USE, "permission.use"],
        [BAN, "restriction.non-commercial"],
    ]


def test_export_without_labels_needs_no_model(annotate, tmp_path):
    done = annotate(
        "export", "LICENSE", "--to", "doccano", "-o", "out.jsonl", "--no-labels", "--model", str(tmp_path / "absent")
    )
    assert done.returncode == 0
    assert {label for _, _, label in json.loads((tmp_path / "out.jsonl").read_text())["label"]} == {"unlabelled"}


def test_export_makes_predictions_of_the_labels_where_the_tool_has_them(annotate, tmp_path):
    annotate("export", "LICENSE", "--to", "label-studio", "-o", "tasks.json")
    (task,) = json.loads((tmp_path / "tasks.json").read_text())
    assert "annotations" not in task
    assert task["predictions"][0]["result"][1]["value"]["labels"] == ["permission.use"]


def test_export_reads_standard_input(annotate, tmp_path):
    annotate("export", "-", "--to", "prodigy", "-o", "out.jsonl", stdin=LICENSE)
    assert json.loads((tmp_path / "out.jsonl").read_text())["meta"] == {"name": "<stdin>"}


def test_import_writes_rows_that_are_read_as_gold(annotate, tmp_path):
    write_doccano(tmp_path / "mine.jsonl", (USE, "permission.use"), (USE, "permission.modify"), (BAN, "unlabelled"))
    done = annotate("import", "mine.jsonl", "--from", "doccano", "-o", "rows.jsonl", "--annotator", "reader-01")
    assert done.stderr.decode() == "rows.jsonl: 1 rows of 1 texts; 1 spans without a label are left out\n"
    row = json.loads((tmp_path / "rows.jsonl").read_text())
    assert (row["source"], row["text"], row["annotator"]) == ("written", USE, "reader-01")
    assert row["labels"] == ["permission.use", "permission.modify"]


@pytest.mark.parametrize("tool", ["doccano", "prodigy", "brat"])
def test_what_is_exported_can_be_imported(annotate, tmp_path, tool):
    annotate("export", "LICENSE", "--to", tool, "-o", "out")
    assert annotate("import", "out", "--from", tool, "-o", "rows.jsonl").returncode == 0
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert [row["text"] for row in rows] == ["Mini License", USE, BAN]


def test_own_labels_are_imported_only_when_asked_for(annotate, tmp_path):
    write_doccano(tmp_path / "mine.jsonl", (USE, "house.rule"))
    command = ("import", "mine.jsonl", "--from", "doccano", "-o", "rows.jsonl")
    refused = annotate(*command)
    assert refused.returncode == 2
    assert "unknown label 'house.rule'" in refused.stderr.decode()
    assert annotate(*command, "--own-labels").returncode == 0


def test_agreement_is_a_table(annotate, tmp_path):
    write_doccano(tmp_path / "a.jsonl", ("Mini License", "general.other"), (USE, "permission.use"), (BAN, "use.other"))
    write_doccano(tmp_path / "b.jsonl", (USE, "permission.use"), (BAN, "restriction.non-commercial"))
    lines = annotate("agreement", "a.jsonl", "b.jsonl", "--from", "doccano").stdout.decode().splitlines()
    assert lines[0] == "2 spans equal in 1 texts; 1 only in the first reading, 0 only in the second"
    assert lines[1] == "Krippendorff's alpha 0.400"
    assert [line.split() for line in lines[3:]] == [
        ["Label", "First", "Second", "Both", "Kappa"],
        ["permission.use", "1", "1", "1", "1.00"],
        ["restriction.non-commercial", "0", "1", "0", "0.00"],
        ["use.other", "1", "0", "0", "0.00"],
    ]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["export", "absent", "--to", "brat", "-o", "out"], "absent: no such file"),
        (["export", "LICENSE", "--to", "brat", "-o", "LICENSE"], "LICENSE: cannot be made a folder"),
        (["import", "absent", "--from", "doccano", "-o", "out"], "absent: cannot be read"),
        (["import", "LICENSE", "--from", "doccano", "-o", "out"], "LICENSE:1: "),
        (["import", "empty", "--from", "doccano", "-o", "out"], "empty: no labelled span"),
        (["agreement", "empty", "empty", "--from", "doccano"], "no labelled span is equal"),
        (["export", "LICENSE", "--to", "word", "-o", "out"], "word"),
    ],
)
def test_what_cannot_be_done_is_told_without_traceback(annotate, tmp_path, args, words):
    write_doccano(tmp_path / "empty")
    done = annotate(*args)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_terminal_controls_in_a_label_do_not_reach_the_terminal(annotate, tmp_path):
    write_doccano(tmp_path / "a.jsonl", (USE, "[red]\x1b[31mx\u202e"))
    shown = annotate("agreement", "a.jsonl", "a.jsonl", "--from", "doccano").stdout.decode()
    assert "[red][31mx" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
