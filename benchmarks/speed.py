"""Time the command line and the model on this machine; write `benchmarks/results/speed.json`.

Run from a checkout with the corpus fetched: `python benchmarks/speed.py`.
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from classifier import Classifier, Document
from classifier.corpus import Corpus
from classifier.segment import segment

RESULTS = Path(__file__).parent / "results" / "speed.json"
REPEATS = 7
UNSEEN_WORDS = 2000


def median_ms(command: list[str], stdin: bytes = b"") -> float:
    """Return the median wall time of a command in milliseconds, its modules compiled as `pip install` leaves them."""
    times = []
    with tempfile.TemporaryDirectory() as compiled:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        subprocess.run(command, input=stdin, capture_output=True, check=True, env=env)
        for _ in range(REPEATS):
            start = time.perf_counter()
            subprocess.run(command, input=stdin, capture_output=True, check=True, env=env)
            times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times), 1)


def peak_mb(command: list[str], stdin: bytes) -> float:
    """Return the peak resident memory of a command in megabytes."""
    code = (
        "import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdin=sys.stdin,stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], input=stdin, capture_output=True, check=True)
    return round(int(done.stdout) / 1024, 1)


def unseen_text(corpus: Corpus) -> str:
    """Return about 2,000 words whose every clause was altered, so that no memory can answer."""
    words = corpus["llama-3.1-license-2024"].body.split(" ")[:UNSEEN_WORDS]
    text = " ".join(words)
    changed = [clause.text + " (as agreed)" for clause in segment(Document(text))]
    return "\n\n".join(changed)


def throughput(corpus: Corpus) -> dict[str, float]:
    """Return how many distinct texts a second one warm process reads, and how long they are."""
    classifier = Classifier.from_pretrained()
    texts = [corpus[key].body for key in corpus.keys[::30] if 500 < len(corpus[key].body) < 40_000]
    start = time.perf_counter()
    for text in texts:
        classifier.predict(text)
    distinct = len(texts) / (time.perf_counter() - start)
    return {
        "texts": len(texts),
        "mean_characters": round(statistics.mean(map(len, texts))),
        "distinct_per_second": round(distinct, 1),
    }


def main() -> None:
    """Measure everything and write the results."""
    corpus = Corpus.open()
    osdlint = [sys.executable, "-m", "classifier"]
    with tempfile.TemporaryDirectory() as folder:
        unseen, famous = Path(folder, "unseen"), Path(folder, "famous")
        unseen.write_text(unseen_text(corpus), encoding="utf-8")
        famous.write_text(corpus["apache-2.0"].body, encoding="utf-8")
        results = {
            "machine": {
                "processor": _processor(),
                "cores": len(os.sched_getaffinity(0)),
                "python": platform.python_version(),
            },
            "version_ms": median_ms([*osdlint, "--version"]),
            "import_ms": median_ms([sys.executable, "-c", "import classifier"]),
            "cold_unseen_2000_words_ms": median_ms([*osdlint, str(unseen)]),
            "cold_famous_ms": median_ms([*osdlint, str(famous)]),
            "peak_memory_mb": peak_mb([*osdlint, str(unseen)], b""),
            "segment_1mb_ms": _segment_ms(),
            "warm": throughput(corpus),
        }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))
    print(f"own peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _segment_ms() -> float:
    text = ("You may not use the Model (or any part of it) to: (a) harm people; or (b) cheat them.\n" * 12_000)[
        :1_000_000
    ]
    start = time.perf_counter()
    segment(Document(text))
    return round((time.perf_counter() - start) * 1000, 1)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
