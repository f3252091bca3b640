"""Comparing two texts clause by clause: the library, what is shown, the command."""

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from classifier.cli.app import app
from classifier.compare import diff
from classifier.datamodels import Document, LabelScore
from classifier.pipeline import Classifier
from classifier.render.diff import print_diff

BEFORE = """Wren License

1. Everyone can use the Program, and nobody has to ask for leave or pay for it.
2. Everyone can copy the Program, modify it and distribute copies of it to other people.
3. Every copy carries this notice in a place where people look for it.
4. The Program comes as is.
"""
BAN = "The Program is closed to commercial ends of every kind."
runner = CliRunner()


@pytest.fixture
def compare(keyword_tagger):
    classifier = Classifier(keyword_tagger, known=lambda: None)
    return lambda before, after: diff(*classifier.predict([Document(before, "before"), Document(after, "after")]))


def told(comparison):
    return [(change.kind, words(comparison, change)) for change in comparison.changes]


def words(comparison, change):
    side, clause = (comparison.after, change.after) if change.after is not None else (comparison.before, change.before)
    return side.clauses[clause].clause.content


def show(comparison, width=100):
    out = io.StringIO()
    print_diff(comparison, Console(file=out, width=width))
    return out.getvalue()


def test_a_text_compared_with_itself_has_no_changes(compare):
    found = compare(BEFORE, BEFORE)
    assert (found.changes, found.appeared, found.vanished) == ((), (), ())
    assert found.kept == len(found.before.clauses)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n1. ", "\n\n(a) ").replace("\n2. ", "\n(b) "),
        lambda text: text.replace(" and ", "\nand "),
        lambda text: "Copyright 2024 Jane Roe\n\n" + text,
        lambda text: text.replace(",", " ,"),
    ],
    ids=["numbers", "wraps", "notice", "points"],
)
def test_what_does_not_count_is_no_change(compare, change):
    assert compare(BEFORE, change(BEFORE)).changes == ()


def test_an_added_clause_is_told_with_its_finding(compare):
    found = compare(BEFORE, BEFORE + "5. " + BAN + "\n")
    assert [(kind, BAN in words) for kind, words in told(found)] == [("added", True)]
    assert [(finding.label, finding.status) for finding in found.appeared] == [
        ("restriction.non-commercial", "deviates")
    ]
    assert (found.vanished, found.has_new_deviation) == ((), True)


def test_a_removed_clause_is_told_with_its_finding(compare):
    found = compare(BEFORE + "5. " + BAN + "\n", BEFORE)
    assert [kind for kind, _ in told(found)] == ["removed"]
    assert [finding.label for finding in found.vanished] == ["restriction.non-commercial"]
    assert not found.has_new_deviation


def test_an_altered_clause_is_told_once(compare):
    found = compare(BEFORE, BEFORE.replace("has to ask for leave", "has to ask the author for leave"))
    (change,) = found.changes
    assert change.kind == "altered"
    assert 0.5 < change.similarity < 1


def test_a_clause_of_other_words_is_removed_and_added(compare):
    found = compare(BEFORE, BEFORE.replace("The Program comes as is.", "Complaints go to the nearest wall."))
    assert sorted(kind for kind, _ in told(found)) == ["added", "removed"]


def test_a_clause_in_another_place_is_moved(compare):
    lines = BEFORE.strip().split("\n")
    found = compare(BEFORE, "\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]))
    assert [kind for kind, _ in told(found)] == ["moved"]


def test_a_clause_that_does_something_else_in_its_new_context_is_told(compare):
    found = compare(BEFORE, BEFORE)
    turned = replace(
        found.after,
        clauses=tuple(replace(c, labels=(LabelScore("general.other", 0.9),)) for c in found.after.clauses),
    )
    kinds = {change.kind for change in diff(found.before, turned).changes}
    assert kinds == {"relabelled"}


def test_changes_come_in_the_order_of_the_second_text(compare):
    before = BEFORE.replace("3. Every", "3. Nobody hums while reading this.\n4. Every")
    after = BEFORE.replace("4. The", "4. " + BAN + "\n5. The").replace("pay for it", "pay much for it")
    assert [kind for kind, _ in told(compare(before, after))] == ["altered", "removed", "added"]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from(BEFORE.splitlines()), max_size=8),
    st.lists(st.sampled_from(BEFORE.splitlines()), max_size=8),
)
def test_every_clause_is_kept_or_told_once(before, after):
    from conftest import KeywordTagger

    classifier = Classifier(KeywordTagger(), known=lambda: None)
    texts = ["\n\n".join(["First line.", *lines]) for lines in (before, after)]
    found = diff(*classifier.predict(texts))
    both = found.kept + sum(found.count(kind) for kind in ("altered", "moved", "relabelled"))
    assert both + found.count("removed") <= len(found.before.clauses)
    assert both + found.count("added") <= len(found.after.clauses)
    places = [change.after for change in found.changes if change.after is not None]
    assert len(places) == len(set(places))


def test_a_comparison_is_plain_json(compare):
    found = compare(BEFORE, BEFORE + BAN)
    value = json.loads(json.dumps(found.to_dict()))
    assert value["schema"] == "osdlint-diff/1"
    assert value["changes"][0]["before"] is None
    assert value["changes"][0]["after"]["text"] == BAN
    assert value["appeared"] == [found.appeared[0].to_dict()]
    assert (value["before"]["verdict"], value["after"]["verdict"]) == ("no-deviation-found", "deviates")


def test_the_counts_lines_labels_and_findings_are_shown(compare):
    text = show(compare(BEFORE, BEFORE + "\n" + BAN), width=200)
    assert text.startswith("before → after: 1 added, 5 unchanged\nverdict: no-deviation-found → deviates\n")
    assert f"+ line 8  restriction.non-commercial\n  {BAN}\n" in text
    assert "Findings that appear\n  deviates  OSD 6  restriction.non-commercial (line 8)" in text


def test_altered_words_are_marked_without_colour(compare):
    text = show(compare(BEFORE, BEFORE.replace("copy the Program", "copy the whole Program")), width=200)
    assert "copy the {+whole+} Program" in text


def test_altered_chinese_is_marked_by_character(compare):
    before = "任何人都可以为任何目的使用和复制本软件，无需付费。"
    text = show(compare(before, before.replace("任何目的", "研究目的")), width=200)
    assert "[-任何-] {+研究+} 目的" in text


def test_no_line_is_wider_than_the_console(compare):
    text = show(compare(BEFORE, BEFORE.replace("4. The", "4. " + BAN + "\n5. The")), width=40)
    assert max(map(len, text.splitlines())) <= 40


def test_control_characters_are_not_shown(compare):
    assert "\x1b" not in show(compare(BEFORE, BEFORE + "\nAn \x1b[31mextra\x1b[0m line stands here.\n"))


@pytest.fixture
def files(tmp_path):
    before, after = tmp_path / "A", tmp_path / "B"
    before.write_text("You may use it.\n")
    after.write_text("You may use it.\n\nNot for commercial ends.\n")
    return str(before), str(after)


def run(model_dir, *args, **options):
    return runner.invoke(app, ["diff", "--model", str(model_dir), *args], **options)


def test_the_command_shows_text(model_dir, files):
    result = run(model_dir, *files)
    assert result.exit_code == 0
    assert "1 added, 1 unchanged" in result.stdout.replace("\n", " ")


def test_the_command_gives_json(model_dir, files):
    result = run(model_dir, *files, "--format", "json")
    assert json.loads(result.stdout)["changes"][0]["kind"] == "added"


@pytest.mark.parametrize(("turned", "code"), [(False, 1), (True, 0)])
def test_the_exit_code_tells_a_new_deviation(model_dir, files, turned, code):
    assert run(model_dir, *(reversed(files) if turned else files), "--fail-on", "new-deviation").exit_code == code


def test_one_text_may_come_from_standard_input(model_dir, files):
    result = run(model_dir, "-", files[1], "--format", "json", input="You may use it.\n")
    assert json.loads(result.stdout)["before"]["source"]["name"] == "<stdin>"


def test_both_from_standard_input_is_refused(model_dir):
    result = run(model_dir, "-", "-", input="x")
    assert "read once" in str(result.exception)


def test_an_absent_file_is_named(model_dir, files):
    result = run(model_dir, files[0], files[1] + "x")
    assert "no such file" in str(result.exception)


def test_labels_gained_and_lost_carry_a_sign(compare):
    found = compare(BEFORE, BEFORE.replace("copy the Program, modify it", "copy the Program and never sell it"))
    assert "  permission.reproduce, permission.distribute, +restriction.non-commercial, -permission.modify\n" in show(
        found, width=200
    )
