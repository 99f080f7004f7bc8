"""Principal components of columns, found on training recordings in one pass however wide they are."""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from emotrace.errors import InputError

RANK = 500
"""Directions that are kept from one block of rows to the next."""

AT_ONCE = 256  # rows looked at at a time
COLUMNS_AT_ONCE = 4096  # of which strongest rows are found at a time
_FLAT = 1e-12  # share of the largest variance below which a direction is noise of rounding


class PrincipalComponents(nn.Module):
    """Projects rows to the directions in which training rows vary most; what is missing becomes the mean.

    Before `fit` it gives the first columns as they are. Everything found is a buffer: saved with the weights,
    but not trained.

    Parameters
    ----------
    width : int
        Number of columns.
    components : int, 1 to `width`
        Number of directions.
    rank : int or None, >= `components`
        Directions that are kept while rows are read; None: 500, or twice `components` if that is more. With
        no more columns than that, or no more than twice as many rows, components are exact; else a little
        of the weakest variance is lost.
    of : str
        What the columns are, for the message.

    Attributes
    ----------
    mean : float32 Tensor, shape (column,)
    directions : float32 Tensor, shape (component, column)
        Of length 1, by falling variance; the value that is largest regardless of sign is positive. Zeros
        where rows vary in fewer directions.
    variance : float32 Tensor, shape (component,)
        Of the training rows along each direction (1/n).
    share : float32 Tensor, shape (component,)
        The same as a share of all their variance.

    Raises
    ------
    InputError
        If `components` or `rank` is out of range.

    Source
    ------
    Chen and Jin (2015), section 4.2: appearance is compressed to 84. In one pass with few directions kept:
    Ross et al. (2008), "Incremental learning for robust visual tracking".

    Examples
    --------
    >>> layer = PrincipalComponents(2, 1)
    >>> layer.fit(torch.tensor([[1.0, 0.0], [3.0, 0.0], [5.0, 0.0]]))
    >>> layer(torch.tensor([[4.0, 9.0], [float("nan"), 1.0]])).tolist()
    [[1.0], [0.0]]
    """

    mean: Tensor
    directions: Tensor
    variance: Tensor
    share: Tensor

    def __init__(self, width: int, components: int, rank: int | None = None, of: str = "the columns"):
        super().__init__()
        if not 1 <= components <= width:
            raise InputError(f"components is {components}; expected 1 to {width}, the number of columns")
        if rank is not None and rank < components:
            raise InputError(f"rank is {rank}; expected {components} or more, the number of components")
        self._of = of
        self._rank = max(RANK, 2 * components) if rank is None else rank
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("directions", torch.eye(components, width))
        self.register_buffer("variance", torch.zeros(components))
        self.register_buffer("share", torch.zeros(components))

    @torch.no_grad()
    def fit(self, rows: Tensor | Iterable[Tensor]) -> None:
        """Find the components, in one pass and float64; pieces are asked for one at a time.

        How rows are cut into pieces does not matter: they are gathered into blocks of as many as directions
        are kept.

        Parameters
        ----------
        rows : Tensor or iterable of Tensor, each of shape (row, column)
            Rows that were observed, such as `Example.observed` gives. A row with a NaN is left out.

        Raises
        ------
        InputError
            If a piece has another number of columns, or there are fewer whole rows than components.
        """
        width, components = len(self.mean), len(self.directions)
        count, mean, total = 0, torch.zeros(width, dtype=torch.float64), 0.0
        # directions times their deviation times root of count, up to `rank`; the shift of the mean; rows
        room, rank, kept = torch.empty(2 * self._rank + 1, width, dtype=torch.float64), self._rank, 0
        block = room[rank + 1 :]
        for size in _blocks([rows] if isinstance(rows, Tensor) else rows, block):
            here, both = block[:size].mean(dim=0), count + size
            block[:size] -= here
            torch.mul(here - mean, (count * size / both) ** 0.5, out=room[rank])
            total += float(torch.linalg.vector_norm(room[rank : rank + 1 + size]) ** 2)
            mean = mean + (here - mean) * size / both
            kept = _strongest(room[rank - kept : rank + 1 + size], room[:rank])
            count = both
        if count < components:
            raise InputError(
                f"{components} principal components of {self._of} were asked of {count} whole rows; "
                "expected as many rows or more, give more recordings or ask for fewer components"
            )
        strongest = room[rank - kept : rank]
        lengths = strongest.norm(dim=1)
        found = int((lengths.square() > _FLAT * lengths.square().max()).sum()) if kept else 0
        found = min(found, components)
        directions = torch.zeros(components, width, dtype=torch.float64)
        directions[:found] = strongest[:found] / lengths[:found, None]
        largest = directions.gather(1, directions.abs().argmax(dim=1, keepdim=True))
        directions = torch.where(largest < 0, -directions, directions)
        variance = torch.zeros(components, dtype=torch.float64)
        variance[:found] = lengths[:found].square() / count
        self.mean.copy_(mean)
        self.directions.copy_(directions)
        self.variance.copy_(variance)
        self.share.copy_(variance * count / total if total > 0 else variance)

    def forward(self, values: Tensor, observed: Tensor | None = None) -> Tensor:
        """Project.

        Parameters
        ----------
        values : (..., column)
            NaN: missing.
        observed : bool (...), or None
            False: the row is missing; None: none is.

        Returns
        -------
        (..., component)
            0 where the row is missing.
        """
        scores = (values - self.mean).nan_to_num(nan=0.0) @ self.directions.T  # (..., component)
        return scores if observed is None else torch.where(observed.unsqueeze(-1), scores, 0)


def _blocks(pieces: Iterable[Tensor], block: Tensor) -> Iterator[int]:
    """Write whole rows of all pieces into `block`, over and over; how many there are each time it is full."""
    size, width = block.shape
    held = 0
    for piece in pieces:
        if piece.ndim != 2 or piece.shape[1] != width:
            raise InputError(
                f"rows to find components of have shape {tuple(piece.shape)}; expected (row, {width}), as "
                "many columns as the layer"
            )
        for part in piece.split(AT_ONCE):
            rows = part[torch.isfinite(part).all(dim=1)]
            while len(rows):
                fitting = rows[: size - held]
                block[held : held + len(fitting)] = fitting
                held, rows = held + len(fitting), rows[size - held :]
                if held == size:
                    yield held
                    held = 0
    if held:
        yield held


def _strongest(rows: Tensor, place: Tensor) -> int:
    """Write orthogonal rows, with nearly the same second moments as `rows`, to the end of `place`.

    Longest first. Returns how many there are. `place` may share its memory with `rows`.
    """
    most = min(*rows.shape, len(place))
    found = place[len(place) - most :]
    if len(rows) >= rows.shape[1]:  # as many columns as rows or fewer: moments of columns are smaller
        squares, along = torch.linalg.eigh(rows.T @ rows)
        squares, along = squares.flip(0)[:most], along.flip(1)[:, :most]
        found.copy_(along.T * squares.clamp(min=0).sqrt()[:, None])
        return most
    _, along = torch.linalg.eigh(rows @ rows.T)
    turned = along.flip(1)[:, :most].T.contiguous()
    for first in range(0, rows.shape[1], COLUMNS_AT_ONCE):
        columns = slice(first, first + COLUMNS_AT_ONCE)
        found[:, columns] = turned @ rows[:, columns]
    return most
