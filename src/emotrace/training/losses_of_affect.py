"""The affect loss of aspandi2022: weighted RMSE, less correlation, CCC and ICC, by label."""

import torch
from torch import Tensor

from emotrace.training.losses_of_traces import CCC_EPSILON, Moments, moments

BINS = 10
RMSE_EPSILON = 1e-12  # keeps the gradient of the root finite where there is no error


def count_bins(target: Tensor, value_range: tuple[float, float], bins: int = BINS) -> Tensor:
    """How many rated values of each label lie in each of equal parts of its range.

    Parameters
    ----------
    target : Tensor, shape (..., label)
        NaN: not rated, left out. What lies outside the range counts in the part at its end.
    value_range : (float, float)
    bins : int

    Returns
    -------
    int64 Tensor, shape (label, bins)

    Examples
    --------
    >>> count_bins(torch.tensor([[-1.0], [0.9], [1.0], [torch.nan]]), (-1.0, 1.0), bins=4).tolist()
    [[1, 0, 0, 2]]
    """
    flat = target.flatten(0, -2)  # (step, label)
    rated = torch.isfinite(flat)
    one_hot = torch.nn.functional.one_hot(_bin(flat, value_range, bins), bins)  # (step, label, bin)
    return (one_hot * rated.unsqueeze(2)).sum(0)


def affect_terms(
    prediction: Tensor, target: Tensor, value_range: tuple[float, float], counts: Tensor | None = None
) -> dict[str, Tensor]:
    """Means over labels of the four measures, each differentiable.

    Parameters
    ----------
    prediction, target : Tensor, shape (..., label)
        NaN in `target`: not rated, left out; a label without a rated value is left out of the means.
    value_range : (float, float)
        Of the labels.
    counts : Tensor, shape (label, bin), or None
        How often values of each part of the range occur in training, as `count_bins` counts; None: in these
        targets.

    Returns
    -------
    dict of scalars
        ``rmse`` with every rated value weighted by one over the count of its bin, as if all bins that occur
        were as frequent; ``cor`` (Pearson), ``ccc`` and ``icc`` (the form 3,1) with population moments; 0 for
        constants.

    Source
    ------
    Aspandi et al. (2022), eqs. 14 to 18; that rare values weigh more, and not less as eq. 14 reads: our
    reading of what it is for.
    """
    found = moments(prediction, target)
    spread = found.variance_prediction + found.variance_target
    shift = (found.mean_prediction - found.mean_target).square()
    both = (found.variance_prediction + CCC_EPSILON) * (found.variance_target + CCC_EPSILON)
    measures = {
        "rmse": weighted_rmse(prediction, target, value_range, counts),
        "cor": found.covariance / both.sqrt(),
        "ccc": 2 * found.covariance / (spread + shift + CCC_EPSILON),
        "icc": 2 * found.covariance / (spread + CCC_EPSILON),
    }
    return {name: _over_labels(value, found) for name, value in measures.items()}


def affect_loss(terms: dict[str, Tensor]) -> Tensor:
    """Of what `affect_terms` gives: the error, less the three agreements; lowest at -3.

    Examples
    --------
    >>> series = torch.tensor([[0.0], [0.5], [-0.5]])
    >>> round(float(affect_loss(affect_terms(series, series, (-1.0, 1.0)))), 4)
    -3.0
    """
    return terms["rmse"] - terms["cor"] - terms["ccc"] - terms["icc"]


def weighted_rmse(
    prediction: Tensor, target: Tensor, value_range: tuple[float, float], counts: Tensor | None = None
) -> Tensor:
    """Root mean square error of each label, values weighted by one over the count of their bin.

    Parameters as of `affect_terms`. Returns (label,), in the unit of the labels; 0 where none is rated.

    Source
    ------
    Aspandi et al. (2022), eqs. 14 and 15.

    Examples
    --------
    >>> target = torch.tensor([[0.1], [0.1], [0.1], [0.9]])
    >>> missed = torch.tensor([[0.1], [0.1], [0.1], [0.5]])
    >>> round(float(weighted_rmse(missed, target, (0.0, 1.0))), 4)  # as if one of two were missed by 0.4
    0.2828
    """
    counts = count_bins(target, value_range) if counts is None else counts
    flat, guess = target.flatten(0, -2), prediction.flatten(0, -2)  # (step, label)
    rated = torch.isfinite(flat)
    rarity = 1.0 / counts.clamp(min=1).to(guess)  # (label, bin)
    weights = rarity.T.gather(0, _bin(flat, value_range, counts.shape[1]))  # (step, label)
    weights = torch.where(rated, weights, 0.0)
    errors = torch.where(rated, guess - flat, 0.0).square()
    mean = (weights * errors).sum(0) / weights.sum(0).clamp(min=1e-30)
    return (mean + RMSE_EPSILON).sqrt()


def _bin(values: Tensor, value_range: tuple[float, float], bins: int) -> Tensor:
    """Number of the part of the range that each value lies in, int64; 0 for NaN."""
    low, high = value_range
    place = (torch.nan_to_num(values) - low) / (high - low) * bins
    return place.floor().clamp(0, bins - 1).long()


def _over_labels(values: Tensor, found: Moments) -> Tensor:
    return torch.where(found.known, values, 0.0).sum() / found.known.sum().clamp(min=1)
