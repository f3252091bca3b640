"""Walk a folder without leaving it: links are followed only to files inside, folders are entered once."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from classifier.errors import InputError
from classifier.scan.names import kind_of
from classifier.scan.values import Problem
from classifier.sources import MAX_SCANNED_FILES

MAX_DEPTH = 60
_SKIPPED = frozenset(
    {
        *(".git", ".hg", ".svn", ".bzr", "node_modules", "__pycache__", ".tox", ".nox", ".venv", ".eggs"),
        *(".cache", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", ".terraform"),
    }
)
_ENVIRONMENT = "pyvenv.cfg"


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may speak of a license: its path inside the folder, with slashes, and where it lies."""

    name: str
    path: Path


class Walk:
    """One pass over a folder; `files` and `problems` fill while `find` runs.

    Args:
        root: The folder, resolved.
        max_files: How many files to meet before stopping.
        max_depth: How many folders to go down.
    """

    def __init__(self, root: Path, *, max_files: int = MAX_SCANNED_FILES, max_depth: int = MAX_DEPTH) -> None:
        self.root = root
        self.max_files = max_files
        self.max_depth = max_depth
        self.files = 0
        self.problems: list[Problem] = []

    def find(self) -> Iterator[Found]:
        """Yield the files that may speak of a license, folder by folder, each folder's in the order of names."""
        pending = [(self.root, "")]
        while pending:
            folder, prefix = pending.pop()
            below: list[tuple[Path, str]] = []
            for entry in self._entries(folder, prefix):
                name = prefix + shown_name(entry.name)
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _SKIPPED and self._may_enter(name):
                        below.append((Path(entry.path), f"{name}/"))
                    continue
                self.files += 1
                if self.files > self.max_files:
                    message = (
                        f"{name}: stopped here after {self.max_files:,} files; raise --max-files or scan a folder below"
                    )
                    self.problems.append(Problem(name, InputError.code, message))
                    return
                if kind_of(name) is not None or entry.is_symlink():
                    yield from self._found(entry, name)
            pending += reversed(below)

    def _entries(self, folder: Path, prefix: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            name = prefix.rstrip("/") or "."
            self.problems.append(
                Problem(name, InputError.code, f"{name}: cannot be listed ({error.strerror or error})")
            )
            return []
        if prefix and any(entry.name == _ENVIRONMENT for entry in found):
            return []
        return found

    def _may_enter(self, name: str) -> bool:
        if name.count("/") < self.max_depth:
            return True
        self.problems.append(
            Problem(name, InputError.code, f"{name}: deeper than {self.max_depth} folders; not entered")
        )
        return False

    def _found(self, entry: os.DirEntry[str], name: str) -> Iterator[Found]:
        """Yield a file, unless it is a link that leads out, in a circle or to a folder."""
        try:
            if not entry.is_symlink() or _is_inside(self.root, entry.path):
                if kind_of(name) is not None and not entry.is_dir():
                    yield Found(name, Path(entry.path))
                return
            reason = "is a link out of the folder; not followed, scan a folder that holds both"
        except (OSError, RuntimeError) as error:
            reason = f"is a link that leads nowhere ({getattr(error, 'strerror', None) or error})"
        # A link of a name that says nothing matters only when it hides a folder.
        if kind_of(name) is not None or os.path.isdir(entry.path):
            self.problems.append(Problem(name, InputError.code, f"{name}: {reason}"))


def resolve_root(folder: str | os.PathLike[str]) -> Path:
    """Return the resolved path of a folder to scan.

    Raises:
        InputError: There is no such folder.
    """
    shown = shown_name(os.fspath(folder))
    try:
        path = Path(folder).resolve(strict=True)
    except FileNotFoundError as error:
        raise InputError(f"{shown}: no such folder") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{shown}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if not path.is_dir():
        raise InputError(f"{shown}: is a file; scan takes a folder, `osdlint check` a license text")
    return path


def shown_name(name: str) -> str:
    """Return a file name that can be printed: bytes that are no UTF-8 are replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@contextmanager
def open_inside(root: Path, found: Found) -> Iterator[tuple[BinaryIO, int]]:
    """Open a file of the folder and give the stream and its size.

    Raises:
        InputError: It leads out of the folder, is no regular file or cannot be read.
    """
    try:
        real = os.path.realpath(found.path, strict=True)
        if not Path(real).is_relative_to(root):
            raise InputError(f"{found.name}: leads out of the folder; not followed")
        # Opening a pipe would wait for a writer, so what it is must be known before the first read.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(real, flags), "rb", buffering=1 << 16) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise InputError(f"{found.name}: is no regular file; not read")
            yield stream, status.st_size
    except (OSError, RuntimeError) as error:
        raise InputError(f"{found.name}: cannot be read ({getattr(error, 'strerror', None) or error})") from error


def is_file_inside(root: Path, found: Found) -> bool:
    """Tell whether a path leads to a file that lies in the folder."""
    try:
        return _is_inside(root, os.fspath(found.path)) and found.path.is_file()
    except (OSError, RuntimeError, ValueError):
        return False


def _is_inside(root: Path, path: str) -> bool:
    return Path(os.path.realpath(path, strict=True)).is_relative_to(root)
