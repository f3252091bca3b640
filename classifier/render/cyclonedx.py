"""Reports as a CycloneDX 1.6 bill of materials; needs the extra `cyclonedx`.

Each text is the license of a component of type machine-learning-model; what was found stands in
properties whose names begin with `osdlint:`.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec

from classifier.datamodels import FailedReport, Report
from classifier.errors import MissingExtraError
from classifier.render import AnyReport
from classifier.render.bom import created, license_text, stable_uuid, statement
from classifier.render.escape import one_line
from classifier.render.evidence import facts
from classifier.version import __version__

if find_spec("cyclonedx") is None:
    raise MissingExtraError(
        "the format cyclonedx needs cyclonedx-python-lib; install it with `pip install 'osdlint[cyclonedx]'`"
    )

from cyclonedx.model import AttachedText, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output.json import JsonV1Dot6


def render_cyclonedx(reports: Sequence[AnyReport], texts: Mapping[str, str]) -> str:
    """Return the reports as one bill of materials; failed ones are properties of it."""
    read = {_reference(report): report for report in reports if isinstance(report, Report)}
    failed = [report for report in reports if isinstance(report, FailedReport)]
    tool = Component(name="osdlint", version=__version__, type=ComponentType.APPLICATION)
    bom = Bom(
        components=[_component(reference, report, texts) for reference, report in read.items()],
        serial_number=stable_uuid(*read, *(report.name for report in failed)),
        properties=[_property("failed", f"{r.name}: {r.code}: {r.message}") for r in failed],
        metadata=BomMetaData(timestamp=created(), tools=ToolRepository(components=[tool])),
    )
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _reference(report: Report) -> str:
    return f"osdlint-{stable_uuid(report.source.name, report.source.sha256)}"


def _component(reference: str, report: Report, texts: Mapping[str, str]) -> Component:
    name = one_line(report.source.name) or reference
    text = AttachedText(content=license_text(report, texts))
    return Component(
        name=name,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=reference,
        licenses=[DisjunctiveLicense(name=name, text=text)],
        properties=[*_facts(report), *_findings(report)],
    )


def _facts(report: Report) -> Iterator[Property]:
    for fact in facts(report):
        yield _property(fact.name, fact.value)


def _findings(report: Report) -> Iterator[Property]:
    for finding in report.findings:
        yield _property(f"finding:{finding.status}", statement(report, finding))


def _property(name: str, value: str) -> Property:
    return Property(name=f"osdlint:{name}", value=one_line(value))
