"""`osdlint evaluate`: judge a model on the held-out families."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifier.cli.options import ModelFolder
from classifier.cli.output import check_target, write
from classifier.cli.progress import stage_progress
from classifier.errors import AnnotationError
from classifier.render.escape import dump_json

if TYPE_CHECKING:
    from classifier.corpus import Corpus
    from classifier.gold import Example
    from classifier.pipeline import Classifier

_Report = Callable[[str, float], None]
_COLUMNS = (("P", "precision"), ("R", "recall"), ("F1", "f1"))


def evaluate(
    data: Annotated[list[Path], typer.Option("--data", "-d", help="Files of gold rows; repeat for more.")],
    *,
    model: ModelFolder = None,
    against: Annotated[
        Path | None, typer.Option(help="A second model folder: is --model better, and is that more than chance?")
    ] = None,
    families: Annotated[Path, typer.Option(help="Document key -> family.")] = Path("data/families.json"),
    memory: Annotated[bool, typer.Option(help="Let the model recall clauses that readers labelled.")] = False,
    pairs: Annotated[
        Path | None, typer.Option(help="Also judge minimal pairs: a file of paragraphs to insert, data/pairs.jsonl.")
    ] = None,
    robustness: Annotated[
        int, typer.Option(min=0, help="Also judge so many test documents re-wrapped, commented out, misread, ...")
    ] = 0,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Also write the figures as JSON.")] = None,
) -> None:
    """Measure a model on the test families: clauses, findings and verdicts.

    Needs the texts: `osdlint corpus fetch`. Give all the files that the model was trained on: their
    train rows tell which wording it has not seen.

    Example: `osdlint evaluate -d mine.jsonl --model my-model --against models/osdlint-clauses`
    """
    from classifier.benchmark import evaluate as run
    from classifier.bundle import default_model_dir
    from classifier.corpus import Corpus
    from classifier.gold import load_examples
    from classifier.pipeline import Classifier
    from classifier.tagger import ClauseTagger

    if output is not None:
        check_target(output)
    corpus = Corpus.open()
    classifier = Classifier(ClauseTagger.from_pretrained(model or default_model_dir(), use_memory=memory))
    examples = load_examples(data, families, known_labels=False, corpus=corpus)
    with stage_progress() as report:
        # These come first: a pair that does not fit its text is told before the long work.
        changed = {
            **_pair_figures(classifier, corpus, pairs, report),
            **_robustness_figures(classifier, corpus, examples, robustness, report),
        }
        figures = run(classifier, examples, corpus, lambda done: report("documents", done))
        shown = _slice_shown(figures, data)
        changed |= _comparison(classifier, against, examples)
    config = classifier.tagger.config
    figures = {"model": {"name": config.name, "version": config.version, "memory": memory}, **figures, **changed}
    if output is not None:
        write(dump_json(figures, indent=1), output)
    _print(figures, shown)


def _pair_figures(classifier: "Classifier", corpus: "Corpus", path: Path | None, report: _Report) -> dict[str, Any]:
    from classifier.robustness import evaluate_pairs, read_pairs

    if path is None:
        return {}
    figures = evaluate_pairs(classifier, read_pairs(path), corpus, lambda done: report("pairs", done))
    return {"pairs": figures.to_dict()}


def _comparison(classifier: "Classifier", against: Path | None, examples: "Sequence[Example]") -> dict[str, Any]:
    from classifier.benchmark import compare_models
    from classifier.pipeline import Classifier
    from classifier.tagger import ClauseTagger

    if against is None:
        return {}
    other = Classifier(ClauseTagger.from_pretrained(against, use_memory=False))
    named = f"{other.tagger.config.name} {other.tagger.config.version}"
    return {"comparison": {"against": named, **compare_models(other, classifier, examples)}}


def _robustness_figures(
    classifier: "Classifier", corpus: "Corpus", examples: "Sequence[Example]", number: int, report: _Report
) -> dict[str, Any]:
    from classifier.robustness import evaluate_robustness, pick_test_documents

    if not number:
        return {}
    texts = [corpus[key].body for key in pick_test_documents(examples, number)]
    return {"robustness": evaluate_robustness(classifier, texts, lambda done: report("robustness", done)).to_dict()}


def _slice_shown(figures: dict[str, Any], data: Sequence[Path]) -> str:
    """Return the name of the first slice of clauses; own rows may all be written, without one of real texts."""
    for name, part in figures.items():
        if isinstance(part, dict) and "per_label" in part:
            return name
    raise AnnotationError(
        f"{', '.join(map(str, data))}: no clause to measure on. A family falls to the test split by its name: give "
        "rows of more families, in wording that the train split lacks"
    )


def _print(figures: dict[str, Any], name: str) -> None:
    summary = {
        name: {key: value for key, value in part.items() if key != "per_label"} if isinstance(part, dict) else part
        for name, part in figures.items()
    }
    typer.echo(dump_json(summary))
    typer.echo(f"\nPer label, {name.replace('_', ' ')}:")
    for row in figures[name]["per_label"]:
        if row["support"]:
            figures_of = "  ".join(f"{name} {row[key]:.2f}" for name, key in _COLUMNS)
            typer.echo(f"{row['label']:36} {figures_of}  n {row['support']}")
