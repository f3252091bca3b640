import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.errors import AnnotationError
from classifier.evaluation import calibration_error, cohen_kappa, evaluate_labels, krippendorff_alpha

LABELS = ("permission.use", "use.military", "general.other")
TRUTH = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 0]], bool)


def test_a_perfect_prediction_scores_one():
    metrics = evaluate_labels(TRUTH, TRUTH, TRUTH.astype(float), LABELS)
    assert (metrics.micro_f1, metrics.subset_accuracy, metrics.restriction_micro_f1) == (1.0, 1.0, 1.0)
    assert metrics.calibration_error == 0.0


def test_figures_of_a_known_confusion():
    predicted = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0]], bool)
    metrics = evaluate_labels(TRUTH, predicted, predicted.astype(float), LABELS)
    use, military, _ = metrics.per_label
    assert (use.precision, use.recall, use.support) == (pytest.approx(2 / 3), 1.0, 2)
    assert (military.precision, military.recall, military.support) == (1.0, 0.5, 2)
    assert metrics.micro_f1 == pytest.approx(2 * 3 / (4 + 5))
    assert metrics.restriction_micro_f1 == pytest.approx(2 / 3)
    assert metrics.subset_accuracy == 0.5


def test_macro_leaves_out_rare_labels():
    truth = np.zeros((10, 2), bool)
    truth[:5, 0] = truth[0, 1] = True
    predicted = truth.copy()
    predicted[0, 1] = False
    assert evaluate_labels(truth, predicted, predicted.astype(float), ("a.b", "c.d")).macro_f1 == 1.0


def test_calibration_error_of_a_confident_liar():
    assert calibration_error(np.zeros((100, 1), bool), np.full((100, 1), 0.9)) == pytest.approx(0.9)


def test_calibration_error_ignores_sure_zeros():
    probs = np.array([[0.9]] + [[0.001]] * 1000)
    assert calibration_error(np.array([[False]] * 1001), probs) == pytest.approx(0.9)


def test_kappa_of_equal_readers_is_one():
    a = np.array([True, False, True, False])
    assert cohen_kappa(a, a) == 1.0


def test_kappa_of_the_textbook_table():
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed .70, by chance .50.
    a = np.repeat([True, True, False, False], [20, 5, 10, 15])
    b = np.repeat([True, False, True, False], [20, 5, 10, 15])
    assert cohen_kappa(a, b) == pytest.approx(0.4)


def test_kappa_of_a_label_nobody_gave_is_one():
    a = np.zeros(5, bool)
    assert cohen_kappa(a, a) == 1.0


sets = st.lists(st.frozensets(st.sampled_from("abc"), min_size=1), min_size=2, max_size=20)


@given(sets)
def test_alpha_of_equal_readers_is_one(labels):
    assert krippendorff_alpha(labels, labels) == 1.0


def test_alpha_of_opposite_readers_is_below_zero():
    a, b = frozenset("a"), frozenset("b")
    assert krippendorff_alpha([a, b] * 10, [b, a] * 10) < 0


def test_no_clause_is_refused():
    nothing = np.zeros((0, 3), bool)
    with pytest.raises(AnnotationError, match="give rows of more families"):
        evaluate_labels(nothing, nothing, nothing.astype(float), LABELS)
