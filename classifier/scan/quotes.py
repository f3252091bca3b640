"""The words behind a mismatch: of declarations, claims and license texts."""

from collections.abc import Sequence

from classifier.claims import CheckedClaim
from classifier.claims.compare import name_finding
from classifier.claims.prose import line_of
from classifier.datamodels import Finding
from classifier.render import escape
from classifier.scan.values import Declaration, LicenseText, Mismatch, MismatchKind, Quote, StatedClaim

_MAX_TITLES = 3
_MAX_QUOTE = 300
_MAX_SOURCES = 4


def mismatch(kind: MismatchKind, message: str, *quotes: Quote) -> Mismatch:
    """Return a mismatch between the files of the quotes."""
    return Mismatch(kind, tuple(dict.fromkeys(quote.source for quote in quotes)), message, quotes)


def say(declarations: Sequence[Declaration]) -> str:
    """Return what files declare, those of one mind together: `a and b say mit, c says isc`."""
    sources: dict[str, list[str]] = {}
    for declaration in declarations:
        sources.setdefault(declaration.value, []).append(declaration.source)
    said = []
    for value, names in sources.items():
        shown = names if len(names) <= _MAX_SOURCES else [*names[:_MAX_SOURCES], f"{len(names) - _MAX_SOURCES} more"]
        verb = "says" if len(names) == 1 else "say"
        said.append(f"{' and '.join(shown)} {verb} {shorten(value)}")
    return ", ".join(said)


def describe(text: LicenseText) -> str:
    """Return what a text does against the definition, surest first: `No commercial use (OSD 6), ...`."""
    found: dict[str, Finding] = {}
    for finding in sorted(text.report.findings, key=lambda f: -f.score):
        if finding.status == "deviates":
            found.setdefault(finding.label, finding)
    titles = [name_finding(finding.label, finding.criterion) for finding in found.values()]
    more = f" and {len(titles) - _MAX_TITLES} more" if len(titles) > _MAX_TITLES else ""
    return ", ".join(titles[:_MAX_TITLES]) + more


def quote_declaration(declaration: Declaration) -> Quote:
    """Return the words of a declaration."""
    return Quote(declaration.source, declaration.quote, declaration.line)


def quote_claim(stated: StatedClaim) -> Quote:
    """Return the words of a claim."""
    return Quote(stated.source, shorten(stated.claim.quote), stated.claim.line)


def quote_checked(text: LicenseText, checked: CheckedClaim) -> Quote:
    """Return the clause that was held against a claim."""
    quote = checked.license_quote
    return Quote(text.source, shorten(quote.text), line_of(text.text, quote.start)) if quote else quote_title(text)


def quote_deviation(text: LicenseText) -> Quote:
    """Return the clause behind the surest deviation."""
    findings = [finding for finding in text.report.findings if finding.status == "deviates" and finding.clauses]
    if not findings:
        return quote_title(text)
    best = max(findings, key=lambda finding: finding.score)
    tagged = max((text.report.clauses[i] for i in best.clauses), key=lambda clause: clause.score_of(best.label))
    return Quote(text.source, shorten(tagged.clause.content), line_of(text.text, tagged.clause.start))


def quote_title(text: LicenseText) -> Quote:
    """Return the first line with words on it."""
    for number, line in enumerate(text.text.split("\n"), 1):
        if any(map(str.isalnum, line)):
            return Quote(text.source, shorten(line.strip()), number)
    return Quote(text.source, "", 1)


def shorten(words: str) -> str:
    """Return words cut to what fits a report."""
    return escape.shorten(words, _MAX_QUOTE)
