"""From labels to findings against the Open Source Definition, by `resources/osd.toml`.

The Open Source Definition: https://opensource.org/osd
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from classifier.datamodels import Finding, LabelScore, Missing, Status, TaggedClause, Verdict
from classifier.labels import OTHER
from classifier.language import words_pattern
from classifier.packaged import read_toml

_MIN_LICENSE_SHARE = 0.1
"""A text in which fewer clauses than this do anything a license does is not taken for one."""
MIN_DOUBT = 0.25
"""A fainter doubt is wrong more than three times in four and would bury the others."""
_NEUTRAL = frozenset({OTHER, "general.definition"})


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the ten criteria, with its rationale in this project's words."""

    number: int
    title: str
    rationale: str
    rationale_zh: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a label means for one criterion.

    `when_text` limits the rule to clauses that hold one of its words.
    """

    label: str
    status: Status
    reason: str
    reason_zh: str
    criterion: int | None = None
    when_text: tuple[str, ...] = ()

    def applies_to(self, content: str) -> bool:
        """Tell whether the words of a clause let the rule apply."""
        return not self.when_text or words_pattern(self.when_text).search(content) is not None


@dataclass(frozen=True, slots=True)
class Definition:
    """The criteria and the rules of the labels."""

    version: str
    criteria: tuple[Criterion, ...]
    rules: tuple[Rule, ...]

    def rules_of(self, label: str) -> tuple[Rule, ...]:
        """Return the rules of a label; none for an allowed or unknown one."""
        return tuple(rule for rule in self.rules if rule.label == label)


@cache
def load_definition() -> Definition:
    """Read the packaged rules."""
    data = read_toml("osd.toml")
    return Definition(
        version=data["version"],
        criteria=tuple(Criterion(**entry) for entry in data["criteria"]),
        rules=tuple(_rule(entry) for entry in data["rules"]),
    )


def _rule(entry: dict[str, object]) -> Rule:
    when_text = entry.get("when_text")
    words = tuple(when_text) if isinstance(when_text, list) else ()
    return Rule(**{**entry, "when_text": words})  # type: ignore[arg-type]


def find_deviations(
    clauses: Sequence[TaggedClause], *, missing: Sequence[Missing] = (), language: str = "en"
) -> tuple[Finding, ...]:
    """Return one finding for each (criterion, label) that the clauses call for, in criterion order.

    A label in doubt gives a finding of status "unclear" where a sure one would deviate, and none
    where it would be advisory.

    Args:
        clauses: The clauses of the whole text.
        missing: What the text lacks; what leaves the verdict open gives a finding without clauses.
        language: That of the reasons, "zh" or any other for English.
    """
    whole = [Finding(m.criterion, m.status, m.label, 0.0, (), m.reason) for m in missing if m.status == "unclear"]
    found = [*_label_findings(load_definition(), clauses, language), *whole]
    order = {"deviates": 0, "unclear": 1, "advisory": 2}
    return tuple(sorted(found, key=lambda f: (order[f.status], f.criterion or 11, -f.score, f.label)))


def _label_findings(definition: Definition, clauses: Sequence[TaggedClause], language: str) -> Iterator[Finding]:
    for rule in definition.rules:
        sure = _carriers(clauses, rule, doubtful=False)
        if sure:
            yield _finding(rule, rule.status, sure, language)
        elif rule.status == "deviates":
            unsure = _carriers(clauses, rule, doubtful=True)
            if unsure:
                yield _finding(rule, "unclear", unsure, language)


def _carriers(clauses: Sequence[TaggedClause], rule: Rule, *, doubtful: bool) -> dict[int, float]:
    """Return the indexes of the clauses that carry the rule's label, with their scores."""
    scores: dict[int, float] = {}
    for index, tagged in enumerate(clauses):
        candidates: tuple[LabelScore, ...] = tagged.doubts if doubtful else tagged.sure
        for candidate in candidates:
            is_faint = doubtful and candidate.score < MIN_DOUBT
            if candidate.label == rule.label and not is_faint and rule.applies_to(tagged.clause.content):
                scores[index] = candidate.score
    return scores


def _finding(rule: Rule, status: Status, scores: dict[int, float], language: str) -> Finding:
    reason = rule.reason_zh if language == "zh" else rule.reason
    score = max(scores.values(), default=0.0)
    return Finding(rule.criterion, status, rule.label, score, tuple(scores), reason)


def is_license(clauses: Sequence[TaggedClause]) -> bool:
    """Tell whether enough clauses do what clauses of a license do."""
    working = sum(any(found.label not in _NEUTRAL for found in tagged.labels) for tagged in clauses)
    return working > 0 and working >= _MIN_LICENSE_SHARE * len(clauses)


def judge(clauses: Sequence[TaggedClause], findings: Sequence[Finding]) -> tuple[Verdict, float]:
    """Return the verdict and how sure it is, from 0 to 1.

    The score of a deviation is that of its surest finding; the score of "no deviation found" is
    what is left after the strongest doubt.
    """
    if not is_license(clauses):
        return "not-a-license", 1.0
    deviating = [finding.score for finding in findings if finding.status == "deviates"]
    if deviating:
        return "deviates", max(deviating)
    unclear = [finding.score for finding in findings if finding.status == "unclear"]
    if unclear:
        return "unclear", 1.0 - max(unclear)
    return "no-deviation-found", 1.0 - max((d.score for c in clauses for d in c.doubts), default=0.0)
