"""Tables that a corpus brings along: features, physiology and landmarks over time, read when asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from emotrace.errors import DataError

__all__ = ["TableFile", "TimedTable"]


@dataclass(frozen=True)
class TimedTable:
    """Values of several columns over time.

    Parameters
    ----------
    times_s : float64 array, shape (time,), s
        Start of the step that each row describes (see `emotrace.timing`); rising.
    values : float array, shape (time, column)
        In the unit of the file; NaN: missing.
    columns : tuple of str
    """

    times_s: np.ndarray
    values: np.ndarray
    columns: tuple[str, ...]


@dataclass(frozen=True)
class TableFile:
    """A table on disk.

    Parameters
    ----------
    path : Path
    reader : callable (path) -> TimedTable
        Defined in a module (or a `functools.partial` of such a function), so that it reaches
        another process.
    kind : {"signal", "feature"}
        "signal": raw physiology or behaviour, a modality of its own; "feature": computed from media
        by the corpus's makers, such as functionals, landmarks and face boxes.
    """

    path: Path
    reader: Callable[[Path], TimedTable]
    kind: Literal["signal", "feature"] = "feature"

    def read(self) -> TimedTable:
        """The whole table.

        Raises
        ------
        DataError
            If the file is broken, its times do not rise, or its shape is not (time, column).
        """
        table = self.reader(self.path)
        shape = (len(table.times_s), len(table.columns))
        if np.shape(table.values) != shape or shape[0] == 0:
            raise DataError(f"{self.path} holds values of shape {np.shape(table.values)}; expected {shape}")
        if not np.isfinite(table.times_s).all() or not (np.diff(table.times_s) > 0).all():
            raise DataError(
                f"{self.path} holds times that do not rise; expected each row later than the last"
            )
        return table
