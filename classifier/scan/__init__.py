"""Read the licenses, declarations and claims of a folder and say where they do not agree."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from classifier.datamodels import Document, Report
from classifier.errors import InputError
from classifier.scan.reading import Reading, read_found
from classifier.scan.units import make_units, named_texts, role_in
from classifier.scan.values import LicenseText, Mismatch, Problem, Scan, Unit
from classifier.scan.walk import Found, Walk, is_file_inside, resolve_root, shown_name
from classifier.sources import MAX_SCANNED_BYTES, MAX_SCANNED_FILES

__all__ = ["Mismatch", "Predictor", "Problem", "Scan", "Unit", "scan_folder"]

Progress = Callable[[str, float], None]


class Predictor(Protocol):
    """Anything that gives the report of a document, as a `Classifier` does."""

    def predict(self, texts: Document) -> Report:
        """Return the report of a document."""


def scan_folder(
    folder: str | os.PathLike[str],
    classifier: Predictor,
    *,
    encoding: str | None = None,
    max_bytes: int = MAX_SCANNED_BYTES,
    max_files: int = MAX_SCANNED_FILES,
    on_progress: Progress = lambda stage, done: None,
) -> Scan:
    """Scan a model or project folder.

    Every folder with a license of its own is a unit, with what lies below it and has none. A file that
    cannot be read becomes a problem of the scan, and the rest goes on.

    Args:
        folder: The folder; links are followed only inside it.
        classifier: Judges the license texts; equal texts are judged once.
        encoding: How to decode texts; UTF-8 when not given.
        max_bytes: Larger license texts are not judged.
        max_files: How many files to meet before stopping.
        on_progress: Called with a stage and the share of it done.

    Raises:
        InputError: There is no such folder.
    """
    root = resolve_root(folder)
    walk = Walk(root, max_files=max_files)
    readings: list[Reading] = []
    for found in walk.find():
        readings.append(read_found(root, found, encoding=encoding, max_bytes=max_bytes))
        on_progress(f"reading, {walk.files:,} files met", 0.0)
    named = named_texts(readings)
    readings += _read_named(root, named, readings, encoding=encoding, max_bytes=max_bytes)
    texts, unjudged = _judge(readings, classifier, named, on_progress)
    problems = (*walk.problems, *(problem for reading in readings for problem in reading.problems), *unjudged)
    units = make_units(readings, texts, named)
    return Scan(shown_name(os.fspath(folder)), walk.files, tuple(units), problems)


def _read_named(
    root: Path, named: Mapping[str, str], readings: Sequence[Reading], *, encoding: str | None, max_bytes: int
) -> list[Reading]:
    """Read the files that a declaration names as license texts and whose own names say nothing."""
    known = {reading.name for reading in readings}
    files = [Found(name, root / name) for name in named if name not in known]
    return [
        read_found(root, found, kind="text", encoding=encoding, max_bytes=max_bytes)
        for found in files
        if is_file_inside(root, found)
    ]


def _judge(
    readings: Sequence[Reading], classifier: Predictor, named: Mapping[str, str], on_progress: Progress
) -> tuple[list[LicenseText], list[Problem]]:
    """Return the license texts with their reports; the same text in two places is judged once."""
    documents = [reading.document for reading in readings if reading.document is not None]
    reports: dict[str, Report] = {}
    texts: list[LicenseText] = []
    problems: list[Problem] = []
    for number, document in enumerate(documents):
        on_progress("license texts", number / len(documents))
        try:
            if document.sha256 not in reports:
                reports[document.sha256] = classifier.predict(document)
        except InputError as error:
            problems.append(Problem(document.name, error.code, str(error)))
            continue
        report = reports[document.sha256]
        report = replace(report, source=replace(report.source, name=document.name))
        texts.append(LicenseText(document.name, role_in(document.name, named), report, document.text))
    return texts, problems
