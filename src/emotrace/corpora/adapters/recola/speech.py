"""When the subject of a RECOLA recording speaks, as a table of 40 ms steps."""

from pathlib import Path

import numpy as np

from emotrace.corpora.label_steps import LABEL_STEP_S
from emotrace.corpora.table import read_table
from emotrace.corpora.tables import TimedTable
from emotrace.errors import DataError
from emotrace.timing import step_times

RATED_S = 300.0


def read_speech(path: Path) -> TimedTable:
    """Share of each step of 40 ms in which the subject speaks, from a list of segments.

    The share is given for the five minutes that are rated, and up to the end of the last segment.

    Parameters
    ----------
    path : Path
        ``;`` between cells, columns ``start`` and ``stop`` in s.

    Returns
    -------
    TimedTable
        One column, ``speech``, values in [0, 1].

    Raises
    ------
    DataError
        If the file is broken, a column is missing, or a segment ends before it starts.

    Source
    ------
    CORPORA 1.1 (RECOLA-Audio_timings); shares of steps: our choice, since a list of segments has no
    grid of time that it could be put beside labels by.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "P16.csv"
    >>> _ = path.write_text("start;stop\\n0.02;0.1\\n")
    >>> read_speech(path).values[:4, 0]
    array([0.5, 1. , 0.5, 0. ])
    """
    table = read_table(path, lower_case_header=True)
    table.require("start", "stop")
    starts_s, stops_s = table.numbers("start"), table.numbers("stop")
    wrong = np.flatnonzero(~(starts_s <= stops_s) | ~(starts_s >= 0))
    if len(wrong):
        row = wrong[0]
        raise DataError(
            f"{path}, line {table.lines[row]}: a segment from {starts_s[row]:g} to {stops_s[row]:g} s; "
            "expected times from 0 s on, stop after start"
        )
    steps = int(np.ceil(max(RATED_S, stops_s.max()) / LABEL_STEP_S - 1e-6))
    edges_s = step_times(0, steps + 1, LABEL_STEP_S)
    shares = np.zeros(steps)
    for start_s, stop_s in _joined(starts_s, stops_s):
        shares += np.diff(np.clip(edges_s, start_s, stop_s)) / LABEL_STEP_S
    return TimedTable(edges_s[:-1], np.clip(np.round(shares, 9), 0, 1)[:, None], ("speech",))


def _joined(starts_s: np.ndarray, stops_s: np.ndarray) -> list[tuple[float, float]]:
    """Segments in order, those that overlap as one."""
    joined: list[tuple[float, float]] = []
    for start_s, stop_s in sorted(zip(starts_s.tolist(), stops_s.tolist(), strict=True)):
        if joined and start_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop_s))
        else:
            joined.append((start_s, stop_s))
    return joined
