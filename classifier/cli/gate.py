"""Policies on the command line: which one goes for a text, and what makes a run fail."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from classifier.datamodels import Document, Report
from classifier.errors import UsageError
from classifier.render import AnyReport
from classifier.sources import STDIN

if TYPE_CHECKING:
    from classifier.policy import Policy

Results = Iterable[tuple[AnyReport, Document | None]]


class FailOn(StrEnum):
    """What makes the exit code 1."""

    never = "never"
    deviation = "deviation"
    denied = "denied"
    review = "review"


_NEEDS_POLICY = frozenset({FailOn.denied, FailOn.review})


def choose_policies(
    names: Sequence[str], *, named: Path | None, ignored: bool, fail_on: FailOn, model: Path | None
) -> list["Policy | None"]:
    """Return the policy of each text, and tell which exceptions have expired.

    Args:
        names: The texts, as they are named on the command line.
        named: The one policy for all, else each is looked for.
        ignored: Look for none.
        fail_on: What the run shall fail on; some of it needs a policy.
        model: A model folder whose labels a policy may name, else the default one.

    Raises:
        PolicyError: A policy cannot be read.
        UsageError: The options contradict each other, or the policy that they need is not there.
    """
    if ignored and (named or fail_on in _NEEDS_POLICY):
        raise UsageError(f"--no-policy contradicts {f'--policy {named}' if named else f'--fail-on {fail_on}'}")
    if ignored:
        return [None for _ in names]
    policies = list(_read_policies(names, named, model))
    for name, policy in zip(names, policies, strict=True):
        if policy is None and fail_on in _NEEDS_POLICY:
            raise UsageError(
                f"{name}: --fail-on {fail_on} needs a policy; write osdlint.toml, or name one with --policy"
            )
    _tell_expired(policy for policy in policies if policy)
    return policies


def _read_policies(names: Sequence[str], named: Path | None, model: Path | None) -> Iterator["Policy | None"]:
    from classifier.policy import find_policy

    @cache
    def read(path: Path) -> "Policy":
        from classifier.bundle import default_model_dir, load_config
        from classifier.policy import load_policy

        _, config = load_config(model or default_model_dir())
        return load_policy(path, labels=config.labels)

    for name in names:
        path = named or find_policy(None if name == STDIN else name)
        yield read(path) if path else None


def _tell_expired(policies: Iterable["Policy"]) -> None:
    from classifier.policy import expired_notices

    for policy in dict.fromkeys(policies):
        for notice in expired_notices(policy):
            typer.echo(f"osdlint: {notice}", err=True)


def with_policies(results: Results, policies: Sequence["Policy | None"]) -> Results:
    """Yield the results with what the policy of each text says of it."""
    for (report, doc), policy in zip(results, policies, strict=True):
        if policy is None or not isinstance(report, Report):
            yield report, doc
        else:
            from classifier.policy import apply_policy

            yield replace(report, policy=apply_policy(policy, report)), doc


def fails(report: AnyReport, fail_on: FailOn) -> bool:
    """Tell whether a report is one to fail on."""
    if not isinstance(report, Report):
        return False
    if fail_on is FailOn.deviation:
        return report.verdict == "deviates"
    answer = report.policy.verdict if report.policy else "allowed"
    return answer == "denied" if fail_on is FailOn.denied else fail_on is FailOn.review and answer != "allowed"
