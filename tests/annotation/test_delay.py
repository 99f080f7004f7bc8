"""Estimated delays: known shifts come back, gaps, several recordings, confidence, development CCC."""

import numpy as np
import pytest

from emotrace.annotation.compensation import compensate
from emotrace.annotation.delay import best_delay_by_ccc, estimate_delay
from emotrace.errors import ConfigError, InputError
from emotrace.metrics import ccc, pcc


def trace(rng, length):
    return np.convolve(rng.normal(size=length + 49), np.ones(50) / 50, "valid")


@pytest.mark.parametrize("measure", ["ccc", "pcc"])
@pytest.mark.parametrize("delay_s", [0.0, 0.4, 3.6])
def test_a_known_shift_comes_back(rng, measure, delay_s):
    series, rows = trace(rng, 2000), round(delay_s * 25)
    found = estimate_delay(series[rows:], series[: 2000 - rows], 25, 6.0, measure)
    assert found.delay_s == pytest.approx(delay_s) and found.agreement == pytest.approx(1)
    assert found.low_s == found.high_s == found.delay_s and found.confidence == 1


def test_the_curve_is_the_agreement_on_the_overlap(rng):
    one, other = trace(rng, 300), trace(rng, 300)
    found = estimate_delay(one, other, 10, 2.0, "ccc", shortest_s=-1.0)
    assert len(found.lags_s) == 31
    for lag, value in zip(found.lags_s, found.curve, strict=True):
        rows = round(lag * 10)
        a, b = (one[: 300 - rows], other[rows:]) if rows >= 0 else (one[-rows:], other[:rows])
        assert value == pytest.approx(ccc(a, b), abs=1e-9)  # by sums from a fast Fourier transform
    assert found.agreement == found.curve.max()


def test_an_early_rating_has_a_negative_lag(rng):
    series = trace(rng, 1000)
    assert estimate_delay(series[:-10], series[10:], 10, 2.0, shortest_s=-2.0).delay_s == -1.0


def test_scale_and_offset_do_not_matter_to_pcc(rng):
    series = trace(rng, 1000)
    assert estimate_delay(series[8:], 5 * series[:-8] + 3, 10, 2.0, "pcc").delay_s == 0.8


def test_gaps_are_left_out(rng):
    series = trace(rng, 1000)
    rating = series[:-8].copy()
    rating[300:500] = np.nan
    assert estimate_delay(series[8:], rating, 10, 2.0).delay_s == 0.8


def test_the_curve_over_gaps_and_recordings_is_that_of_what_both_know(rng):
    ones, others = [trace(rng, 90), trace(rng, 60)], [trace(rng, 90) + 4, trace(rng, 60) + 5]
    ones[0][10:20], others[1][30:33] = np.nan, np.nan
    found = estimate_delay(ones, others, 10, 3.0, "ccc", shortest_s=-3.0)
    for lag, value in zip(found.lags_s, found.curve, strict=True):
        rows = round(lag * 10)
        early = np.concatenate([one[max(0, -rows) : len(one) - max(0, rows)] for one in ones])
        late = np.concatenate([one[max(0, rows) : len(one) + min(0, rows)] for one in others])
        assert value == pytest.approx(ccc(early, late), abs=1e-9)


def test_recordings_move_by_themselves(rng):
    series = [trace(rng, 300), trace(rng, 200) + 2]
    found = estimate_delay([one[5:] for one in series], [one[:-5] for one in series], 10, 2.0)
    assert found.delay_s == 0.5 and found.agreement == pytest.approx(1)


def test_noise_is_not_sure(rng):
    found = estimate_delay(rng.normal(size=1000), rng.normal(size=1000), 10, 10.0)
    assert found.confidence < 1 and abs(found.agreement) < 0.2


def test_a_peak_at_the_end_of_the_range_is_not_sure(rng):
    series = trace(rng, 1000)
    found = estimate_delay(series[30:], series[:-30], 10, 2.0)
    assert found.delay_s == 2.0 and found.confidence == 0


def test_constants_have_no_delay():
    found = estimate_delay(np.ones(50), np.ones(50), 10, 2.0)
    assert found.delay_s == 0 and np.isnan(found.agreement) and found.confidence == 0


def test_development_ccc_finds_the_delay_and_scores_unshifted_labels(rng):
    truth = [trace(rng, 500), trace(rng, 300)]
    labels = [np.concatenate([np.full(12, one[0]), one[:-12]]) for one in truth]
    found = best_delay_by_ccc(truth, labels, 10, [0.0, 0.4, 0.8, 1.2, 1.6])
    assert found.delay_s == 1.2 and found.agreement == pytest.approx(1) and found.confidence == 1
    assert found.curve[0] == pytest.approx(ccc(np.concatenate(labels), np.concatenate(truth)), abs=1e-12)


@pytest.mark.parametrize("rule", ["drop", "hold", "zero"])
def test_one_model_per_delay(rng, rule):
    labels = [trace(rng, 400)]
    models = {
        delay: [compensate(one, delay, 10, rule) + (0.0 if delay == 1.0 else 0.1) for one in labels]
        for delay in (0.0, 1.0, 2.0)
    }
    found = best_delay_by_ccc(models, labels, 10, [0.0, 1.0, 2.0], rule)
    assert found.delay_s == 1.0
    if rule == "drop":  # the start without a prediction is not scored
        assert found.agreement == pytest.approx(1)


def test_drop_of_the_same_predictions_scores_what_remains(rng):
    series = trace(rng, 400)
    assert best_delay_by_ccc([series[10:]], [series[:-10]], 10, [0.0, 1.0, 2.0], "drop").delay_s == 1.0


def test_bad_input_is_refused(rng):
    series = rng.normal(size=100)
    with pytest.raises(ConfigError, match="no measure of delay is named 'r2'; there are: ccc, pcc"):
        estimate_delay(series, series, 10, 2.0, "r2")
    with pytest.raises(InputError, match="rate_hz is 0"):
        estimate_delay(series, series, 0, 2.0)
    with pytest.raises(InputError, match=r"lags from 0 to 6 s cannot be tried; .* which has 10 s"):
        estimate_delay(series, series, 10, 6.0)
    with pytest.raises(InputError, match=r"two sides have lengths \[100\] and \[99\]"):
        estimate_delay(series, series[1:], 10, 2.0)
    with pytest.raises(InputError, match=r"a series has shape \(2, 2\)"):
        estimate_delay(np.ones((1, 2, 2)), np.ones((1, 2, 2)), 10, 2.0)
    with pytest.raises(InputError, match="expected at least one delay, rising"):
        best_delay_by_ccc([series], [series], 10, [])
    with pytest.raises(InputError, match=r"predictions holds none for a delay of 0.5 s"):
        best_delay_by_ccc({0.0: [series]}, [series], 10, [0.0, 0.5])
    with pytest.raises(InputError, match="two sides have lengths"):
        best_delay_by_ccc([series], [series, series], 10, [0.0])


def test_pcc_and_ccc_differ_by_scale(rng):
    series = trace(rng, 300)
    found = estimate_delay(series, 3 * series, 10, 1.0, "pcc")
    assert found.agreement == pytest.approx(pcc(series, 3 * series))
    assert estimate_delay(series, 3 * series, 10, 1.0, "ccc").agreement < 0.9
