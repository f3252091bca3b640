"""The card of a model says what is true of that model."""

from dataclasses import replace

import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch")
pytest.importorskip("sklearn")

from tiny import rows_file

from classifier.annotations import read_rows
from classifier.training.card import write_card
from classifier.training.run import TrainConfig, train


def metrics_of(folder, labels, **fields):
    patterns = ("everybody may {} it", "nobody shall {} for war")
    path = rows_file(folder / "rows.jsonl", tuple(zip(patterns, labels, strict=True)))
    rows = tuple(replace(row, **fields) for row in read_rows([path], known_labels=False))
    return train(TrainConfig((), folder / "x.json", folder / "model", name="house", rows=rows))


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Metrics of a model whose clauses all stand under one lead-in: one family."""
    return metrics_of(tmp_path_factory.mktemp("own"), ("copying", "peace"), lead_in="The rules of this house:")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    return metrics_of(tmp_path_factory.mktemp("mixed"), ("permission.use", "house.no-war"), lang="zh")


def test_clauses_held_out_one_by_one_are_told(own):
    card = write_card(own)
    assert own["data"]["split"] == "clause"
    assert "Splits go by clause" in card
    assert "right on held-out clauses" in card
    assert "license famil" not in card
    assert "test families" not in card


def test_lists_held_out_whole_are_told(mixed):
    card = write_card(mixed)
    assert mixed["data"]["split"] == "family"
    assert "Splits go by list" in card
    assert "license families" not in card


def test_a_model_of_labels_of_ones_own_is_none_of_licenses(own):
    card = write_card(own)
    assert "\nlanguage: [en]\n" in card
    assert "\ntags: [multi-label]\n" in card
    assert "2 labels of its makers' own, English." in card
    assert "texts that are not English." in card
    assert "license: apache-2.0" not in card
    assert "of a license" not in card


def test_labels_of_ones_own_beside_ours_are_counted(mixed):
    card = write_card(mixed)
    assert "2 labels (label set 1), Chinese. " in card
    assert "Open Source Definition, but for 1 of its makers' own." in card
    assert "\nlanguage: [zh]\n" in card


def test_a_column_without_labels_is_left_out(own, mixed, tmp_path):
    assert "restrictions" not in write_card(own)
    assert "restrictions" not in write_card(mixed)
    restricting = metrics_of(tmp_path, ("permission.use", "use.military"))
    assert "| restrictions + use |" in write_card(restricting)


def test_metrics_of_an_older_run_give_a_card(mixed):
    data = {name: value for name, value in mixed["data"].items() if name not in ("split", "languages")}
    card = write_card({**mixed, "name": "osdlint-clauses", "data": {**data, "families": 959}})
    assert "\nlicense: apache-2.0\nlanguage: [en, zh]\n" in card
    assert "(label set 1), English and Chinese. " in card
    assert "texts that are neither English nor Chinese," in card
    assert "from 959 license families." in card
    assert "Splits go by license family" in card
