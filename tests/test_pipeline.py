import json

import pytest

from classifier.datamodels import Document
from classifier.errors import InputError, ModelError
from classifier.pipeline import Classifier


@pytest.fixture
def classifier(keyword_tagger):
    return Classifier(keyword_tagger)


def test_predict_finds_the_ban_and_cites_its_words(classifier, mini_license):
    report = classifier.predict(mini_license)
    assert report.verdict == "deviates"
    (finding,) = (f for f in report.findings if f.criterion == 6)
    assert "commercial purposes" in report.clauses[finding.clauses[0]].clause.text


def test_batch_equals_single(keyword_tagger, mini_license):
    texts = [mini_license, "You may not sell it.", mini_license.upper()]
    assert Classifier(keyword_tagger).predict(texts) == [Classifier(keyword_tagger).predict(text) for text in texts]


def test_same_input_gives_same_report(keyword_tagger, mini_license):
    assert Classifier(keyword_tagger).predict(mini_license) == Classifier(keyword_tagger).predict(mini_license)


class Counting:
    """A tagger that counts the clauses it was asked for."""

    def __init__(self, tagger):
        self.config, self.tagger, self.asked = tagger.config, tagger, 0

    def predict_proba(self, clauses):
        self.asked += len(clauses)
        return self.tagger.predict_proba(clauses)


def test_a_text_that_comes_again_is_not_read_again_and_keeps_its_own_name(keyword_tagger, mini_license):
    tagger = Counting(keyword_tagger)
    classifier = Classifier(tagger)
    first = classifier.predict(Document(mini_license, "a/LICENSE"))
    asked = tagger.asked
    again = classifier.predict([Document(mini_license, "b/LICENSE"), Document(mini_license, "c/LICENSE")])
    assert tagger.asked == asked > 0
    assert [report.source.name for report in again] == ["b/LICENSE", "c/LICENSE"]
    assert again[0].findings == first.findings


def test_report_is_plain_json(classifier, mini_license):
    report = classifier.predict(Document(mini_license, "MINI"))
    loaded = json.loads(json.dumps(report.to_dict()))
    assert loaded["source"]["name"] == "MINI"
    assert [clause["index"] for clause in loaded["clauses"]] == list(range(len(report.clauses)))


def test_every_offset_slices_back_to_the_text(classifier, mini_license):
    for clause in classifier.predict(mini_license).to_dict()["clauses"]:
        assert mini_license[clause["start"] : clause["end"]] == clause["text"]


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_an_empty_text_is_an_input_error(classifier, text):
    with pytest.raises(InputError, match="empty"):
        classifier.predict(text)


def test_a_text_without_letters_is_not_a_license(classifier):
    assert classifier.predict("--- *** ---").verdict == "not-a-license"


def test_a_german_text_without_findings_is_unclear(classifier):
    text = (
        "Dies ist ein freies Programm. Sie dürfen use copy modify distribute." + " Und noch viele deutsche Wörter." * 3
    )
    report = classifier.predict(text)
    assert (report.source.language, report.verdict) == ("und", "unclear")


def test_from_pretrained_loads_a_folder(model_dir):
    report = Classifier.from_pretrained(model_dir).predict("You may use it. Not for commercial ends.")
    assert report.model.name == "tiny"
    assert [c.labels[0].label for c in report.clauses] == ["permission.use", "restriction.non-commercial"]


def test_from_pretrained_names_a_missing_folder(tmp_path):
    with pytest.raises(ModelError, match="no such model folder"):
        Classifier.from_pretrained(tmp_path / "absent")
