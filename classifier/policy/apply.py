"""Apply a policy to a report: denial goes before review, review before permission."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from classifier.datamodels import Report, TaggedClause
from classifier.decisions import DECISIONS, Decision, PolicyReason, PolicyRule, PolicyVerdict
from classifier.labels import OTHER
from classifier.osd import MIN_DOUBT
from classifier.policy.values import Exemption, Policy, expired_notice, first_match, is_meant, known_id


@dataclass(frozen=True, slots=True)
class _Said:
    """A label, whether a clause surely carries it, and the clauses that do."""

    label: str
    sure: bool
    clauses: tuple[int, ...]


def apply_policy(policy: Policy, report: Report, *, today: date | None = None) -> PolicyVerdict:
    """Return what a policy says of a text.

    Args:
        policy: The policy.
        report: The report on the text.
        today: The day by which exceptions expire; default the current one.
    """
    now = today or date.today()
    meant = [exemption for exemption in policy.exceptions if is_meant(exemption, report, policy.root)]
    live = [exemption for exemption in meant if not exemption.is_expired(now)]
    before = list(_reasons(policy, report))
    reasons = [_lifted(reason, live) for reason in before]
    gravest = max((DECISIONS.index(reason.decision) for reason in reasons), default=0)
    notices = (expired_notice(policy, old) for old in meant if old not in live and _would_lift(old, reasons))
    return PolicyVerdict(DECISIONS[gravest], policy.file, tuple(sorted(reasons, key=_order)), tuple(notices))


def _order(reason: PolicyReason) -> tuple[int, bool, tuple[int, ...]]:
    return -DECISIONS.index(reason.decision), not reason.sure, reason.clauses


def _reasons(policy: Policy, report: Report) -> Iterator[PolicyReason]:
    """Yield what is denied or to be reviewed, and the id that allows a text."""
    of_text = list(_of_id(policy, report))
    yield from of_text
    is_allowed = any(reason.rule == "allow" for reason in of_text)
    if not is_allowed:
        yield from _unread(policy, report)
    for said in _said(policy, report.clauses):
        reason = _of_label(policy, said)
        names_it = reason.rule != "default"
        # An allowed id speaks for the whole text, but for labels that the policy names.
        if reason.decision != "allowed" and (not is_allowed or (names_it and said.sure)):
            yield reason


def _listed(policy: Policy, name: str) -> tuple[Decision, PolicyRule, str]:
    """Return what the lists say to a label or an id, in the order of their force."""
    lists: tuple[tuple[Decision, PolicyRule, tuple[str, ...]], ...] = (
        ("denied", "deny", policy.deny),
        ("review", "review", policy.review),
        ("allowed", "allow", policy.allow),
    )
    for decision, rule, entries in lists:
        entry = first_match(entries, name)
        if entry is not None:
            return decision, rule, entry
    return policy.default, "default", ""


def _of_id(policy: Policy, report: Report) -> Iterator[PolicyReason]:
    """Yield what the lists say to the known text that a text equals, or comes from; nothing to an unlisted one."""
    if report.nearest is None:
        return
    decision, rule, entry = _listed(policy, report.nearest.id)
    # A bare star means every label: it is no judgement of a text.
    if rule == "default" or entry == "*":
        return
    if known_id(report):
        yield PolicyReason(decision, rule, entry, report.nearest.id)
    elif decision != "allowed":
        note = f"{report.nearest.similarity:.0%} of the words in common"
        yield PolicyReason("review", "changed", entry, report.nearest.id, note=note)


def _unread(policy: Policy, report: Report) -> Iterator[PolicyReason]:
    """Yield a reason for a text whose labels mean nothing: it is never allowed unseen."""
    decision: Decision = "denied" if policy.default == "denied" else "review"
    if report.verdict == "not-a-license":
        yield PolicyReason(decision, "unread", "", "", note="does not read like a license")
    elif report.source.language == "und":
        yield PolicyReason(decision, "unread", "", "", note="neither English nor Chinese")


def _of_label(policy: Policy, said: _Said) -> PolicyReason:
    decision, rule, entry = _listed(policy, said.label)
    if said.label == OTHER and rule == "default":
        decision = "allowed"
    if decision == "denied" and not said.sure:
        decision = "review"
    return PolicyReason(decision, rule, entry, said.label, said.clauses, said.sure)


def _said(policy: Policy, clauses: Iterable[TaggedClause]) -> Iterator[_Said]:
    """Yield each label that clauses surely carry with those, then each that only may be there."""
    sure: dict[str, list[int]] = {}
    unsure: dict[str, list[int]] = {}
    for index, tagged in enumerate(clauses):
        # A label given for want of a better one is a doubt.
        for found in dict.fromkeys((*tagged.labels, *tagged.doubts)):
            is_doubt = found in tagged.doubts
            is_faint = is_doubt and found not in tagged.labels and found.score < MIN_DOUBT
            if not is_faint and found.score >= policy.threshold(found.label):
                (unsure if is_doubt else sure).setdefault(found.label, []).append(index)
    for label, where in sure.items():
        yield _Said(label, True, tuple(where))
    for label, where in unsure.items():
        if label not in sure:
            yield _Said(label, False, tuple(where))


def _lifted(reason: PolicyReason, exemptions: Iterable[Exemption]) -> PolicyReason:
    """Return the reason, or the first exception that lifts it."""
    for exemption in exemptions:
        entry = _lifting(exemption, reason)
        if entry is not None:
            until = f" (until {exemption.expires})" if exemption.expires else ""
            return replace(reason, decision="allowed", rule="exception", entry=entry, note=f"{exemption.reason}{until}")
    return reason


def _lifting(exemption: Exemption, reason: PolicyReason) -> str | None:
    return first_match(exemption.labels, reason.subject) if reason.decision != "allowed" else None


def _would_lift(exemption: Exemption, reasons: Iterable[PolicyReason]) -> bool:
    return any(_lifting(exemption, reason) is not None for reason in reasons)
