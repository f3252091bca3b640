"""The values that pass from step to step: frozen, plain, ready for JSON."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

from classifier.decisions import PolicyVerdict

Verdict = Literal["deviates", "no-deviation-found", "unclear", "not-a-license"]
Status = Literal["deviates", "advisory", "unclear"]
Grant = Literal["given", "limited", "withheld", "unsaid"]
Outcome = Literal["bites", "does-not-bite", "cannot-tell"]

REPORT_SCHEMA = "osdlint-report/1"


@dataclass(frozen=True, slots=True)
class Document:
    """A text to check and the name it goes by in reports."""

    text: str
    name: str = "<text>"

    @property
    def sha256(self) -> str:
        """Hex digest of the text encoded as UTF-8; lone surrogates are encoded as they stand."""
        return text_sha256(self.text)


def text_sha256(text: str) -> str:
    """Return the hex digest by which reports and gold rows name a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def hash64(text: str) -> int:
    """Return 64 bits of the BLAKE2 hash of a text, by which model folders and the index of known texts keep words."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class Clause:
    """A unit of a license: a sentence, a list item or a heading, with the context it is read in.

    `start` and `end` are code-point offsets into the unmodified text, half-open:
    `document.text[start:end] == text`. `content` is the text as a reader sees it, without comment
    prefixes, markup and line wraps. `heading` is the path of headings above the clause, outermost
    first; `lead_in` is the sentence that introduces its list, or "".
    """

    text: str
    start: int
    end: int
    content: str
    heading: tuple[str, ...] = ()
    lead_in: str = ""


@dataclass(frozen=True, slots=True)
class LabelScore:
    """A label and its calibrated probability."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, place, date or address found inside a clause; unset fields are None.

    `start` and `end` are code-point offsets into the document, half-open:
    `document.text[start:end] == text`. `value` counts in `unit` (days of a period, months taken as
    30 days and years as 365; percent of a royalty) or in `currency` (ISO 4217); that of a territory
    is its ISO 3166 code, EU, EEA or UK, that of a date is ISO 8601. `comparator` is one of > >= < <=.
    `window` is the time over which a threshold is measured, `date_anchor` the event that a period
    is counted from, a threshold is measured at or a date is the date of.
    """

    kind: str
    text: str
    start: int
    end: int
    value: float | str | None = None
    unit: str | None = None
    currency: str | None = None
    comparator: str | None = None
    window: str | None = None
    date_anchor: str | None = None


@dataclass(frozen=True, slots=True)
class TaggedClause:
    """A clause with the labels it was given, best first.

    `doubts` are labels that scored too high to ignore and below their threshold. One of them may be
    among the `labels`: the nearest, given because none reached its threshold.
    """

    clause: Clause
    labels: tuple[LabelScore, ...]
    doubts: tuple[LabelScore, ...] = ()
    parameters: tuple[Parameter, ...] = ()

    @property
    def sure(self) -> tuple[LabelScore, ...]:
        """The labels that reached their threshold."""
        return tuple(found for found in self.labels if found not in self.doubts)

    def score_of(self, label: str) -> float:
        """Return the score of an assigned label, or 0."""
        return next((found.score for found in self.labels if found.label == label), 0.0)


@dataclass(frozen=True, slots=True)
class Bite:
    """Whether a threshold reaches a user, by the user's own figures, and why."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where the text departs, or may depart, from one OSD criterion.

    `clauses` are indexes into the report's clauses; it is empty only for what the whole text lacks.
    `bite` is set where the clauses hold a threshold and figures were given.
    """

    criterion: int | None
    status: Status
    label: str
    score: float
    clauses: tuple[int, ...]
    reason: str
    bite: Bite | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain JSON values; without figures there is no `bite`."""
        value = {**asdict(self), "score": round(self.score, 4), "clauses": list(self.clauses)}
        return value if self.bite else {key: value[key] for key in value if key != "bite"}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the whole text lacks or withholds, and what an open text would say instead.

    `status` is "unclear" where the lack alone leaves the verdict open, else "advisory". `clauses` are
    the indexes of the clauses that withhold it, if any do.
    """

    kind: str
    label: str
    criterion: int | None
    status: Status
    clauses: tuple[int, ...]
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Freedom:
    """What a text says of one freedom of the Open Source AI Definition: use, study, modify or share.

    `clauses` are the indexes of the clauses that decide: those that give, limit or withhold it.
    """

    name: str
    grant: Grant
    clauses: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where the text came from; `language` is "en", "zh" or "und" (neither)."""

    name: str
    sha256: str
    characters: int
    language: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The model that answered."""

    name: str
    version: str
    labels_version: str


@dataclass(frozen=True, slots=True)
class KnownClause:
    """A clause of a known text, by its index among the clauses of that text and its labels; words are not kept."""

    index: int
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The known text that a text comes from, and what was changed against it.

    `id` is an SPDX id, or `LicenseRef-scancode-` with the ScanCode `key`. `similarity` is the share of
    the words in common; it is 1 only where the words are the same but for names of holders, copyright
    lines and numbering. `added` and `altered` are indexes into the report's clauses.
    """

    id: str
    key: str
    name: str
    similarity: float
    added: tuple[int, ...]
    altered: tuple[int, ...]
    removed: tuple[KnownClause, ...]


@dataclass(frozen=True, slots=True)
class Incorporated:
    """A known license that a clause takes in by name, and the permissions that its text grants."""

    id: str
    key: str
    clause: int
    grants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer for one text.

    `lines` are the lines on which the clauses begin, from 1, or empty where they are not known.
    """

    source: Source
    verdict: Verdict
    score: float
    findings: tuple[Finding, ...]
    clauses: tuple[TaggedClause, ...]
    model: ModelInfo
    nearest: Nearest | None = None
    incorporated: tuple[Incorporated, ...] = ()
    lines: tuple[int, ...] = ()
    missing: tuple[Missing, ...] = ()
    freedoms: tuple[Freedom, ...] = ()
    policy: PolicyVerdict | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values, in the shape of `resources/report.schema.json`."""
        return {
            "schema": REPORT_SCHEMA,
            "source": asdict(self.source),
            "verdict": self.verdict,
            "score": round(self.score, 4),
            "findings": [finding.to_dict() for finding in self.findings],
            "clauses": [_clause_dict(index, tagged, self.lines) for index, tagged in enumerate(self.clauses)],
            "model": asdict(self.model),
            "nearest": _nearest_dict(self.nearest) if self.nearest else None,
            "incorporated": [{**asdict(taken), "grants": list(taken.grants)} for taken in self.incorporated],
            "missing": [{**asdict(lack), "clauses": list(lack.clauses)} for lack in self.missing],
            "freedoms": [{**asdict(freedom), "clauses": list(freedom.clauses)} for freedom in self.freedoms],
            **({"policy": self.policy.to_dict()} if self.policy else {}),
        }


@dataclass(frozen=True, slots=True)
class FailedReport:
    """What stands in place of a report when a source could not be read."""

    name: str
    code: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the failure as plain JSON values."""
        error = {"code": self.code, "message": self.message}
        return {"schema": REPORT_SCHEMA, "source": {"name": self.name}, "error": error}


def _nearest_dict(nearest: Nearest) -> dict[str, Any]:
    return {
        **asdict(nearest),
        "similarity": round(nearest.similarity, 4),
        "added": list(nearest.added),
        "altered": list(nearest.altered),
        "removed": [{"index": clause.index, "labels": list(clause.labels)} for clause in nearest.removed],
    }


def _clause_dict(index: int, tagged: TaggedClause, lines: tuple[int, ...]) -> dict[str, Any]:
    clause = tagged.clause
    return {
        "index": index,
        **({"line": lines[index]} if lines else {}),
        "start": clause.start,
        "end": clause.end,
        "text": clause.text,
        "heading": list(clause.heading),
        "labels": [{"label": found.label, "score": round(found.score, 4)} for found in tagged.labels],
        "parameters": [
            {key: value for key, value in asdict(parameter).items() if value is not None}
            for parameter in tagged.parameters
        ],
    }
