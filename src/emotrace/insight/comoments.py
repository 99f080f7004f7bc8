"""Moments of many units beside a few measures, in pieces: correlations of any length in bounded memory."""

from dataclasses import dataclass

import numpy as np

_STILL = 1e-6  # a deviation below this share of the mean is the rounding of float32, not activity


@dataclass(frozen=True)
class Comoments:
    """Counts, means and sums about the means of units (columns x) beside measures (columns y).

    Steps at which a measure is NaN are left out for that measure alone.

    Parameters
    ----------
    count : float64 array, shape (measure,)
    mean_x, square_x, product : float64 array, shape (measure, unit)
        Mean of the unit, sum of its squares, and of its products with the measure, about the means.
    mean_y, square_y : float64 array, shape (measure,)

    Source
    ------
    Pieces are joined as in Chan, Golub and LeVeque (1979), which loses no digits where a unit sits at 0.999.

    Examples
    --------
    >>> x, y = np.array([[1.0], [2.0], [4.0]]), np.array([[1.0, 3.0], [2.0, 1.0], [np.nan, 0.0]])
    >>> whole, parts = Comoments.of(x, y), Comoments.of(x[:1], y[:1]).joined(Comoments.of(x[1:], y[1:]))
    >>> whole.correlation()[:, 0].round(4).tolist()
    [1.0, -0.9286]
    >>> np.allclose(whole.correlation(), parts.correlation())
    True
    """

    count: np.ndarray
    mean_x: np.ndarray
    mean_y: np.ndarray
    square_x: np.ndarray
    square_y: np.ndarray
    product: np.ndarray

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray) -> "Comoments":
        """Moments of one piece.

        Parameters
        ----------
        x : float array, shape (time, unit)
            Finite.
        y : float array, shape (time, measure)
            NaN: not known.
        """
        known = np.isfinite(y)
        weight = known.astype(np.float64)
        count = weight.sum(axis=0)
        some = np.maximum(count, 1.0)
        mean_y = np.where(known, y, 0.0).sum(axis=0) / some
        off_y = np.where(known, y - mean_y, 0.0)
        centre = x.mean(axis=0, dtype=np.float64)
        off_x = x - centre  # (time, unit)
        drift = weight.T @ off_x / some[:, None]  # of the known steps' mean from that of all
        return cls(
            count=count,
            mean_x=np.where(count[:, None] > 0, centre + drift, 0.0),
            mean_y=mean_y,
            square_x=np.maximum(weight.T @ np.square(off_x) - count[:, None] * np.square(drift), 0.0),
            square_y=np.square(off_y).sum(axis=0),
            product=off_y.T @ off_x,
        )

    def joined(self, other: "Comoments") -> "Comoments":
        """Moments of both pieces together."""
        count = self.count + other.count
        share = other.count / np.maximum(count, 1.0)
        cross = self.count * share
        by_x, by_y = other.mean_x - self.mean_x, other.mean_y - self.mean_y
        return Comoments(
            count=count,
            mean_x=self.mean_x + share[:, None] * by_x,
            mean_y=self.mean_y + share * by_y,
            square_x=self.square_x + other.square_x + cross[:, None] * np.square(by_x),
            square_y=self.square_y + other.square_y + cross * np.square(by_y),
            product=self.product + other.product + (cross * by_y)[:, None] * by_x,
        )

    def correlation(self) -> np.ndarray:
        """Pearson correlation of each measure with each unit, float64 (measure, unit) in [-1, 1].

        NaN where there are fewer than 2 steps, or the unit or the measure stands still.
        """
        count = np.maximum(self.count, 1.0)
        moves_x = np.sqrt(self.square_x / count[:, None]) > _STILL * np.abs(self.mean_x)
        moves_y = np.sqrt(self.square_y / count) > _STILL * np.abs(self.mean_y)
        scale = np.sqrt(self.square_x * self.square_y[:, None])
        defined = moves_x & (moves_y & (self.count >= 2))[:, None] & (scale > 0)
        found = np.full(self.product.shape, np.nan)
        np.divide(self.product, scale, out=found, where=defined)
        return np.clip(found, -1.0, 1.0)


def joined(before: Comoments | None, piece: Comoments) -> Comoments:
    """`piece` added to what there was before, if anything."""
    return piece if before is None else before.joined(piece)


def spearman(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Rank correlation of each measure with each unit, float64 (measure, unit); NaN as of `Comoments`.

    Parameters
    ----------
    x : float array, shape (time, unit)
    y : float array, shape (time, measure)
        NaN: left out for that measure.

    Source
    ------
    Spearman (1904); equal values share the mean of their ranks.

    Examples
    --------
    >>> spearman(np.array([[1.0], [2.0], [9.0]]), np.array([[0.1, 3.0], [0.2, 1.0], [0.3, np.nan]])).tolist()
    [[1.0], [-1.0]]
    """
    from scipy.stats import rankdata

    found = np.full((y.shape[1], x.shape[1]), np.nan)
    known = np.isfinite(y)
    ranked: dict[bytes, np.ndarray] = {}  # most measures are known at the same steps
    for column in range(y.shape[1]):
        steps = known[:, column]
        if steps.sum() < 2:
            continue
        key = steps.tobytes()
        if key not in ranked:
            ranked[key] = rankdata(x[steps], axis=0)
        pair = Comoments.of(ranked[key], rankdata(y[steps, column])[:, None])
        found[column] = pair.correlation()[0]
    return found
