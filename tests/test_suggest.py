"""What to annotate next: ranking, scarcity, near-duplicates, and the command as a user meets it."""

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.annotations import Row, to_json
from classifier.converters import read_format
from classifier.corpus import WHEEL, Corpus
from classifier.datamodels import Document, text_sha256
from classifier.pipeline import Classifier
from classifier.suggest import Annotated, corpus_documents, read_annotated, suggest

SURE = "You may copy the works of the harbour gallery.\n\nYou may modify a drawing of any ship.\n"
DOUBTFUL = "Perhaps you may sell prints of the beacon.\n\nYou may copy the map of the coast.\n"
HALF_DOUBTFUL = DOUBTFUL + "\nKeep the notice beside each picture.\n\nYou may distribute the songs of sailors.\n"
MILITARY = "No painting here may adorn a military building.\n\nYou may copy the frames.\n"


@pytest.fixture
def classifier(keyword_tagger):
    """Sure of everything but clauses that say "perhaps"."""

    class Doubter(type(keyword_tagger)):
        def predict_proba(self, clauses):
            probs = super().predict_proba(clauses)
            unsure = ["perhaps" in clause.content.lower() for clause in clauses]
            probs[unsure] *= 0.3 / self.score
            return probs

    return Classifier(Doubter())


def names(suggestions):
    return [found.document.name for found in suggestions.chosen]


def documents(**texts):
    return [Document(text, name) for name, text in texts.items()]


def test_documents_are_ranked_by_the_share_of_doubtful_clauses(classifier):
    found = suggest(documents(a=SURE, b=HALF_DOUBTFUL, c=DOUBTFUL), classifier)
    assert names(found) == ["c", "b", "a"]
    assert found.chosen[2].score == 0.0


def test_reasons_name_the_labels_in_doubt(classifier):
    found = suggest(documents(a=SURE, c=DOUBTFUL), classifier).chosen
    assert found[0].reasons == ("1 of 2 clauses hold a label in doubt: restriction.non-commercial (1)",)
    assert found[1].reasons == ("the model doubts no label",)


def test_one_doubtful_line_does_not_outweigh_a_long_doubtful_text(classifier):
    long = "\n\n".join(f"Perhaps you may sell picture {i}.\n\nYou may copy picture {i}." for i in range(30))
    line = "Perhaps you may sell a beacon."
    assert names(suggest(documents(line=line, long=long), classifier)) == ["long", "line"]


@pytest.mark.parametrize(("rows", "first"), [(0, "b"), (5000, "a")])
def test_scarce_labels_raise_a_document(classifier, rows, first):
    counts = {"permission.reproduce": 400, "permission.modify": 100, "use.military": rows}
    found = suggest(documents(a=SURE, b=MILITARY), classifier, annotated=Annotated(counts))
    assert names(found)[0] == first


def test_reasons_name_scarce_labels_with_their_rows(classifier):
    counts = {"permission.reproduce": 400, "use.military": 7}
    (found,) = suggest(documents(b=MILITARY), classifier, annotated=Annotated(counts)).chosen
    assert found.reasons[1] == "may hold scarce labels: use.military (7 gold rows)"


def test_without_gold_rows_no_label_is_called_scarce(classifier):
    (found,) = suggest(documents(b=MILITARY), classifier).chosen
    assert found.reasons == ("the model doubts no label",)


def test_near_copies_of_each_other_are_suggested_once(classifier):
    near = HALF_DOUBTFUL.replace("sailors", "fishermen")
    found = suggest(documents(a=HALF_DOUBTFUL, b=near, c=SURE), classifier)
    assert names(found) == ["a", "c"]
    assert [(one.name, one.reason) for one in found.skipped] == [("b", "shares most of its wording with a")]


def test_near_copies_of_annotated_texts_are_skipped(classifier):
    known = Annotated(documents=(Document(HALF_DOUBTFUL.replace("sailors", "fishermen"), "old"),))
    found = suggest(documents(a=HALF_DOUBTFUL, c=SURE), classifier, annotated=known)
    assert names(found) == ["c"]
    assert found.skipped[0].reason == "shares most of its wording with old"


def test_exact_copies_are_skipped_without_the_annotated_texts(classifier):
    known = Annotated(hashes=frozenset({text_sha256(SURE)}))
    found = suggest(documents(a=SURE, c=DOUBTFUL), classifier, annotated=known)
    assert (names(found), found.skipped[0].reason) == (["c"], "is annotated already")


def test_a_text_without_clauses_is_skipped(classifier):
    found = suggest(documents(a="* * *\n"), classifier)
    assert (found.chosen, found.skipped[0].reason) == ((), "holds no clause")


def test_no_more_than_the_limit_is_suggested(classifier):
    assert names(suggest(documents(a=SURE, b=MILITARY, c=DOUBTFUL), classifier, limit=1)) == ["c"]


def test_equal_scores_are_ordered_by_name(classifier):
    assert names(suggest(documents(b=MILITARY, a=SURE), classifier)) == ["a", "b"]


def test_progress_ends_at_one(classifier):
    done = []
    suggest(documents(a=SURE, b=SURE, c=DOUBTFUL), classifier, on_progress=done.append)
    assert done == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0]


def test_json_points_into_the_text(classifier):
    (found,) = suggest(documents(c=DOUBTFUL), classifier).chosen
    value = json.loads(json.dumps(found.to_dict()))
    assert (value["name"], value["sha256"], value["score"]) == ("c", text_sha256(DOUBTFUL), round(1 / 12, 4))
    assert [DOUBTFUL[one["start"] : one["end"]] for one in value["clauses"]] == [c["text"] for c in value["clauses"]]
    assert value["clauses"][0]["doubts"] == [{"label": "restriction.non-commercial", "score": 0.3}]


@given(st.lists(st.text(max_size=200), max_size=4))
def test_every_document_is_either_chosen_or_skipped(texts):
    from conftest import KeywordTagger

    given_ = [Document(text, str(i)) for i, text in enumerate(texts)]
    found = suggest(given_, Classifier(KeywordTagger(0.3)), annotated=Annotated({"permission.use": 3}))
    assert sorted([*names(found), *(one.name for one in found.skipped)]) == sorted(one.name for one in given_)
    assert all(0 <= one.score <= 1 for one in found.chosen)


def gold(doc, text, words, *labels, **more):
    start = text.index(words)
    row = Row(labels, "reader-01", 1, doc=doc, sha256=text_sha256(text), start=start, end=start + len(words))
    return replace(row, **more)


ROWS = [
    gold("old", SURE, "You may copy", "permission.reproduce"),
    gold("old", SURE, "You may modify", "permission.modify", propagated=True),
    gold("old", SURE, "You may copy", "use.military", pass_number=2),
    gold("gone", MILITARY, "No painting", "use.military"),
]


@pytest.fixture
def wheel(tmp_path):
    """A fetched corpus: three texts, one of them annotated, one in French, one out of date."""
    heads = {"old": "key: old", "fresh": "key: fresh", "vieux": "language: fr", "late": "is_deprecated: yes"}
    texts = {"old": SURE, "fresh": DOUBTFUL, "vieux": "Vous pouvez copier.\n", "late": MILITARY}
    (tmp_path / "cache").mkdir()
    with zipfile.ZipFile(tmp_path / "cache" / WHEEL, "w") as archive:
        for key, head in heads.items():
            archive.writestr(f"licensedcode/data/licenses/{key}.LICENSE", f"---\n{head}\n---\n{texts[key]}")
    return tmp_path / "cache" / WHEEL


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(to_json(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def test_counts_leave_out_second_readings_and_propagated_rows(rows):
    assert read_annotated([rows]).counts == {"permission.reproduce": 1, "use.military": 1}


def test_annotated_texts_come_from_the_corpus_where_it_has_them(rows, wheel):
    known = read_annotated([rows], corpus=Corpus(wheel))
    assert known.documents == (Document(SURE, "old"),)
    assert known.hashes == {text_sha256(SURE), text_sha256(MILITARY)}


def test_only_current_texts_in_english_or_chinese_are_candidates(wheel):
    assert [one.name for one in corpus_documents(Corpus(wheel))] == ["fresh", "old"]
    assert [one.name for one in corpus_documents(Corpus(wheel), exclude={"old"})] == ["fresh"]


@pytest.fixture
def osdlint(model_dir, tmp_path):
    for name, text in (("OLD", SURE), ("NEW", DOUBTFUL), ("WAR", MILITARY)):
        (tmp_path / name).write_text(text)

    def run(*args):
        env = {"OSDLINT_MODEL": str(model_dir), "OSDLINT_CACHE": str(tmp_path / "cache"), "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(
            [sys.executable, "-m", "classifier", "suggest", *map(str, args)],
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **env},
            timeout=60,
            check=False,
        )

    return run


def printed(done):
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_the_command_prints_one_document_a_line(osdlint):
    done = osdlint("OLD", "NEW")
    assert done.returncode == 0
    assert {one["name"] for one in printed(done)} == {"OLD", "NEW"}
    assert list(printed(done)[0]) == ["name", "sha256", "score", "reasons", "clauses"]


def test_json_lines_can_be_written_to_a_file(osdlint, tmp_path):
    done = osdlint("OLD", "-o", "next.jsonl")
    (line,) = (tmp_path / "next.jsonl").read_text("utf-8").splitlines()
    assert (json.loads(line)["name"], done.stdout.decode().split("\t")[0]) == ("OLD", "OLD")


@pytest.mark.parametrize("target", ["doccano", "prodigy", "brat"])
def test_tasks_for_an_annotation_tool_hold_every_clause_and_label(osdlint, tmp_path, target):
    wanted = {
        one["name"]: [(c["start"], c["end"], {found["label"] for found in c["labels"]}) for c in one["clauses"]]
        for one in printed(osdlint("OLD", "NEW"))
    }
    assert osdlint("OLD", "NEW", "--to", target, "-o", "tasks").returncode == 0
    tasks = read_format(tmp_path / "tasks", target)
    assert {one.name: [(s.start, s.end, set(s.labels)) for s in one.spans] for one in tasks} == wanted


def test_tasks_for_label_studio_set_the_model_labels_apart(osdlint, tmp_path):
    osdlint("OLD", "--to", "label-studio", "-o", "tasks.json")
    (task,) = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
    assert (list(task), len(task["predictions"][0]["result"])) == (["data", "predictions"], 2)


def test_texts_named_as_annotated_are_skipped(osdlint):
    done = osdlint("OLD", "NEW", "--annotated", "OLD")
    assert [one["name"] for one in printed(done)] == ["NEW"]
    assert done.stderr.decode() == "osdlint: OLD: skipped, is annotated already\n"


def test_the_corpus_is_searched_for_what_is_not_annotated(osdlint, rows, wheel):
    assert [one["name"] for one in printed(osdlint("--corpus", "-a", rows))] == ["fresh"]


def test_gold_rows_work_without_the_corpus(osdlint, rows):
    done = osdlint("OLD", "NEW", "-a", rows)
    assert [one["name"] for one in printed(done)] == ["NEW"]
    assert b"only exact copies are skipped" in done.stderr


def test_a_bad_file_does_not_stop_the_others(osdlint):
    done = osdlint("absent", "NEW")
    assert (done.returncode, [one["name"] for one in printed(done)]) == (2, ["NEW"])
    assert done.stderr.decode() == "osdlint: absent: no such file\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "nothing to choose from"),
        (["--corpus"], "osdlint corpus fetch"),
        (["OLD", "--to", "brat"], "--output"),
        (["OLD", "-o", "absent/next.jsonl"], "cannot be written"),
        (["-n", "0", "OLD"], ""),
    ],
)
def test_wrong_usage_exits_with_2_and_names_the_way_out(osdlint, args, words):
    done = osdlint(*args)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr
