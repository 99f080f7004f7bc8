"""What the features of physiology share: windows of 4 s every 40 ms, which of them count, and neurokit2."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from emotrace import timing
from emotrace.errors import MissingExtraError
from emotrace.features.feature import Feature
from emotrace.features.signal import Signal
from emotrace.features.sliding_windows import mean_known, sliding_windows, slopes_of_rows
from emotrace.features.track import Track
from emotrace.timing import Timeline

STEP_S = 0.04
WINDOW_S = 4.0
SLOPE_ROWS = 5  # rows to each side over which derivatives are taken: 0.4 s
FEWEST_GOOD = 0.5  # share of a window's 4 s that must be good


def with_derivatives(
    name: str,
    needs: str,
    compute: Callable[[Track], Track],
    blocks: Mapping[str, int],
    columns: Sequence[str],
    summary: str,
    source: str,
    version: int,
) -> Feature:
    """The feature of descriptors and, behind them, their first derivatives, as `track_of` lays them out.

    Parameters
    ----------
    name, needs, compute, summary, source, version
        As of `Feature`.
    blocks : mapping of str to int
        Of the descriptors.
    columns : sequence of str
        Of the descriptors.
    """
    return Feature(
        name=name,
        needs=needs,
        compute=compute,
        blocks={**blocks, **{f"{block}-derivative": width for block, width in blocks.items()}},
        version=version,
        summary=f"{summary} over {WINDOW_S:g} s, and their derivatives",
        source=source,
        extra="physiology",
        columns=(*columns, *(f"{column}_derivative" for column in columns)),
    )


def import_neurokit() -> ModuleType:
    """The package neurokit2.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import neurokit2
    except ImportError as error:
        raise MissingExtraError(
            "features of physiology need neurokit2, which is not installed: "
            "pip install 'emotrace[physiology]'"
        ) from error
    return neurokit2  # type: ignore[no-any-return]


def row_count(signal: Signal) -> int:
    """Steps of 40 ms from 0 s to the end of a signal, at least 1."""
    return timing.step_count(max(0.0, signal.end_s), STEP_S)


def grid_times(rows: int, rate_hz: float) -> np.ndarray:
    """Times of samples at a rate from 0 s to the end of the last row, float64 (sample,), s."""
    return np.arange(round(rows * STEP_S * rate_hz)) / rate_hz


def windows_at(rate_hz: float) -> tuple[int, int]:
    """Size and hop of a window in samples."""
    return round(WINDOW_S * rate_hz), round(STEP_S * rate_hz)


def good_share(good: np.ndarray, rate_hz: float, rows: int) -> np.ndarray:
    """Share of the 4 s around each step that is good, float64 (row,); what lies outside the signal is not."""
    size, hop = windows_at(rate_hz)
    parts = [
        mean_known(known, np.ones_like(known))
        for _, known in sliding_windows(np.zeros(len(good)), good, size, hop, rows)
    ]
    return np.concatenate(parts)


def track_of(
    descriptors: np.ndarray, columns: Sequence[str], shares: np.ndarray, quality: dict[str, Any]
) -> Track:
    """A track of descriptors and, behind them, their first derivatives.

    Parameters
    ----------
    descriptors : float array, shape (row, descriptor)
    columns : tuple of str
        Of descriptors and derivatives.
    shares : float array, shape (row,)
        Share of each window that is good; a row with less than half holds no observation.
    quality : dict
        For the attribute ``quality``.

    Returns
    -------
    Track
        float32 (row, 2 * descriptor), 25 Hz from 0 s.
    """
    valid = shares >= FEWEST_GOOD
    rows = np.where(valid[:, None], descriptors, np.nan)
    rows = np.concatenate([rows, slopes_of_rows(rows, STEP_S, SLOPE_ROWS)], axis=1)
    return Track(
        values=rows.astype(np.float32),
        timeline=Timeline.regular(len(rows), 1 / STEP_S),
        valid=valid,
        attributes={"columns": list(columns), "quality": quality},
    )
