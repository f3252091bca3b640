"""Reports for the tests of the report formats: a plain one, one of a hostile text, a failed one."""

from dataclasses import replace

from conftest import KeywordTagger

from classifier.datamodels import Document, FailedReport, Finding
from classifier.pipeline import Classifier
from classifier.render import render

ATTACKS = (
    "</pre><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '\'" onmouseover="alert(1)',
    "::error file=x::pwned",
    "##[set-env name=A]b",
    "%0A::warning::pwned",
    '=HYPERLINK("https://example.org";"x")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "[link](javascript:alert(1)) ![i](https://example.org/x.png)",
    "```\n# heading\n```",
    "@somebody #1 https://example.org www.example.org",
    "| a | b |\n|---|---|",
    "{0} [text](1) \\",
    "\x1b[31mred\x1b[0m \x9b1m \u202eevil\u2066",
)
HOSTILE = "Hostile License\n\n1. Limits\n" + "\n".join(
    f"You may not use it for commercial ends {attack}.\n" for attack in ATTACKS
)
HOSTILE_NAME = "a|b,\n::error::`x` <b>&\u202e.txt"
CHINESE = "示例许可证\n\n1. 限制\n您不得将本软件用于 military 目的。\n您可以 use 本软件。\n"
FAILED = FailedReport(
    f"absent {HOSTILE_NAME}", "unreadable-input", f"absent {HOSTILE_NAME}: no such [file] {{0}}\n=1+1"
)


def check(*documents, failed=()):
    """Return the reports of documents, and failed ones after them."""
    return [*Classifier(KeywordTagger()).predict(list(documents)), *failed]


def shown(format, *documents, failed=(), change=lambda report: report):
    """Return documents shown in a format, each report changed before."""
    reports = [*map(change, check(*documents)), *failed]
    return render(reports, format, documents=documents)


def hostile_documents():
    return Document(HOSTILE, HOSTILE_NAME), Document("You may use it.", "OPEN")


def with_foreign_label(report):
    """Return the report as the model of somebody else could have given it."""
    label = "x.<script>alert(1)</script>`|=@\n::error::"
    foreign = Finding(6, "deviates", label, 0.5, (0,), "<b>=1</b>\n::error::")
    return replace(report, findings=(*report.findings, foreign))
