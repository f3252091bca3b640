"""Hold the claims of a unit against its license texts, and against declarations where it has none."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from classifier.claims import CheckedClaim, Claim, compare
from classifier.scan.declared import standing_of
from classifier.scan.quotes import describe, mismatch, quote_checked, quote_claim, quote_declaration, shorten
from classifier.scan.values import Declaration, LicenseText, Mismatch, StatedClaim


def check_claims(claims: Iterable[tuple[str, Claim]], texts: Sequence[LicenseText]) -> tuple[StatedClaim, ...]:
    """Hold the claims of a unit, each with its source, against the unit's licenses and use policies."""
    judged = [text for text in texts if text.role in ("license", "use-policy")]
    return tuple(
        StatedClaim(source, claim, tuple((text.source, compare(claim, text.report)) for text in judged))
        for source, claim in claims
    )


def claim_mismatches(
    claims: Sequence[StatedClaim], texts: Sequence[LicenseText], licensing: Sequence[Declaration]
) -> Iterator[Mismatch]:
    """Yield one mismatch for each sentence that a text, or else a declaration, contradicts."""
    by_source = {text.source: text for text in texts}
    sentences: defaultdict[tuple[str, int], list[StatedClaim]] = defaultdict(list)
    for stated in claims:
        sentences[stated.source, stated.claim.start].append(stated)
    for same in sentences.values():
        against = {name: checked for stated in same for name, checked in _contradicting(stated, by_source)}
        if against:
            yield _against_texts(same[0], [(by_source[name], checked) for name, checked in against.items()])
        elif not same[0].checks and any(stated.claim.stance == "open" for stated in same):
            yield from _against_declared(same[0], licensing)


def _contradicting(stated: StatedClaim, by_source: Mapping[str, LicenseText]) -> Iterator[tuple[str, CheckedClaim]]:
    """Yield the texts that contradict a claim; of several licenses one that agrees is enough."""
    is_met = any(checked.outcome == "agrees" and by_source[name].role == "license" for name, checked in stated.checks)
    for name, checked in stated.checks:
        if checked.outcome == "contradicts" and not (is_met and by_source[name].role == "license"):
            yield name, checked


def _against_texts(stated: StatedClaim, against: Sequence[tuple[LicenseText, CheckedClaim]]) -> Mismatch:
    said = ", ".join(f"{text.source} has: {describe(text) or checked.reason}" for text, checked in against)
    return mismatch(
        "claim-contradicts-text",
        f"{stated.source} claims “{shorten(stated.claim.quote)}”, {said}",
        quote_claim(stated),
        *(quote_checked(text, checked) for text, checked in against),
    )


def _against_declared(stated: StatedClaim, licensing: Sequence[Declaration]) -> Iterator[Mismatch]:
    """Hold a claim against the declarations of its folder."""
    beside = [d for d in licensing if posixpath.dirname(d.source) == posixpath.dirname(stated.source)]
    restricted = [declaration for declaration in beside if standing_of(declaration.value) == "restricted"]
    if restricted and not any(standing_of(declaration.value) == "open" for declaration in beside):
        said = f"{restricted[0].source} says {restricted[0].value}"
        message = f"{stated.source} claims “{shorten(stated.claim.quote)}”, {said}"
        yield mismatch("claim-contradicts-declaration", message, quote_claim(stated), quote_declaration(restricted[0]))
