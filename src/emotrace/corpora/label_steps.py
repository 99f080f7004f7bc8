"""Labels and features of RECOLA and AVEC, one row per 40 ms from 0 s on, as values of steps."""

from pathlib import Path

import numpy as np

from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Series
from emotrace.errors import DataError

LABEL_STEP_S = 0.04


def step_series(times_s: np.ndarray, values: np.ndarray, path: Path) -> Series:
    """Labels of a file as values of 40 ms steps: the label at t describes the step that starts at t - 0.04 s.

    The label at t = 0 describes no step and is dropped, so 7,501 labels give 7,500 steps.

    Raises
    ------
    DataError
        If times do not rise, are not 0.04 s apart, or nothing is left.

    Source
    ------
    CORPORA 1.5: label i belongs to the audio samples in ((i - 1) * 0.04, i * 0.04] and to video
    frame i, the usual rule of published loaders.

    Examples
    --------
    >>> series = step_series(np.array([0, 0.04, 0.08]), np.array([0.1, 0.2, 0.3]), Path("dev_1.arff"))
    >>> series.times_s.tolist(), series.values.tolist()
    ([0.0, 0.04], [0.2, 0.3])
    """
    check_rising(times_s, path)
    if len(times_s) > 1 and abs(np.median(np.diff(times_s)) - LABEL_STEP_S) > 0.001:
        step = np.median(np.diff(times_s))
        raise DataError(f"{path} has a label every {step:g} s; expected one every {LABEL_STEP_S} s")
    starts_s, kept = step_starts(times_s)
    if not kept.any():
        raise DataError(f"{path} has no label later than 0 s; expected one every {LABEL_STEP_S} s")
    return Series(starts_s, values[kept])


def step_starts(times_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts of the steps that rows at these times describe, and which rows describe one.

    Parameters
    ----------
    times_s : float64 array, shape (row,), s

    Returns
    -------
    starts_s : float64 array, shape (step,), s
        One step of 40 ms earlier.
    kept : bool array, shape (row,)
        False: the row at 0 s.

    Examples
    --------
    >>> step_starts(np.array([0, 0.04, 0.08]))
    (array([0.  , 0.04]), array([False,  True,  True]))
    """
    kept = ~(times_s <= LABEL_STEP_S / 2)  # a missing time is kept, for others to refuse
    return np.round(times_s[kept] - LABEL_STEP_S, 6), kept
