"""Columns less their mean and divided by their standard deviation, both found on training recordings."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from emotrace.errors import InputError

AT_ONCE = 1024  # rows in float64 at a time
RESOLUTION = 1e-6  # share of its mean below which a float32 column's deviation is noise of rounding


class Standardise(nn.Module):
    """Z-scores of columns with population moments (1/n); what is missing becomes 0, the mean.

    Before `fit` it changes nothing but NaN. `mean` and `std` are buffers: saved with the weights, but not
    trained.

    Parameters
    ----------
    width : int
        Number of columns.

    Attributes
    ----------
    mean : float32 Tensor, shape (column,)
    std : float32 Tensor, shape (column,)
        0 for a column that is constant or was never observed: it tells nothing and gives 0 throughout.

    Source
    ------
    Chen and Jin (2015), section 4: features are z-scored; over all training recordings together, and what
    becomes of missing and constant values: our choice.

    Examples
    --------
    >>> layer = Standardise(2)
    >>> layer.fit(torch.tensor([[1.0, 5.0], [3.0, 5.0]]))
    >>> layer(torch.tensor([[3.0, 7.0], [float("nan"), 5.0]]))
    tensor([[1., 0.],
            [0., 0.]])
    """

    mean: Tensor
    std: Tensor

    def __init__(self, width: int):
        super().__init__()
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("std", torch.ones(width))

    @torch.no_grad()
    def fit(self, rows: Tensor | Iterable[Tensor]) -> None:
        """Find mean and standard deviation, in one pass and float64; pieces are asked for one at a time.

        Parameters
        ----------
        rows : Tensor or iterable of Tensor, each of shape (row, column)
            Rows that were observed, such as `Example.observed` gives. NaN values are left out.

        Raises
        ------
        InputError
            If a piece has another number of columns.
        """
        width = len(self.mean)
        count, mean, squares = (torch.zeros(width, dtype=torch.float64) for _ in range(3))
        for piece in [rows] if isinstance(rows, Tensor) else rows:
            if piece.ndim != 2 or piece.shape[1] != width:
                raise InputError(
                    f"rows to standardise have shape {tuple(piece.shape)}; expected (row, {width}), as many "
                    "columns as the layer"
                )
            for part in piece.split(AT_ONCE):
                known = torch.isfinite(part)
                values = torch.where(known, part, 0).double()
                here = known.sum(dim=0).double()
                total = (count + here).clamp(min=1)
                middle = values.sum(dim=0) / here.clamp(min=1)
                apart = middle - mean
                squares += torch.where(known, values - middle, 0).square().sum(dim=0)
                squares += apart.square() * count * here / total
                mean += apart * here / total
                count += here
        std = (squares / count.clamp(min=1)).sqrt()
        std[std <= RESOLUTION * mean.abs()] = 0
        self.mean.copy_(mean)
        self.std.copy_(std)

    def forward(self, values: Tensor, observed: Tensor | None = None) -> Tensor:
        """Standardise.

        Parameters
        ----------
        values : (..., column)
            NaN: missing.
        observed : bool (...), or None
            False: the row is missing; None: none is.

        Returns
        -------
        (..., column)
            0 where missing.
        """
        scale = torch.where(self.std > 0, 1 / self.std, 0)
        scores = ((values - self.mean) * scale).nan_to_num(nan=0.0)
        return scores if observed is None else torch.where(observed.unsqueeze(-1), scores, 0)
