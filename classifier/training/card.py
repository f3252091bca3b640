"""The model card, written by the run that made the model."""

from collections.abc import Mapping, Sequence
from typing import Any

from classifier.bundle import DEFAULT_MODEL
from classifier.labels import load_labels

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
{front_matter}
---

# {name} {version}

{claim}

**Not legal advice.** A score says how often such a label is right on held-out {held_out}, not that it is right here.

## Use

{use}
{loading}
## How it was made

{parts}

{data}

{splits}

## Figures

{figures}

Per label, {slice} (labels with fewer than 5 gold rows say little; the interval is that of F1,
by bootstrap over {held_out}):

{per_label}

## Known misses

Lowest F1 among labels with at least 5 gold rows: {misses}.
"""

_CLAIM = """Labels one clause of a license, read under its heading and lead-in, with what the clause does:
{n_labels} labels (label set {labels_version}){languages}. `osdlint` turns these labels into findings
against the Open Source Definition{but}."""

_OWN_CLAIM = """Labels one clause of a text, read under its heading and lead-in:
{n_labels} labels of its makers' own{languages}. `osdlint` shows them; none leads to a finding
against the Open Source Definition."""

_USE = """Intended: a first reading of a license that nobody has read yet, with the clauses to look at first.
Not intended: a legal opinion, a filter without a person behind it{other_languages},
deciding that a text is open source because nothing was found."""

_OWN_USE = """Intended: a first reading of texts like those it was trained on, with the clauses to look at first.
Not intended: a legal opinion, a filter without a person behind it{other_languages}."""

_BY_FAMILY = """\
Splits go by license family (near-duplicate clustering over 5-word shingles, Jaccard >= {jaccard}): a family lies
wholly in train, dev or test. Calibration and thresholds were chosen on dev. Figures below are on the test
families; "unseen" leaves out clauses that have a near-duplicate (4-gram Jaccard >= 0.5) in train."""

_BY_LIST = """Splits go by list: the clauses under one heading and lead-in lie wholly in train, dev or test,
other clauses one by one. Calibration and thresholds were chosen on dev. Figures below are on test, without
clauses that have a near-duplicate (4-gram Jaccard >= 0.5) in train."""

_BY_CLAUSE = """Splits go by clause, for want of enough families to hold some out: clauses of one text lie
in train and in test, which flatters the figures. Calibration and thresholds were chosen on dev. Figures below are
on test{without} clauses that have a near-duplicate (4-gram Jaccard >= 0.5) in train."""

_LANGUAGES = {"en": "English", "zh": "Chinese"}
_LANGUAGES_BEFORE = ("en", "zh")
"""Of runs that did not note theirs."""
_RESTRICTIONS = ("restriction.", "use.")
"""What is counted in `restriction_micro_f1`."""


def write_card(metrics: Mapping[str, Any]) -> str:
    """Return the card for the metrics of a training run."""
    # Rows of the user's own may all be written clauses: then there is no slice of real texts.
    rows = (metrics["test"].get("unseen") or next(iter(metrics["test"].values())))["per_label"]
    frequent = sorted((row for row in rows if row["support"] >= 5), key=lambda row: row["f1"])
    data = metrics["data"]
    by_clause = data.get("split") == "clause"
    codes = data.get("languages", _LANGUAGES_BEFORE)
    languages = [_LANGUAGES.get(code, code) for code in codes]
    own = sum(row["label"] not in load_labels() for row in rows)
    packaged = own < len(rows)
    return _TEMPLATE.format(
        front_matter=_front_matter(metrics["name"], codes, packaged=packaged),
        name=metrics["name"],
        version=metrics["version"],
        claim=(_CLAIM if packaged else _OWN_CLAIM).format(
            n_labels=len(rows),
            labels_version=metrics["labels_version"],
            languages=", " + " and ".join(languages) if languages else "",
            but=f", but for {own} of its makers' own" if own else "",
        ),
        held_out="clauses" if by_clause else "families",
        use=(_USE if packaged else _OWN_USE).format(other_languages=_other_languages(languages)),
        loading=_LOADING if metrics["transformers"] else "",
        parts=metrics["description"],
        data=_data(data),
        splits=_splits(metrics),
        figures=_figures(metrics["test"]),
        slice="unseen wording" if by_clause else "test families, unseen wording",
        per_label=_table(
            ("label", "precision", "recall", "F1", "95 % interval", "gold"),
            [_label_row(row) for row in rows],
        ),
        misses=", ".join(f"`{row['label']}` ({row['f1']:.2f})" for row in frequent[:8]) or "none measured",
    )


def _front_matter(name: str, languages: Sequence[str], *, packaged: bool) -> str:
    lines = [
        # The license of a model of the user's own is theirs to state.
        *(["license: apache-2.0"] if name == DEFAULT_MODEL else []),
        *([f"language: [{', '.join(languages)}]"] if languages else []),
        "library_name: osdlint",
        "pipeline_tag: text-classification",
        f"tags: [{'license, open-source-definition, ' if packaged else ''}multi-label]",
    ]
    return "\n".join(lines)


def _other_languages(languages: Sequence[str]) -> str:
    if not languages:
        return ""
    return f", texts that are {'not' if len(languages) == 1 else 'neither'} {' nor '.join(languages)}"


def _data(data: Mapping[str, Any]) -> str:
    families = f", from {data['families']:,} license families" if _has_families(data) else ""
    return (
        f"Data: {data['train']:,} distinct clauses to train on ({data['train_written']:,} of them given without "
        f"the text they stand in), {data['dev']:,} in dev, {data['test']:,} in test{families}."
    )


def _has_families(data: Mapping[str, Any]) -> bool:
    return data.get("split") != "clause" and data["families"] > 0


def _splits(metrics: Mapping[str, Any]) -> str:
    data = metrics["data"]
    if _has_families(data):
        return _BY_FAMILY.format(jaccard=data["family_jaccard"])
    if data.get("split") != "clause":
        return _BY_LIST
    return _BY_CLAUSE.format(without='; "unseen" leaves out' if "unseen" in metrics["test"] else ", without")


def _label_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    figures = (f"{row[k]:.2f}" for k in ("precision", "recall", "f1"))
    return (row["label"], *figures, f"{row['f1_low']:.2f}-{row['f1_high']:.2f}", str(row["support"]))


def _figures(test: Mapping[str, Any]) -> str:
    columns = {
        "micro_f1": "micro-F1",
        "macro_f1": "macro-F1",
        "restriction_micro_f1": "restrictions + use",
        "subset_accuracy": "exact sets",
        "calibration_error": "ECE",
    }
    labels = [row["label"] for part in test.values() for row in part["per_label"]]
    if not any(label.startswith(_RESTRICTIONS) for label in labels):
        del columns["restriction_micro_f1"]
    rows = [
        (name.replace("_", " "), str(part["clauses"]), *(f"{part[c]:.3f}" for c in columns))
        for name, part in test.items()
    ]
    return _table(("slice", "clauses", *columns.values()), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
