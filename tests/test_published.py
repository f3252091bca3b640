"""What the READMEs and the model card say is what the committed figures say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "osdlint-clauses"

pytestmark = pytest.mark.checkout


def test_the_tables_of_the_readmes_are_current():
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "tables.py", "--check"], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"{done.stdout.decode()}{done.stderr.decode()}run `python benchmarks/tables.py`"


@pytest.mark.train
def test_the_card_of_the_shipped_model_is_that_of_its_metrics():
    from classifier.training.card import write_card

    metrics = json.loads((MODEL / "metrics.json").read_text("utf-8"))
    assert (MODEL / "README.md").read_text("utf-8") == write_card(metrics)
