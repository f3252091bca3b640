"""The built dataset: what is written, and that `datasets` loads it by the front matter of the data card."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from itertools import count
from pathlib import Path
from typing import get_args

import pytest

from classifier.annotations import Row, to_json
from classifier.corpus import WHEEL, Corpus
from classifier.datamodels import text_sha256
from classifier.errors import AnnotationError
from classifier.gold import load_examples, write_dataset
from classifier.labels import load_labels
from classifier.splits import Split, split_of

CARD = Path(__file__).parents[1] / "data" / "README.md"
BODY = "Mini\n\nYou may copy it.\n\nYou may not:\n\n(a) sell “it”;\n(b) rent it.\n"
SPLITS = get_args(Split)
COLUMNS = [
    *("text", "heading", "lead_in", "labels", "doc", "family", "fold", "lang"),
    *("written", "propagated", "start", "end"),
]


def family_in(split):
    return next(name for name in (f"family-{i}" for i in count()) if split_of(name)[0] == split)


def row(words, *labels, doc="mini-train", **more):
    start = BODY.index(words)
    fields = {"annotator": "reader-01", "pass_number": 1, "doc": doc, "sha256": text_sha256(BODY)}
    return Row(labels=labels, start=start, end=start + len(words), **{**fields, **more})


ROWS = [
    row("You may copy it.", "permission.reproduce"),
    row("(a) sell “it”;", "restriction.no-distribution", "restriction.non-commercial"),
    row("(b) rent it.", "restriction.no-distribution", propagated=True),
    row("You may copy it.", "permission.reproduce", doc="mini-dev"),
    row("You may copy it.", "permission.reproduce", doc="mini-test"),
    Row(("use.military",), "writer-01", 1, text="战争。", heading=("限制",), lead_in="不得用于：", lang="zh"),
]


def lay_out(folder, rows):
    """Write a tiny corpus, gold rows and families into a folder."""
    (folder / "annotations").mkdir()
    with zipfile.ZipFile(folder / WHEEL, "w") as archive:
        for split in SPLITS:
            archive.writestr(f"licensedcode/data/licenses/mini-{split}.LICENSE", f"---\nkey: mini\n---\n{BODY}")
    (folder / "annotations" / "rows.jsonl").write_text("".join(to_json(one) + "\n" for one in rows), encoding="utf-8")
    (folder / "families.json").write_text(json.dumps({f"mini-{split}": family_in(split) for split in SPLITS}))


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    def run(rows):
        folder = tmp_path_factory.mktemp("gold")
        lay_out(folder, rows)
        paths = [folder / "annotations" / "rows.jsonl"]
        return load_examples(paths, folder / "families.json", corpus=Corpus(folder / WHEEL))

    return run


@pytest.fixture(scope="module")
def built(examples, tmp_path_factory):
    """A data folder with the real card and a built dataset."""
    folder = tmp_path_factory.mktemp("data")
    counts = write_dataset(examples(ROWS), folder / "build")
    return folder, counts


def read(built, split):
    return [json.loads(line) for line in (built[0] / "build" / f"{split}.jsonl").read_text("utf-8").splitlines()]


def test_each_split_has_its_file_and_count(built):
    assert built[1] == {split: len(read(built, split)) for split in SPLITS}
    assert sum(built[1].values()) == len(ROWS)


def test_a_row_says_what_the_clause_is_and_where(built):
    found = next(one for one in read(built, "train") if one["text"] == "(a) sell “it”;")
    ids = [label.id for label in load_labels().labels]
    assert list(found) == COLUMNS
    assert [ids[number] for number in found["labels"]] == ["restriction.no-distribution", "restriction.non-commercial"]
    assert BODY[found["start"] : found["end"]] == found["text"]
    assert (found["doc"], found["family"], found["lead_in"]) == ("mini-train", family_in("train"), "You may not:")


def test_written_and_propagated_rows_are_marked(built):
    rows = [one for split in SPLITS for one in read(built, split)]
    assert [one["text"] for one in rows if one["written"]] == ["战争。"]
    assert [one["text"] for one in rows if one["propagated"]] == ["(b) rent it."]


def test_an_empty_split_is_refused(examples, tmp_path):
    with pytest.raises(AnnotationError, match="no rows for dev, test"):
        write_dataset(examples(ROWS[:1]), tmp_path / "build")
    assert not (tmp_path / "build").exists()


def test_a_text_that_is_no_unicode_is_refused(examples, tmp_path):
    broken = Row(("use.military",), "writer-01", 1, text="war \ud800", lang="en")
    path = tmp_path / "broken.jsonl"
    path.write_text(json.dumps(json.loads(to_json(broken))), encoding="ascii")
    found = load_examples([path], tmp_path / "none.json")
    with pytest.raises(AnnotationError, match=r"written clause 0-5 'war \\ud800': cannot be written"):
        write_dataset([*examples(ROWS), *found], tmp_path / "build")


@pytest.fixture
def osdlint(tmp_path):
    lay_out(tmp_path, ROWS)

    def run(*args):
        return subprocess.run(
            [sys.executable, "-m", "classifier", "corpus", *args, "--families", "families.json"],
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "OSDLINT_CACHE": str(tmp_path)},
            timeout=60,
            check=False,
        )

    return run


def test_the_command_writes_where_the_card_looks(osdlint, tmp_path, built):
    done = osdlint("build", "--annotations", "annotations")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0, done.stderr.decode()
    assert lines == [f"{Path('data', 'build', split)}.jsonl\t{rows}" for split, rows in built[1].items()]
    assert all((tmp_path / line.split("\t")[0]).is_file() for line in lines)


def test_a_folder_without_gold_rows_is_named(osdlint):
    done = osdlint("build", "--annotations", "absent")
    assert (done.returncode, done.stderr.decode().startswith("osdlint: absent: no files of gold rows")) == (2, True)


@pytest.mark.checkout
def test_the_card_names_the_labels_in_their_order():
    front = CARD.read_text("utf-8").split("\n---\n")[0]
    named = re.findall(r"^ +'(\d+)': (\S+)$", front, re.M)
    assert named == [(str(i), label.id) for i, label in enumerate(load_labels().labels)]


LOAD = """
import json
from datasets import load_dataset
data = load_dataset("./data")
labels = data["train"].features["labels"].feature
rows = {split: list(part) for split, part in data.items()}
print(json.dumps({"names": labels.names, "columns": data["train"].column_names, "rows": rows}))
"""


@pytest.mark.train
@pytest.mark.checkout
def test_datasets_loads_the_folder_offline(built, tmp_path):
    pytest.importorskip("datasets")
    shutil.copytree(built[0], tmp_path / "data")
    shutil.copy(CARD, tmp_path / "data")
    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1", "PYTHONIOENCODING": "utf-8"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    loaded = json.loads(done.stdout)
    assert loaded["names"] == [label.id for label in load_labels().labels]
    assert loaded["columns"] == COLUMNS
    assert loaded["rows"] == {split: read(built, split) for split in SPLITS}


def test_families_that_have_become_one_are_trained_on_if_one_was(osdlint, tmp_path):
    assert osdlint("families").returncode == 0
    found = json.loads((tmp_path / "families.json").read_text("utf-8"))
    assert found == {f"mini-{split}": family_in("train") for split in SPLITS}


def test_families_without_earlier_ones_are_named_after_a_text(osdlint, tmp_path):
    (tmp_path / "families.json").unlink()
    assert osdlint("families", "--output", "new.json").returncode == 0
    assert set(json.loads((tmp_path / "new.json").read_text("utf-8")).values()) == {"mini-dev"}


def test_families_that_cannot_be_read_are_left_alone(osdlint, tmp_path):
    (tmp_path / "families.json").write_text("[")
    done = osdlint("families")
    assert (done.returncode, b"name the file of families" in done.stderr) == (2, True)
    assert (tmp_path / "families.json").read_text() == "["
