"""What the formats of bills of materials have in common: names, times, and a license in words."""

import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from classifier.datamodels import Finding, Report
from classifier.errors import UsageError
from classifier.render.escape import encodable, one_line
from classifier.render.evidence import facts, reason_of
from classifier.render.words import words_of

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:osdlint:bom")


def stable_uuid(*parts: str) -> uuid.UUID:
    """Return the same UUID for the same parts, so that equal input gives equal identifiers."""
    return uuid.uuid5(_NAMESPACE, encodable("\n".join(parts)))


def created() -> datetime:
    """Return the time to write into a document: $SOURCE_DATE_EPOCH, or now, in whole seconds.

    Raises:
        UsageError: $SOURCE_DATE_EPOCH is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH={epoch}: expected seconds since 1970, such as 1767225600") from error


def license_text(report: Report, texts: Mapping[str, str]) -> str:
    """Return the whole text, or its clauses when it is not at hand."""
    whole = texts.get(report.source.sha256)
    return encodable("\n\n".join(tagged.clause.text for tagged in report.clauses) if whole is None else whole)


def comment(report: Report) -> str:
    """Return the verdict, the facts and a notice in a few lines."""
    words = words_of(report.source.language)
    said = (words.fact(fact.name, fact.value) for fact in facts(report))
    return "\n".join([*(one_line(f"{title}: {value}") for title, value in said), words("notice")])


def statement(report: Report, finding: Finding) -> str:
    """Return a finding in one sentence, with the clauses that carry it."""
    words = words_of(report.source.language)
    status = words.get(f"status-{finding.status}")
    where = ", ".join(_span(report, index) for index in finding.clauses) or words("whole-text")
    head = f"{status}: {words.label(finding.label)} ({finding.label}), {words.criterion(finding.criterion)}"
    return one_line(f"{head}, {words('score', score=f'{finding.score:.2f}')}; {where}. {reason_of(finding)}")


def _span(report: Report, index: int) -> str:
    clause = report.clauses[index].clause
    return f"{words_of(report.source.language)('clause', number=index)} [{clause.start}:{clause.end}]"
