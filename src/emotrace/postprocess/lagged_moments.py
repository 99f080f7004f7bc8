"""Moments of every median window and every shift with one gold standard, all at once."""

from dataclasses import dataclass

import numpy as np

from emotrace.metrics import Moments
from emotrace.postprocess.running_median import RunningMedian
from emotrace.postprocess.steps import LOOKS, Looks
from emotrace.postprocess.tuned import ROUNDING

_BATCH = 4  # windows at a time: 5 min at 25 Hz fit the processor's cache, an hour takes megabytes


@dataclass(frozen=True)
class MomentTable:
    """Population moments of gold with the prediction, filtered and shifted in every way.

    Parameters
    ----------
    windows : tuple of int, frames
        Rows; 0, no filter, comes first.
    shifts : tuple of int, frames
        Columns; 0, no shift, comes first.
    moments : Moments of shape (window, shift)
        Of all rated steps of all recordings joined; the errors are not known, NaN.
    """

    windows: tuple[int, ...]
    shifts: tuple[int, ...]
    moments: Moments


def moment_tables(
    gold: list[np.ndarray], prediction: list[np.ndarray], windows: range, shifts: range
) -> dict[Looks, MomentTable]:
    """The table of medians around each step and that of medians back from it.

    Parameters
    ----------
    gold, prediction : list of float64 array, shape (time,)
        NaN in `gold`: not rated. At least one step is rated.
    windows, shifts : range, frames
        Without 0.

    Notes
    -----
    ``sum_t a[t] x[max(t - s, 0)]`` for all shifts s is a correlation, by Fourier transform, and
    ``x[0] (a[0] + ... + a[s - 1])`` for the start, which repeats the first value. Sums are about the mean of
    the prediction, so that nothing cancels.
    """
    rows, lags = (0, *windows), np.array([0, *shifts])
    known = Moments.of(np.concatenate(gold), np.concatenate(gold))
    near = float(np.concatenate(prediction).mean())
    sums = {looks: np.zeros((3, len(rows), len(lags))) for looks in LOOKS}
    for target, values in zip(gold, prediction, strict=True):
        rated = ~np.isnan(target)
        gold_sums = _LaggedSums(np.where(rated, target - known.target_mean, 0.0), lags)
        rated_sums = _LaggedSums(rated.astype(np.float64), lags)
        median = RunningMedian(values - near, max(rows))
        for start in range(0, len(rows), _BATCH):
            part = slice(start, start + _BATCH)
            filtered = [median.filtered_both(frames) for frames in rows[part]]
            for looks in LOOKS:
                series = np.stack([one[looks] for one in filtered])
                spectrum = gold_sums.transform(series)
                sums[looks][:, part] += [
                    rated_sums(series, spectrum),
                    rated_sums(series * series),
                    gold_sums(series, spectrum),
                ]
    shifts_tried = tuple(lags.tolist())
    return {
        looks: MomentTable(rows, shifts_tried, _moments(sums[looks] / known.count, known, near))
        for looks in LOOKS
    }


def _moments(means: np.ndarray, known: Moments, near: float) -> Moments:
    """From the means of x - near, its square, and its product with gold's deviation."""
    mean, square, product = means
    variance = square - mean * mean
    rounding = 1e-13 * square + 1e-28 * near * near
    return Moments(
        count=np.full(mean.shape, known.count),
        target_mean=np.full(mean.shape, known.target_mean),
        prediction_mean=near + mean,
        target_variance=np.full(mean.shape, known.target_variance),
        prediction_variance=np.where(variance > rounding, variance, 0.0),
        covariance=product,
        squared_error=np.full(mean.shape, np.nan),
        absolute_error=np.full(mean.shape, np.nan),
    )


def gain_of(moments: Moments) -> np.ndarray:
    """Deviation of gold over that of the prediction; NaN where one of them is constant."""
    rounding = 1e-24 * moments.prediction_mean**2
    known = (moments.prediction_variance > rounding) & (moments.target_variance > 0)
    ratio = moments.target_variance / np.where(known, moments.prediction_variance, 1.0)
    return np.where(known, np.sqrt(ratio), np.nan)


def best_cell(
    moments: Moments, rows: slice = slice(None), columns: slice = slice(None)
) -> tuple[int, int, float] | None:
    """Row, column and CCC of the best cell in a part of a table; of equals the first.

    Row and column count from the start of the part; None if CCC is defined nowhere in it.
    """
    scores = moments.ccc()[rows, columns]
    if np.isnan(scores).all():  # also of an empty part
        return None
    row, column = np.argwhere(scores >= np.nanmax(scores) - ROUNDING)[0]
    return int(row), int(column), float(scores[row, column])


class _LaggedSums:
    """Sums over time of fixed weights times series that are shifted by each lag.

    Parameters
    ----------
    weights : float64 array, shape (time,)
    lags : int array, shape (lag,), rising from 0
    """

    def __init__(self, weights: np.ndarray, lags: np.ndarray):
        from scipy.fft import next_fast_len, rfft  # slow to import

        length = len(weights)
        self.within = np.minimum(lags, length)
        self.size = next_fast_len(length + int(self.within[-1]), real=True)
        self.spectrum = rfft(weights, self.size)
        self.held = np.concatenate([[0.0], np.cumsum(weights)])[self.within]
        self.weights, self.all_one = weights, bool((weights == 1).all())

    def transform(self, series: np.ndarray) -> np.ndarray | None:
        """Spectrum of each row, the same for all weights of one length; None without lags."""
        from scipy.fft import rfft

        if self.within[-1] == 0:
            return None
        return np.conj(rfft(series, self.size))

    def __call__(self, series: np.ndarray, spectrum: np.ndarray | None = None) -> np.ndarray:
        """Sums of each row of `series`, shape (row, time), for each lag, shape (row, lag)."""
        from scipy.fft import irfft

        length, longest = series.shape[1], int(self.within[-1])
        if longest == 0:
            return np.einsum("rt,t->r", series, self.weights)[:, None]
        if self.all_one:  # what is shifted out is missing from the sum
            out = np.zeros((len(series), longest + 1))
            np.cumsum(series[:, ::-1][:, :longest], axis=1, out=out[:, 1:])
            moved = series.sum(axis=1, keepdims=True) - out[:, self.within]
        else:
            spectrum = self.transform(series) if spectrum is None else spectrum
            correlation = irfft(np.asarray(spectrum) * self.spectrum, self.size)
            moved = np.where(self.within < length, correlation[:, self.within % self.size], 0.0)
        return moved + series[:, :1] * self.held
