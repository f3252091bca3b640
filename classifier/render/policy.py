"""What a policy says of a text, for a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from classifier.decisions import PolicyReason, PolicyRule, PolicyVerdict
from classifier.labels import load_labels
from classifier.render.escape import one_line

_STYLES = {"allowed": "green", "review": "yellow", "denied": "red"}
_RULES: dict[PolicyRule, str] = {
    "allow": "`allow` names {entry}",
    "review": "`review` names {entry}",
    "deny": "`deny` names {entry}",
    "default": "no list names it",
    "changed": "comes from a text that the policy names ({entry})",
    "unread": "nothing allows a text that is not understood",
    "exception": "exception for {entry}",
}
_MAX_CLAUSES = 8


def policy_block(answer: PolicyVerdict) -> Iterator[RenderableType]:
    """Yield the verdict of a policy and its reasons, the gravest first; what one entry decides stands together."""
    line = Text("\nPolicy ", style="bold").append(f"({one_line(answer.file)})", style="dim not bold")
    yield line.append(": ").append(answer.verdict, style=f"bold {_STYLES[answer.verdict]}")
    groups: dict[tuple[str, ...], list[PolicyReason]] = {}
    for reason in answer.reasons:
        groups.setdefault((reason.decision, reason.rule, reason.entry, reason.note), []).append(reason)
    for reasons in groups.values():
        yield Padding(Group(*_block(reasons)), (0, 0, 0, 2), expand=False)


def _block(reasons: list[PolicyReason]) -> Iterator[RenderableType]:
    first = reasons[0]
    said = _RULES[first.rule].format(entry=one_line(first.entry))
    note = f": {one_line(first.note)}" if first.note else ""
    yield Text(first.decision, style=_STYLES[first.decision]).append(f"  {said}{note}", style="default")
    for reason in reasons:
        if reason.subject:
            yield Padding(_subject(reason), (0, 0, 0, 2), expand=False)


def _subject(reason: PolicyReason) -> Text:
    known = load_labels().find(reason.subject)
    line = Text(known.title if known else one_line(reason.subject), style="bold")
    if known:
        line.append(f"  {reason.subject}", style="dim not bold")
    if not reason.sure:
        line.append("  unsure", style="yellow not bold")
    if reason.clauses:
        line.append(f"  {_clauses(reason.clauses)}", style="dim not bold")
    return line


def _clauses(indexes: tuple[int, ...]) -> str:
    listed = ", ".join(map(str, indexes[:_MAX_CLAUSES])) + (", …" if len(indexes) > _MAX_CLAUSES else "")
    return f"clause {listed}" if len(indexes) == 1 else f"clauses {listed}"
