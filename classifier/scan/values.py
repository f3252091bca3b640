"""The values of a folder scan: frozen, plain, ready for JSON."""

from dataclasses import dataclass
from typing import Literal

from classifier.claims import CheckedClaim, Claim
from classifier.datamodels import Report

LICENSE_FIELDS = frozenset(
    {
        *("license", "licenses", "license_name", "project.license", "project.license.text", "tool.poetry.license"),
        *("project.classifiers", "tool.poetry.classifiers", "License", "License-Expression", "Classifier"),
        *("general.license", "general.license.name", "modelspec.license"),
    }
)
"""Fields whose values name a license."""

Role = Literal["license", "notice", "use-policy", "third-party"]
MismatchKind = Literal[
    "declared-open-text-deviates",
    "declared-restricted-text-clean",
    "declared-another-text",
    "declarations-differ",
    "base-model-license",
    "claim-contradicts-text",
    "claim-contradicts-declaration",
    "mixed-texts",
    "named-file-missing",
]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a metadata field says: the file (a path inside the folder), the field, its value and the words around it.

    `line` is from 1, and None in binary files.
    """

    source: str
    field: str
    value: str
    quote: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class LicenseText:
    """A file that holds terms, and the report on it."""

    source: str
    role: Role
    report: Report
    text: str


@dataclass(frozen=True, slots=True)
class StatedClaim:
    """A claim of openness, where it stands, and the license texts that it was held against."""

    source: str
    claim: Claim
    checks: tuple[tuple[str, CheckedClaim], ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a file; `line` is from 1, and None in binary files."""

    source: str
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two sources that cannot both be right, or one that cannot be followed."""

    kind: MismatchKind
    sources: tuple[str, ...]
    message: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not read, and why."""

    source: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A folder with a license of its own, and everything below it that has none; `folder` is "." for the root."""

    folder: str
    texts: tuple[LicenseText, ...]
    declarations: tuple[Declaration, ...]
    claims: tuple[StatedClaim, ...]
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """The whole answer for one folder. `files` counts the files met, read or not."""

    root: str
    files: int
    units: tuple[Unit, ...]
    problems: tuple[Problem, ...]

    @property
    def mismatches(self) -> tuple[Mismatch, ...]:
        """The mismatches of all units."""
        return tuple(mismatch for unit in self.units for mismatch in unit.mismatches)
