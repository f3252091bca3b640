"""The rules a SARIF file describes: one for each label and criterion it bears on."""

from collections.abc import Iterable
from typing import Any

from classifier.datamodels import Finding, Report
from classifier.labels import load_labels
from classifier.missing import load_lacks
from classifier.osd import Rule, load_definition
from classifier.render.escape import one_line, shorten
from classifier.render.words import words_of

LEVELS = {"deviates": "error", "unclear": "warning", "advisory": "note"}
"""How grave a status is for a code host."""
_SEVERITIES = {"error": "error", "warning": "warning", "note": "recommendation"}
_NAME_LIMIT, _DESCRIPTION_LIMIT = 255, 1024
_HOME = "https://opensource.org/osd"


def rule_id(criterion: int | None, label: str) -> str:
    """Return the stable id of a rule."""
    return f"osd{criterion}.{label}" if criterion else f"osd.{label}"


def describe_rules(reports: Iterable[Report]) -> list[dict[str, Any]]:
    """Return the descriptors of all rules in a stable order, then of findings that no rule knows."""
    lacks = [Rule(lack.label, lack.status, lack.reason, lack.reason_zh, lack.criterion) for lack in load_lacks()]
    rules = (*load_definition().rules, *(rule for rule in lacks if rule.status == "unclear"))
    found = {rule_id(rule.criterion, rule.label): rule for rule in rules}
    for report in reports:
        for finding in report.findings:
            found.setdefault(rule_id(finding.criterion, finding.label), _rule_of(finding))
    return [_descriptor(name, rule) for name, rule in found.items()]


def _rule_of(finding: Finding) -> Rule:
    return Rule(finding.label, finding.status, finding.reason, finding.reason, finding.criterion)


def _descriptor(name: str, rule: Rule) -> dict[str, Any]:
    words = words_of("en")
    level = LEVELS[rule.status]
    title = one_line(words.label(rule.label))
    reason = one_line(rule.reason)
    where = words.criterion(rule.criterion)
    return {
        "id": one_line(name),
        "name": shorten(title, _NAME_LIMIT),
        "shortDescription": {"text": shorten(f"{title} ({where})", _DESCRIPTION_LIMIT)},
        "fullDescription": {"text": shorten(reason, _DESCRIPTION_LIMIT)},
        "help": _help(rule, title, where, reason),
        "helpUri": _HOME,
        "defaultConfiguration": {"level": level},
        "properties": {"tags": _tags(rule), "problem.severity": _SEVERITIES[level]},
    }


def _help(rule: Rule, title: str, where: str, reason: str) -> dict[str, str]:
    known = load_labels().find(rule.label)
    meaning = known.meaning if known else ""
    rationale = next((c.rationale for c in load_definition().criteria if c.number == rule.criterion), "")
    plain = " ".join(part for part in (f"{title}.", meaning, reason, f"{where}.", rationale) if part)
    # The reason of a finding that no rule knows is left to the plain text: it could hold markup.
    marked = [f"**{known.title}.** {meaning}", f"[{where}]({_HOME}) {rationale}"] if known else []
    return {"text": plain, **({"markdown": "\n\n".join(marked)} if marked else {})}


def _tags(rule: Rule) -> list[str]:
    group = one_line(rule.label.partition(".")[0])
    return ["license", *([f"osd-{rule.criterion}"] if rule.criterion else []), *([group] if group else [])]
