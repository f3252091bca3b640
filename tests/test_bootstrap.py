"""Intervals cover what they should, and a comparison tells a better model from a lucky one."""

import numpy as np
import pytest

from classifier.bootstrap import compare, f1_intervals
from classifier.errors import AnnotationError

RNG = np.random.default_rng(0)
TRUTH = RNG.random((600, 3)) < 0.3
FAMILIES = [f"family-{i // 6}" for i in range(600)]


def noisy(share: float, seed: int) -> np.ndarray:
    return TRUTH ^ (np.random.default_rng(seed).random(TRUTH.shape) < share)


def test_an_interval_holds_the_measured_figure():
    predicted = noisy(0.1, 1)
    for column, (low, high) in enumerate(f1_intervals(TRUTH, predicted, FAMILIES)):
        truth, given = TRUTH[:, column], predicted[:, column]
        f1 = 2 * (truth & given).sum() / (truth.sum() + given.sum())
        assert low < f1 < high
        assert high - low < 0.15


def test_fewer_families_give_a_wider_interval():
    rows = slice(0, 60)
    few = f1_intervals(TRUTH[rows], noisy(0.1, 1)[rows], FAMILIES[rows])
    many = f1_intervals(TRUTH, noisy(0.1, 1), FAMILIES)
    assert few[0][1] - few[0][0] > many[0][1] - many[0][0]


def test_a_label_of_few_families_has_no_interval():
    truth = np.array([[True]] * 4 + [[False]] * 20)
    assert f1_intervals(truth, truth, [f"family-{i}" for i in range(24)]) == [(0.0, 1.0)]


def test_a_perfect_label_has_a_narrow_interval():
    truth = np.array([[True]] * 6 + [[False]] * 200)
    assert f1_intervals(truth, truth, [f"family-{i}" for i in range(206)]) == [(1.0, 1.0)]


def test_a_label_without_gold_has_no_interval():
    nothing = np.zeros((4, 1), bool)
    assert f1_intervals(nothing, nothing, list("abcd")) == [(0.0, 1.0)]


def test_a_clearly_better_model_is_significantly_better():
    found = compare(TRUTH, noisy(0.2, 1), noisy(0.05, 2), FAMILIES)
    assert found.difference > 0.1
    assert found.low > 0
    assert found.p_value < 0.01


def test_two_equally_good_models_differ_by_chance():
    found = compare(TRUTH, noisy(0.1, 1), noisy(0.1, 2), FAMILIES)
    assert found.low < 0 < found.high
    assert found.p_value > 0.05


def test_a_model_does_not_differ_from_itself():
    found = compare(TRUTH, noisy(0.1, 1), noisy(0.1, 1), FAMILIES)
    assert (found.difference, found.p_value) == (0.0, 1.0)


def test_models_cannot_be_compared_on_no_clause():
    nothing = np.zeros((0, 3), bool)
    with pytest.raises(AnnotationError, match="no clause to measure on"):
        compare(nothing, nothing, nothing, [])
