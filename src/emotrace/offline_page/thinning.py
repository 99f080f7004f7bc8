"""Fewer points for display: the extremes of each bucket stay, so no peak is lost."""

import numpy as np


def thin(values: np.ndarray, most: int) -> np.ndarray:
    """Rows to draw of a long series: least and largest value of each of `most` / 2 buckets.

    Parameters
    ----------
    values : float array, shape (time,)
        NaN: a gap, which stays where it fills a bucket.
    most : int, >= 2
        About the most rows to keep.

    Returns
    -------
    int64 array, shape (row,)
        Rising row numbers; all rows of a series that is short enough.

    Source
    ------
    Our choice; the M4 aggregation of Jugel et al. (2014) without first and last.

    Examples
    --------
    >>> thin(np.array([0.0, 5.0, 1.0, 0.0, -2.0, 3.0]), 4)
    array([0, 1, 4, 5])
    """
    n = len(values)
    if n <= most:
        return np.arange(n, dtype=np.int64)
    size = -(-n // (most // 2))  # rows of a bucket
    buckets = -(-n // size)
    padded = np.full(buckets * size, np.nan)
    padded[:n] = values
    bucket = padded.reshape(buckets, size)
    known = np.isfinite(bucket)
    least = np.where(known, bucket, np.inf).argmin(axis=1)
    largest = np.where(known, bucket, -np.inf).argmax(axis=1)
    starts = np.arange(buckets) * size
    return np.unique(np.concatenate([starts + least, starts + largest])).astype(np.int64)
