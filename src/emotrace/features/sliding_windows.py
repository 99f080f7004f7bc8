"""Windows around the steps of a signal, and statistics of them: moments and slopes."""

from collections.abc import Iterator

import numpy as np

from emotrace.errors import InputError

AT_ONCE = 4096  # windows in memory at a time
RESOLUTION = 1e-9  # share of a window's largest value below which a difference is noise of rounding
MOMENTS = ("mean", "sd", "skewness", "kurtosis")


def sliding_windows(
    values: np.ndarray, good: np.ndarray, size: int, hop: int, count: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Windows centred on steps: window j lies around samples ``j * hop`` to ``(j + 1) * hop``.

    Parameters
    ----------
    values : float array, shape (sample,)
        Sample 0 is at 0 s.
    good : bool array, shape (sample,)
        False: the sample holds no observation.
    size, hop : int
        In samples; `size` - `hop` is even.
    count : int
        Number of windows; those at the edges hold fewer samples that are good.

    Yields
    ------
    float64 array (window, size), 0 where not good; bool array (window, size)
        Up to 4,096 windows at a time, in order.

    Raises
    ------
    InputError
        If `size` - `hop` is negative or odd.

    Examples
    --------
    >>> ((one, known),) = sliding_windows(np.arange(4.0), np.ones(4, bool), size=3, hop=1, count=4)
    >>> one[3].tolist(), known[3].tolist()
    ([2.0, 3.0, 0.0], [True, True, False])
    """
    reach, odd = divmod(size - hop, 2)
    if reach < 0 or odd:
        raise InputError(f"windows of {size} samples every {hop} have no middle; expected an even rest")
    length = max(0, count * hop + reach - len(values))
    known = np.pad(good, (reach, length))
    filled = np.pad(np.where(good, values, 0.0).astype(np.float64), (reach, length))
    views = [np.lib.stride_tricks.sliding_window_view(one, size)[::hop][:count] for one in (filled, known)]
    for first in range(0, count, AT_ONCE):
        yield views[0][first : first + AT_ONCE], views[1][first : first + AT_ONCE]


def moments(windows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Mean, standard deviation, skewness and kurtosis less 3, with population moments (1/n).

    Parameters
    ----------
    windows : float array, shape (window, sample)
    known : bool array, shape (window, sample)

    Returns
    -------
    float64 array, shape (window, 4)
        NaN: no sample is known, or skewness and kurtosis of a constant.

    Examples
    --------
    >>> moments(np.array([[1.0, 2.0, 3.0, 9.0]]), np.array([[True, True, True, False]])).round(3).tolist()
    [[2.0, 0.816, 0.0, -1.5]]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        count = known.sum(axis=1)
        mean = np.where(known, windows, 0).sum(axis=1) / count
        apart = np.where(known, windows - mean[:, None], 0)
        squares = apart * apart
        variance = squares.sum(axis=1) / count
        tiny = variance <= (RESOLUTION * np.abs(mean)) ** 2
        third = (squares * apart).sum(axis=1) / count / variance**1.5
        fourth = (squares * squares).sum(axis=1) / count / variance**2 - 3
    undefined = tiny | (count == 0)
    third[undefined], fourth[undefined] = np.nan, np.nan
    return np.stack([mean, np.sqrt(variance), third, fourth], axis=1)


def mean_known(windows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Mean of the known samples, float64 (window,); NaN where there are none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, windows, 0).sum(axis=1) / known.sum(axis=1)


def rising_and_falling(windows: np.ndarray, known: np.ndarray, rate_hz: float) -> np.ndarray:
    """Mean slope per second where the signal rises, and where it falls.

    Parameters
    ----------
    windows : float array, shape (window, sample)
    known : bool array, shape (window, sample)
    rate_hz : float, Hz

    Returns
    -------
    float64 array, shape (window, 2)
        >= 0 and <= 0; 0 where it never does, NaN where no two samples in a row are known.

    Examples
    --------
    >>> rising_and_falling(np.array([[0.0, 2.0, 1.0, 1.0]]), np.ones((1, 4), bool), rate_hz=10).tolist()
    [[20.0, -10.0]]
    """
    steps, both = differences(windows, known, rate_hz)
    up = mean_known(steps, both & (steps > 0))
    down = mean_known(steps, both & (steps < 0))
    slopes = np.nan_to_num(np.stack([up, down], axis=1))
    slopes[~both.any(axis=1)] = np.nan
    return slopes


def differences(windows: np.ndarray, known: np.ndarray, rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    """From sample to sample per second, (window, sample - 1), and where both are known.

    What is noise of rounding is 0, so that a level stretch neither rises nor falls, on any machine.
    """
    steps = np.diff(windows, axis=1)
    noise = RESOLUTION * np.abs(windows).max(axis=1, keepdims=True, initial=0.0)
    return np.where(np.abs(steps) > noise, steps * rate_hz, 0.0), known[:, 1:] & known[:, :-1]


def slopes_of_rows(rows: np.ndarray, step_s: float, reach: int) -> np.ndarray:
    """First derivative in time of every column, per second: the difference over `reach` rows to each side.

    Parameters
    ----------
    rows : float array, shape (time, column)
        NaN: not defined.
    step_s : float, s
        From row to row.
    reach : int
        At the edges, as far as there are rows.

    Returns
    -------
    float64 array, shape (time, column)
        NaN where either side is; 0 of a single row.

    Source
    ------
    The AVEC 2015 baseline adds first order derivatives; over how many rows: our choice.

    Examples
    --------
    >>> slopes_of_rows(np.array([[0.0], [1.0], [4.0]]), step_s=0.5, reach=1).ravel().tolist()
    [2.0, 4.0, 6.0]
    """
    row = np.arange(len(rows))
    before, after = np.maximum(row - reach, 0), np.minimum(row + reach, len(rows) - 1)
    return (rows[after] - rows[before]) / np.maximum((after - before) * step_s, 1e-12)[:, None]
