"""What a policy answers for a text, and why: frozen, plain, ready for JSON."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Decision = Literal["allowed", "review", "denied"]
PolicyRule = Literal["allow", "review", "deny", "default", "changed", "unread", "exception"]

DECISIONS: tuple[Decision, ...] = ("allowed", "review", "denied")
"""From the mildest to the gravest."""


@dataclass(frozen=True, slots=True)
class PolicyReason:
    """One step of a policy's answer.

    `rule` is the list that holds `entry`; "default" for what no list names, "changed" for a text that
    comes from a listed one, "unread" for a text that is no license or in another language, "exception"
    for what one lifts. `subject` is a label or an id, or "" for the text as a whole; `clauses` are the
    indexes of the clauses that carry the label. A label that is not `sure` was scored below its
    threshold. `note` holds the reason of an exception, or what was changed.
    """

    decision: Decision
    rule: PolicyRule
    entry: str
    subject: str
    clauses: tuple[int, ...] = ()
    sure: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class PolicyVerdict:
    """The answer of a policy for one text: the gravest of its reasons, or "allowed" without any.

    `file` is where the policy stands; `notices` name exceptions that would lift something had they not
    expired.
    """

    verdict: Decision
    file: str
    reasons: tuple[PolicyReason, ...] = ()
    notices: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        return {
            "verdict": self.verdict,
            "file": self.file,
            "reasons": [{**asdict(reason), "clauses": list(reason.clauses)} for reason in self.reasons],
            "notices": list(self.notices),
        }
