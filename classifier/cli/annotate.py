"""`osdlint annotate`: clauses to annotation tools and back, and how far two readers agree."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.cli.options import Encoding, MaxBytes, ModelFolder
from classifier.cli.output import result_console
from classifier.errors import AnnotationError
from classifier.sources import DEFAULT_MAX_BYTES, read_document

if TYPE_CHECKING:
    from classifier.converters.agreement import Agreement

app = typer.Typer(add_completion=False, help="Clauses to annotation tools and back.", no_args_is_help=True)


class AnnotationFormat(StrEnum):
    """The tools whose files are read and written; spacy needs the extra of that name."""

    label_studio = "label-studio"
    doccano = "doccano"
    prodigy = "prodigy"
    brat = "brat"
    spacy = "spacy"
    conll = "conll"


@app.command()
def export(
    paths: Annotated[list[str], typer.Argument(metavar="FILE...", help="License texts; `-` is standard input.")],
    *,
    target: Annotated[AnnotationFormat, typer.Option("--to", help="The tool.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write; for brat a folder.")],
    labels: Annotated[bool, typer.Option(help="Start from the model's labels, or from clauses without any.")] = True,
    model: ModelFolder = None,
    encoding: Encoding = None,
    max_bytes: MaxBytes = DEFAULT_MAX_BYTES,
) -> None:
    """Cut license texts into clauses and write them for an annotation tool, with the model's labels.

    Without labels the clauses carry the label `unlabelled`, which an import drops.

    Examples:
    `osdlint annotate export LICENSE --to label-studio -o tasks.json`

    `osdlint annotate export licenses/* --no-labels --to brat -o to-read`
    """
    from classifier.converters import to_span_documents, write_format

    documents = [read_document(path, encoding=encoding, max_bytes=max_bytes) for path in paths]
    tag = None
    if labels:
        from classifier.pipeline import Classifier

        tag = Classifier.from_pretrained(model).tag
    found = to_span_documents(documents, tag)
    write_format(found, output, target.value, predicted=True)
    typer.echo(f"{output}: {sum(len(doc.spans) for doc in found)} clauses of {len(found)} texts", err=True)


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports of the tool; for brat folders.")],
    *,
    source: Annotated[AnnotationFormat, typer.Option("--from", help="The tool.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file of gold rows to write (JSON Lines).")],
    annotator: Annotated[str, typer.Option(help="Who labelled the clauses.")] = "user",
    own_labels: Annotated[bool, typer.Option("--own-labels", help="Take labels that osdlint does not know.")] = False,
) -> None:
    """Turn the files of an annotation tool into gold rows for `osdlint train`.

    Examples:
    `osdlint annotate import export.json --from label-studio -o rows.jsonl`

    `osdlint train -a rows.jsonl -a data/annotations/written-en.jsonl -o my-model`
    """
    from classifier.annotations import to_json
    from classifier.converters import read_format, to_written_rows
    from classifier.converters.files import write_bytes

    documents = [document for path in paths for document in read_format(path, source.value)]
    rows = to_written_rows(documents, annotator=annotator, known_labels=not own_labels)
    if not rows:
        raise AnnotationError(f"{', '.join(map(str, paths))}: no labelled span")
    write_bytes(output, "".join(to_json(row) + "\n" for row in rows).encode())
    left = sum(len(document.spans) for document in documents) - len(rows)
    note = f"; {left} spans without a label are left out" if left else ""
    typer.echo(f"{output}: {len(rows)} rows of {len(documents)} texts{note}", err=True)


@app.command()
def agreement(
    first: Annotated[Path, typer.Argument(help="One reader's file; for brat a folder.")],
    second: Annotated[Path, typer.Argument(help="The other reader's.")],
    *,
    source: Annotated[AnnotationFormat, typer.Option("--from", help="The tool.")],
) -> None:
    """Table how far two readers agree: Cohen's kappa by label and Krippendorff's alpha.

    Only spans that are equal in both files count.

    Example: `osdlint annotate agreement mine.jsonl hers.jsonl --from doccano`
    """
    from classifier.converters import read_format
    from classifier.converters.agreement import agreement as compare

    _print(compare(read_format(first, source.value), read_format(second, source.value)))


def _print(found: "Agreement") -> None:
    from rich.table import Table
    from rich.text import Text

    from classifier.render.escape import clean

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Label", no_wrap=True)
    for column in ("First", "Second", "Both", "Kappa"):
        table.add_column(column, justify="right")
    for row in found.per_label:
        table.add_row(Text(clean(row.label)), str(row.first), str(row.second), str(row.both), f"{row.kappa:.2f}")
    typer.echo(
        f"{found.spans} spans equal in {found.documents} texts; {found.only_first} only in the first reading, "
        f"{found.only_second} only in the second\nKrippendorff's alpha {found.alpha:.3f}\n"
    )
    result_console().print(table)
