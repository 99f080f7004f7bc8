"""Count, means, variances and errors of a pair of series: enough for rmse, mae, pcc, ccc and icc.

Moments of parts (recordings, subjects) pool into those of the whole without looking at the samples
again, which makes a bootstrap over subjects a matter of milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from emotrace.metrics.pairs import paired

_ROUNDING = 1e-28  # variance below this share of the squared mean is rounding, not variation


@dataclass(frozen=True)
class Moments:
    """Population moments (1/n) of one pair of series, or of several pairs along an axis.

    Parameters
    ----------
    count : float array, shape (...)
        Samples known in both series.
    target_mean, prediction_mean : float array, shape (...)
    target_variance, prediction_variance, covariance : float array, shape (...)
        Divided by n, about the means.
    squared_error, absolute_error : float array, shape (...)
        Means of (prediction - target)^2 and of \\|prediction - target\\|.
    """

    count: np.ndarray
    target_mean: np.ndarray
    prediction_mean: np.ndarray
    target_variance: np.ndarray
    prediction_variance: np.ndarray
    covariance: np.ndarray
    squared_error: np.ndarray
    absolute_error: np.ndarray

    @classmethod
    def of(cls, target: Any, prediction: Any) -> "Moments":
        """Moments of one pair of series, each of shape (n,); pairs with a NaN are left out.

        Raises
        ------
        InputError
            If one is not a row of numbers, or if the lengths differ.
        """
        t, p = paired(target, prediction)
        if len(t) == 0:
            return cls(*(np.zeros(()) for _ in fields(cls)))
        t_mean, p_mean = _mean(t), _mean(p)
        dt, dp, error = t - t_mean, p - p_mean, p - t
        values = (
            len(t), t_mean, p_mean, np.mean(dt * dt), np.mean(dp * dp), np.mean(dt * dp),
            np.mean(error * error), np.mean(np.abs(error)),
        )  # fmt: skip
        return cls(*(np.asarray(value, dtype=np.float64) for value in values))

    @classmethod
    def stack(cls, parts: Sequence["Moments"]) -> "Moments":
        """Moments of several pairs along a new first axis, shape (part, ...)."""
        return cls(*(np.stack([getattr(part, field.name) for part in parts]) for field in fields(cls)))

    def pool(self, weights: Any) -> "Moments":
        """Moments of the concatenation of parts, each taken as often as its weight says.

        Parameters
        ----------
        weights : float array, shape (draw, part) or (part,), >= 0
            How often each part occurs; the moments are of shape (part,).

        Returns
        -------
        Moments of shape (draw,) or ()

        Source
        ------
        Chan, Golub and LeVeque (1983), pairwise update: variances about the pooled mean, so that
        nothing cancels when the means are large.
        """
        samples = np.asarray(weights, dtype=np.float64) * self.count  # (..., part)
        total = samples.sum(-1)
        share = samples / np.where(total > 0, total, 1.0)[..., None]  # (..., part)
        t_mean, p_mean = share @ self.target_mean, share @ self.prediction_mean
        dt, dp = self.target_mean - t_mean[..., None], self.prediction_mean - p_mean[..., None]
        t_variance = share @ self.target_variance + (share * dt * dt).sum(-1)
        p_variance = share @ self.prediction_variance + (share * dp * dp).sum(-1)
        return Moments(
            count=total,
            target_mean=t_mean,
            prediction_mean=p_mean,
            target_variance=np.where(t_variance > _ROUNDING * t_mean**2, t_variance, 0.0),
            prediction_variance=np.where(p_variance > _ROUNDING * p_mean**2, p_variance, 0.0),
            covariance=share @ self.covariance + (share * dt * dp).sum(-1),
            squared_error=share @ self.squared_error,
            absolute_error=share @ self.absolute_error,
        )

    def rmse(self) -> np.ndarray:
        """Root mean square error; NaN without a sample."""
        return np.where(self.count >= 1, np.sqrt(self.squared_error), np.nan)

    def mae(self) -> np.ndarray:
        """Mean absolute error; NaN without a sample."""
        return np.where(self.count >= 1, self.absolute_error, np.nan)

    def pcc(self) -> np.ndarray:
        """Pearson correlation; NaN with fewer than two samples or a constant series."""
        scale = np.sqrt(self.target_variance) * np.sqrt(self.prediction_variance)
        return _ratio(self.covariance, np.where(self.count >= 2, scale, 0.0))

    def ccc(self) -> np.ndarray:
        """Concordance correlation; NaN with fewer than two samples or two equal constants."""
        shift = self.target_mean - self.prediction_mean
        scale = self.target_variance + self.prediction_variance + shift * shift
        return _ratio(2 * self.covariance, np.where(self.count >= 2, scale, 0.0))

    def icc(self) -> np.ndarray:
        """ICC(3,1) of the two series, as `icc_3_1`; NaN with fewer than two samples or two constants."""
        scale = self.target_variance + self.prediction_variance
        return _ratio(2 * self.covariance, np.where(self.count >= 2, scale, 0.0))


def _mean(values: np.ndarray) -> np.ndarray:
    """The mean; of a constant series exactly that constant, so that its variance is exactly 0."""
    return values[0] if values.min() == values.max() else values.mean()


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    ratio = numerator / np.where(denominator > 0, denominator, np.nan)
    return np.clip(ratio, -1.0, 1.0)
