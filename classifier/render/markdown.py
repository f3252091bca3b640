"""Reports as GitHub-flavoured Markdown, for a pull request, a step summary or a wiki.

Words of a license stand in fenced code and names in code spans: nothing in them is read as markup, a
link, a mention or a reference.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from classifier.datamodels import FailedReport, Finding, Report
from classifier.render import AnyReport
from classifier.render.escape import one_line, shorten
from classifier.render.evidence import (
    OWN,
    best_clauses,
    brief_facts,
    by_clauses,
    deviating_criteria,
    labels_by_group,
    reason_of,
)
from classifier.render.remarks import Remark, sections
from classifier.render.words import Words, common_language, words_of

_MARKS = {"deviates": "❌", "unclear": "❔", "advisory": "ℹ️"}
_GROUPS = ("permission", "condition", "limitation", "restriction", "use")
_WIDTH, _MAX_QUOTE, _MAX_QUOTES, _MAX_INDEXES = 96, 600, 3, 8
_SPECIAL = re.compile(r"([#$&*<>@\[\\\]_`|~])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "&#64;", "#": "&#35;"}
_BACKTICKS = re.compile(r"`+")


def render_markdown(reports: Sequence[AnyReport], texts: Mapping[str, str]) -> str:
    """Return the reports as one Markdown document; failed ones have a section each."""
    words = words_of(common_language(reports))
    blocks = [f"# {words('page' if len(reports) == 1 else 'pages')}"]
    if len(reports) > 1:
        blocks.append("\n".join(f"- {_headline(report)}" for report in reports))
    for report in reports:
        blocks += _failure(report) if isinstance(report, FailedReport) else _report(report)
    blocks.append(f"_{plain(words('notice'))}_")
    return "\n\n".join(blocks) + "\n"


def plain(text: str) -> str:
    """Escape text so that Markdown shows it as it stands."""
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found[1], f"\\{found[1]}"), one_line(text))


def code_span(text: str) -> str:
    """Return a code span that holds any text."""
    inside = one_line(text)
    fence = "`" * (1 + max((len(run) for run in _BACKTICKS.findall(inside)), default=0))
    pad = " " if not inside or inside[0] == "`" or inside[-1] == "`" else ""
    return f"{fence}{pad}{inside}{pad}{fence}"


def code_block(text: str) -> str:
    """Return a fenced code block that holds any text, wrapped."""
    inside = textwrap.wrap(one_line(text), _WIDTH, break_on_hyphens=False)
    fence = "`" * (1 + max((2, *(len(run) for run in _BACKTICKS.findall(text)))))
    return "\n".join([f"{fence}text", *inside, fence])


def _headline(report: AnyReport) -> str:
    if isinstance(report, FailedReport):
        return f"{code_span(report.name)}: **{plain(words_of('en')('failed'))}**"
    words = words_of(report.source.language)
    headline = f"{code_span(report.source.name)}: **{plain(words.get(f'headline-{report.verdict}'))}**"
    numbers = deviating_criteria(report)
    if numbers:
        name = "criteria-of" if len(numbers) == 1 else "criteria-of-several"
        headline += f" ({words(name, numbers=', '.join(map(str, numbers)))})"
    return headline


def _failure(report: FailedReport) -> list[str]:
    return [f"## {_headline(report)}", code_block(report.message)]


def _report(report: Report) -> Iterator[str]:
    words = words_of(report.source.language)
    yield f"## {_headline(report)}"
    if report.source.language == "und":
        yield f"**{plain(words('other-language'))}**"
    if report.verdict != "not-a-license":
        yield f"### {words('findings')}"
        for findings in by_clauses(report):
            yield from _findings(report, findings, words)
        if not report.findings:
            yield plain(words("no-findings"))
        for section in sections(report, words):
            yield f"### {plain(section.title)}"
            yield "\n".join(map(_remark, section.remarks))
        yield f"### {words('summary')}"
        yield _summary(report, words)
    yield f"### {words('facts')}"
    said = [words.fact(fact.name, fact.value) for fact in brief_facts(report)]
    yield "\n".join(f"- {plain(title)}: {code_span(value)}" for title, value in said)


def _findings(report: Report, findings: Sequence[Finding], words: Words) -> Iterator[str]:
    first = findings[0]
    score = f" ({words('score', score=f'{first.score:.2f}')})" if first.clauses else ""
    status = words.get(f"status-{first.status}")
    yield f"#### {_MARKS[first.status]} {plain(f'{status}: {words.label(first.label)}{score}')}"
    yield "\n".join(f"- **{plain(words.criterion(found.criterion))}** {plain(reason_of(found))}" for found in findings)
    best = best_clauses(report, first, _MAX_QUOTES)
    for index in best:
        clause = report.clauses[index].clause
        where = f" ({code_span(' / '.join(clause.heading))})" if clause.heading else ""
        yield f"{plain(words('clause', number=index))}{where}:"
        yield code_block(shorten(one_line(clause.content), _MAX_QUOTE))
    if len(first.clauses) > len(best):
        yield plain(words("more", number=len(first.clauses) - len(best)))


def _remark(remark: Remark) -> str:
    where = f" ({_indexes(remark.clauses)})" if remark.clauses else ""
    said = " ".join(filter(None, (remark.reason, remark.suggestion)))
    return f"- **{plain(remark.title)}** ({plain(remark.word)}){where}: {plain(said)}"


def _summary(report: Report, words: Words) -> str:
    groups = labels_by_group(report.clauses)
    lines = []
    for group in (*_GROUPS, *({OWN} & set(groups))):
        cells = [f"{plain(words.label(label))} ({_indexes(at)})" for label, at in groups.get(group, {}).items()]
        lines.append(f"- **{plain(words.get(f'group-{group}'))}**: {'; '.join(cells) or plain(words('nothing'))}")
    return "\n".join(lines)


def _indexes(indexes: Sequence[int]) -> str:
    return ", ".join(map(str, indexes[:_MAX_INDEXES])) + (", …" if len(indexes) > _MAX_INDEXES else "")
