"""`features.targets`: labels on the grid of steps, interpolated but never invented."""

import numpy as np
import pytest
import torch

from emotrace.config.declaration import Declaration
from emotrace.errors import DataError, InputError
from emotrace.features import Track, targets
from emotrace.timing import Timeline

GRID = Declaration(inputs={})
CLASS = Declaration(inputs={}, predicts="class")


def track(times, values, **attributes):
    return Track(np.asarray(values, float), Timeline.irregular(times), attributes=attributes)


def test_labels_on_the_grid_are_taken_as_they_are(rng):
    values = rng.normal(size=(50, 2))
    values[7, 1] = np.nan
    result = targets(track(np.arange(50) * 0.04, values), GRID, 3, 20)
    assert result.dtype == torch.float32 and result.shape == (17, 2)
    np.testing.assert_array_equal(result, values[3:20].astype(np.float32))


def test_linear_between_labels_nan_outside():
    # labels each 0.1 s: 0, 1, 2; steps at 0, .04, ... .36
    result = targets(track([0, 0.1, 0.2], [[0], [1], [2]]), GRID, -3, 10)[:, 0]
    expected = [np.nan, 0, 0, 0, 0.4, 0.8, 1.2, 1.6, 2, 2, 2, np.nan, np.nan]  # -.12 ... .36
    np.testing.assert_allclose(result, expected, atol=1e-6)  # float32


def test_nan_beside_a_nan():
    # at 0.04, 0.08, 0.12 one neighbour is NaN; 0.20 is a label itself
    result = targets(track([0, 0.1, 0.2], [[0], [np.nan], [2]]), GRID, 0, 6)[:, 0]
    np.testing.assert_allclose(result, [0, np.nan, np.nan, np.nan, np.nan, 2])


def test_nan_in_a_gap_longer_than_two_periods():
    times = [0, 0.04, 0.08, 0.32, 0.36, 0.4]
    result = targets(track(times, np.ones((6, 1))), GRID, 0, 11)[:, 0]
    # 0.12 and 0.28 are one period away from a label
    assert np.isnan(result.numpy()).tolist() == [False] * 4 + [True] * 3 + [False] * 4


def test_one_label_holds_for_its_step():
    result = targets(track([0.08], [[3.0]]), GRID, 0, 6)[:, 0]
    np.testing.assert_array_equal(result, [np.nan, 3, 3, 3, np.nan, np.nan])


def test_one_label_at_the_start_holds_for_the_whole_clip():
    labels = track([0.0], [[3.0, np.nan]])
    for result in (targets(labels, GRID, -1, 500), targets(labels, GRID, 499, 500)):
        assert result[-1, 0] == 3 and result[:, 1].isnan().all()
    assert targets(labels, GRID, -1, 500)[:, 0].isnan().tolist() == [True] + [False] * 500


def test_no_rows_give_nan():
    assert targets(track([], np.empty((0, 2))), GRID, 0, 3).isnan().all()


def test_class_index():
    names = ["angry", "happy"]
    labels = track([], np.empty((0, 0)), classes=names, **{"class": "happy"})
    assert targets(labels, CLASS, -1, 2).tolist() == [[1.0]] * 3
    assert targets(track([], np.empty((0, 0)), classes=names), CLASS, 0, 2).isnan().all()


def test_refuses_no_steps():
    with pytest.raises(InputError, match="steps 2 to 1 hold nothing"):
        targets(track([0], [[0]]), GRID, 2, 1)


def test_refuses_a_trace_without_dimensions():
    with pytest.raises(DataError, match="no rated dimension"):
        targets(track([], np.empty((0, 0)), classes=["happy"]), GRID, 0, 1)


def test_refuses_a_class_without_classes():
    with pytest.raises(DataError, match="the labels name no classes"):
        targets(track([0], [[0]]), CLASS, 0, 1)


def test_refuses_an_unknown_class():
    with pytest.raises(DataError, match="class is 'sad'; expected one of happy"):
        targets(track([], np.empty((0, 0)), classes=["happy"], **{"class": "sad"}), CLASS, 0, 1)
