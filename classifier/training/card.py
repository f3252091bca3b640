"""The model card, written by the run that made the model."""

from collections.abc import Mapping, Sequence
from typing import Any

_LOADING = """
    osdlint --model FOLDER LICENSE

is the whole model. Its encoder alone, calibrated by itself, is what transformers loads; a clause goes in under its
heading or lead-in, a bare text under none:

```python
from transformers import pipeline

classify = pipeline("text-classification", model="FOLDER", top_k=None, trust_remote_code=True)
classify({"text": "You may not", "text_pair": "sell copies of the work."})
```
"""

_TEMPLATE = """---
license: apache-2.0
language: [en, zh]
library_name: osdlint
pipeline_tag: text-classification
tags: [license, open-source-definition, multi-label]
---

# {name} {version}

Labels one clause of a license, read under its heading and lead-in, with what the clause does:
{n_labels} labels (label set {labels_version}), English and Chinese. `osdlint` turns these labels into findings
against the Open Source Definition.

**Not legal advice.** A score says how often such a label is right on held-out families, not that it is right here.

## Use

Intended: a first reading of a license that nobody has read yet, with the clauses to look at first.
Not intended: a legal opinion, a filter without a person behind it, texts that are neither English nor Chinese,
deciding that a text is open source because nothing was found.
{loading}
## How it was made

{parts}

{data}

Splits go by license family (near-duplicate clustering over 5-word shingles, Jaccard >= {jaccard}): a family lies
wholly in train, dev or test. Calibration and thresholds were chosen on dev. Figures below are on the test
families; "unseen" leaves out clauses that have a near-duplicate (4-gram Jaccard >= 0.5) in train.

## Figures

{figures}

Per label, test families, unseen wording (labels with fewer than 5 gold rows say little; the interval is that of F1,
by bootstrap over families):

{per_label}

## Known misses

Lowest F1 among labels with at least 5 gold rows: {misses}.
"""


def write_card(metrics: Mapping[str, Any]) -> str:
    """Return the card for the metrics of a training run."""
    # Rows of the user's own may all be written clauses: then there is no slice of real texts.
    rows = (metrics["test"].get("unseen") or next(iter(metrics["test"].values())))["per_label"]
    frequent = sorted((row for row in rows if row["support"] >= 5), key=lambda row: row["f1"])
    return _TEMPLATE.format(
        name=metrics["name"],
        version=metrics["version"],
        n_labels=len(rows),
        labels_version=metrics["labels_version"],
        loading=_LOADING if metrics["transformers"] else "",
        parts=metrics["description"],
        data=_data(metrics["data"]),
        jaccard=metrics["data"]["family_jaccard"],
        figures=_figures(metrics["test"]),
        per_label=_table(
            ("label", "precision", "recall", "F1", "95 % interval", "gold"),
            [_label_row(row) for row in rows],
        ),
        misses=", ".join(f"`{row['label']}` ({row['f1']:.2f})" for row in frequent[:8]) or "none measured",
    )


def _data(data: Mapping[str, Any]) -> str:
    return (
        f"Data: {data['train']:,} distinct clauses to train on ({data['train_written']:,} of them given without "
        f"the text they stand in), {data['dev']:,} in dev, {data['test']:,} in test, from {data['families']:,} license "
        "families."
    )


def _label_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    figures = (f"{row[k]:.2f}" for k in ("precision", "recall", "f1"))
    return (row["label"], *figures, f"{row['f1_low']:.2f}-{row['f1_high']:.2f}", str(row["support"]))


def _figures(test: Mapping[str, Any]) -> str:
    columns = ("micro_f1", "macro_f1", "restriction_micro_f1", "subset_accuracy", "calibration_error")
    rows = [
        (name.replace("_", " "), str(part["clauses"]), *(f"{part[c]:.3f}" for c in columns))
        for name, part in test.items()
    ]
    return _table(("slice", "clauses", "micro-F1", "macro-F1", "restrictions + use", "exact sets", "ECE"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
