"""Formulae of losses over time series: predictions and gold standard to one number, by label."""

from typing import NamedTuple

import torch
from torch import Tensor

CCC_EPSILON = 1e-8  # keeps CCC, CC and their gradients defined for constants; far below any variance in use
LEAST_CC_PLUS_1 = 0.01  # floor of the denominator of `mse_over_cc_loss`, which else runs off to infinity
TUBE = 0.05  # half-width of chen2015's tube


class Moments(NamedTuple):
    """Population moments (1/n) over the rated steps of each label, (label,) each; 0 where none is rated."""

    known: Tensor  # bool: any step is rated
    mean_prediction: Tensor
    mean_target: Tensor
    variance_prediction: Tensor
    variance_target: Tensor
    covariance: Tensor
    squared_error: Tensor  # mean of the squared difference


def moments(prediction: Tensor, target: Tensor) -> Moments:
    """Population moments (1/n) of each label.

    Parameters
    ----------
    prediction, target : Tensor, shape (..., label)
        NaN in `target`: not rated, left out.

    Returns
    -------
    Moments

    Source
    ------
    chen2015, eq. 5, is the covariance.

    Examples
    --------
    >>> found = moments(torch.tensor([[0.0], [2.0]]), torch.tensor([[1.0], [5.0]]))
    >>> float(found.covariance), float(found.variance_prediction), float(found.squared_error)
    (2.0, 1.0, 5.0)
    """
    prediction, target = prediction.flatten(0, -2), target.flatten(0, -2)  # (step, label)
    rated = torch.isfinite(target)
    count = rated.sum(0).clamp(min=1)  # (label,)
    target = torch.where(rated, target, 0.0)
    mean_p = torch.where(rated, prediction, 0.0).sum(0) / count
    mean_t = target.sum(0) / count
    off_p = torch.where(rated, prediction - mean_p, 0.0)
    off_t = torch.where(rated, target - mean_t, 0.0)
    error = torch.where(rated, prediction - target, 0.0)
    return Moments(
        rated.any(0),
        mean_p,
        mean_t,
        off_p.square().sum(0) / count,
        off_t.square().sum(0) / count,
        (off_p * off_t).sum(0) / count,
        error.square().sum(0) / count,
    )


def ccc_loss(prediction: Tensor, target: Tensor) -> Tensor:
    """1 minus the mean over labels of CCC with population moments (1/n) over all rated steps.

    Parameters
    ----------
    prediction, target : Tensor, shape (..., label)
        NaN in `target`: not rated, left out; a label without a rated step is left out of the mean,
        and without any the loss is 0.

    Returns
    -------
    Tensor, scalar in [0, 2]
        The gradient is finite for constant series too: `CCC_EPSILON` is added to the denominator.

    Source
    ------
    nguyen2020 eq. 10, tzirakis2017 eq. 5.

    Examples
    --------
    >>> round(float(ccc_loss(torch.tensor([[0.0], [1.0], [1.0]]), torch.tensor([[0.0], [1.0], [2.0]]))), 4)
    0.3333
    """
    found = moments(prediction, target)
    return _over_labels(1 - _ccc(found), found.known)


def minus_ccc_loss(prediction: Tensor, target: Tensor) -> Tensor:
    """Minus the mean over labels of CCC: `ccc_loss` less 1, with its gradient.

    Parameters and undefined cases as of `ccc_loss`.

    Returns
    -------
    Tensor, scalar in [-1, 1]

    Source
    ------
    chen2015, section 4.4, "-ccc".

    Examples
    --------
    >>> series = torch.tensor([[0.0], [1.0], [1.0]])
    >>> round(float(minus_ccc_loss(series, series)), 4)
    -1.0
    """
    found = moments(prediction, target)
    return _over_labels(-_ccc(found), found.known)


def mse_minus_cov_loss(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean over labels of mean squared error less covariance (1/n).

    Parameters and undefined cases as of `ccc_loss`.

    Returns
    -------
    Tensor, scalar
        Lowest, at -1.25 times the variance of the target, where the prediction is the target stretched
        1.5 times about its mean.

    Source
    ------
    chen2015, section 4.4 and eq. 5, "mse-cov".

    Examples
    --------
    >>> target = torch.tensor([[-1.0], [1.0]])
    >>> float(mse_minus_cov_loss(target, target)), float(mse_minus_cov_loss(1.5 * target, target))
    (-1.0, -1.25)
    """
    found = moments(prediction, target)
    return _over_labels(found.squared_error - found.covariance, found.known)


def mse_over_cc_loss(prediction: Tensor, target: Tensor) -> Tensor:
    """Mean over labels of the mean squared error divided by 1 plus the Pearson correlation.

    Parameters and undefined cases as of `ccc_loss`.

    Returns
    -------
    Tensor, scalar >= 0
        CC is 0 for a constant series (`CCC_EPSILON` is added to both variances), and CC + 1 at least
        `LEAST_CC_PLUS_1`.

    Source
    ------
    chen2015, section 4.4, "mse/(CC+1)". The floor: our choice.

    Examples
    --------
    >>> target = torch.tensor([[-1.0], [1.0]])
    >>> round(float(mse_over_cc_loss(2 * target, target)), 4)
    0.5
    """
    found = moments(prediction, target)
    variances = (found.variance_prediction + CCC_EPSILON) * (found.variance_target + CCC_EPSILON)
    cc = found.covariance / variances.sqrt()
    return _over_labels(found.squared_error / (cc + 1).clamp(min=LEAST_CC_PLUS_1), found.known)


def tube_error(off: Tensor, width: float = TUBE) -> Tensor:
    """How far an error reaches out of a tube about 0: ``max(|off| - width, 0)``, value by value.

    Parameters
    ----------
    off : Tensor
        Prediction less target.
    width : float, >= 0
        Of the tube to either side.

    Source
    ------
    chen2015, eq. 4; it is the loss of support vector regression.

    Examples
    --------
    >>> tube_error(torch.tensor([-0.25, 0.03, 0.55])).round(decimals=2)
    tensor([0.2000, 0.0000, 0.5000])
    """
    return (off.abs() - width).clamp(min=0)


def _ccc(found: Moments) -> Tensor:
    """CCC of each label, (label,)."""
    shift = (found.mean_prediction - found.mean_target).square()
    spread = found.variance_prediction + found.variance_target + shift
    return 2 * found.covariance / (spread + CCC_EPSILON)


def _over_labels(values: Tensor, known: Tensor) -> Tensor:
    """Mean over the labels that are rated; 0 where none is."""
    return torch.where(known, values, 0.0).sum() / known.sum().clamp(min=1)
