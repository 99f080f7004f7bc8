"""One physiological signal of a table: picked by name, on a regular grid, with what of it can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emotrace.errors import DataError
from emotrace.features.track import Track

LONGEST_GAP = 1.5  # periods that a sample may be away from the nearest observed one and still count


@dataclass(frozen=True)
class Kind:
    """What a signal is called, and what a recorder of it can do.

    Parameters
    ----------
    title : str
        For messages, such as ``ECG``.
    columns : tuple of str
        Names of its column in tables, lower case.
    slowest_hz, fastest_hz : float, Hz
        Lowest and highest rate that is believed.
    flat_s : float, s
        A run of equal values this long is no signal.
    saturated_s : float, s
        A run this long at the lowest or highest value of the recording is no signal.
    """

    title: str
    columns: tuple[str, ...]
    slowest_hz: float
    fastest_hz: float
    flat_s: float
    saturated_s: float


@dataclass(frozen=True)
class Signal:
    """A signal at a constant rate.

    Parameters
    ----------
    values : float64 array, shape (sample,)
        In the unit of the table; what is missing lies on a line between its neighbours.
    rate_hz : float, Hz
    start_s : float, s
        Of sample 0.
    good : bool array, shape (sample,)
        False: missing, flat or saturated.
    quality : dict of str to float
        Shares of samples: ``missing``, ``flat``, ``saturated``.
    """

    values: np.ndarray
    rate_hz: float
    start_s: float
    good: np.ndarray
    quality: dict[str, float]

    @property
    def end_s(self) -> float:
        """End of the last sample, s."""
        return self.start_s + len(self.values) / self.rate_hz

    def at(self, times_s: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`values` (sample,) on another grid, linear in between, and whether the nearest sample is good.

        Parameters
        ----------
        times_s : float array, shape (n,), s
        values : float array, shape (sample,)
            Of the same samples, such as the filtered signal.

        Returns
        -------
        float64 array, shape (n,), and bool array, shape (n,)
        """
        place = (times_s - self.start_s) * self.rate_hz
        inside = (place > -0.5) & (place < len(self.values))  # the last sample lasts a period
        nearest = np.clip(np.rint(place).astype(np.int64), 0, len(self.values) - 1)
        good = inside & self.good[nearest]
        return np.interp(place, np.arange(len(values)), values), good


def read_signal(track: Track, kind: Kind) -> Signal:
    """The signal of a kind in a table.

    Parameters
    ----------
    track : Track
        Of a table: values (time, column), the attribute ``columns`` names them.
    kind : Kind

    Returns
    -------
    Signal

    Raises
    ------
    DataError
        If the table has no such column or several, too few rows, or a rate that no recorder of it has.

    Source
    ------
    Our choice: the tolerances.

    Examples
    --------
    >>> import numpy as np
    >>> from emotrace.timing import Timeline
    >>> kind = Kind("EDA", ("eda",), 2, 5000, flat_s=5, saturated_s=2)
    >>> rows = np.array([[0.1], [np.nan], [0.3], [0.4]], np.float32)
    >>> found = read_signal(Track(rows, Timeline.regular(4, 4.0), attributes={"columns": ["EDA"]}), kind)
    >>> found.values.round(3).tolist(), found.good.tolist()
    ([0.1, 0.2, 0.3, 0.4], [True, False, True, True])
    """
    column = _column(track, kind)
    raw = np.asarray(track.values[:], dtype=np.float64)
    raw = raw[:, column] if raw.ndim == 2 else raw
    period_s = track.timeline.period_s
    if len(raw) < 2 or period_s is None or period_s <= 0:
        raise DataError(f"the {kind.title} has {len(raw)} rows; expected some seconds of it")
    rate_hz = 1.0 / period_s
    if not kind.slowest_hz <= rate_hz <= kind.fastest_hz:
        raise DataError(
            f"the {kind.title} has {rate_hz:.4g} rows a second; expected {kind.slowest_hz:g} to "
            f"{kind.fastest_hz:g}: name the table of the signal itself in `of`, or correct its times"
        )
    observed = np.isfinite(raw)
    if track.valid is not None:
        observed &= track.valid
    times_s = track.timeline.seconds()
    if track.timeline.rate_hz is None:
        grid_s = times_s[0] + np.arange(round((times_s[-1] - times_s[0]) * rate_hz) + 1) / rate_hz
    else:
        grid_s = times_s
    if not observed.any():
        nothing = np.zeros(len(grid_s))
        return Signal(
            nothing, rate_hz, float(times_s[0]), nothing > 0, {"missing": 1.0, "flat": 0.0, "saturated": 0.0}
        )
    values = np.interp(grid_s, times_s[observed], raw[observed])
    there = _near(grid_s, times_s[observed], LONGEST_GAP * period_s)
    if track.timeline.rate_hz is not None:
        there &= observed
    runs = _run_lengths(values) / rate_hz
    low, high = float(values[there].min()), float(values[there].max())
    at_end = (values == low) | (values == high)
    saturated = there & at_end & (runs >= kind.saturated_s) & (high > low)
    flat = there & ~saturated & (runs >= kind.flat_s)
    quality = {
        "missing": _share(~there),
        "flat": _share(flat),
        "saturated": _share(saturated),
    }
    return Signal(values, rate_hz, float(grid_s[0]), there & ~flat & ~saturated, quality)


def _column(track: Track, kind: Kind) -> int:
    names: Sequence[str] = track.attributes.get("columns", ())
    width = int(track.values.shape[1]) if len(track.values.shape) > 1 else 1
    if width == 1:
        return 0
    found = [i for i, name in enumerate(names) if name.strip().lower() in kind.columns]
    if len(found) != 1:
        raise DataError(
            f"the table has the columns {', '.join(names) or f'1 to {width}, without names'}; expected one "
            f"of {kind.title}, named {' or '.join(kind.columns)}: name the table that has it in `of`"
        )
    return found[0]


def _near(at_s: np.ndarray, times_s: np.ndarray, tolerance_s: float) -> np.ndarray:
    right = np.clip(np.searchsorted(times_s, at_s), 0, len(times_s) - 1)
    left = np.maximum(right - 1, 0)
    return np.minimum(np.abs(times_s[right] - at_s), np.abs(at_s - times_s[left])) <= tolerance_s


def _run_lengths(values: np.ndarray) -> np.ndarray:
    """Length in samples of the run of equal values that each sample is in."""
    starts = np.flatnonzero(np.concatenate([[True], np.diff(values) != 0]))
    lengths = np.diff(np.append(starts, len(values)))
    return np.repeat(lengths, lengths)


def _share(which: np.ndarray) -> float:
    return round(float(which.mean()), 6)
