"""Read the license fields of manifests: pyproject.toml, package.json, the METADATA of an installed package."""

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from classifier.errors import MetadataError
from classifier.scan.values import Declaration

_MAX_ITEMS = 100
_MAX_VALUE = 2000
_LINE = 200
_HEADERS = frozenset({"license", "license-expression", "classifier"})
_HEADER = re.compile(r"([A-Za-z-]{1,40}):[ \t]*(.*)")


def read_pyproject(text: str, source: str) -> Iterator[Declaration]:
    """Yield what a pyproject.toml declares.

    Raises:
        MetadataError: The text is no TOML.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise MetadataError(f"{source}: no TOML ({_reason(error)}); correct it") from error
    project, poetry = _table(data, "project"), _table(_table(data, "tool"), "poetry")
    for field, value in (*_project_fields(project), *_poetry_fields(poetry)):
        if isinstance(value, str) and value.strip():
            yield _declaration(text, source, field, value)


def _project_fields(project: dict[str, Any]) -> Iterator[tuple[str, object]]:
    license_ = project.get("license")
    if isinstance(license_, dict):
        yield "project.license.text", license_.get("text")
        yield "project.license.file", license_.get("file")
    else:
        yield "project.license", license_
    for classifier in _strings(project.get("classifiers")):
        if classifier.startswith("License :: "):
            yield "project.classifiers", classifier
    files = project.get("license-files")
    if isinstance(files, dict):
        files = [*_strings(files.get("paths")), *_strings(files.get("globs"))]
    for name in _strings(files):
        yield "project.license-files", name


def _poetry_fields(poetry: dict[str, Any]) -> Iterator[tuple[str, object]]:
    yield "tool.poetry.license", poetry.get("license")
    for classifier in _strings(poetry.get("classifiers")):
        if classifier.startswith("License :: "):
            yield "tool.poetry.classifiers", classifier


def read_package_json(text: str, source: str) -> Iterator[Declaration]:
    """Yield what a package.json declares.

    Raises:
        MetadataError: The text is no JSON object.
    """
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise MetadataError(f"{source}: no JSON ({_reason(error)}); correct it") from error
    if not isinstance(data, dict):
        raise MetadataError(f"{source}: a list or value where an object belongs; correct it")
    licenses = data.get("licenses")
    found = [("license", data.get("license"))]
    found += [("licenses", item) for item in islice(licenses, _MAX_ITEMS)] if isinstance(licenses, list) else []
    for field, value in found:
        value = value.get("type") if isinstance(value, dict) else value
        if isinstance(value, str) and value.strip():
            yield _declaration(text, source, field, value)


def read_metadata(text: str, source: str) -> Iterator[Declaration]:
    """Yield what the METADATA or PKG-INFO of an installed package declares; other lines are passed over."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            return
        match = _HEADER.match(line)
        if match is None or match[1].lower() not in _HEADERS:
            continue
        field, value = match[1], match[2].strip()
        is_license = field.lower() != "classifier" or value.startswith("License :: ")
        if is_license and value and value != "UNKNOWN":
            yield Declaration(source, field, value[:_MAX_VALUE], line.strip()[:_LINE], number)


def _declaration(text: str, source: str, field: str, value: str) -> Declaration:
    """Return the declaration of a value with the line that says it; a text of many lines counts by its first."""
    first = value.strip().splitlines()[0].strip()[:_MAX_VALUE]
    key = field.rpartition(".")[2]
    for number, line in enumerate(text.split("\n"), 1):
        if first in line and (key in line or f'"{first}"' in line or f"'{first}'" in line):
            return Declaration(source, field, first, line.strip()[:_LINE], number)
    return Declaration(source, field, first, f"{field} = {first}"[:_LINE])


def _table(data: object, key: str) -> dict[str, Any]:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> list[str]:
    return [item for item in value[:_MAX_ITEMS] if isinstance(item, str)] if isinstance(value, list) else []


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
