"""Which windows and shifts are tried."""

import math

WINDOWS_S = (0.4, 20.0)  # tzirakis2017, section V
SHIFTS_S = (0.04, 10.0)  # tzirakis2017, section V
RESOLUTION_S = 0.04  # the frame of that paper: a finer grid at a higher rate would find nothing more
_SNAP = 1e-6  # share of a frame by which a float time may miss it


def window_grid(fps: float) -> range:
    """Widths of median windows that are tried, in frames: odd, all that lie in 0.4 to 20 s.

    Above 25 frames per second only every 0.08 s.

    Examples
    --------
    >>> window_grid(25)
    range(11, 501, 2)
    >>> window_grid(10)
    range(5, 201, 2)
    """
    first = max(3, math.ceil(WINDOWS_S[0] * fps - _SNAP))
    first += 1 - first % 2
    last = math.floor(WINDOWS_S[1] * fps + _SNAP)
    return range(first, last + 1, 2 * _coarseness(fps))


def shift_grid(fps: float) -> range:
    """Shifts that are tried, in frames: all that lie in 0.04 to 10 s.

    Above 25 frames per second only every 0.04 s.

    Examples
    --------
    >>> shift_grid(25)
    range(1, 251)
    >>> shift_grid(10)
    range(1, 101)
    """
    first = max(1, math.ceil(SHIFTS_S[0] * fps - _SNAP))
    return range(first, math.floor(SHIFTS_S[1] * fps + _SNAP) + 1, _coarseness(fps))


def _coarseness(fps: float) -> int:
    return max(1, math.floor(RESOLUTION_S * fps + _SNAP))
