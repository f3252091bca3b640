"""Read a policy strictly: whatever would silently have no effect is an error that names its place."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from classifier.decisions import DECISIONS, Decision
from classifier.errors import PolicyError
from classifier.policy.entries import Names, known_names
from classifier.policy.find import FILE_NAME, find_policy, read_table
from classifier.policy.values import Exemption, Policy

_LISTS = ("allow", "review", "deny")
_KEYS = ("default", *_LISTS, "thresholds", "exceptions")
_SELECTORS = ("path", "sha256", "spdx")
_EXCEPTION_KEYS = (*_SELECTORS, "labels", "reason", "expires")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def load_policy(path: str | os.PathLike[str] | None = None, *, labels: Collection[str] = ()) -> Policy:
    """Read a policy from a file, or from the one that `find_policy` finds from the working folder.

    Args:
        path: An `osdlint.toml`, whatever its name, or a `pyproject.toml` with `[tool.osdlint]`.
        labels: Labels to know beside the shipped ones, those of a model of your own.

    Raises:
        PolicyError: There is no such file, or it breaks a rule of the format.
    """
    found = find_policy() if path is None else Path(path)
    if found is None:
        raise PolicyError(f"no policy here: neither {FILE_NAME} nor [tool.osdlint] in pyproject.toml; write one")
    shown = _shown(found)
    table, prefix = read_table(found, shown)
    root = str(Path(os.path.abspath(found)).parent)
    return parse_policy(table, file=shown, root=root, prefix=prefix, labels=labels)


def _shown(path: Path) -> str:
    """Return the path relative to the working folder where it lies below, else as it stands."""
    try:
        return Path(os.path.abspath(path)).relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        return str(path)


def parse_policy(
    table: Mapping[str, Any], *, file: str = "policy", root: str = "", prefix: str = "", labels: Collection[str] = ()
) -> Policy:
    """Turn the plain values of a policy into a policy.

    Args:
        table: The values, as TOML or JSON give them.
        file: What the policy is called in messages and verdicts.
        root: The folder that the paths of exceptions start from; "" is the working folder.
        prefix: What goes before keys in messages.
        labels: Labels to know beside the shipped ones.

    Raises:
        PolicyError: A key, label, id, score, date or value is not one that a policy can hold.
    """
    reader = _Reader(f"{file}: {prefix}", known_names(labels))
    reader.keys(table, _KEYS, "")
    allow, review, deny = (reader.entries(table, name) for name in _LISTS)
    return Policy(
        file=file,
        root=root,
        default=reader.default(table),
        allow=allow,
        review=review,
        deny=deny,
        thresholds=tuple(reader.thresholds(table)),
        exceptions=tuple(reader.exceptions(table)),
    )


class _Reader:
    """Takes values out of a table; each failure names file, key and way out."""

    def __init__(self, place: str, names: Names) -> None:
        self.place = place
        self.names = names

    def error(self, key: str, trouble: str) -> PolicyError:
        return PolicyError(f"{self.place}{key}: {trouble}")

    def keys(self, table: Mapping[str, Any], known: tuple[str, ...], within: str) -> None:
        for key in table:
            if key not in known:
                raise self.error(f"{within}{key}", f"unknown key; known are {', '.join(known)}")

    def default(self, table: Mapping[str, Any]) -> Decision:
        value = table.get("default", "review")
        if value not in DECISIONS:
            raise self.error("default", f"{value!r} is none of {', '.join(DECISIONS)}")
        return cast(Decision, value)

    def entries(self, table: Mapping[str, Any], key: str, within: str = "") -> tuple[str, ...]:
        values = table.get(key, [])
        if not isinstance(values, list):
            raise self.error(f"{within}{key}", "must be a list of SPDX ids and labels")
        return tuple(self.entry(value, f"{within}{key}[{n}]") for n, value in enumerate(values))

    def entry(self, value: object, key: str, *, ids: bool = True, labels: bool = True) -> str:
        """Return an entry in lower case, under its current name."""
        if not isinstance(value, str):
            raise self.error(key, f"{value!r} is no text; write an SPDX id or a label in quotes")
        entry = self.names.current(value)
        trouble = self.names.trouble(entry, value, ids=ids, labels=labels)
        if trouble:
            raise self.error(key, trouble)
        return entry

    def thresholds(self, table: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
        values = table.get("thresholds", {})
        if not isinstance(values, dict):
            raise self.error("thresholds", 'must be a table of labels and scores, such as "restriction.*" = 0.6')
        for label, score in values.items():
            key = f'thresholds."{label}"'
            if isinstance(score, dict):
                raise self.error(key, f'a label goes in quotes: "{label}.{next(iter(score), "*")}" = 0.6')
            if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
                raise self.error(key, f"{score!r} is no score from 0 to 1")
            yield self.entry(label, key, ids=False), float(score)

    def exceptions(self, table: Mapping[str, Any]) -> Iterator[Exemption]:
        values = table.get("exceptions", [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.error("exceptions", "must be tables; begin each with [[exceptions]]")
        for number, value in enumerate(values):
            yield self.exception(value, f"exceptions[{number}]")

    def exception(self, table: Mapping[str, Any], place: str) -> Exemption:
        within = f"{place}."
        self.keys(table, _EXCEPTION_KEYS, within)
        if not any(name in table for name in _SELECTORS):
            raise self.error(place, f"names no text; give one of {', '.join(_SELECTORS)}")
        if not table.get("labels"):
            raise self.error(f"{within}labels", 'is missing; list the labels and ids to lift, or ["*"] for all')
        return Exemption(
            place=f"{self.place.partition(': ')[2]}{place}",
            labels=self.entries(table, "labels", within),
            reason=self.text(table, "reason", within),
            path=self.path(table, within),
            sha256=self.sha256(table, within),
            spdx=self.entry(table["spdx"], f"{within}spdx", labels=False) if "spdx" in table else "",
            expires=self.date(table, within),
        )

    def text(self, table: Mapping[str, Any], key: str, within: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"{within}{key}", "is missing; say in words why the exception is made")
        return value.strip()

    def path(self, table: Mapping[str, Any], within: str) -> str:
        value = table.get("path", "**")
        if isinstance(value, str) and "\\" in value:
            raise self.error(f"{within}path", f"{value!r} has a backslash; write / between folders on every system")
        is_relative = isinstance(value, str) and all(part not in ("", ".", "..") for part in value.split("/"))
        if not is_relative:
            raise self.error(
                f"{within}path", f"{value!r} is no path from the folder of the policy, such as vendored/*/LICENSE"
            )
        return cast(str, value) if "path" in table else ""

    def sha256(self, table: Mapping[str, Any], within: str) -> str:
        value = table.get("sha256", "")
        if "sha256" in table and not (isinstance(value, str) and _SHA256.fullmatch(value)):
            raise self.error(f"{within}sha256", f"{value!r} is no SHA-256 of 64 hexadecimal digits")
        return cast(str, value).lower()

    def date(self, table: Mapping[str, Any], within: str) -> date | None:
        value = table.get("expires")
        if isinstance(value, str):
            value = _date(value)
        elif value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.error(f"{within}expires", f"{table['expires']!r} is no date; write its last day as 2027-01-31")
        return value


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None
