"""accuracy, uar, macro F1 and confusion against other tools, and on missing and unknown classes."""

import audmetric
import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, f1_score

from emotrace.errors import InputError
from emotrace.metrics import accuracy, class_f1, class_recalls, confusion, macro_f1, uar

CLASSES = ["angry", "calm", "happy", "sad"]


@pytest.fixture
def clips(rng):
    target = rng.choice(CLASSES, size=200, p=[0.1, 0.5, 0.3, 0.1])
    guess = rng.choice(CLASSES, size=200)
    return target, np.where(rng.random(200) < 0.6, target, guess)


def test_agrees_with_other_tools(clips):
    target, prediction = clips
    assert accuracy(target, prediction) == pytest.approx(audmetric.accuracy(target, prediction), abs=1e-12)
    assert uar(target, prediction) == pytest.approx(
        audmetric.unweighted_average_recall(target, prediction), abs=1e-12
    )
    assert uar(target, prediction) == pytest.approx(balanced_accuracy_score(target, prediction), abs=1e-12)
    f1 = f1_score(target, prediction, average="macro")
    assert macro_f1(target, prediction) == pytest.approx(f1, abs=1e-12)
    counts = confusion(target, prediction, CLASSES)
    np.testing.assert_allclose(class_f1(counts), f1_score(target, prediction, average=None), atol=1e-12)
    assert counts.dtype == np.int64 and counts.sum() == 200
    np.testing.assert_array_equal(counts, confusion_matrix(target, prediction, labels=CLASSES))
    np.testing.assert_array_equal(counts, audmetric.confusion_matrix(target, prediction, labels=CLASSES))


def test_integers_do_as_well_as_names(clips):
    target, prediction = (np.array([CLASSES.index(name) for name in names]) for names in clips)
    assert uar(target, prediction) == uar(*clips)
    np.testing.assert_array_equal(confusion(target, prediction, range(4)), confusion(*clips, CLASSES))


def test_missing_is_left_out():
    target = ["calm", None, "sad", float("nan")]
    prediction = ["calm", "calm", "calm", "sad"]
    assert accuracy(target, prediction) == 0.5 and uar(target, prediction) == 0.5
    np.testing.assert_array_equal(confusion(target, prediction, ["calm", "sad"]), [[1, 0], [1, 0]])
    assert accuracy([0.0, np.nan], [0.0, 1.0]) == 1.0


def test_a_class_only_predicted_does_not_count_in_uar():
    # recalls: calm 1/2, sad 1/1; happy is never the target
    assert uar(["calm", "calm", "sad"], ["calm", "happy", "sad"]) == pytest.approx(0.75)


def test_a_class_only_predicted_counts_as_0_in_macro_f1():
    target, prediction = ["calm", "calm", "sad"], ["calm", "happy", "sad"]
    # F1: calm 2 * 1 / (2 + 1), sad 1, happy 0
    assert macro_f1(target, prediction) == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert macro_f1(target, prediction) == pytest.approx(f1_score(target, prediction, average="macro"))
    assert np.isnan(macro_f1([], []))


def test_samples_without_a_prediction_lower_recall_and_f1():
    counts = [[1, 0, 1], [0, 2, 0]]  # one of two of the first class got none
    np.testing.assert_allclose(class_recalls(counts), [0.5, 1.0])
    np.testing.assert_allclose(class_f1(counts), [2 / 3, 1.0])
    assert np.isnan(class_f1([[0, 0], [0, 1]])[0])


def test_empty_is_nan():
    assert np.isnan(accuracy([], [])) and np.isnan(uar([], []))
    assert confusion([], [], CLASSES).sum() == 0


def test_recalls_of_several_matrices():
    recalls = class_recalls(np.array([[[3, 1], [0, 2]], [[0, 0], [1, 1]]]))
    np.testing.assert_allclose(recalls, [[0.75, 1.0], [np.nan, 0.5]])


def test_bad_input_is_refused():
    with pytest.raises(InputError, match="target has 1 samples and prediction 2"):
        accuracy(["calm"], ["calm", "sad"])
    with pytest.raises(InputError, match="class 'bored' is none of: calm, sad"):
        confusion(["calm"], ["bored"], ["calm", "sad"])
