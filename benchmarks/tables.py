"""Fill the figures of the READMEs from the committed JSON; `--check` fails when they are stale.

    python benchmarks/tables.py [--check]

Sources: data/census.json (`osdlint corpus check -o data/census.json`), benchmarks/results/evaluation.json
(`osdlint evaluate ... -o`), and what the other scripts of this folder write into benchmarks/results.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def _load(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((ROOT / name).read_text("utf-8"))
    return value


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def counts() -> str:
    """Return the counts of the corpus."""
    names = {
        "documents": "licenses read whole",
        "clauses": "clauses in them",
        "written": "clauses written for this project",
        "written_zh": "of these in Chinese",
        "distinct_wordings": "clauses that differ in wording",
        "families": "families of licenses",
        "test_families": "of these in test",
        "train_distinct": "distinct clauses in train",
        "documents_read_twice": "licenses read twice, blind",
        "written_read_twice": "written clauses labelled twice, blind",
    }
    found = _load("data/census.json")["counts"]
    return _table(["what", "count"], [[text, f"{found[name]:,.0f}"] for name, text in names.items()])


def labels() -> str:
    """Return gold rows and kappa of each label."""
    rows = _load("data/census.json")["per_label"]
    return _table(
        ["label", "real", "written", "kappa"],
        [
            [
                f"`{label}`",
                f"{row['real']:,}",
                f"{row['written']:,}",
                "" if row["kappa"] is None else f"{row['kappa']:.2f}",
            ]
            for label, row in rows.items()
        ],
    )


def agreement() -> str:
    """Return the agreement of two blind readings."""
    census = _load("data/census.json")
    kappas = [row["kappa"] for row in census["per_label"].values() if row["kappa"] is not None]
    counts = census["counts"]
    return (
        f"Compared: the {counts['spans_compared']:,} of {counts['second_readings']:,} second readings whose first one "
        "was made on that very span, not propagated. "
        f"Mean Cohen's kappa over the {len(kappas)} labels with at least 20 rows read twice: "
        f"{counts['mean_kappa']:.2f} (lowest {min(kappas):.2f}). "
        f"Krippendorff's alpha over label sets, Jaccard distance: {census['alpha']:.2f}.\n\n"
        f"Written clauses: {counts['written_read_twice']:,} were labelled again by readers who saw neither the "
        f"author's labels nor each other's: mean kappa {counts['mean_kappa_written']:.2f}, "
        f"alpha {counts['alpha_written']:.2f}."
    )


def figures() -> str:
    """Return clause metrics and verdicts of the shipped model."""
    evaluation = _load("benchmarks/results/evaluation.json")
    slices = {
        "clauses_unseen_wording": "real clauses, unseen wording",
        "clauses_all": "real clauses, all of those families",
        "written_en": "written clauses, English",
        "written_zh": "written clauses, Chinese",
    }
    columns = ("micro_f1", "macro_f1", "restriction_micro_f1", "calibration_error")
    rows = [
        [text, f"{evaluation[name]['clauses']:,}", *(f"{evaluation[name][column]:.2f}" for column in columns)]
        for name, text in slices.items()
    ]
    table = _table(["held-out", "clauses", "micro-F1", "macro-F1", "restrictions + use", "calibration error"], rows)
    v = evaluation["verdicts"]
    verdicts = _table(
        ["whole held-out licenses", "number", "share"],
        [
            ["OSI-approved, no deviation reported", str(v["osi_approved"]), f"{v['osi_clean']:.0%}"],
            ["deviating by gold, a deviation reported", str(v["restricted"]), f"{v['restricted_flagged']:.0%}"],
            ["clean by gold, no deviation reported", str(v["clean"]), f"{v['clean_kept']:.0%}"],
        ],
    )
    criteria = f"Criteria: precision {v['criterion_precision']:.2f}, recall {v['criterion_recall']:.2f}."
    p = evaluation["pairs"]
    pairs = (
        "Minimal pairs, one paragraph added to an open license (the paragraph is unseen, most of the licenses are in "
        f"train): of {p['deviating']} that restrict, "
        f"{p['flagged']:.0%} were reported as a deviation (English {p['en']['flagged']:.0%}, "
        f"Chinese {p['zh']['flagged']:.0%}), and only that paragraph in {p['only_that']:.0%} of them; "
        f"of {p['harmless']} harmless ones {p['kept_clean']:.0%} were left alone."
    )
    c = evaluation.get("comparison")
    better = (
        f"\n\nAgainst {c['against']} on the same {c['clauses']:,} clauses, written ones among them: "
        f"micro-F1 {c['first']:.3f} -> {c['second']:.3f}, "
        f"95 % interval of the difference {c['low']:+.3f} to {c['high']:+.3f} (paired bootstrap over families)."
        if c
        else ""
    )
    stable = _stability(evaluation["robustness"])
    return f"{table}\n\n{verdicts}\n\n{criteria}\n\n{pairs}\n\n{stable}{better}"


def _stability(found: dict[str, Any]) -> str:
    """Return how often labels survive a change that leaves the meaning alone, the worst two changes named."""
    shares = {
        name: row["same_labels"] for name, row in found["per_perturbation"].items() if row["same_labels"] is not None
    }
    worst = " and ".join(f"{shares[name]:.0%} under {name}" for name in sorted(shares, key=shares.__getitem__)[:2])
    return (
        f"Robustness: over {len(shares)} changes that leave the meaning alone ({', '.join(shares)}) "
        f"{found['same_labels']:.0%} of the clauses of {found['documents']} test documents kept their labels; {worst}."
    )


def speed() -> str:
    """Return the timings."""
    found = _load("benchmarks/results/speed.json")
    machine = found["machine"]
    rows = [
        ["`osdlint --version`", f"{found['version_ms']:.0f} ms"],
        ["2,000 words nobody has seen, cold start", f"{found['cold_unseen_2000_words_ms']:.0f} ms"],
        ["Apache-2.0, cold start", f"{found['cold_famous_ms']:.0f} ms"],
        ["peak memory of the command", f"{found['peak_memory_mb']:.0f} MB"],
        ["segmenting 1 MB", f"{found['segment_1mb_ms']:.0f} ms"],
        ["texts of the corpus a second, warm, most clauses remembered", f"{found['warm']['distinct_per_second']:.0f}"],
    ]
    return _table([f"{machine['cores']} cores of {machine['processor']}", "median"], rows)


def side_by_side() -> str:
    """Return what both tools do with the same texts in the same time."""
    found = _load("benchmarks/results/scancode.json")
    names = {
        "osdlint": "osdlint, every clause by the model",
        "osdlint_with_memory": "osdlint as shipped",
        "scancode": "ScanCode's license detection",
    }
    rows = [
        [
            text,
            *(f"{found[name][column]:,.1f}" for column in ("per_second", "cold_s")),
            f"{found[name]['peak_mb']:,} MB",
        ]
        for name, text in names.items()
    ]
    head = f"{found['texts']} texts of {found['mean_characters']:,} characters in the mean"
    again = f"{found['osdlint_with_memory']['repeated_per_second']:,.0f}"
    return (
        f"{_table([head, 'texts a second', 'first answer, s', 'memory'], rows)}\n\n"
        f"Where texts repeat, a warm osdlint answers {again} a second."
    )


def modified() -> str:
    """Return what two tools say of ten open licenses with a restricting paragraph added."""
    rows = [
        [
            f"`{row['license']}`",
            ", ".join(f"`{label}`" for label in row["added"] if label != "general.other"),
            "; ".join(f"{found['id'] or 'a clue'} {found['score']:.0f} %" for found in row["scancode"]) or "nothing",
            _verdict(row["osdlint"]),
        ]
        for row in _load("benchmarks/results/modified.json")["rows"]
    ]
    return _table(["license", "paragraph added", "ScanCode", "osdlint"], rows)


def _verdict(found: dict[str, Any]) -> str:
    if not found["labels"]:
        return f"{found['verdict'].replace('-', ' ')}; nearest {found['nearest']}"
    criteria = ", ".join(map(str, found["criteria"]))
    return f"deviates from OSD {criteria}: {', '.join(f'`{label}`' for label in found['labels'])}"


def curve() -> str:
    """Return the learning curve of the linear model."""
    found = _load("benchmarks/results/learning_curve.json")
    rows = [
        [
            f"{point['share']} %",
            "yes" if point["written"] else "no",
            f"{point['families']:,}",
            f"{point['clauses']:,}",
            *(f"{point[name]:.3f}" for name in ("micro_f1", "macro_f1", "restriction_micro_f1", "scarce_micro_f1")),
        ]
        for point in found["points"]
    ]
    head = ["families", "written clauses too", "families", "clauses", "micro-F1", "macro-F1", "restrictions + use"]
    return _table([*head, f"{found['scarce_labels']} scarce labels"], rows)


def missing() -> str:
    """Return how what is called missing, and the freedoms, agree with gold."""
    found = _load("benchmarks/results/missing.json")
    lacking = found["osi_approved_lacking_by_gold"]
    agree = ", ".join(f"{name} {share:.0%}" for name, share in found["freedoms_agree"].items())
    return (
        f"By gold labels {len(lacking)} of {found['osi_approved']} OSI-approved texts lacks a grant in words "
        f"({', '.join(f'`{key}`' for key in lacking) or 'none'}). On {found['texts']} texts of held-out families, "
        f"memory off, against what gold labels say: {found['hits']} of the {found['given']} items that model "
        f"{found['model']} calls missing are ({found['hits'] / found['given']:.0%}), and it finds {found['hits']} of "
        f"{found['gold']} ({found['hits'] / found['gold']:.0%}); the freedoms are the same in: {agree} of the texts."
    )


def folds() -> str:
    """Return how cheap models compare out of fold."""
    models = _load("benchmarks/results/folds.json")["models"]
    columns = ("micro_f1", "macro_f1", "restriction_micro_f1", "calibration_error", "restricted_flagged", "clean_kept")
    rows = [[name, *(f"{row[column]:.3f}" for column in columns)] for name, row in models.items()]
    head = ["model", "micro-F1", "macro-F1", "restrictions + use", "ECE", "deviating texts flagged", "clean ones kept"]
    return _table(head, rows)


BLOCKS = {
    "README.md": {"figures": figures, "speed": speed, "side-by-side": side_by_side, "modified": modified},
    "docs/findings.md": {"missing": missing},
    "models/EXPERIMENTS.md": {"folds": folds},
    "data/README.md": {"counts": counts, "agreement": agreement, "labels": labels, "curve": curve},
}


def fill(text: str, name: str, body: str) -> str:
    """Put a body between the markers of its name."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
    if not pattern.search(text):
        raise SystemExit(f"no block {name}")
    return pattern.sub(lambda match: f"{match[1]}{body}\n{match[2]}", text)


def main() -> None:
    """Fill or check every block."""
    stale = []
    for path, blocks in BLOCKS.items():
        text = (ROOT / path).read_text("utf-8")
        filled = text
        for name, make in blocks.items():
            filled = fill(filled, name, make())
        if filled != text:
            stale.append(path)
            if "--check" not in sys.argv:
                (ROOT / path).write_text(filled, "utf-8")
    print("stale:" if stale else "current", *stale)
    if stale and "--check" in sys.argv:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
