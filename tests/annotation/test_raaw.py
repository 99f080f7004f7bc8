"""Rater aligned annotation weighting: its steps, its ends, and the fused traces that the toolbox brings."""

import numpy as np
import pandas as pd
import pytest
from scipy.ndimage import uniform_filter1d
from scipy.signal import savgol_filter
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from emotrace.annotation.methods import gold_standard, gold_standards
from emotrace.annotation.muse_ewe import fuse_muse_ewe
from emotrace.annotation.raaw import fuse_raaw, scale_raters
from emotrace.annotation.warping.gctw import gctw, warp
from emotrace.errors import ConfigError, InputError
from emotrace.metrics import ccc


def raters(rng, length=300, number=3, noise=0.2):
    base = rng.standard_normal(length).cumsum()
    base = uniform_filter1d((base - base.mean()) / base.std(), 9)
    own = rng.standard_normal((number, length)).cumsum(axis=1) / np.sqrt(length)
    return base + noise * own + 0.02 * rng.standard_normal((number, length))


def test_scales_as_smoothing_standardising_and_min_max_one_after_another(rng):
    recordings = [raters(rng, 80), raters(rng, 50)]
    smoothed = [savgol_filter(one, 5, 3, axis=1) for one in recordings]
    expected = [np.empty_like(one) for one in smoothed]
    for rater in range(3):
        everything = np.concatenate([one[rater] for one in smoothed])[:, None]
        standard = StandardScaler().fit(everything)
        least_to_most = MinMaxScaler((-1, 1)).fit(standard.transform(everything))
        for one, scaled in zip(smoothed, expected, strict=True):
            scaled[rater] = least_to_most.transform(standard.transform(one[rater][:, None]))[:, 0]
    for found, scaled in zip(scale_raters(recordings), expected, strict=True):
        assert np.allclose(found, scaled, atol=1e-9)


def test_scaling_needs_all_recordings(rng):
    recordings = [raters(rng, 80), 0.5 + 0.1 * raters(rng, 50)]
    together = gold_standards(recordings, "raaw")
    assert np.ptp(together[1]) < 0.5 * np.ptp(gold_standard(recordings[1], "raaw"))


def test_as_its_steps_one_after_another(rng):
    one = raters(rng)
    scaled = scale_raters([one])[0]
    aligned = warp(scaled, gctw(scaled).paths)
    rounded = fuse_muse_ewe(aligned)
    fused = fuse_raaw(scaled)
    assert np.allclose(fused.weights, rounded.weights, atol=1e-12)
    assert np.allclose(fused.values, uniform_filter1d(rounded.values, 15, mode="nearest"), atol=0.0015)
    assert np.array_equal(gold_standard(one, "raaw"), fused.values)


def test_raters_of_one_trace_at_other_times_come_closer(rng):
    t = np.arange(400, dtype=float)
    base = np.sin(t / 25) + 0.5 * np.sin(t / 11)
    moved = [np.interp(t + 8 * np.sin(np.pi * t / 399) ** 2 * side, t, base) for side in (-1, 0, 1)]
    scaled = scale_raters([np.stack(moved)])[0]
    truth = scale_raters([np.stack([base] * 3)])[0][0]
    warped, plain = (fuse_raaw(scaled, steps=steps, window=1).values for steps in (1, 0))
    assert np.abs(warped - truth).mean() < 0.7 * np.abs(plain - truth).mean()


def test_ends_are_held_and_by_request_drawn_to_zero():
    scaled = np.full((2, 60), 0.8) + 0.1 * np.stack([np.linspace(0, 1, 60) ** 2] * 2)
    held, zero = fuse_raaw(scaled).values, fuse_raaw(scaled, ends="zero").values
    assert np.allclose(held[7:-7], zero[7:-7], atol=1e-12)
    assert abs(held[0] - 0.8) < 0.01 and abs(held[-1] - 0.9) < 0.015
    assert np.isclose(zero[0], scaled[0, :8].sum() / 15, atol=1e-6)  # 8 of 15 samples are there
    assert np.allclose(zero, np.convolve(fuse_raaw(scaled, window=1).values, np.ones(15) / 15, "same"))


def test_missing_at_a_time_is_nan_there(rng):
    one = raters(rng)
    one[1, 100:103] = np.nan
    fused = gold_standard(one, "raaw")
    assert np.isnan(fused[100:103]).all() and np.isfinite(np.delete(fused, range(100, 103))).all()


def test_rater_who_rated_another_recording_only_has_weight_0(rng):
    first, second = raters(rng), raters(rng)
    second[2] = np.nan
    golds = gold_standards([first, second], "raaw")
    assert np.isfinite(golds[1]).all()
    assert np.allclose(golds[1], gold_standards([first[:2], second[:2]], "raaw")[1], atol=1e-12)


def test_constant_rater_has_weight_0_and_changes_nothing(rng):
    one = raters(rng)
    with_constant = np.vstack([one, np.full(one.shape[1], 3.0)])
    scaled = scale_raters([with_constant])[0]
    assert not scaled[3].any()
    fused = fuse_raaw(scaled)
    assert fused.weights[3] == 0.0


@pytest.mark.parametrize("length", [2, 3, 5, 14, 15])
def test_recordings_shorter_than_the_windows(rng, length):
    one = np.arange(length) + 0.01 * rng.standard_normal((3, length))
    fused = gold_standard(one, "raaw")
    assert fused.shape == (length,) and np.isfinite(fused).all() and np.abs(fused).max() <= 1.0 + 1e-9


def test_same_input_same_output(rng):
    one = raters(rng)
    assert np.array_equal(gold_standard(one, "raaw"), gold_standard(one, "raaw"))


@pytest.mark.parametrize("window", [0, -3, 4])
def test_windows_are_checked(window):
    with pytest.raises(ConfigError, match=f"pre_window is {window}; expected an odd number of samples"):
        scale_raters([[[0.0, 1.0]]], pre_window=window)
    with pytest.raises(ConfigError, match=f"window is {window}; expected an odd number of samples"):
        fuse_raaw([[0.0, 1.0], [0.0, 1.0]], window=window)


def test_steps_and_ends_are_checked():
    with pytest.raises(ConfigError, match="steps is -1; expected 0 or more"):
        fuse_raaw([[0.0, 1.0], [0.0, 1.0]], steps=-1)
    with pytest.raises(ConfigError, match="band is -1; expected 0 or more"):
        fuse_raaw([[0.0, 1.0], [0.0, 1.0]], band=-1)
    with pytest.raises(ConfigError, match="ends is 'mirror'; expected one of: hold, zero"):
        fuse_raaw([[0.0, 1.0], [0.0, 1.0]], ends="mirror")


def test_one_rater_and_no_agreement_are_refused(rng):
    with pytest.raises(InputError, match="holds values of 1 raters; expected at least 2"):
        gold_standard(raters(rng)[:1], "raaw")
    one = raters(rng, number=1)[0]
    with pytest.raises(InputError, match="no rater agrees with the others"):
        gold_standard([one, -one], "raaw")


NAMES = ("11", "32", "47")


@pytest.fixture
def toolbox_traces(shared_data):
    """Three raters of three recordings at 2 Hz, and the traces that the toolbox made of them."""
    folder = shared_data / "ratings"
    raw = [pd.read_csv(folder / f"raw/arousal/{name}.csv").to_numpy()[:, 1:].T for name in NAMES]
    fused = [pd.read_csv(folder / f"processed/arousal/{name}.csv")["value"].to_numpy() for name in NAMES]
    return raw, fused


def test_toolbox_traces_are_these_steps_but_for_the_scales(toolbox_traces):
    """The toolbox scaled the raters over all recordings of its corpus, of which three are here: the scale of
    each rater times the weight, and one offset, are fitted; what is left is the timing and the smoothing."""
    raw, published = toolbox_traces
    for one, target in zip(scale_raters(raw), published, strict=True):
        aligned = warp(one, gctw(one, centred=False).paths)
        parts = np.vstack([uniform_filter1d(aligned, 15, axis=1, mode="nearest"), np.ones(len(target))]).T
        ours = parts @ np.linalg.lstsq(parts, target, rcond=None)[0]
        assert ccc(target, ours) > 0.9997
        # on a scale from -1 to 1; the two solvers choose other warps where many are as good
        assert np.sqrt(np.mean((ours - target) ** 2)) < 0.006
        assert np.abs(ours - target).max() < 0.031


def test_toolbox_traces_hold_their_ends(toolbox_traces):
    """Its shipped code draws the ends to 0; the traces beside it do not have that."""
    raw, published = toolbox_traces
    for one, target in zip(scale_raters(raw), published, strict=True):
        errors = {}
        for ends in ("hold", "zero"):
            ours = fuse_raaw(one, centred=False, ends=ends).values
            ours = np.polyval(np.polyfit(ours[20:-20], target[20:-20], 1), ours)
            errors[ends] = np.abs(ours - target)[-7:].mean()
        assert errors["hold"] < 0.5 * errors["zero"]


def test_toolbox_traces_with_our_scales(toolbox_traces):
    """With the scales of three recordings only, level and range differ; the course does not."""
    raw, published = toolbox_traces
    for ours, target, least in zip(gold_standards(raw, "raaw"), published, (0.86, 0.82, 0.78), strict=True):
        assert ccc(target, ours) > least
        assert ccc(target, np.polyval(np.polyfit(ours, target, 1), ours)) > 0.998
