"""What the formats have in common: findings clause by clause, and the facts about a whole report.

A new field of `Report` reaches every format by one more entry of `_FACTS`, and its title in
`resources/words.toml` under `fact-NAME`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from classifier.datamodels import Finding, Report, TaggedClause
from classifier.labels import load_labels
from classifier.version import __version__

STATUS_ORDER = {"deviates": 0, "unclear": 1, "advisory": 2}
"""The gravest status first."""
OWN = "own"
"""The group of labels that only a user's model knows."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding and one of the clauses that carry it; both `index` and `tagged` are None for the whole text."""

    finding: Finding
    score: float
    index: int | None = None
    tagged: TaggedClause | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something said of a whole text; `name` is stable."""

    name: str
    value: str


def evidence(report: Report) -> Iterator[Evidence]:
    """Yield every finding with each of its clauses; one about the whole text is yielded once."""
    for finding in report.findings:
        if not finding.clauses:
            yield Evidence(finding, finding.score)
        for index in finding.clauses:
            tagged = report.clauses[index]
            yield Evidence(finding, score_in(tagged, finding.label), index, tagged)


def score_in(tagged: TaggedClause, label: str) -> float:
    """Return the score of a label in a clause, be it assigned or in doubt, or 0."""
    return max((found.score for found in (*tagged.labels, *tagged.doubts) if found.label == label), default=0.0)


def reason_of(finding: Finding) -> str:
    """Return why a finding was made, and whether its threshold reaches the user when that was asked."""
    return f"{finding.reason} {finding.bite.reason}" if finding.bite else finding.reason


def best_clauses(report: Report, finding: Finding, limit: int) -> list[int]:
    """Return the indexes of the clauses that carry a finding best, in the order of the text."""
    ranked = sorted(finding.clauses, key=lambda index: -score_in(report.clauses[index], finding.label))
    return sorted(ranked[:limit])


def place_of(report: Report, clause: int) -> str:
    """Return the line on which a clause begins, or its number where the lines are not known."""
    return f"line {report.lines[clause]}" if report.lines else f"clause {clause}"


def by_clauses(report: Report) -> list[tuple[Finding, ...]]:
    """Return the findings, those together that differ in the criterion alone, the gravest first."""
    groups: dict[tuple[str, str, tuple[int, ...]], list[Finding]] = {}
    for finding in sorted(report.findings, key=lambda found: STATUS_ORDER[found.status]):
        groups.setdefault((finding.status, finding.label, finding.clauses), []).append(finding)
    return [tuple(group) for group in groups.values()]


def deviating_criteria(report: Report) -> list[int]:
    """Return the numbers of the criteria that the text deviates from."""
    return sorted({found.criterion for found in report.findings if found.status == "deviates" and found.criterion})


def labels_by_group(clauses: Sequence[TaggedClause]) -> dict[str, dict[str, list[int]]]:
    """Return the indexes of the clauses that carry each label, by the group of the label.

    Labels of a user's own model that are in none of the packaged groups are in the group `own`.
    """
    groups: dict[str, dict[str, list[int]]] = {}
    packaged = {label.group for label in load_labels().labels}
    for index, tagged in enumerate(clauses):
        for found in tagged.labels:
            group = found.label.partition(".")[0]
            groups.setdefault(group if group in packaged else OWN, {}).setdefault(found.label, []).append(index)
    return groups


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


_FACTS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {
        "verdict": lambda report: report.verdict,
        "score": lambda report: "" if report.verdict == "not-a-license" else f"{report.score:.2f}",
        "criteria": lambda report: _listed(deviating_criteria(report)),
        "nearest": lambda report: f"{report.nearest.id} ({report.nearest.name})" if report.nearest else "",
        "similarity": lambda report: f"{report.nearest.similarity:.2f}" if report.nearest else "",
        "added": lambda report: _listed(report.nearest.added) if report.nearest else "",
        "altered": lambda report: _listed(report.nearest.altered) if report.nearest else "",
        "removed": lambda report: str(len(report.nearest.removed) or "") if report.nearest else "",
        "incorporated": lambda report: ", ".join(dict.fromkeys(taken.id for taken in report.incorporated)),
        "missing": lambda report: ", ".join(lack.kind for lack in report.missing),
        "freedoms": lambda report: ", ".join(f"{freedom.name} {freedom.grant}" for freedom in report.freedoms),
        "policy": lambda report: report.policy.verdict if report.policy else "",
        "language": lambda report: report.source.language,
        "sha256": lambda report: report.source.sha256,
        "model": lambda report: f"{report.model.name} {report.model.version}",
        "version": lambda _: __version__,
    }
)

FACT_NAMES = tuple(_FACTS)
"""The names of all facts, for formats that need a fixed list of columns."""


def brief_facts(report: Report) -> tuple[Fact, ...]:
    """Return the facts without those that the formats for people tell at length elsewhere."""
    return tuple(fact for fact in facts(report) if fact.name not in {"missing", "freedoms"})


def facts(report: Report) -> tuple[Fact, ...]:
    """Return what is said of the whole text, the verdict first; facts with nothing to say are left out."""
    said = (Fact(name, value_of(report)) for name, value_of in _FACTS.items())
    return tuple(fact for fact in said if fact.value)
