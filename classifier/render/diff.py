"""Comparisons for a person: the clauses that changed, word by word where they were altered, then the findings."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rich.console import Console, Group, RenderableType
from rich.text import Text

from classifier.compare import Change, Comparison, Kind
from classifier.datamodels import Finding, Report
from classifier.render.console import print_trimmed
from classifier.render.escape import clean, shorten
from classifier.render.evidence import place_of

_SIGNS: dict[Kind, tuple[str, str]] = {
    "added": ("+", "green"),
    "removed": ("-", "red"),
    "altered": ("~", "yellow"),
    "moved": (">", "cyan"),
    "relabelled": ("=", "cyan"),
}
_WORD = re.compile(r"[\u3400-\u9fff]\s*|[^\s\u3400-\u9fff]+\s*")
_MAX_WORDS = 1000
_MAX_QUOTE = 1000
_CONTEXT_WORDS = 6


def render_diff(comparison: Comparison) -> RenderableType:
    """Return a rich renderable of a comparison; the console decides width and colour."""
    parts: list[RenderableType] = [_headline(comparison)]
    for change in comparison.changes:
        parts.append(_change(comparison, change))
    parts += _findings("Findings that appear", comparison.appeared, comparison.after)
    parts += _findings("Findings that vanish", comparison.vanished, comparison.before)
    return Group(*parts)


def print_diff(comparison: Comparison, console: Console) -> None:
    """Write a comparison to the console's file, without blanks at the ends of lines."""
    print_trimmed(console, render_diff(comparison))


def _headline(comparison: Comparison) -> Text:
    before, after = comparison.before, comparison.after
    counts = [f"{comparison.count(kind)} {kind}" for kind in _SIGNS if comparison.count(kind)]
    line = Text().append(f"{clean(before.source.name)} → {clean(after.source.name)}: ", style="bold")
    line.append(", ".join(counts) or "no clause changed", style="bold")
    line.append(f", {comparison.kept} unchanged")
    return line.append(f"\nverdict: {before.verdict} → {after.verdict}" if before.verdict != after.verdict else "")


def _change(comparison: Comparison, change: Change) -> Text:
    sign, style = _SIGNS[change.kind]
    line = Text().append(f"\n{sign} ", style=style)
    line.append(_where(comparison, change), style="dim")
    line.append(_labels(comparison, change) + "\n  ", style="bold")
    before, after = _words(comparison.before, change.before), _words(comparison.after, change.after)
    if change.kind == "altered":
        return line.append_text(_altered(before, after))
    return line.append(
        shorten("".join(after or before).rstrip(), _MAX_QUOTE),
        style=style if change.kind in ("added", "removed") else "",
    )


def _where(comparison: Comparison, change: Change) -> str:
    sides = ((comparison.before, change.before), (comparison.after, change.after))
    places = [place_of(report, clause) for report, clause in sides if clause is not None]
    return " → ".join(places) + "  "


def _labels(comparison: Comparison, change: Change) -> str:
    """Return the labels of a clause; in one that both texts have, those gained and lost carry a sign."""
    before, after = _ids(comparison.before, change.before), _ids(comparison.after, change.after)
    if change.before is None or change.after is None:
        return clean(", ".join(before or after))
    told = [label for label in after if label in before]
    told += [f"+{label}" for label in after if label not in before]
    told += [f"-{label}" for label in before if label not in after]
    return clean(", ".join(told))


def _ids(report: Report, clause: int | None) -> list[str]:
    return [] if clause is None else [found.label for found in report.clauses[clause].labels]


def _words(report: Report, clause: int | None) -> list[str]:
    """Return the words of a clause, each with the blank behind it; Chinese by character."""
    return [] if clause is None else _WORD.findall(clean(report.clauses[clause].clause.content) + " ")


def _altered(before: Sequence[str], after: Sequence[str]) -> Text:
    """Return the words of both, those of the first in [-...-], those of the second in {+...+}."""
    line = Text()
    if len(before) + len(after) > _MAX_WORDS:
        return line.append(shorten("".join(after).rstrip(), _MAX_QUOTE))
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            line.append("".join(_shortened(before[a:b])))
            continue
        # Signs as well as styles: a pipe has no colour.
        line.append(f"[-{''.join(before[a:b]).rstrip()}-] " if b > a else "", style="red")
        line.append(f"{{+{''.join(after[c:d]).rstrip()}+}} " if d > c else "", style="green")
    return line


def _shortened(words: Sequence[str]) -> Sequence[str]:
    """Leave out the middle of many words that did not change."""
    if len(words) <= 2 * _CONTEXT_WORDS + 1:
        return words
    return [*words[:_CONTEXT_WORDS], "… ", *words[-_CONTEXT_WORDS:]]


def _findings(title: str, findings: Sequence[Finding], report: Report) -> Iterator[Text]:
    if findings:
        yield Text(f"\n{title}", style="bold")
    for finding in findings:
        criterion = f"OSD {finding.criterion}  " if finding.criterion else ""
        where = ", ".join(place_of(report, clause) for clause in finding.clauses[:4]) or "the whole text"
        yield Text(clean(f"  {finding.status}  {criterion}{finding.label} ({where}): {finding.reason}"))
