"""`osdlint suggest`: choose what to annotate next."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.cli import EXIT_ERROR
from classifier.cli.annotate import AnnotationFormat
from classifier.cli.options import Encoding, MaxBytes, ModelFolder
from classifier.cli.output import write
from classifier.cli.progress import stage_progress
from classifier.datamodels import Document
from classifier.errors import CorpusError, InputError, UsageError
from classifier.render.escape import dump_json
from classifier.sources import DEFAULT_MAX_BYTES, read_document

if TYPE_CHECKING:
    from classifier.converters import SpanDocument
    from classifier.suggest import Annotated as Known
    from classifier.suggest import Suggestion


def suggest(
    paths: Annotated[list[str] | None, typer.Argument(metavar="[FILE]...", help="Texts to choose from.")] = None,
    *,
    corpus: Annotated[bool, typer.Option("--corpus", help="Choose from the fetched corpus, too.")] = False,
    annotations: Annotated[
        list[Path] | None,
        typer.Option("--annotations", "-a", help="Files of gold rows made so far; repeat for more."),
    ] = None,
    annotated: Annotated[
        list[str] | None, typer.Option(help="A text annotated already, to skip what is near to it; repeat for more.")
    ] = None,
    target: Annotated[
        AnnotationFormat | None, typer.Option("--to", help="Write tasks for this annotation tool, not JSON Lines.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; for brat a folder. Default: print.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many documents to suggest.")] = 20,
    model: ModelFolder = None,
    encoding: Encoding = None,
    max_bytes: MaxBytes = DEFAULT_MAX_BYTES,
) -> None:
    """Rank unlabelled texts by what the model would learn from them, as JSON Lines.

    What counts: how many clauses have a label in doubt and, with `--annotations`, how scarce the labels are that
    may be in them. Near-duplicates of annotated texts and of each other are skipped.

    Examples:
    `osdlint suggest vendored/*/LICENSE -n 5 > next.jsonl`

    `osdlint suggest vendored/*/LICENSE --to label-studio -o tasks.json`

    `osdlint suggest --corpus -a data/annotations/osi-approved.jsonl -a mine.jsonl`
    """
    from classifier import suggest as library
    from classifier.corpus import Corpus
    from classifier.pipeline import Classifier

    if not paths and not corpus:
        raise UsageError("nothing to choose from; name text files, or take the corpus with --corpus")
    if target and not output:
        raise UsageError(f"--to {target.value} writes no lines to print; name the file with --output")
    classifier = Classifier.from_pretrained(model)
    done, bad = _read_all(annotated or [], encoding, max_bytes)
    documents, worse = _read_all(paths or [], encoding, max_bytes)
    known = _read_known(annotations or [], done)
    if corpus:
        documents += library.corpus_documents(Corpus.open(), exclude={document.name for document in known.documents})
    with stage_progress() as report:
        found = library.suggest(
            documents, classifier, annotated=known, limit=limit, on_progress=lambda done: report("documents", done)
        )
    _show(found.chosen, target, output)
    _tell(f"{skipped.name}: skipped, {skipped.reason}" for skipped in found.skipped)
    if bad or worse:
        raise typer.Exit(EXIT_ERROR)


def _read_all(names: Iterable[str], encoding: str | None, max_bytes: int) -> tuple[list[Document], bool]:
    """Return the documents that can be read, and whether any cannot; those are named on stderr."""
    documents, messages = [], []
    for name in names:
        try:
            documents.append(read_document(name, encoding=encoding, max_bytes=max_bytes))
        except InputError as error:
            messages.append(str(error))
    _tell(messages)
    return documents, bool(messages)


def _read_known(paths: Iterable[Path], done: list[Document]) -> "Known":
    """Return what the gold rows and the texts named say is annotated; rows may lack their texts."""
    from classifier.corpus import Corpus
    from classifier.suggest import read_annotated

    try:
        known = read_annotated(paths, corpus=Corpus.open())
    except CorpusError as error:
        known = read_annotated(paths)
        if known.hashes:
            _tell([f"of the annotated texts only exact copies are skipped ({error})"])
    return replace(
        known,
        documents=(*known.documents, *done),
        hashes=known.hashes | {document.sha256 for document in done},
    )


def _show(chosen: Sequence["Suggestion"], target: AnnotationFormat | None, output: Path | None) -> None:
    """Print the documents, or write them and print one line on each."""
    if output is None or target is None:
        write("".join(dump_json(suggestion.to_dict(), indent=None) + "\n" for suggestion in chosen), output)
    else:
        from classifier.converters import write_format

        write_format([_span_document(suggestion) for suggestion in chosen], output, target.value, predicted=True)
    if output is None:
        return
    for suggestion in chosen:
        typer.echo(f"{suggestion.document.name}\t{suggestion.score:.3f}\t{'; '.join(suggestion.reasons)}")


def _span_document(suggestion: "Suggestion") -> "SpanDocument":
    from classifier.converters import Span, SpanDocument

    spans = (
        Span(tagged.clause.start, tagged.clause.end, tuple(found.label for found in tagged.labels))
        for tagged in suggestion.clauses
    )
    return SpanDocument(suggestion.document.name, suggestion.document.text, tuple(spans))


def _tell(messages: Iterable[str]) -> None:
    for message in messages:
        typer.echo(f"osdlint: {message}", err=True)
