"""Generalised canonical time warping: recovers known warps, never loses agreement, keeps equal series."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from emotrace.annotation.warping.canonical import canonical_scales
from emotrace.annotation.warping.gctw import gctw, warp
from emotrace.errors import InputError


def trace(rng, length=600, width=25.0):
    """A slow random series."""
    x = gaussian_filter1d(rng.standard_normal(length + 400), width)[200:-200]
    return (x - x.mean()) / x.std()


def bend(length, amount):
    """A smooth monotone path that is `amount` samples ahead in the middle."""
    t = np.arange(length, dtype=float)
    return t + amount * np.sin(np.pi * t / (length - 1)) ** 2


def mean_correlation(series):
    pairs = np.corrcoef(series)
    return (pairs.sum() - len(series)) / (len(series) * (len(series) - 1))


def check_paths(paths):
    assert (paths[:, 0] == 0.0).all()
    assert np.allclose(paths[:, -1], paths.shape[1] - 1, atol=1e-6)
    assert (np.diff(paths, axis=1) >= -1e-9).all()


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("steps", [1, 3])
def test_known_warps_are_undone(rng, steps, centred):
    for _ in range(5):
        base = trace(rng)
        true = np.stack([bend(600, amount) for amount in (-8.0, 0.0, 8.0)])
        series = warp(np.stack([base] * 3), true)
        found = gctw(series, steps=steps, centred=centred)
        check_paths(found.paths)
        aligned = warp(series, found.paths)
        assert mean_correlation(aligned) > mean_correlation(series)
        assert 1 - mean_correlation(aligned) < 0.5 * (1 - mean_correlation(series))
        assert found.agreement_after > found.agreement_before
        # where a sample of the base comes to lie: nearer to one place for all raters than before
        before = np.ptp(true, axis=0).mean()
        after = np.ptp(warp(true, found.paths), axis=0).mean()
        assert after < 0.6 * before


def test_agreement_never_falls(rng):
    for trial in range(30):
        series = rng.uniform(0.0, 1.0) * trace(rng, 200) + rng.standard_normal((4, 200)).cumsum(axis=1) * 0.05
        series[trial % 4] *= rng.choice([-1.0, 1.0])
        found = gctw(series, steps=4, centred=bool(trial % 2))
        check_paths(found.paths)
        assert found.agreement_after >= found.agreement_before
        assert found.agreement_before == canonical_scales(series)[1]
        assert found.agreement_after == canonical_scales(warp(series, found.paths))[1]


def test_centred_paths_have_no_common_drift(rng):
    series = trace(rng) + 0.5 * np.stack([trace(rng) for _ in range(4)])
    t = np.arange(600)
    centred, free = gctw(series, steps=3).paths, gctw(series, steps=3, centred=False).paths
    assert np.abs(centred.mean(axis=0) - t).max() < 0.1  # samples; linear reading between samples
    assert np.abs(free.mean(axis=0) - t).max() > 1.0


def test_centred_warps_of_noise_move_the_events_less_than_free_ones(rng):
    """What the raters share is kept better, though nothing here is a matter of time."""
    kept = {True: [], False: []}
    for _ in range(10):
        truth = trace(rng)
        series = truth + 0.4 * np.stack([trace(rng) for _ in range(4)])
        for centred, found in kept.items():
            gold = warp(series, gctw(series, centred=centred).paths).mean(axis=0)
            found.append(np.corrcoef(gold, truth)[0, 1])
    assert np.mean(kept[True]) > np.mean(kept[False])


def test_equal_series_stay(rng):
    base = trace(rng)
    series = np.stack([base, 2 * base + 1, 0.3 * base])
    found = gctw(series, steps=5)
    assert np.abs(found.paths - np.arange(600)).max() < 1e-3
    assert np.isclose(found.agreement_before, 1.0) and np.isclose(found.agreement_after, 1.0)


def test_factor_and_offset_of_a_rater_change_no_path(rng):
    base = trace(rng)
    series = warp(np.stack([base, base]), np.stack([bend(600, -6.0), bend(600, 6.0)]))
    one, other = gctw(series).paths, gctw(series * [[3.0], [0.2]] + [[7.0], [-1.0]]).paths
    assert np.allclose(one, other, atol=1e-3)  # samples; the sums of the weights are held to about 1e-6


def test_same_input_same_output(rng):
    series = np.stack([trace(rng) for _ in range(3)])
    assert np.array_equal(gctw(series, steps=3).paths, gctw(series, steps=3).paths)


def test_constant_and_turned_series_stay_as_they_are(rng):
    base = trace(rng)
    pair = warp(np.stack([base, base]), np.stack([bend(600, -6.0), bend(600, 6.0)]))
    found = gctw(np.stack([pair[0], np.full(600, 0.2), pair[1], -base]))
    assert np.array_equal(found.paths[1], np.arange(600)) and np.array_equal(found.paths[3], np.arange(600))
    assert np.allclose(found.paths[[0, 2]], gctw(pair).paths, atol=1e-3)


@pytest.mark.parametrize("series", [[[0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]], np.zeros((3, 10))])
def test_nothing_to_agree_on_is_no_warp(series):
    found = gctw(series)
    assert np.array_equal(found.paths, np.tile(np.arange(np.shape(series)[1]), (len(series), 1)))
    assert found.agreement_after == found.agreement_before == 0.0


@pytest.mark.parametrize("length", [2, 3, 4, 7])
def test_short_series(rng, length):
    series = np.arange(length) + 0.1 * rng.standard_normal((3, length))
    found = gctw(series)
    check_paths(found.paths)
    assert found.agreement_after >= found.agreement_before


def test_no_steps_is_no_warp(rng):
    assert np.array_equal(gctw(rng.standard_normal((2, 30)), steps=0).paths, np.tile(np.arange(30), (2, 1)))


@pytest.mark.parametrize(
    ("series", "steps", "message"),
    [
        ([0.0, 1.0], 1, r"series has shape \(2,\); expected \(series, time\) with at least 2 samples"),
        ([[0.0], [1.0]], 1, r"series has shape \(2, 1\)"),
        ([[0.0, np.nan], [0.0, 1.0]], 1, "series holds NaN or infinite values"),
        ([[0.0, 1.0], [0.0, 1.0]], -1, "steps is -1; expected 0 or more"),
    ],
)
def test_input_is_checked(series, steps, message):
    with pytest.raises(InputError, match=message):
        gctw(series, steps=steps)


def test_band_below_0_is_refused():
    with pytest.raises(InputError, match="band is -1; expected 0 samples or more, or None"):
        gctw([[0.0, 1.0], [0.0, 1.0]], band=-1)


@pytest.mark.parametrize("centred", [True, False])
def test_band_is_kept(rng, centred):
    series = np.stack([trace(rng) for _ in range(3)]) + 0.5 * trace(rng)
    wide = gctw(series, steps=3, centred=centred)
    assert np.abs(wide.paths - np.arange(600)).max() > 6.0
    narrow = gctw(series, steps=3, centred=centred, band=6)
    check_paths(narrow.paths)
    assert 2.0 < np.abs(narrow.paths - np.arange(600)).max() <= 6.0 + 1e-9
    assert narrow.agreement_before < narrow.agreement_after <= wide.agreement_after
    if centred:
        assert np.abs(narrow.paths.mean(axis=0) - np.arange(600)).max() < 0.1
    assert np.array_equal(gctw(series, band=0).paths, gctw(series, steps=0).paths)
    assert np.allclose(gctw(series, centred=centred, band=600).paths, gctw(series, centred=centred).paths)


def test_warp_reads_between_samples():
    assert warp([[0.0, 2.0, 4.0]], [[0.0, 0.25, 1.5, 2.0]]).tolist() == [[0.0, 0.5, 3.0, 4.0]]
