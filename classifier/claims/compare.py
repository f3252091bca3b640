"""Hold what a README says against the verdict of the license beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from classifier.claims.statements import Claim, find_claims, find_term
from classifier.datamodels import Document, Report, Status, TaggedClause
from classifier.labels import load_labels
from classifier.missing import is_about_model

Outcome = Literal["agrees", "contradicts", "unclear"]


@dataclass(frozen=True, slots=True)
class LicenseQuote:
    """A clause of the license: its words, half-open span and, for a finding, the criterion and label."""

    text: str
    start: int
    end: int
    label: str = ""
    criterion: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """One claim, what the license says to it and the clause that says so, when one does."""

    claim: Claim
    outcome: Outcome
    reason: str
    license_quote: LicenseQuote | None = None


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """All claims of a README against one license; one that contradicts outweighs those that agree."""

    readme: str
    license: str
    verdict: str
    outcome: Outcome
    claims: tuple[CheckedClaim, ...]


def check_claim(readme: Document, report: Report) -> ClaimCheck:
    """Hold every claim of a README or model card against the report of the license beside it.

    A README without a claim is unclear: there is nothing to compare.
    """
    checked = tuple(compare(claim, report) for claim in find_claims(readme.text))
    return ClaimCheck(
        readme.name, report.source.name, report.verdict, overall(item.outcome for item in checked), checked
    )


def overall(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of several claims together."""
    found = set(outcomes)
    for outcome in ("contradicts", "agrees"):
        if outcome in found:
            return outcome
    return "unclear"


def compare(claim: Claim, report: Report) -> CheckedClaim:
    """Hold one claim against the report of a license."""
    if report.verdict == "not-a-license":
        return CheckedClaim(claim, "unclear", "the text beside it does not read like a license")
    if claim.stance != "open":
        return _compare_modest(claim, report)
    term = find_term(claim.term)
    against = _evidence(report, "deviates", term.only) or _carrier(report, term.also)
    if against is not None and _is_about_a_part(claim, report):
        reason = f"the claim is about the {claim.about}; the license, on a model, has: {_what(against)}"
        return CheckedClaim(claim, "unclear", reason, against)
    if against is not None:
        return CheckedClaim(claim, "contradicts", f"the license has: {_what(against)}", against)
    doubt = _evidence(report, "unclear", term.only)
    if report.verdict == "no-deviation-found" or (term.only and report.verdict == "deviates" and doubt is None):
        return CheckedClaim(claim, "agrees", "no clause found that says otherwise", _grant(report))
    reason = f"the license may have: {_what(doubt)}" if doubt else "the license is unclear"
    return CheckedClaim(claim, "unclear", reason, doubt or _grant(report))


def _compare_modest(claim: Claim, report: Report) -> CheckedClaim:
    """Judge a claim of less than openness, or a denial."""
    quote = _evidence(report, "deviates", ())
    if quote is not None:
        return CheckedClaim(claim, "agrees", f"the license has: {_what(quote)}", quote)
    if report.verdict != "no-deviation-found":
        return CheckedClaim(claim, "unclear", "the license is unclear", _grant(report))
    # "No deviation found" is no proof of openness: it cannot contradict a denial.
    outcome: Outcome = "agrees" if claim.stance == "less" else "unclear"
    return CheckedClaim(claim, outcome, "no deviation was found in the license", _grant(report))


def _evidence(report: Report, status: Status, only: Sequence[str]) -> LicenseQuote | None:
    """Return the clause of the surest finding of a status, among some labels when they are given."""
    found = [f for f in report.findings if f.status == status and f.clauses and (not only or f.label in only)]
    if not found:
        return None
    best = max(found, key=lambda finding: finding.score)
    clause = max((report.clauses[i] for i in best.clauses), key=lambda tagged: tagged.score_of(best.label))
    return quote_clause(clause, best.label, best.criterion)


def _carrier(report: Report, labels: Sequence[str]) -> LicenseQuote | None:
    """Return the clause that carries one of the labels most surely."""
    found = [
        (scored.score, tagged, scored.label)
        for tagged in report.clauses
        for scored in tagged.sure
        if scored.label in labels
    ]
    if not found:
        return None
    _, tagged, label = max(found, key=lambda item: item[0])
    return quote_clause(tagged, label)


def _grant(report: Report) -> LicenseQuote | None:
    """Return the clause that gives most."""
    given = [sum(scored.label.startswith("permission.") for scored in tagged.sure) for tagged in report.clauses]
    best = max(given, default=0)
    return quote_clause(report.clauses[given.index(best)]) if best else None


def quote_clause(tagged: TaggedClause, label: str = "", criterion: int | None = None) -> LicenseQuote:
    """Return the words of a clause with what they were found to be."""
    clause = tagged.clause
    return LicenseQuote(clause.content, clause.start, clause.end, label, criterion)


def _what(quote: LicenseQuote) -> str:
    return name_finding(quote.label, quote.criterion)


def name_finding(label_id: str, criterion: int | None) -> str:
    """Return the title of a label and the criterion it is held against: `No commercial use (OSD 6)`."""
    label = load_labels().find(label_id)
    number = f" (OSD {criterion})" if criterion else ""
    return f"{label.title if label else label_id}{number}"


def _is_about_a_part(claim: Claim, report: Report) -> bool:
    """Tell a claim about the code or data beside a license on a model, which may leave them to other terms."""
    return claim.about in ("code", "data") and is_about_model(report.clauses)
