import numpy as np
import pytest
from conftest import make_linear_model

from classifier.bundle import Layout, ModelConfig, Threshold, load_config, save_config
from classifier.datamodels import Clause
from classifier.errors import ModelError
from classifier.tagger import ClauseTagger, decide, predict_labels, sigmoid
from classifier.tagger.inputs import read_clause
from classifier.tagger.memory import ClauseMemory


def clause(content, heading=(), lead_in=""):
    return Clause(content, 0, len(content), content, tuple(heading), lead_in)


LABELS = ("permission.use", "use.military", "general.other")
CONFIG = ModelConfig("m", "1", "1", LABELS, {"linear": 1.0}, (Threshold(0.5, 0.3),) * 3)


def labels_of(probs):
    (tagged,) = decide([clause("x")], np.array([probs], np.float32), CONFIG)
    return [s.label for s in tagged.labels], [s.label for s in tagged.doubts]


@pytest.mark.parametrize(
    ("probs", "labels", "doubts"),
    [
        ([0.9, 0.1, 0.1], ["permission.use"], []),
        ([0.6, 0.9, 0.1], ["use.military", "permission.use"], []),
        ([0.1, 0.4, 0.1], ["general.other"], ["use.military"]),
        ([0.9, 0.1, 0.9], ["permission.use"], []),
        ([0.5, 0.3, 0.0], ["permission.use"], ["use.military"]),
        ([0.0, 0.0, 0.0], ["general.other"], []),
    ],
)
def test_decide(probs, labels, doubts):
    assert labels_of(probs) == (labels, doubts)


@pytest.mark.parametrize(("fallback", "label"), [(1.0, "general.other"), (0.7, "use.military")])
def test_the_nearest_label_is_given_when_none_reaches_its_threshold(fallback, label):
    config = ModelConfig("m", "1", "1", LABELS, {"linear": 1.0}, CONFIG.thresholds, fallback=fallback)
    (tagged,) = decide([clause("x")], np.array([[0.1, 0.4, 0.3]], np.float32), config)
    assert [found.label for found in tagged.labels] == [label]
    assert [found.label for found in tagged.doubts] == ["use.military"]
    assert [found.label for found in tagged.sure] == ([] if fallback < 1 else ["general.other"])


def test_predict_labels_decides_as_decide_does():
    probs = np.random.default_rng(0).random((200, 3)).astype(np.float32)
    decided = predict_labels(probs, CONFIG)
    tagged = decide([clause("x")] * 200, probs, CONFIG)
    for row, one in zip(decided, tagged, strict=True):
        assert {LABELS[i] for i in np.flatnonzero(row)} == {s.label for s in one.labels}


def test_columns_of_the_scores_are_the_labels_of_the_config(model_dir):
    tagger = ClauseTagger.from_pretrained(model_dir)
    probs = tagger.predict_proba([clause("You may use it."), clause("No commercial ends.")])
    assert probs.shape == (2, len(tagger.config.labels))
    assert [tagger.config.labels[i] for i in probs.argmax(axis=1)] == ["permission.use", "restriction.non-commercial"]


def test_no_clauses_give_no_rows(model_dir):
    assert ClauseTagger.from_pretrained(model_dir).predict_proba([]).shape[0] == 0


def test_linear_weights_act_as_documented(model_dir):
    (row,) = ClauseTagger.from_pretrained(model_dir).predict_proba([clause("use")])
    assert row[0] == pytest.approx(sigmoid(np.float32(127 * 0.1 - 3.0)), abs=1e-5)


def test_a_saved_model_says_the_same_after_loading(tmp_path):
    first = ClauseTagger.from_pretrained(make_linear_model(tmp_path / "a"))
    layout, config = load_config(tmp_path / "a")
    save_config(layout, config)
    again = ClauseTagger.from_pretrained(tmp_path / "a")
    clauses = [clause("use it for commercial ends")]
    assert np.array_equal(first.predict_proba(clauses), again.predict_proba(clauses))


def test_own_labels_of_a_model_are_kept(tmp_path):
    folder = make_linear_model(tmp_path / "own", labels=("house.rule", "restriction.non-commercial", "general.other"))
    tagger = ClauseTagger.from_pretrained(folder)
    clauses = [clause("use it")]
    (tagged,) = decide(clauses, tagger.predict_proba(clauses), tagger.config)
    assert tagged.labels[0].label == "house.rule"


def test_an_unknown_part_is_named(model_dir):
    layout, config = load_config(model_dir)
    save_config(layout, ModelConfig(**{**{f: getattr(config, f) for f in config.__slots__}, "parts": {"oracle": 1.0}}))
    with pytest.raises(ModelError, match="oracle"):
        ClauseTagger.from_pretrained(model_dir)


def test_thresholds_must_cover_every_label(model_dir):
    Layout(model_dir).thresholds.write_text("{}")
    with pytest.raises(ModelError, match="incomplete"):
        load_config(model_dir)


LONG = clause("You may not use the work in any war, anywhere, at any time, for any side.", ["Limits"], "Rules:")
TRUTH = np.array([[False, True, False]])


def test_memory_recalls_a_clause_in_its_context():
    memory = ClauseMemory.build([read_clause(LONG)], TRUTH)
    assert np.array_equal(memory.recall(read_clause(LONG)), TRUTH[0])


def test_memory_recalls_a_long_clause_in_another_context():
    memory = ClauseMemory.build([read_clause(LONG)], TRUTH)
    assert memory.recall(read_clause(clause(LONG.content))) is not None


def test_memory_does_not_recall_a_short_clause_in_another_context():
    memory = ClauseMemory.build([read_clause(clause("war", lead_in="You may not:"))], TRUTH)
    assert memory.recall(read_clause(clause("war", lead_in="You may:"))) is None


def test_memory_ignores_case_numbers_of_items_and_wraps():
    memory = ClauseMemory.build([read_clause(clause("(a) To make war upon people of any country at all"))], TRUTH)
    assert memory.recall(read_clause(clause("3. TO MAKE WAR upon people\nof any country at all"))) is not None


def test_memory_forgets_what_readers_contradict():
    pairs = [read_clause(LONG), read_clause(LONG)]
    assert ClauseMemory.build(pairs, np.array([[True, False, False], [False, True, False]])).recall(pairs[0]) is None


def test_in_one_context_memory_follows_the_majority_of_readers():
    pairs = [read_clause(LONG)] * 3
    truth = np.array([[True, False, False], [False, True, False], [True, False, False]])
    assert np.array_equal(ClauseMemory.build(pairs, truth).recall(pairs[0]), truth[0])


def test_out_of_context_memory_wants_all_readers_to_agree():
    elsewhere = clause(LONG.content, lead_in="On Sundays:")
    pairs = [read_clause(LONG), read_clause(LONG), read_clause(elsewhere)]
    truth = np.array([[True, False, False], [True, False, False], [False, True, False]])
    memory = ClauseMemory.build(pairs, truth)
    assert memory.recall(read_clause(clause(LONG.content, lead_in="On Mondays:"))) is None
    assert np.array_equal(memory.recall(read_clause(elsewhere)), truth[2])


def test_memory_survives_saving(tmp_path):
    layout = Layout(tmp_path)
    ClauseMemory.build([read_clause(LONG)], TRUTH).save(layout)
    assert np.array_equal(ClauseMemory.load(layout, 3).recall(read_clause(LONG)), TRUTH[0])


def test_a_model_without_memory_has_none(tmp_path):
    assert ClauseMemory.load(Layout(tmp_path), 3) is None


def test_a_damaged_memory_is_named(tmp_path):
    layout = Layout(tmp_path)
    layout.memory.write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"memory\.npz"):
        ClauseMemory.load(layout, 3)


def test_what_a_reader_said_comes_before_the_model(model_dir):
    layout, config = load_config(model_dir)
    known = clause("You may use the Program in the way that this paper tells you.")
    truth = np.zeros((1, len(config.labels)), np.bool_)
    truth[0, config.labels.index("restriction.non-commercial")] = True
    ClauseMemory.build([read_clause(known)], truth).save(layout)
    recalled = ClauseTagger.from_pretrained(model_dir).predict_proba([known])
    inferred = ClauseTagger.from_pretrained(model_dir, use_memory=False).predict_proba([known])
    assert config.labels[int(recalled.argmax())] == "restriction.non-commercial"
    assert config.labels[int(inferred.argmax())] == "permission.use"
