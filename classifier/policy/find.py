"""Find the file that holds the policy for a text, and read its table."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from classifier.errors import PolicyError

FILE_NAME = "osdlint.toml"
_PROJECT = "pyproject.toml"
_TABLE = "tool.osdlint"
_MAX_BYTES = 1_000_000


def find_policy(text: str | os.PathLike[str] | None = None) -> Path | None:
    """Return the policy for a text, or None where there is none.

    The working folder and those above it come first, so that a vendored package does not bring the
    policy by which it is judged; then the folder of the text and those above it. In each folder
    `osdlint.toml` goes before a `pyproject.toml` with a table `[tool.osdlint]`.

    Raises:
        PolicyError: A `pyproject.toml` that may hold a policy cannot be read.
    """
    for folder in _folders(text):
        if os.path.isfile(folder / FILE_NAME):
            return folder / FILE_NAME
        project = folder / _PROJECT
        if os.path.isfile(project) and _holds_policy(project):
            return project
    return None


def _folders(text: str | os.PathLike[str] | None) -> Iterator[Path]:
    """Yield the folders to look in, each once."""
    try:
        here = Path.cwd()
        paths = [here, *here.parents]
        if text is not None:
            paths += Path(os.path.abspath(text)).parents
    except OSError:
        # The working folder was deleted.
        return
    yield from dict.fromkeys(paths)


def _holds_policy(project: Path) -> bool:
    try:
        # A pyproject.toml that is damaged or not ours to read is none of our business, unless it names osdlint.
        if b"osdlint" not in project.read_bytes():
            return False
    except OSError:
        return False
    tool = _read_toml(project, str(project)).get("tool")
    return isinstance(tool, dict) and "osdlint" in tool


def read_table(path: Path, shown: str) -> tuple[dict[str, Any], str]:
    """Return the table of a policy file, and what goes before its keys in messages.

    Args:
        path: An `osdlint.toml`, whatever its name, or a `pyproject.toml`.
        shown: What the file is called in messages.

    Raises:
        PolicyError: The file is absent, unreadable or no TOML, or lacks the table.
    """
    data = _read_toml(path, shown)
    if path.name != _PROJECT:
        return data, ""
    tool = data.get("tool")
    table = tool.get("osdlint") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        raise PolicyError(f"{shown}: has no table [{_TABLE}]; write one, or name another file")
    return table, f"{_TABLE}."


def _read_toml(path: Path, shown: str) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise PolicyError(f"{shown}: no such policy file; write one, or leave --policy out") from error
    except (OSError, ValueError) as error:
        raise PolicyError(f"{shown}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if len(data) > _MAX_BYTES:
        raise PolicyError(f"{shown}: larger than {_MAX_BYTES:,} bytes, which no policy is")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PolicyError(f"{shown}: not UTF-8 (byte 0x{data[error.start]:02x} at {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{shown}: not TOML ({error})") from error
    except RecursionError as error:
        raise PolicyError(f"{shown}: nested too deeply for a policy") from error
