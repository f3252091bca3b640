"""SPDX and CycloneDX."""

import io
import json
import re

import pytest
from rendered import FAILED, hostile_documents, shown, with_foreign_label

from classifier.datamodels import Document
from classifier.errors import UsageError
from classifier.render import render

TEXT = "You may use it.\r\nNo military ends.\n"


@pytest.fixture
def spdx():
    return pytest.importorskip("spdx_python_model", reason="spdx-python-model is not installed").v3_0_1


@pytest.fixture
def cyclonedx():
    pytest.importorskip("cyclonedx", reason="the extra cyclonedx is not installed")


def objects_of(spdx, text):
    """Read a document, which refuses what is unknown, and write it again, which refuses what is missing."""
    found = spdx.SHACLObjectSet()
    spdx.JSONLDDeserializer().read(io.BytesIO(text.encode()), found)
    spdx.JSONLDSerializer().write(found, io.BytesIO())
    return found


def one(objects, kind):
    (found,) = objects.foreach_type(kind)
    return found


@pytest.fixture
def mini(spdx):
    return objects_of(spdx, shown("spdx", Document(TEXT, "MINI")))


def test_the_package_is_of_the_ai_profile(spdx, mini):
    package = one(mini, spdx.ai_AIPackage)
    assert package.name == "MINI"
    assert package.software_primaryPurpose == spdx.software_SoftwarePurpose.model


def test_the_text_is_a_custom_license_with_the_verdict(spdx, mini):
    text = one(mini, spdx.expandedlicensing_CustomLicense)
    assert text.simplelicensing_licenseText == TEXT
    assert text.comment.startswith("Verdict: deviates from the Open Source Definition\n")


def test_it_never_says_that_a_body_approved_the_license(spdx, mini):
    text = one(mini, spdx.expandedlicensing_CustomLicense)
    assert text.expandedlicensing_isOsiApproved is None
    assert text.expandedlicensing_isFsfLibre is None


def test_the_license_is_declared_and_none_concluded(spdx, mini):
    package, text = one(mini, spdx.ai_AIPackage), one(mini, spdx.expandedlicensing_CustomLicense)
    to = {link.relationshipType.rpartition("/")[2]: link.to for link in mini.foreach_type(spdx.Relationship)}
    assert list(to["hasDeclaredLicense"]) == [text]
    assert list(to["hasConcludedLicense"]) == [spdx.expandedlicensing_IndividualLicensingInfo.NoAssertionLicense]
    assert all(link.from_ is package for link in mini.foreach_type(spdx.Relationship))


def test_findings_are_annotations_of_the_license(spdx, mini):
    text = one(mini, spdx.expandedlicensing_CustomLicense)
    said = [note.statement for note in mini.foreach_type(spdx.Annotation) if note.subject is text]
    assert any("Military use (use.military)" in words and "Clause 1 [17:34]" in words for words in said)


def test_every_reference_is_resolved(spdx, mini):
    assert not mini.missing_ids - {spdx.expandedlicensing_IndividualLicensingInfo.NoAssertionLicense}


@pytest.mark.parametrize(("documents", "failed"), [((), []), ((), [FAILED]), (hostile_documents(), [FAILED, FAILED])])
def test_any_input_gives_a_valid_spdx_document(spdx, documents, failed):
    text = shown("spdx", *documents, failed=failed, change=with_foreign_label)
    found = objects_of(spdx, text)
    document = one(found, spdx.SpdxDocument)
    assert len(document.rootElement) >= 1
    assert len(list(found.foreach_type(spdx.ai_AIPackage))) == len(documents)


@pytest.mark.parametrize(("broken", "error"), [('"nonsense": "x"', KeyError), ('"comment": "x"', ValueError)])
def test_a_broken_spdx_document_is_seen_by_its_model(spdx, broken, error):
    text = shown("spdx", Document(TEXT, "MINI")).replace('"relationshipType": "hasDeclaredLicense"', broken)
    with pytest.raises(error):
        objects_of(spdx, text)


def test_a_failed_input_is_an_annotation_of_the_spdx_document(spdx):
    found = objects_of(spdx, shown("spdx", failed=[FAILED]))
    note = one(found, spdx.Annotation)
    assert note.subject is one(found, spdx.SpdxDocument)
    assert "unreadable-input" in note.statement


def test_identifiers_are_unique():
    text = json.loads(shown("spdx", Document(TEXT, "A"), Document(TEXT, "A"), failed=[FAILED, FAILED]))
    names = [element["spdxId"] for element in text["@graph"] if "spdxId" in element]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("documents", "failed"), [((), []), ((), [FAILED]), (hostile_documents(), [FAILED, FAILED])])
def test_any_input_gives_a_valid_bill_of_materials(cyclonedx, documents, failed):
    pytest.importorskip("fqdn", reason="cyclonedx-python-lib is installed without json-validation")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = shown("cyclonedx", *documents, failed=failed, change=with_foreign_label)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def properties_of(holder):
    return [(entry["name"], entry["value"]) for entry in holder["properties"]]


def test_a_component_has_its_license_and_verdict(cyclonedx):
    (component,) = json.loads(shown("cyclonedx", Document(TEXT, "MINI")))["components"]
    assert (component["name"], component["type"]) == ("MINI", "machine-learning-model")
    assert component["licenses"][0]["license"]["text"]["content"] == TEXT
    assert ("osdlint:verdict", "deviates") in properties_of(component)
    assert any(name == "osdlint:finding:deviates" and "Military" in said for name, said in properties_of(component))


def test_a_failed_input_is_a_property_of_the_bill(cyclonedx):
    ((name, said),) = properties_of(json.loads(shown("cyclonedx", failed=[FAILED])))
    assert name == "osdlint:failed"
    assert "unreadable-input" in said


@pytest.mark.parametrize("format", ["spdx", "cyclonedx"])
def test_the_time_can_be_set_for_reproducible_documents(format, cyclonedx, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert re.search(r"1970-01-01T00:00:00(Z|\+00:00)", shown(format, Document(TEXT, "MINI")))


def test_a_time_that_is_no_number_is_refused(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH=today"):
        render([], "spdx")
