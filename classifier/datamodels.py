"""The values that pass from step to step: frozen, plain, ready for JSON."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["deviates", "no-deviation-found", "unclear", "not-a-license"]
Status = Literal["deviates", "advisory", "unclear"]

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
class Finding:
    """A place where the text departs, or may depart, from one OSD criterion.

    `clauses` are indexes into the report's clauses; it is empty only for what the whole text lacks.
    """

    criterion: int | None
    status: Status
    label: str
    score: float
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
class Report:
    """The whole answer for one text."""

    source: Source
    verdict: Verdict
    score: float
    findings: tuple[Finding, ...]
    clauses: tuple[TaggedClause, ...]
    model: ModelInfo

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values, in the shape of `resources/report.schema.json`."""
        return {
            "schema": REPORT_SCHEMA,
            "source": asdict(self.source),
            "verdict": self.verdict,
            "score": round(self.score, 4),
            "findings": [_finding_dict(finding) for finding in self.findings],
            "clauses": [_clause_dict(index, tagged) for index, tagged in enumerate(self.clauses)],
            "model": asdict(self.model),
        }


@dataclass(frozen=True, slots=True)
class FailedReport:
    """What stands in place of a report when a source could not be read."""

    name: str
    code: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the failure as plain JSON values."""
        return {
            "schema": REPORT_SCHEMA,
            "source": {"name": self.name},
            "error": {"code": self.code, "message": self.message},
        }


def _finding_dict(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "score": round(finding.score, 4), "clauses": list(finding.clauses)}


def _clause_dict(index: int, tagged: TaggedClause) -> dict[str, Any]:
    clause = tagged.clause
    return {
        "index": index,
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
