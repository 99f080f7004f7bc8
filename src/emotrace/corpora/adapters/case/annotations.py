"""The joystick's trace of each stimulus of CASE, from a subject's file of the whole session."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.corpora.adapters.case.stimuli import CONTENTS, Shown
from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Series
from emotrace.corpora.table import read_table
from emotrace.corpora.text_cells import read_text, to_numbers
from emotrace.errors import DataError

DIMENSIONS = ("arousal", "valence")
_FURTHEST = 26225  # of the raw joystick, to either side


@dataclass(frozen=True)
class Trace:
    """What a subject said about one stimulus; times count from `first_ms` of the session."""

    video: int
    first_ms: float
    last_ms: float
    gold: dict[str, Series]


def read_session(path: Path) -> tuple[list[Trace], list[int]]:
    """Traces by stimulus of a file ``jstime,valence,arousal,video``, and other video ids that it holds.

    Returns
    -------
    traces : list of Trace
        In the order shown; times in s from the first row of the stimulus.
    others : list of int
        Ids of start and end clips and blue screens.

    Raises
    ------
    DataError
        If the file is broken, time does not rise, or a stimulus is shown twice.
    """
    table = read_table(path, lower_case_header=True)
    table.require("jstime", "valence", "arousal", "video")
    times_ms, videos = table.numbers("jstime"), table.numbers("video")
    check_rising(times_ms / 1000, path, "jstime")
    values = {name: table.numbers(name) for name in DIMENSIONS}
    traces = []
    order = list(dict.fromkeys(videos[~np.isnan(videos)].tolist()))
    for video in [int(one) for one in order if one in CONTENTS]:
        rows = np.flatnonzero(videos == video)
        if rows[-1] - rows[0] + 1 != len(rows):
            raise DataError(
                f"{path} shows video {video} more than once, first in line {table.lines[rows[0]]}; expected "
                "its rows in one block"
            )
        traces.append(_trace(video, times_ms[rows], {name: row[rows] for name, row in values.items()}))
    return traces, [int(one) for one in order if one not in CONTENTS]


def read_raw_session(path: Path, shown: list[Shown]) -> list[Trace]:
    """Traces by stimulus of ``sub<n>_joystick.txt``: time in s, X valence, Y arousal, no header.

    Raises
    ------
    DataError
        If the file is broken, or time does not rise.

    Source
    ------
    The scale of the corpus's own script ``s03_v2_interTransformData.m``: 0.5 + 9 (x + 26225) / 52450.
    """
    lines = [line.split("\t") for line in read_text(path).splitlines() if line.strip()]
    for number, cells in enumerate(lines, start=1):
        if len(cells) != 3:
            raise DataError(f"{path}, line {number} has {len(cells)} cells; expected time, X and Y")
    columns = [
        to_numbers([row[i].strip() for row in lines], range(1, len(lines) + 1), path, name)
        for i, name in enumerate(("time", "X", "Y"))
    ]
    times_s, valence, arousal = columns
    check_rising(times_s, path)
    scaled = {"arousal": _scaled(arousal), "valence": _scaled(valence)}
    traces = []
    for one in shown:
        rows = (times_s >= one.first_ms / 1000) & (times_s < one.last_ms / 1000)
        if rows.any():
            values = {name: row[rows] for name, row in scaled.items()}
            traces.append(_trace(one.video, times_s[rows] * 1000, values, one))
    return traces


def _scaled(deflection: np.ndarray) -> np.ndarray:
    return 0.5 + 9 * (deflection + _FURTHEST) / (2 * _FURTHEST)


def _trace(
    video: int, times_ms: np.ndarray, values: dict[str, np.ndarray], shown: Shown | None = None
) -> Trace:
    first_ms = float(times_ms[0]) if shown is None else shown.first_ms
    last_ms = float(times_ms[-1]) if shown is None else shown.last_ms
    times_s = (times_ms - first_ms) / 1000
    return Trace(video, first_ms, last_ms, {name: Series(times_s, values[name]) for name in DIMENSIONS})
