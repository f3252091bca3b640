from dataclasses import replace

import pytest

from classifier.datamodels import Bite, Clause, Document, FailedReport, Finding, LabelScore, Parameter, TaggedClause


def test_document_hash_survives_lone_surrogates():
    assert len(Document("\ud800 text").sha256) == 64


def test_values_are_frozen():
    with pytest.raises(AttributeError):
        Document("text").text = "other"


def test_tagged_clause_score_of_absent_label_is_zero():
    tagged = TaggedClause(Clause("a", 0, 1, "a"), (LabelScore("permission.use", 0.7),))
    assert (tagged.score_of("permission.use"), tagged.score_of("use.military")) == (0.7, 0.0)


def test_failed_report_has_name_and_error_only():
    report = FailedReport("LICENSE", "unreadable-input", "LICENSE: no such file").to_dict()
    assert report == {
        "schema": "osdlint-report/1",
        "source": {"name": "LICENSE"},
        "error": {"code": "unreadable-input", "message": "LICENSE: no such file"},
    }


def test_parameter_defaults_to_unset_fields():
    assert Parameter("revenue", "$1M", 0, 3).currency is None


def test_a_finding_tells_of_figures_only_where_some_were_given():
    finding = Finding(6, "deviates", "restriction.non-commercial", 0.98765, (1, 2), "Says so.")
    assert finding.to_dict() == {
        "criterion": 6,
        "status": "deviates",
        "label": "restriction.non-commercial",
        "score": 0.9877,
        "clauses": [1, 2],
        "reason": "Says so.",
    }
    assert replace(finding, bite=Bite("bites", "Above it.")).to_dict()["bite"]["outcome"] == "bites"
