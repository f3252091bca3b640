"""A scan and a claim check as plain JSON values, in the shape of `resources/scan.schema.json`."""

from dataclasses import asdict
from typing import Any

from classifier.claims import CheckedClaim, Claim, ClaimCheck
from classifier.claims.prose import line_of
from classifier.datamodels import Finding
from classifier.scan.declared import standing_of
from classifier.scan.quotes import shorten
from classifier.scan.values import LICENSE_FIELDS, LicenseText, Scan, StatedClaim, Unit

SCAN_SCHEMA = "osdlint-scan/1"
CLAIM_SCHEMA = "osdlint-claim/1"


def scan_dict(scan: Scan) -> dict[str, Any]:
    """Return a scan as plain JSON values."""
    return {
        "schema": SCAN_SCHEMA,
        "root": scan.root,
        "files": scan.files,
        "mismatches": len(scan.mismatches),
        "units": [_unit_dict(unit) for unit in scan.units],
        "problems": [asdict(problem) for problem in scan.problems],
    }


def claim_dict(check: ClaimCheck, license_text: str) -> dict[str, Any]:
    """Return a claim check as plain JSON values; lines of the license come from its text."""
    return {
        "schema": CLAIM_SCHEMA,
        "readme": check.readme,
        "license": check.license,
        "verdict": check.verdict,
        "outcome": check.outcome,
        "claims": [
            {**_claim_words(checked.claim), "check": _checked_dict(checked, check.license, license_text)}
            for checked in check.claims
        ],
    }


def _unit_dict(unit: Unit) -> dict[str, Any]:
    texts = {text.source: text.text for text in unit.texts}
    return {
        "folder": unit.folder,
        "texts": [_text_dict(text) for text in unit.texts],
        "declarations": [
            {**asdict(found), "standing": standing_of(found.value) if found.field in LICENSE_FIELDS else None}
            for found in unit.declarations
        ],
        "claims": [_stated_dict(stated, texts) for stated in unit.claims],
        "mismatches": [
            {**asdict(found), "sources": list(found.sources), "quotes": [asdict(quote) for quote in found.quotes]}
            for found in unit.mismatches
        ],
    }


def _text_dict(text: LicenseText) -> dict[str, Any]:
    nearest = text.report.nearest
    return {
        "source": text.source,
        "role": text.role,
        "sha256": text.report.source.sha256,
        "verdict": text.report.verdict,
        "score": round(text.report.score, 4),
        "nearest": {"id": nearest.id, "similarity": round(nearest.similarity, 4)} if nearest else None,
        "findings": [_finding_dict(finding, text) for finding in text.report.findings],
    }


def _finding_dict(finding: Finding, text: LicenseText) -> dict[str, Any]:
    clauses = [text.report.clauses[index] for index in finding.clauses]
    best = max(clauses, key=lambda tagged: tagged.score_of(finding.label), default=None)
    quote = None
    if best is not None:
        quote = {"text": shorten(best.clause.content), "line": line_of(text.text, best.clause.start)}
    return {
        "criterion": finding.criterion,
        "status": finding.status,
        "label": finding.label,
        "score": round(finding.score, 4),
        "quote": quote,
    }


def _stated_dict(stated: StatedClaim, texts: dict[str, str]) -> dict[str, Any]:
    return {
        "source": stated.source,
        **_claim_words(stated.claim),
        "checks": [_checked_dict(checked, name, texts[name]) for name, checked in stated.checks],
    }


def _claim_words(claim: Claim) -> dict[str, Any]:
    return {
        "term": claim.term,
        "stance": claim.stance,
        "about": claim.about,
        "quote": claim.quote,
        "line": claim.line,
    }


def _checked_dict(checked: CheckedClaim, license_name: str, license_text: str) -> dict[str, Any]:
    quote = checked.license_quote
    return {
        "license": license_name,
        "outcome": checked.outcome,
        "reason": checked.reason,
        "quote": {"text": shorten(quote.text), "line": line_of(license_text, quote.start)} if quote else None,
    }
