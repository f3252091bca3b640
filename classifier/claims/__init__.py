"""Find what a README says about its openness and hold it against the license beside it."""

from classifier.claims.compare import CheckedClaim, ClaimCheck, LicenseQuote, Outcome, check_claim, compare
from classifier.claims.statements import Claim, find_claims

__all__ = ["CheckedClaim", "Claim", "ClaimCheck", "LicenseQuote", "Outcome", "check_claim", "compare", "find_claims"]
