"""The hidden, smooth arousal and valence that drive face and voice."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

__all__ = ["FPS", "hidden_processes"]

FPS = 25
_SMOOTHING_S = 1.6  # the autocorrelation falls to 1/e after twice this


def hidden_processes(duration_s, rng):
    """Arousal and valence of one recording, uncorrelated, each with mean 0 and most of its range used.

    Parameters
    ----------
    duration_s : float
    rng : numpy.random.Generator

    Returns
    -------
    arousal, valence : float array, shape (time,), in [-1, 1]
        At 0, 0.04, ... s up to and with `duration_s`: one value more than there are video frames.

    Source
    ------
    Our choice: Gaussian-filtered noise, time constant 3.2 s.

    Examples
    --------
    >>> arousal, valence = hidden_processes(30, np.random.default_rng(0))
    >>> len(arousal), bool(np.ptp(valence) > 1.2), bool(abs(np.corrcoef(arousal, valence)[0, 1]) < 0.1)
    (751, True, True)
    """
    count = round(duration_s * FPS) + 1
    padding = round(6 * _SMOOTHING_S * FPS)
    noise = rng.standard_normal((2, count + 2 * padding))
    smooth = gaussian_filter1d(noise, _SMOOTHING_S * FPS, axis=1)[:, padding : padding + count]
    smooth -= smooth.mean(axis=1, keepdims=True)
    arousal, valence = smooth
    valence = valence - arousal * (arousal @ valence) / max(arousal @ arousal, 1e-12)
    return _spread(arousal), _spread(valence)


def _spread(series):
    """Scaled to a common spread and softly limited, so that recordings are alike in mean and variance."""
    series = 1.1 * series / max(series.std(), 1e-12)
    limited = np.tanh(series)
    limited -= limited.mean()
    return np.clip(limited, -1, 1)
