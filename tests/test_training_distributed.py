"""Several processes train one model."""

import os
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch")
pytest.importorskip("sklearn")

from tiny import make_base, rows_file

from classifier.training import distributed

PATIENCE_S = 300


@pytest.mark.parametrize("batches", [1, 2, 3, 7, 8])
def test_every_process_takes_as_many_batches(batches, monkeypatch):
    monkeypatch.setattr(distributed.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed.distributed, "get_world_size", lambda: 3)
    parts = []
    for rank in range(3):
        monkeypatch.setattr(distributed.distributed, "get_rank", lambda rank=rank: rank)
        parts.append(distributed.share(range(batches)))
    assert len({len(part) for part in parts}) == 1
    assert parts[0]


def launch(*options):
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "classifier", "train"]
    return subprocess.run(
        [sys.executable, *torchrun, *map(str, options)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def test_two_processes_train_one_model(tmp_path):
    (tmp_path / "base").mkdir()
    base, rows = make_base(tmp_path / "base"), rows_file(tmp_path / "rows.jsonl")
    done = launch("-a", rows, "-o", tmp_path / "model", "--base", base, "--epochs", 2, "--no-weights")
    assert done.returncode == 0, done.stderr
    # Process 0 alone reports and writes.
    assert re.findall(r"encoder, epoch (\d+) of", done.stderr) == ["1", "2"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base", "model", "rows.jsonl"]


def test_of_two_processes_one_trains_a_linear_model(tmp_path):
    done = launch("-a", rows_file(tmp_path / "rows.jsonl"), "-o", tmp_path / "model", "--linear")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("linear: dev micro-F1") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "rows.jsonl"]
