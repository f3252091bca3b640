"""A policy of your own: what a license may say, what somebody should look at, what is out of the question."""

from classifier.policy.apply import apply_policy
from classifier.policy.find import FILE_NAME, find_policy
from classifier.policy.load import load_policy, parse_policy
from classifier.policy.values import Exemption, Policy, expired_notices

__all__ = [
    "FILE_NAME",
    "Exemption",
    "Policy",
    "apply_policy",
    "expired_notices",
    "find_policy",
    "load_policy",
    "parse_policy",
]
