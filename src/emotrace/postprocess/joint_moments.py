"""Means and products of several series at once, from which every linear regression among them follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

CONSTANT = 1e-6  # share of its own size below which a deviation is rounding of its square


@dataclass(frozen=True)
class JointMoments:
    """Count, sums and sums of products of the columns of a table; those of two tables add up.

    Parameters
    ----------
    count : float
        Rows.
    sums : float64 array, shape (column,)
    products : float64 array, shape (column, column)

    Examples
    --------
    >>> whole = JointMoments.of([[0.0, 1.0], [2.0, 5.0]])
    >>> parts = JointMoments.total([JointMoments.of([[0.0, 1.0]]), JointMoments.of([[2.0, 5.0]])])
    >>> whole.mean.tolist(), parts.deviation.tolist()
    ([1.0, 3.0], [1.0, 2.0])
    """

    count: float
    sums: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, rows: object) -> "JointMoments":
        """Of a table of shape (row, column) without NaN."""
        table = np.asarray(rows, dtype=np.float64)
        return cls(float(len(table)), table.sum(axis=0), table.T @ table)

    @classmethod
    def total(cls, parts: Iterable["JointMoments"]) -> "JointMoments":
        """Of the rows of several tables (one at least) joined."""
        found = list(parts)
        sums, products = (
            np.sum([one.sums for one in found], axis=0),
            np.sum([one.products for one in found], axis=0),
        )
        return cls(sum(one.count for one in found), sums, products)

    @cached_property
    def mean(self) -> np.ndarray:
        """Of each column, (column,)."""
        return self.sums / self.count

    @cached_property
    def covariance(self) -> np.ndarray:
        """With 1/n, (column, column)."""
        return self.products / self.count - np.outer(self.mean, self.mean)

    @cached_property
    def deviation(self) -> np.ndarray:
        """Of each column (1/n), (column,); 0 where it never moves."""
        spread = np.sqrt(np.clip(np.diag(self.covariance), 0.0, None))
        size = np.sqrt(np.diag(self.products) / self.count)
        return np.where(spread > CONSTANT * size, spread, 0.0)

    @cached_property
    def correlation(self) -> np.ndarray:
        """Of each two columns, (column, column); 0 with a column that never moves."""
        deviation = self.deviation
        unit = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=deviation > 0)
        return self.covariance * np.outer(unit, unit)
