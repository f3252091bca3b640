"""Reports as an SPDX 3.0.1 fragment in JSON-LD: a package of the AI profile under each text as a custom license.

What a license text does not tell is left for the publisher to fill in: the package's version, supplier,
download location and release time. The concluded license is no assertion: that is for a person to make.

The specification: https://spdx.github.io/spdx-spec/v3.0.1/
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from classifier.datamodels import FailedReport, Report
from classifier.render import AnyReport
from classifier.render.bom import comment, created, license_text, stable_uuid, statement
from classifier.render.escape import dump_json, one_line
from classifier.version import __version__

_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_INFO = "_:creationInfo"
_NO_ASSERTION = "expandedlicensing_NoAssertionLicense"
_PROFILES = ["core", "software", "simpleLicensing", "expandedLicensing", "ai"]


def render_spdx(reports: Sequence[AnyReport], texts: Mapping[str, str]) -> str:
    """Return the reports as one SPDX document; failed ones are annotations of it."""
    space = f"https://spdx.org/spdxdocs/osdlint-{stable_uuid(*map(_key, reports))}#"
    elements = [element for pair in enumerate(reports) for element in _elements(*pair, texts, space)]
    packages = [element["spdxId"] for element in elements if element["type"] == "ai_AIPackage"]
    graph = [_creation_info(space), _agent(space), _tool(space), _document(space, packages, elements), *elements]
    return dump_json({"@context": _CONTEXT, "@graph": graph}) + "\n"


def _key(report: AnyReport) -> str:
    return f"{report.source.name}\n{report.source.sha256}" if isinstance(report, Report) else report.name


def _creation_info(space: str) -> dict[str, Any]:
    return {
        "type": "CreationInfo",
        "@id": _INFO,
        "specVersion": "3.0.1",
        "created": created().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "createdBy": [f"{space}agent"],
        "createdUsing": [f"{space}tool"],
    }


def _element(kind: str, identifier: str, **values: object) -> dict[str, Any]:
    return {"type": kind, "spdxId": identifier, "creationInfo": _INFO, **values}


def _agent(space: str) -> dict[str, Any]:
    return _element("SoftwareAgent", f"{space}agent", name="osdlint")


def _tool(space: str) -> dict[str, Any]:
    return _element("Tool", f"{space}tool", name=f"osdlint {__version__}")


def _document(space: str, packages: list[str], elements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    content = {"element": [element["spdxId"] for element in elements]} if elements else {}
    # A document needs a root; without a text that could be read, it is the tool.
    roots = packages or [f"{space}tool"]
    return _element(
        "SpdxDocument",
        f"{space}document",
        name="osdlint report",
        comment="A fragment: the publisher adds version, supplier, download location and release time of the packages.",
        profileConformance=_PROFILES,
        rootElement=roots,
        **content,
    )


def _elements(index: int, report: AnyReport, texts: Mapping[str, str], space: str) -> Iterator[dict[str, Any]]:
    if isinstance(report, FailedReport):
        said = one_line(f"{report.name}: {report.code}: {report.message}")
        yield _annotation(f"{space}failure-{index}", f"{space}document", said)
        return
    name = one_line(report.source.name)
    package, text = f"{space}package-{index}", f"{space}license-{index}"
    yield _element("ai_AIPackage", package, name=name, software_primaryPurpose="model")
    yield _element(
        "expandedlicensing_CustomLicense",
        text,
        name=f"License text of {name}",
        comment=comment(report),
        simplelicensing_licenseText=license_text(report, texts),
    )
    yield _relationship(f"{space}declared-{index}", package, "hasDeclaredLicense", text)
    yield _relationship(f"{space}concluded-{index}", package, "hasConcludedLicense", _NO_ASSERTION)
    for number, finding in enumerate(report.findings):
        yield _annotation(f"{space}finding-{index}-{number}", text, statement(report, finding))


def _relationship(identifier: str, package: str, kind: str, to: str) -> dict[str, Any]:
    return _element("Relationship", identifier, **{"from": package, "relationshipType": kind, "to": [to]})


def _annotation(identifier: str, subject: str, said: str) -> dict[str, Any]:
    return _element("Annotation", identifier, annotationType="review", subject=subject, statement=said)
