"""Reports as one self-contained HTML page that needs no network, no font and no other file.

Its content security policy admits the one style and the one script by their hashes and nothing else.
The filters work without the script, which only counts what they leave.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from classifier.datamodels import FailedReport, Finding, Report
from classifier.packaged import read_text
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
from classifier.render.html_text import clause_id, finding_id, text_block
from classifier.render.markup import Markup, element, join, raw
from classifier.render.remarks import Remark, sections
from classifier.render.words import Words, common_language, words_of

_STATUSES = ("deviates", "unclear", "advisory")
_GROUPS = ("permission", "condition", "limitation", "restriction", "use", "general")
_HIDDEN_AT_FIRST = frozenset({"general"})
_MAX_QUOTE, _MAX_QUOTES = 400, 5


def render_html(reports: Sequence[AnyReport], texts: Mapping[str, str]) -> str:
    """Return the reports as one page with a section for each text; failed ones have a section, too."""
    words = words_of(common_language(reports))
    title = words("page" if len(reports) == 1 else "pages")
    body = element(
        "body",
        element("a", words("skip"), href="#main", class_="skip"),
        element("header", element("h1", title), element("p", words("notice"), class_="notice")),
        _contents(reports, words) if len(reports) > 1 else "",
        _filters(words),
        element("main", *(_section(*pair, texts) for pair in enumerate(reports)), id="main", tabindex="-1"),
        raw("script", _asset("report.js")),
    )
    page = element("html", _head(title), body, lang=_tag(words))
    return f"<!DOCTYPE html>\n{page}\n"


@cache
def _asset(name: str) -> str:
    return read_text(name)


def _head(title: str) -> Markup:
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash_of('report.css')}",
            f"script-src {_hash_of('report.js')}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{title} · osdlint"),
        raw("style", _asset("report.css")),
    )


def _hash_of(name: str) -> str:
    digest = hashlib.sha256(_asset(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _tag(words: Words) -> str:
    return "zh-Hans" if words.lang == "zh" else words.lang


def _contents(reports: Sequence[AnyReport], words: Words) -> Markup:
    items = [
        element("li", element("a", element("bdi", _name(report)), href=f"#t{index}"), " ", _verdict(report, words))
        for index, report in enumerate(reports)
    ]
    return element("nav", element("h2", words("texts")), element("ul", *items), aria_label=words("texts"))


def _name(report: AnyReport) -> str:
    return one_line(report.source.name if isinstance(report, Report) else report.name)


def _verdict(report: AnyReport, words: Words) -> Markup:
    if isinstance(report, FailedReport):
        return element("span", words("failed"), class_="badge failed")
    said = words.get(f"headline-{report.verdict}")
    numbers = deviating_criteria(report)
    if numbers:
        name = "criteria-of" if len(numbers) == 1 else "criteria-of-several"
        said += f" ({words(name, numbers=', '.join(map(str, numbers)))})"
    return element("span", said, class_=f"badge {report.verdict}")


def _filters(words: Words) -> Markup:
    statuses = [_box(name, words.get(f"status-{name}"), checked=True) for name in _STATUSES]
    groups = [_box(name, words.get(f"group-{name}"), checked=name not in _HIDDEN_AT_FIRST) for name in _GROUPS]
    return element(
        "section",
        element("h2", words("filters"), id="filters"),
        element("fieldset", element("legend", words("show-findings")), *statuses),
        element("fieldset", element("legend", words("show-labels")), *groups),
        element("p", id="shown", class_="shown", role="status", data_words=words("shown")),
        class_="filters",
        aria_labelledby="filters",
    )


def _box(name: str, title: str, *, checked: bool) -> Markup:
    box = element("input", type="checkbox", id=f"show-{name}", checked=checked, autocomplete="off")
    return element("label", box, title)


def _section(index: int, report: AnyReport, texts: Mapping[str, str]) -> Markup:
    prefix = f"t{index}"
    if isinstance(report, FailedReport):
        words = words_of("en")
        content: list[str] = [element("p", one_line(report.message))]
    else:
        words = words_of(report.source.language)
        content = list(_content(report, texts.get(report.source.sha256), prefix, words))
    heading = element("h2", element("bdi", _name(report)), " ", _verdict(report, words), id=prefix)
    return element("section", heading, *content, aria_labelledby=prefix, lang=_tag(words))


def _content(report: Report, whole: str | None, prefix: str, words: Words) -> Iterator[Markup]:
    if report.source.language == "und":
        yield element("p", element("strong", words("other-language")))
    if report.verdict != "not-a-license":
        yield element("h3", words("findings"))
        for number, findings in enumerate(by_clauses(report)):
            yield _findings(report, findings, prefix, number, words)
        if not report.findings:
            yield element("p", words("no-findings"))
        for section in sections(report, words):
            yield element("h3", section.title)
            yield element("ul", *(_remark(remark, prefix) for remark in section.remarks), class_="remarks")
        yield element("h3", words("summary"))
        yield _summary(report, prefix, words)
    yield element("h3", words("text"))
    yield text_block(report, whole, prefix, words)
    yield element("h3", words("facts"))
    yield element("dl", *(_fact(fact.name, fact.value, words) for fact in brief_facts(report)))


def _fact(name: str, value: str, words: Words) -> Markup:
    title, said = words.fact(name, value)
    return join(element("dt", title), element("dd", one_line(said)))


def _findings(report: Report, findings: Sequence[Finding], prefix: str, number: int, words: Words) -> Markup:
    first = findings[0]
    badge = element("span", words.get(f"status-{first.status}"), class_=f"badge {first.status}")
    score = element("span", words("score", score=f"{first.score:.2f}"), class_="quiet") if first.clauses else ""
    reasons = [
        element("li", element("strong", words.criterion(found.criterion)), " ", reason_of(found)) for found in findings
    ]
    best = best_clauses(report, first, _MAX_QUOTES)
    quotes: list[str] = [element("li", *_quote(report, index, prefix, words)) for index in best]
    if len(first.clauses) > len(best):
        quotes.append(element("li", words("more", number=len(first.clauses) - len(best)), class_="quiet"))
    return element(
        "article",
        element("h4", badge, " ", words.label(first.label), " ", score),
        element("ul", *reasons, class_="reasons"),
        element("ul", *quotes, class_="quotes") if quotes else "",
        id=finding_id(prefix, number),
        class_=f"finding {first.status}",
        data_status=first.status,
    )


def _quote(report: Report, index: int, prefix: str, words: Words) -> Iterator[str]:
    clause = report.clauses[index].clause
    yield element("a", words("clause", number=index), href=f"#{clause_id(prefix, index)}")
    if clause.heading:
        yield element("span", f" ({one_line(' / '.join(clause.heading))})", class_="quiet")
    yield ": "
    yield element("q", shorten(one_line(clause.content), _MAX_QUOTE))


def _remark(remark: Remark, prefix: str) -> Markup:
    links = [" (", *_links(remark.clauses, prefix), ")"] if remark.clauses else []
    suggestion = element("p", remark.suggestion, class_="quiet") if remark.suggestion else ""
    head = element("p", element("strong", remark.title), ": ", remark.word, *links)
    return element("li", head, element("p", remark.reason), suggestion)


def _links(indexes: Sequence[int], prefix: str) -> Iterator[str]:
    for number, index in enumerate(indexes):
        yield ", " if number else ""
        yield element("a", str(index), href=f"#{clause_id(prefix, index)}")


def _summary(report: Report, prefix: str, words: Words) -> Markup:
    groups = labels_by_group(report.clauses)
    rows = [
        element("tr", element("th", words.get(f"group-{group}"), scope="row"), _cell(groups.get(group), prefix, words))
        for group in (*_GROUPS, *({OWN} & set(groups)))
        if group != "general"
    ]
    head = element("tr", *(element("th", words(name), scope="col") for name in ("group", "labels")))
    return element("table", element("thead", head), element("tbody", *rows))


def _cell(labels: Mapping[str, Sequence[int]] | None, prefix: str, words: Words) -> Markup:
    if not labels:
        return element("td", words("nothing"), class_="quiet")
    parts: list[str] = []
    for label, indexes in labels.items():
        parts += ["; " if parts else "", words.label(label), " (", *_links(indexes, prefix), ")"]
    return element("td", *parts)
