"""A run that is killed for real goes on where it was."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch")
pytest.importorskip("sklearn")

from tiny import make_base, rows_file

from classifier.tagger import ClauseTagger

EPOCHS = 8
PATIENCE_S = 300


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_run_is_continued_by_the_same_command(tmp_path):
    (tmp_path / "base").mkdir()
    base, rows = make_base(tmp_path / "base"), rows_file(tmp_path / "rows.jsonl")
    options = ["-a", rows, "-o", tmp_path / "model", "--base", base, "--epochs", EPOCHS, "--no-weights"]
    command = [sys.executable, "-m", "classifier", "train", *map(str, options)]
    checkpoint = tmp_path / "model.checkpoint"

    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"}) as killed:
        deadline = time.monotonic() + PATIENCE_S
        while not checkpoint.exists() and killed.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        killed.send_signal(signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    assert checkpoint.exists()
    assert not (tmp_path / "model").exists()

    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
    behind = int(re.search(rf"continues after epoch (\d+) of {EPOCHS}", done.stderr)[1])
    assert re.findall(r"encoder, epoch (\d+) of", done.stderr) == [str(n) for n in range(behind + 1, EPOCHS + 1)]
    assert ClauseTagger.from_pretrained(tmp_path / "model").config.labels == ("permission.use", "house.no-war")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base", "model", "rows.jsonl"]
