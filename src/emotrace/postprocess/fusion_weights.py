"""Weights of the systems of a fusion, from how they correlate with each other and with the gold standard."""

from collections.abc import Sequence

import numpy as np

from emotrace.config.fusion import FusionSettings


def standard_weights(
    correlation: np.ndarray, systems: Sequence[int], penalty: float, settings: FusionSettings
) -> np.ndarray:
    """Weights of standardised systems that predict the standardised gold standard.

    The same as scikit-learn's LinearRegression and Ridge give on all steps, which the tests compare. Here it
    is given a square root of the correlation matrix in place of the steps: its columns have the same
    products, hence the same least squares, in as many rows as there are systems, so that thousands of choices
    can be tried.

    Parameters
    ----------
    correlation : float array, shape (system + 1, system + 1)
        Of the systems and, last, the gold standard.
    systems : sequence of int
        Which of them to use.
    penalty : float, >= 0
        On the sum of squared weights, in units of the gold standard's variance; 0: none.
    settings : FusionSettings

    Returns
    -------
    float64 array, shape (len(systems),)
        Zeros where nothing can be said: no system, or none that correlates with the gold standard.

    Source
    ------
    chen2015, section 5.7 (linear regression). Ridge, weights that are not negative (Breiman 1996, Stacked
    regressions) and the scale: our choice, see `config.fusion.FusionSettings`.

    Examples
    --------
    >>> correlation = np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.3], [0.6, 0.3, 1.0]])
    >>> standard_weights(correlation, [0, 1], 0.0, FusionSettings(regression="linear", scale=False)).round(3)
    array([0.6, 0.3])
    """
    chosen = list(systems)
    if not chosen:
        return np.zeros(0)
    columns = [*chosen, len(correlation) - 1]
    values, vectors = np.linalg.eigh(correlation[np.ix_(columns, columns)])
    root = np.sqrt(np.clip(values, 0.0, None))[:, None] * vectors.T  # root.T @ root is the correlation
    weights = _regress(root[:, :-1], root[:, -1], penalty, settings.regression == "nonnegative")
    if not settings.scale:
        return weights
    deviation = float(np.sqrt(max(weights @ correlation[np.ix_(chosen, chosen)] @ weights, 0.0)))
    return weights / deviation if deviation > 1e-9 else np.zeros(len(chosen))


def _regress(rows: np.ndarray, target: np.ndarray, penalty: float, nonnegative: bool) -> np.ndarray:
    count = rows.shape[1]
    if penalty > 0:  # as rows of their own that pull each weight to 0
        rows = np.concatenate([rows, np.sqrt(penalty) * np.eye(count)])
        target = np.concatenate([target, np.zeros(count)])
    if nonnegative:
        from scipy.optimize import nnls

        return nnls(rows, target)[0]
    return np.linalg.lstsq(rows, target, rcond=1e-6)[0]  # of equal systems each gets the same weight


def plain_weights(
    weights: np.ndarray, systems: Sequence[int], mean: np.ndarray, deviation: np.ndarray
) -> tuple[np.ndarray, float]:
    """Weights and intercept for predictions as they are, from `standard_weights`.

    Parameters
    ----------
    weights : float array, shape (len(systems),)
    systems : sequence of int
    mean, deviation : float array, shape (system + 1,)
        Of the systems and, last, the gold standard.

    Examples
    --------
    >>> plain_weights(np.array([1.0]), [0], np.array([1.0, 0.0]), np.array([2.0, 1.0]))
    (array([0.5]), -0.5)
    """
    chosen = list(systems)
    plain = weights * deviation[-1] / deviation[chosen]
    return plain, float(mean[-1] - plain @ mean[chosen])
