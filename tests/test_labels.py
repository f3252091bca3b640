import re

from classifier.labels import load_labels


def test_label_set_has_the_81_published_labels():
    labels = load_labels().labels
    assert len(labels) == len({label.id for label in labels}) == 81


def test_label_ids_are_group_dot_kebab_case():
    groups = {group.id for group in load_labels().groups}
    for label in load_labels().labels:
        assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", label.id)
        assert label.group in groups


def test_find_returns_none_for_a_foreign_label():
    assert load_labels().find("house.own-label") is None


def test_current_id_keeps_a_label_that_was_never_renamed():
    assert load_labels().current_id("permission.use") == "permission.use"


def test_every_label_speaks_both_languages():
    for label in load_labels().labels:
        assert label.meaning.endswith(".")
        assert re.search(r"[\u4e00-\u9fff]", label.meaning_zh)
        assert re.search(r"[\u4e00-\u9fff]", label.title_zh)
