"""Monotone functions that a warp of time is mixed from."""

import numpy as np

from emotrace.errors import InputError

__all__ = ["monotone_bases"]


def monotone_bases(length: int, polynomials: int = 5, tangents: int = 5) -> np.ndarray:
    """Powers of time and hyperbolic tangents, each rising from 0 to 1.

    A mix with weights of 0 or more that sum to 1 is again a monotone warp from 0 to 1: both ends stay where
    they are. The first function is time itself: no warp.

    Parameters
    ----------
    length : int, >= 2
        Samples.
    polynomials : int, odd
        Powers t ** e with exponents e spaced by equal factors from 10 ** -0.5 to 10 ** 0.5, e = 1 first.
    tangents : int, >= 0
        tanh(z - c), z from -3 to 3, centres c evenly from -1 to 1.

    Returns
    -------
    float64 array, shape (length, polynomials + tangents), in [0, 1]

    Raises
    ------
    InputError
        If there are fewer than two samples, an even number of polynomials or fewer than 0 tangents.

    Source
    ------
    Zhou and De la Torre (2012), "Generalized time warping for multi-modal alignment of human motion",
    section 4.1; numbers and ranges as the MuSe-Toolbox calls it.

    Examples
    --------
    >>> monotone_bases(3, polynomials=3, tangents=1).round(3)
    array([[0.   , 0.   , 0.   , 0.   ],
           [0.5  , 0.803, 0.112, 0.5  ],
           [1.   , 1.   , 1.   , 1.   ]])
    """
    if length < 2:
        raise InputError(f"length is {length}; a warp needs at least 2 samples")
    if polynomials < 1 or polynomials % 2 == 0:
        raise InputError(
            f"polynomials is {polynomials}; expected an odd number, so that time itself is among them"
        )
    if tangents < 0:
        raise InputError(f"tangents is {tangents}; expected 0 or more")
    t = np.linspace(0.0, 1.0, length)[:, None]
    half = polynomials // 2
    others = np.delete(np.arange(-half, half + 1), half) / max(half, 1)
    powers = t ** (10.0 ** (0.5 * others))
    centres = np.linspace(-1.0, 1.0, tangents) if tangents != 1 else np.zeros(1)
    bends = np.tanh(6.0 * t - 3.0 - centres)
    bends = (bends - bends[0]) / (bends[-1] - bends[0])
    return np.hstack([t, powers, bends])
