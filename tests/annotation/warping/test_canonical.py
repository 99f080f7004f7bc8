"""Canonical scales of several series."""

import numpy as np

from emotrace.annotation.warping.canonical import canonical_scales


def test_two_series_have_their_correlation(rng):
    a = rng.standard_normal(50)
    b = a + 0.5 * rng.standard_normal(50)
    scales, agreement = canonical_scales(np.stack([a, 3 * b]))
    assert np.isclose(agreement, np.corrcoef(a, b)[0, 1], rtol=1e-12)
    assert np.isclose(scales[0] * a.std(), scales[1] * 3 * b.std(), rtol=1e-12)


def test_scales_solve_the_eigenproblem(rng):
    x = rng.standard_normal(80) + 0.5 * rng.standard_normal((4, 80))
    scales, agreement = canonical_scales(x)
    moments = np.cov(x, bias=True)
    own = np.diag(np.diag(moments))
    assert np.allclose((moments - own) @ scales, 3 * agreement * own @ scales, atol=1e-12)
    assert np.isclose(scales @ own @ scales, 1.0, rtol=1e-12)
    assert (scales > 0).all()


def test_factor_and_offset_change_no_agreement(rng):
    x = rng.standard_normal(80) + rng.standard_normal((3, 80))
    moved = x * np.array([[2.0], [0.1], [30.0]]) + np.array([[5.0], [0.0], [-100.0]])
    assert np.isclose(canonical_scales(x)[1], canonical_scales(moved)[1], rtol=1e-9)


def test_series_that_runs_against_the_others_is_left_out(rng):
    a = rng.standard_normal(60)
    scales, agreement = canonical_scales(np.stack([a, a, -a]))
    assert scales[2] == 0.0 and scales[0] == scales[1] > 0
    assert np.isclose(agreement, 0.5)  # one of the two others agrees


def test_constant_series_and_single_ones_have_no_agreement(rng):
    a = rng.standard_normal(60)
    scales, agreement = canonical_scales(np.stack([a, np.full(60, 0.3)]))
    assert not scales.any() and agreement == 0.0
    assert canonical_scales(a[None])[1] == 0.0
    assert canonical_scales(np.stack([a, -a]))[1] == 0.0
    assert canonical_scales(np.zeros((3, 5)))[1] == 0.0
