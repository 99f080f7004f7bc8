"""The Gabor bank against scikit-image's kernels, by hand, and in numbers that no machine changes."""

import hashlib

import numpy as np
import pytest
from PIL import Image
from scipy.signal import fftconvolve
from skimage import data
from skimage.filters import gabor_kernel

from emotrace.features.appearance.gabor import UNIT, luminance, magnitudes, wave_taps
from emotrace.features.appearance.layout import FILTERS, FREQUENCIES


@pytest.fixture(scope="module")
def grey():
    """A real face, 96 x 96."""
    return np.asarray(Image.fromarray(data.astronaut()[60:190, 160:290]).convert("L").resize((96, 96)))


def convolved(grey, frequency, degrees):
    """Absolute values of scikit-image's kernel over a mirrored picture."""
    kernel = gabor_kernel(frequency, theta=np.deg2rad(degrees), bandwidth=1, n_stds=5)
    radius = len(wave_taps(frequency, 1.0)[0]) // 2  # three standard deviations, which is where ours ends
    down, right = kernel.shape[0] // 2, kernel.shape[1] // 2
    kernel = kernel[down - radius : down + radius + 1, right - radius : right + radius + 1]
    wide = np.pad(grey.astype(float), radius, mode="symmetric")
    return np.abs(fftconvolve(wide, kernel, mode="valid"))


@pytest.mark.parametrize("size", [(96, 96), (40, 57), (12, 16)])
def test_every_filter_is_that_of_scikit_image(grey, size):
    grey = grey[: size[0], : size[1]]
    found = magnitudes(grey)
    assert found.dtype == np.int16
    assert found.shape == (18, *size) == (len(FILTERS), *size)
    for number, _ in enumerate(FILTERS):
        expected = convolved(grey, FREQUENCIES[number // 6], 30 * (number % 6)) * UNIT
        # rounded down, and taps are rounded to 2**-20
        assert (expected - found[number]).min() > -0.1
        assert (expected - found[number]).max() < 1.1


def test_a_wave_answers_its_own_filter_most():
    y, x = np.mgrid[:96, :96]
    for number, name in enumerate(FILTERS):
        angle = np.deg2rad(30 * (number % 6))
        phase = 2 * np.pi * FREQUENCIES[number // 6] * (x * np.cos(angle) + y * np.sin(angle))
        wave = np.rint(127.5 + 100 * np.cos(phase)).astype(np.uint8)
        middle = magnitudes(wave)[:, 30:66, 30:66].mean(axis=(1, 2))
        assert middle.argmax() == number, name
        assert middle[number] == pytest.approx(50 * UNIT, rel=0.02)  # half of the wave's height


def test_responses_stay_below_what_the_patterns_take():
    worst = 0.0
    for frequency in FREQUENCIES:
        for along_x in (0, 30, 60, 90):
            (a, b), (c, d) = (
                wave_taps(frequency, abs(np.cos(np.deg2rad(each)))) for each in (along_x, 90 - along_x)
            )
            kernel = np.outer(a + 1j * b, c + 1j * d)
            turned = [
                np.maximum((kernel * np.exp(1j * turn)).real, 0).sum() for turn in np.linspace(0, 6.3, 90)
            ]
            worst = max(worst, *turned)
    assert 255 * UNIT * worst < 12000 < 16383


def test_grey_levels_are_those_of_pillow(rng):
    rgb = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
    assert np.array_equal(luminance(rgb), np.asarray(Image.fromarray(rgb).convert("L")))


def test_filters_are_the_same_numbers_on_every_machine():
    digest = hashlib.sha256()
    for frequency in FREQUENCIES:
        for share in np.cos(np.deg2rad([0, 30, 60, 90])):
            for taps in wave_taps(frequency, share):
                digest.update(np.rint(taps * 2**20).astype("<i4").tobytes())
    assert digest.hexdigest()[:16] == "fb381b70900192cb"
