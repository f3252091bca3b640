"""Time folder scans and count how claims are read; write `benchmarks/results/scan.json`.

Run from a checkout with the corpus fetched: `python benchmarks/scan.py`.
"""

import json
import os
import platform
import resource
import struct
import sysconfig
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from classifier import Classifier, Document, Report
from classifier.claims import find_claims
from classifier.corpus import Corpus
from classifier.scan import scan_folder

RESULTS = Path(__file__).parent / "results" / "scan.json"
CLAIMS = Path(__file__).parents[1] / "tests" / "data" / "claims"
PACKAGES, FILES_EACH = 200, 25
MODEL_BYTES = 2 << 30


class FirstReport:
    """A stand-in that judges nothing, so that reading alone is timed."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def predict(self, texts: Document) -> Report:
        """Return the same report for every document."""
        return replace(self.report, source=replace(self.report.source, name=texts.name))


def make_tree(root: Path, corpus: Corpus) -> None:
    """Write 5,000 files with 200 different licenses."""
    texts = [text for text in (corpus[key].body for key in corpus.keys[::6]) if 800 < len(text) < 30_000]
    for number, text in enumerate(texts[:PACKAGES]):
        package = root / f"group{number % 10}" / f"package{number}"
        package.mkdir(parents=True)
        (package / "LICENSE").write_text(text, encoding="utf-8")
        (package / "pyproject.toml").write_text(f'[project]\nname = "p{number}"\nlicense = "MIT"\n', encoding="utf-8")
        (package / "README.md").write_text(
            f"# P{number}\n\nP{number} is open source.\n\n" + "It has modules.\n" * 40, encoding="utf-8"
        )
        for module in range(FILES_EACH - 3):
            (package / f"module{module}.py").write_text("x = 1\n", encoding="utf-8")


def make_model(path: Path) -> None:
    """Write a GGUF file of 2 GB with a vocabulary of 150,000 tokens before its license."""

    def string(text: str) -> bytes:
        return struct.pack("<Q", len(text)) + text.encode()

    tokens = b"".join(string(f"token{i}") for i in range(150_000))
    array = string("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 150_000) + tokens
    license_ = string("general.license") + struct.pack("<I", 8) + string("mit")
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 2) + array + license_)
    with path.open("r+b") as stream:
        stream.truncate(MODEL_BYTES)


def timed(folder: Path, classifier: Classifier | FirstReport) -> dict[str, float]:
    """Return how long a scan takes and what it met."""
    start, cpu = time.perf_counter(), time.process_time()
    found = scan_folder(folder, classifier)
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "files": found.files,
        "units": len(found.units),
        "texts": sum(len(unit.texts) for unit in found.units),
        "distinct_texts": len({text.report.source.sha256 for unit in found.units for text in unit.texts}),
        "mismatches": len(found.mismatches),
        "problems": len(found.problems),
    }


def claim_accuracy(name: str) -> dict[str, int]:
    """Return how many sentences of a set are read as expected."""
    rows = [json.loads(line) for line in (CLAIMS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    right = sum(sorted({claim.stance for claim in find_claims(row["text"])}) == row["stances"] for row in rows)
    return {"right": right, "sentences": len(rows)}


def main() -> None:
    """Measure everything and write the results."""
    corpus, classifier = Corpus.open(), Classifier.from_pretrained()
    stand_in = FirstReport(classifier.predict(corpus["mit"].body))
    packages = Path(sysconfig.get_paths()["purelib"])
    with tempfile.TemporaryDirectory() as folder:
        tree, model = Path(folder, "tree"), Path(folder, "model")
        make_tree(tree, corpus)
        model.mkdir()
        make_model(model / "model.gguf")
        results = {
            "machine": {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version()},
            "tree_reading_only": timed(tree, stand_in),
            "tree": timed(tree, classifier),
            "gguf_of_2_gb": timed(model, stand_in),
            "site_packages_reading_only": timed(packages, stand_in),
            "site_packages": timed(packages, classifier),
            "claims": {name: claim_accuracy(name) for name in ("own", "second")},
            "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
