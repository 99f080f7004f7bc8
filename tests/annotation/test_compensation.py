"""Rules of delay on tiny series, their inverses, and the published schemes by name."""

import numpy as np
import pytest

from emotrace.annotation.compensation import RULES, compensate, cut_features, restore, window_gold
from emotrace.annotation.delay_schemes import SCHEMES
from emotrace.errors import ConfigError, InputError

Y = np.array([1.0, 2.0, 3.0, 4.0, 5.0])


@pytest.mark.parametrize(
    ("rule", "moved"), [("drop", [3, 4, 5]), ("hold", [3, 4, 5, 5, 5]), ("zero", [3, 4, 5, 0, 0])]
)
def test_labels_move_earlier(rule, moved):
    np.testing.assert_array_equal(compensate(Y, 0.2, 10, rule), moved)
    np.testing.assert_array_equal(
        compensate(np.stack([Y, -Y], axis=1), 0.2, 10, rule)[:, 1], -np.array(moved)
    )


@pytest.mark.parametrize(
    ("rule", "back"),
    [
        ("drop", [np.nan, np.nan, 3, 4, 5]),
        ("hold", [3, 3, 3, 4, 5]),
        ("zero", [0, 0, 3, 4, 5]),
    ],
)
def test_predictions_move_back_beside_the_unshifted_labels(rule, back):
    np.testing.assert_array_equal(restore(compensate(Y, 0.2, 10, rule), 0.2, 10, rule), back)


@pytest.mark.parametrize("rule", RULES)
def test_no_delay_changes_nothing(rule):
    np.testing.assert_array_equal(compensate(Y, 0.0, 25, rule), Y)
    np.testing.assert_array_equal(restore(Y, 0.0, 25, rule), Y)


def test_features_are_cut_where_labels_are_dropped():
    features = np.arange(10).reshape(5, 2)
    assert cut_features(features, 0.2, 10).tolist() == features[:3].tolist()
    assert len(cut_features(features, 0.2, 10)) == len(compensate(Y, 0.2, 10, "drop"))
    assert len(cut_features(features, 0.0, 10)) == 5


def test_a_delay_is_rounded_to_rows():
    assert compensate(Y, 0.14, 10, "hold")[0] == 2 and compensate(Y, 0.16, 10, "hold")[0] == 3


def test_gold_of_windows_at_their_centre_or_mean():
    # moved by 1 s and held: 2 3 4 5 5; windows of 2 s from 0 and 3 s
    np.testing.assert_array_equal(window_gold(Y, [0.0, 3.0], 2.0, 1.0, 1.0), [3, 5])
    np.testing.assert_array_equal(window_gold(Y, [0.0, 3.0], 2.0, 1.0, 1.0, how="mean"), [2.5, 5])


def test_the_schemes_are_what_was_published():
    assert SCHEMES["avec2019_ces"].delays_s == (2.0,) and SCHEMES["avec2019_ces"].rule == "zero"
    grid = SCHEMES["avec2018_ges"].delays_s
    assert (grid[0], grid[1], grid[-1], len(grid)) == (0.0, 0.4, 9.6, 25)
    assert {1.2, 2.2} <= set(SCHEMES["avec2017"].delays_s)
    assert (SCHEMES["postprocessing"].delays_s[0], SCHEMES["postprocessing"].delays_s[-1]) == (0.04, 10.0)
    assert all(scheme.rule in RULES and scheme.source for scheme in SCHEMES.values())


def test_avec_2019_by_its_parameters():
    # 20 rows of 0.1 s to the front, zeros at the end; predictions back, zeros at the start
    labels, scheme = np.arange(1.0, 101.0), SCHEMES["avec2019_ces"]
    moved = compensate(labels, scheme.delays_s[0], 10, scheme.rule)
    np.testing.assert_array_equal(moved, np.concatenate([labels[20:], np.zeros(20)]))
    back = restore(moved, scheme.delays_s[0], 10, scheme.rule)
    np.testing.assert_array_equal(back, np.concatenate([np.zeros(20), labels[20:]]))


@pytest.mark.parametrize("delay", [-0.1, 0.5, 9.0, np.nan])
def test_a_delay_outside_the_recording_is_refused(delay):
    with pytest.raises(
        InputError, match=r"expected 0 or more, and less than the length of the recording, 0.5 s"
    ):
        compensate(Y, delay, 10, "hold")


def test_other_bad_input_is_refused():
    with pytest.raises(ConfigError, match="no rule of delay is named 'wrap'; there are: drop, hold, zero"):
        compensate(Y, 0.1, 10, "wrap")
    with pytest.raises(InputError, match="rate_hz is 0; expected a number above 0"):
        restore(Y, 0.1, 0, "hold")
    with pytest.raises(InputError, match="delay_s is -1; expected 0 or more"):
        restore(Y, -1, 10, "drop")
    with pytest.raises(InputError, match=r"values has shape \(0,\)"):
        compensate([], 0.1, 10, "hold")
    with pytest.raises(ConfigError, match="how is 'last'; expected centre or mean"):
        window_gold(Y, [0.0], 1.0, 0.0, 1.0, how="last")
