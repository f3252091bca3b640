"""`osdlint evaluate`: judge a model on the held-out families."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from classifier.cli.progress import stage_progress

_COLUMNS = (("P", "precision"), ("R", "recall"), ("F1", "f1"))


def evaluate(
    data: Annotated[list[Path], typer.Option("--data", "-d", help="Files of gold rows; repeat for more.")],
    *,
    model: Annotated[
        Path | None, typer.Option(help="A model folder; default $OSDLINT_MODEL or the shipped one.")
    ] = None,
    families: Annotated[Path, typer.Option(help="Document key -> family.")] = Path("data/families.json"),
    memory: Annotated[bool, typer.Option(help="Let the model recall clauses that readers labelled.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Also write the figures as JSON.")] = None,
) -> None:
    """Measure a model on the test families: clauses, findings and verdicts.

    Needs the texts: `osdlint corpus fetch`.

    Example: `osdlint evaluate -d data/annotations/osi-approved.jsonl -d data/annotations/source-available.jsonl`
    """
    from classifier.benchmark import evaluate as run
    from classifier.bundle import default_model_dir, write_json
    from classifier.corpus import Corpus
    from classifier.gold import load_examples
    from classifier.pipeline import Classifier
    from classifier.tagger import ClauseTagger

    corpus = Corpus.open()
    classifier = Classifier(ClauseTagger.from_pretrained(model or default_model_dir(), use_memory=memory))
    examples = load_examples(data, families, known_labels=False, corpus=corpus)
    with stage_progress() as report:
        figures = run(classifier, examples, corpus, lambda done: report("documents", done))
    config = classifier.tagger.config
    figures = {"model": {"name": config.name, "version": config.version, "memory": memory}, **figures}
    if output is not None:
        write_json(output, figures)
    _print(figures)


def _print(figures: dict[str, Any]) -> None:
    summary = {
        name: {key: value for key, value in part.items() if key != "per_label"} for name, part in figures.items()
    }
    typer.echo(json.dumps(summary, indent=2))
    typer.echo("\nPer label, unseen wording:")
    for row in figures["clauses_unseen_wording"]["per_label"]:
        if row["support"]:
            figures_of = "  ".join(f"{name} {row[key]:.2f}" for name, key in _COLUMNS)
            typer.echo(f"{row['label']:36} {figures_of}  n {row['support']}")
