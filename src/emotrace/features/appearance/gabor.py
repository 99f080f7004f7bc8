"""A bank of 18 Gabor filters: how strongly each frequency and direction shows in a picture.

The Gaussian of these filters is round, so each is a product of a filter along x and one along y: pictures are
multiplied by two matrices, which also mirror them at their edges. All sums are of whole numbers that float64
holds exactly, in whatever order they are added: responses are the same on every machine.
"""

from functools import cache

import numpy as np

from emotrace.features.appearance.layout import FREQUENCIES, ORIENTATIONS

UNIT = 128
"""Responses are whole 1/128 of a grey level."""

_TAP_BITS = 20  # filter taps are whole 2**-20
_RESPONSE_BITS = 14  # real and imaginary parts are rounded to 2**-14 of a grey level
_OCTAVES = 1.0  # bandwidth at half of the peak
_REACH = 3.0  # standard deviations of the Gaussian that a filter covers
_LONG, _MIDDLE, _SHORT, _NONE = np.cos(np.deg2rad([0, 30, 60, 90]))  # shares of a frequency along an axis


def luminance(rgb: np.ndarray) -> np.ndarray:
    """Grey levels of pictures.

    Parameters
    ----------
    rgb : uint8 array, shape (..., 3)

    Returns
    -------
    uint8 array, shape (...)

    Source
    ------
    ITU-R BT.601 in the whole numbers that Pillow uses.

    Examples
    --------
    >>> luminance(np.array([[255, 255, 255], [0, 255, 0]], np.uint8))
    array([255, 150], dtype=uint8)
    """
    red, green, blue = (rgb[..., each].astype(np.uint32) for each in range(3))
    return (19595 * red + 38470 * green + 7471 * blue + 32768 >> 16).astype(np.uint8)


def wave_taps(frequency: float, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Cosine and sine part of a filter along one axis.

    Parameters
    ----------
    frequency : float, cycles per px
        Of the wave; it sets the width of the Gaussian, one octave at half of the peak.
    share : float in [0, 1]
        Of the frequency that lies along this axis.

    Returns
    -------
    cosine, sine : float64 arrays, shape (2 * radius + 1,)
        Whole multiples of 2**-20, out to three standard deviations of the Gaussian.

    Examples
    --------
    >>> cosine, sine = wave_taps(1 / 4, 1.0)
    >>> len(cosine), round(float(cosine[7]), 4), float(sine[7])
    (15, 0.1774, 0.0)
    """
    spread = np.sqrt(np.log(2) / 2) / np.pi * (2**_OCTAVES + 1) / (2**_OCTAVES - 1) / frequency  # px
    radius = int(np.ceil(_REACH * spread))
    place = np.arange(-radius, radius + 1)
    wave = np.exp(2j * np.pi * frequency * share * place)
    wave *= np.exp(-0.5 * (place / spread) ** 2) / (np.sqrt(2 * np.pi) * spread)
    return np.rint(wave.real * 2**_TAP_BITS) / 2**_TAP_BITS, np.rint(wave.imag * 2**_TAP_BITS) / 2**_TAP_BITS


def magnitudes(grey: np.ndarray) -> np.ndarray:
    """How strongly every filter responds at every pixel.

    Parameters
    ----------
    grey : uint8 array, shape (height, width)
        Beyond its edges it is mirrored.

    Returns
    -------
    int16 array, shape (18, height, width), in [0, 16383]
        Absolute value of the complex response in whole 1/128 of a grey level, rounded down; filters by
        frequency, then by direction, as in `layout.FILTERS`.

    Source
    ------
    Zhang et al. (2005), "Local Gabor binary pattern histogram sequence": magnitudes. Three frequencies and
    six directions: Almaev and Valstar (2013), "Local Gabor binary patterns from three orthogonal planes for
    automatic facial expression recognition". Bandwidth, reach, mirrored edges and resolution: our choice.

    Examples
    --------
    >>> int(magnitudes(np.full((16, 16), 200, np.uint8)).max()) < UNIT  # an even picture hardly responds
    True
    """
    height, width = grey.shape
    out = np.empty((len(FREQUENCIES), ORIENTATIONS, height, width), np.int16)
    picture = grey.astype(np.float64)
    for number, frequency in enumerate(FREQUENCIES):
        rows, columns = _matrices(frequency, height), _matrices(frequency, width)
        across = {share: _pair(picture @ columns[share].T, 1) for share in columns}
        bell, _ = across[_NONE]
        _store(out[number, 0], *_pair(rows[_NONE][:height] @ np.hstack(across[_LONG]), 1))
        _store(out[number, 3], *_pair(rows[_LONG] @ bell, 0))
        for first, share in ((1, _MIDDLE), (2, _SHORT)):  # the direction, its mirror image is 6 - first
            other = _SHORT if share == _MIDDLE else _MIDDLE
            upper, lower = _pair(rows[other] @ np.hstack(across[share]), 0)
            (cosine_cosine, sine_cosine), (cosine_sine, sine_sine) = _pair(upper, 1), _pair(lower, 1)
            _store(out[number, first], cosine_cosine - sine_sine, cosine_sine + sine_cosine)
            _store(out[number, 6 - first], cosine_cosine + sine_sine, cosine_sine - sine_cosine)
    return out.reshape(-1, height, width)  # (filter, height, width)


@cache
def _matrices(frequency: float, length: int) -> dict[float, np.ndarray]:
    """For each share, what filters a column of a picture: cosine above sine, (2 * length, length)."""
    return {
        share: np.vstack([_matrix(taps, length) for taps in wave_taps(frequency, share)])
        for share in (_LONG, _MIDDLE, _SHORT, _NONE)
    }


def _matrix(taps: np.ndarray, length: int) -> np.ndarray:
    """Filters a column of `length` values that are mirrored at both ends, (length, length)."""
    matrix = np.zeros((length, length))
    radius = len(taps) // 2
    for out in range(length):
        place = np.arange(out - radius, out + radius + 1) % (2 * length)
        np.add.at(matrix[out], np.where(place < length, place, 2 * length - 1 - place), taps)
    return matrix


def _pair(both: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    first, second = np.split(both, 2, axis=axis)
    return first, second


def _store(out: np.ndarray, real: np.ndarray, imaginary: np.ndarray) -> None:
    """Write absolute values; squares of the rounded parts, and their sum, are whole numbers in float64."""
    squares = np.zeros(out.shape)
    for part in (real, imaginary):
        whole = np.rint(part * 2**_RESPONSE_BITS)
        squares += whole * whole
    out[...] = np.floor(np.sqrt(squares) * (UNIT / 2**_RESPONSE_BITS))
