"""The words that reports are made of, in both languages, and the formats that reports can be had in."""

from classifier.errors import MissingExtraError
from classifier.freedoms import load_freedoms
from classifier.labels import load_labels
from classifier.missing import load_lacks
from classifier.osd import load_definition
from classifier.render import FORMATS, renderer
from classifier.render.words import words_of
from classifier.web.models import Bilingual, CriterionInfo, Download, FormatInfo, Titled

MEDIA_TYPES = {
    Download.json: ("application/json", "json"),
    Download.sarif: ("application/sarif+json", "sarif"),
    Download.html: ("text/html", "html"),
    Download.markdown: ("text/markdown", "md"),
    Download.csv: ("text/csv", "csv"),
    Download.text: ("text/plain", "txt"),
    Download.spdx: ("application/ld+json", "spdx.json"),
    Download.cyclonedx: ("application/vnd.cyclonedx+json", "cdx.json"),
}
"""The media type and the file extension of each format."""


def criteria() -> list[CriterionInfo]:
    """Return the ten criteria."""
    chinese = words_of("zh")
    return [
        CriterionInfo(
            number=found.number,
            title=Bilingual(en=found.title, zh=chinese.get(f"criterion-{found.number}")),
            rationale=Bilingual(en=found.rationale, zh=found.rationale_zh),
        )
        for found in load_definition().criteria
    ]


def labels() -> list[Titled]:
    """Return the labels in their published order."""
    return [_titled(label.id, label.title, label.title_zh) for label in load_labels().labels]


def missing() -> list[Titled]:
    """Return the kinds of what a text can lack."""
    return [_titled(lack.kind, lack.title, lack.title_zh) for lack in load_lacks()]


def freedoms() -> list[Titled]:
    """Return the freedoms of the Open Source AI Definition."""
    return [_titled(rule.name, rule.title, rule.title_zh) for rule in load_freedoms()]


def _titled(id_: str, title: str, title_zh: str) -> Titled:
    return Titled(id=id_, title=Bilingual(en=title, zh=title_zh))


def sentences() -> list[Bilingual]:
    """Return every reason and suggestion, but those that have gaps to fill."""
    found = [(rule.reason, rule.reason_zh) for rule in load_definition().rules]
    for lack in load_lacks():
        found += [(lack.reason, lack.reason_zh), (lack.suggestion, lack.suggestion_zh)]
    for freedom in load_freedoms():
        found += [(words, freedom.reason(name, "zh")) for name, words in freedom.reasons.items() if name[-3:] != "_zh"]
    return [Bilingual(en=words, zh=words_zh) for words, words_zh in dict.fromkeys(found) if "{" not in words]


def formats() -> list[FormatInfo]:
    """Return the formats that can be had with the extras that are installed."""
    return [
        FormatInfo(id=name, title=FORMATS[name.value], media_type=media_type, extension=extension)
        for name, (media_type, extension) in MEDIA_TYPES.items()
        if _is_available(name)
    ]


def _is_available(name: Download) -> bool:
    try:
        renderer(name.value)
    except MissingExtraError:
        return False
    return True
