"""`osdlint evaluate` and `osdlint corpus check` as a user with files of their own meets them."""

import os
import subprocess
import sys

import pytest
from test_robustness import write_corpus

from classifier.annotations import Row, to_json
from classifier.corpus import WHEEL

TEXTS = ("You may sing it.", "No commercial ends.", "Keep the notice.")


@pytest.fixture
def osdlint(model_dir, tmp_path):
    write_corpus(tmp_path / WHEEL)
    rows = [Row(("general.other",), "user", 1, text=text) for text in TEXTS]
    (tmp_path / "rows.jsonl").write_text("".join(to_json(row) + "\n" for row in rows), encoding="utf-8")

    def run(*args):
        env = {"OSDLINT_MODEL": str(model_dir), "OSDLINT_CACHE": str(tmp_path)}
        command = [sys.executable, "-m", "classifier", *args]
        return subprocess.run(
            command, capture_output=True, cwd=tmp_path, env={**os.environ, **env}, timeout=120, check=False
        )

    return run


def test_a_row_alone_is_told_in_one_line_to_be_too_little(osdlint, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text(rows.read_text("utf-8").splitlines()[0] + "\n", encoding="utf-8")
    done = osdlint("evaluate", "-d", "rows.jsonl", "--against", "tiny")
    message = done.stderr.decode()
    assert done.returncode == 2
    assert message.startswith("osdlint: rows.jsonl: no clause to measure on.")
    assert message.count("\n") == 1


def test_written_rows_need_no_language(osdlint):
    done = osdlint("evaluate", "-d", "rows.jsonl")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Per label, written other:" in done.stdout


@pytest.mark.parametrize("command", [("evaluate", "-d", "rows.jsonl"), ("corpus", "check", "--annotations", ".")])
def test_a_file_in_no_folder_is_refused_before_the_work(osdlint, command):
    done = osdlint(*command, "-o", "no/such/figures.json")
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"osdlint: {os.path.join('no', 'such', 'figures.json')}: there is no folder")
    assert done.stdout == b""
