"""Formats and files of `osdlint check`, as a user meets them."""

import csv
import io
import json
import os
import subprocess
import sys

import pytest

from classifier.cli.output import check_target, write
from classifier.errors import UsageError


@pytest.fixture
def osdlint(model_dir, tmp_path):
    """Run `osdlint check` in a folder with texts."""

    def run(*args):
        return subprocess.run(
            [sys.executable, "-m", "classifier", *args],
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "OSDLINT_MODEL": str(model_dir)},
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "OPEN").write_text("You may use it as you like.\n")
    (tmp_path / "CLOSED").write_text("You may use it. It is not for commercial ends.\n")
    return tmp_path


@pytest.mark.parametrize("format", ["sarif", "html", "markdown", "csv", "github", "spdx"])
def test_several_files_give_one_document(osdlint, texts, format):
    done = osdlint("--format", format, "OPEN", "CLOSED")
    text = done.stdout.decode("utf-8")
    assert done.returncode == 0
    assert "OPEN" in text
    assert "CLOSED" in text


def test_sarif_of_several_files_is_one_run_with_lines(osdlint, texts):
    (run,) = json.loads(osdlint("-f", "sarif", "OPEN", "CLOSED").stdout)["runs"]
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == ["OPEN", "CLOSED"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 1


def test_a_bad_file_is_in_the_document_and_on_stderr(osdlint, texts):
    done = osdlint("-f", "csv", "absent", "CLOSED")
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    assert done.returncode == 2
    assert (rows[0]["error"], rows[0]["message"]) == ("unreadable-input", "absent: no such file")
    assert rows[1]["verdict"] == "deviates"
    assert done.stderr.decode() == "osdlint: absent: no such file\n"


def test_the_exit_code_does_not_depend_on_the_format(osdlint, texts):
    assert osdlint("-f", "github", "--fail-on", "deviation", "CLOSED").returncode == 1


@pytest.mark.parametrize("format", ["text", "json", "jsonl", "html", "csv"])
def test_a_document_goes_to_a_file(osdlint, texts, format):
    done = osdlint("-f", format, "-o", "report", "CLOSED")
    assert (done.returncode, done.stdout) == (0, b"")
    assert "CLOSED" in (texts / "report").read_text("utf-8")
    assert sorted(path.name for path in texts.iterdir() if path.is_file()) == ["CLOSED", "OPEN", "report"]


def test_a_file_holds_what_would_be_printed(osdlint, texts):
    osdlint("-f", "html", "-o", "report", "CLOSED")
    assert (texts / "report").read_bytes() == osdlint("-f", "html", "CLOSED").stdout


@pytest.mark.parametrize(("target", "words"), [("no/such/report", "no folder"), (".", "is a folder")])
def test_a_file_that_cannot_be_written_is_refused_before_the_work(osdlint, texts, target, words):
    done = osdlint("-f", "html", "-o", target, "CLOSED")
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_lone_surrogates_do_not_stop_json(osdlint, texts):
    (texts / "odd").write_bytes(b"You may use it +2AA- freely.\n")
    done = osdlint("-f", "json", "--encoding", "utf-7", "odd")
    assert done.returncode == 0, done.stderr
    assert "\ud800" in json.loads(done.stdout)["clauses"][0]["text"]


@pytest.mark.parametrize("format", ["text", "sarif", "html", "markdown", "csv", "github", "spdx"])
def test_lone_surrogates_stop_no_format(osdlint, texts, format):
    (texts / "odd").write_bytes(b"You may use it +2AA- freely.\n")
    done = osdlint("-f", format, "--encoding", "utf-7", "odd")
    assert done.returncode == 0, done.stderr


def test_an_old_file_stays_when_writing_fails(tmp_path, monkeypatch):
    target = tmp_path / "report"
    target.write_text("old")
    monkeypatch.setattr("pathlib.Path.replace", _fail)
    with pytest.raises(UsageError, match="cannot be written"):
        write("new", target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def _fail(*_):
    raise OSError(28, "No space left on device")


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write("new", tmp_path / "link")
    assert (tmp_path / "real").read_text() == "new\n"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_written_to_not_replaced(tmp_path):
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    thread = threading.Thread(target=write, args=("words", pipe))
    thread.start()
    assert pipe.read_bytes() == b"words\n"
    thread.join(timeout=10)
    assert pipe.is_fifo()


def test_a_target_in_this_folder_is_fine(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    check_target(Path("report"))
