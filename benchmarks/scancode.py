"""Time osdlint and ScanCode's license detection side by side on the same texts.

    python benchmarks/scancode.py --scancode PYTHON

PYTHON is an interpreter with `scancode-toolkit` and `pluggy<1.7`, apart from this project's own
environment: the two pin different versions of shared packages. Each tool reads the texts one by one
in a warm process; in one run the memory of readers' labels is off, so that every clause is read by the model.
Writes benchmarks/results/scancode.json.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

from classifier.corpus import Corpus

RESULTS = Path(__file__).parent / "results" / "scancode.json"
_EVERY = 29
_LEFT_OUT = 25
"""One word in so many is left out of a text."""

_SCANCODE = """
import json, resource, sys, time
texts = json.load(sys.stdin)
start = time.perf_counter()
from licensedcode.cache import get_index
index = get_index()
index.match(query_string=texts[0])
cold = time.perf_counter() - start
start = time.perf_counter()
for text in texts:
    index.match(query_string=text)
warm = time.perf_counter() - start
print(json.dumps({"cold_s": round(cold, 2), "per_second": round(len(texts) / warm, 1),
                  "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""

_OSDLINT = """
import json, resource, sys, time
texts = json.load(sys.stdin)
start = time.perf_counter()
from classifier.bundle import default_model_dir
from classifier.pipeline import Classifier
from classifier.tagger import ClauseTagger
classifier = Classifier(ClauseTagger.from_pretrained(default_model_dir(), use_memory=sys.argv[1] == "memory"))
classifier.predict(texts[0])
cold = time.perf_counter() - start
start = time.perf_counter()
for text in texts[1:]:
    classifier.predict(text)
warm = time.perf_counter() - start
start = time.perf_counter()
for text in texts:
    classifier.predict(text)
repeated = time.perf_counter() - start
print(json.dumps({"cold_s": round(cold, 2), "per_second": round((len(texts) - 1) / warm, 1),
                  "repeated_per_second": round(len(texts) / repeated, 1),
                  "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""


def sample() -> list[str]:
    """Return license texts of the corpus, spread over its alphabet, with some words left out.

    Unaltered they are ScanCode's own data, which it knows by the hash of the whole text.
    """
    corpus = Corpus.open()
    bodies = (corpus[key].body for key in corpus.keys[::_EVERY])
    return [_altered(body) for body in bodies if 500 < len(body) < 60_000]


def _altered(body: str) -> str:
    words = body.split(" ")
    return " ".join(word for number, word in enumerate(words, 1) if number % _LEFT_OUT)


def measure(python: str, code: str, texts: list[str], *arguments: str) -> dict[str, float]:
    """Run a script on the texts in a process of its own and return what it measured."""
    command = [python, "-c", code, *arguments]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure both tools and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scancode", required=True, metavar="PYTHON", help="Interpreter that has scancode-toolkit.")
    scancode = parser.parse_args().scancode
    texts = sample()
    results = {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "texts": len(texts),
        "mean_characters": round(statistics.mean(map(len, texts))),
        "osdlint": measure(sys.executable, _OSDLINT, texts, "model"),
        "osdlint_with_memory": measure(sys.executable, _OSDLINT, texts, "memory"),
        "scancode": measure(scancode, _SCANCODE, texts),
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
