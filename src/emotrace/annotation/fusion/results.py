"""What `make_gold` gives: gold standards, agreement and delays, per recording and per dimension."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from emotrace.annotation.agreement import Agreement
from emotrace.annotation.delay import Delay
from emotrace.annotation.fusion.settings import GoldSettings

KINDS = ("raw", "centred")
"""Ratings after the steps as they are, and with each rater's offset in the recording taken out."""
IN_WORDS = {"raw": "with their offsets", "centred": "offsets taken out"}


@dataclass(frozen=True)
class RecordingGold:
    """Gold standard of one recording in one dimension.

    Parameters
    ----------
    name : str
    times_s : float64 array, shape (time,), s
    values, low, high : float64 array, shape (time,)
        Gold standard, and the band of agreement around it: the gold standard less and plus the standard
        deviation (1/n) over the raters at that time.
    raters : tuple of str
    ratings : float64 array, shape (rater, time)
        After the steps, as they were fused; NaN: not rated.
    weights : float64 array, shape (rater,), or None
        Share of each rater, where the method tells.
    agreement : dict of "raw" and "centred" to Agreement
        Of the ratings before what the method itself does first.
    """

    name: str
    times_s: np.ndarray
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    raters: tuple[str, ...]
    ratings: np.ndarray
    weights: np.ndarray | None
    agreement: Mapping[str, Agreement]


@dataclass(frozen=True)
class DimensionGold:
    """All recordings of one dimension.

    Parameters
    ----------
    dimension : str
    raters : tuple of str
    recordings : tuple of RecordingGold
    agreement : dict of "raw" and "centred" to Agreement
        Over all recordings end to end.
    delays_s : dict of rater to float, s
        By how much each rater was moved earlier.
    found : dict of str to Delay
        What was estimated: by rater against the mean of the others, or under ``"gold"`` against a reference.
    """

    dimension: str
    raters: tuple[str, ...]
    recordings: tuple[RecordingGold, ...]
    agreement: Mapping[str, Agreement]
    delays_s: Mapping[str, float] = field(default_factory=dict)
    found: Mapping[str, Delay] = field(default_factory=dict)


@dataclass(frozen=True)
class GoldResult:
    """All that was made.

    Parameters
    ----------
    settings : GoldSettings
    steps : tuple of str
        What was done, in order, in words.
    dimensions : tuple of DimensionGold
    failed : tuple of (str, str)
        ``dimension/name`` and the reason.
    warnings : tuple of str
    """

    settings: GoldSettings
    steps: tuple[str, ...]
    dimensions: tuple[DimensionGold, ...]
    failed: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
