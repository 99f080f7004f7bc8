"""Label files of the SEWA database: a value per video frame."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Series
from emotrace.corpora.table import read_table
from emotrace.errors import DataError

DIMENSIONS = ("arousal", "valence", "liking")
SHOWN = {"AV": "sound and picture", "A": "sound", "V": "picture"}  # what raters saw; best first
_STEM = re.compile(
    r"^(?P<recording>.*?)_?(?P<dimension>arousal|valence|liking)(?:_(?P<shown>av|a|v))?(?:_aligned)?$",
    re.IGNORECASE,
)
_TIMES = ("time", "time_s", "timestamp")


@dataclass(frozen=True)
class LabelFile:
    """What the name of a label file says.

    Parameters
    ----------
    path : Path
    recording : str
    dimension : str
    shown : {"AV", "A", "V"}
        What its raters were shown; "AV" where the name does not say.
    """

    path: Path
    recording: str
    dimension: str
    shown: str


def parse_label_name(path: Path) -> LabelFile | None:
    """Take the name of a label file apart; None if it is none.

    Examples
    --------
    >>> label = parse_label_name(Path("SEWA01_Valence_A_Aligned.csv"))
    >>> label.recording, label.dimension, label.shown
    ('SEWA01', 'valence', 'A')
    """
    found = _STEM.match(path.stem) if path.suffix.lower() == ".csv" else None
    if found is None:
        return None
    shown = (found["shown"] or "AV").upper()
    return LabelFile(path, found["recording"], found["dimension"].lower(), shown)


def read_frame_labels(path: Path, fps: float | None, first_frame: int | None = None) -> dict[str, Series]:
    """Values over time by column; a label describes the frame that it stands beside.

    Parameters
    ----------
    path : Path
        Columns ``frame`` (a header with that word in it) and a value; further columns are further raters.
    fps : float or None, frames per second
        Not needed where the file has a column of times.
    first_frame : int or None
        Number of the frame that a cut segment begins with; frames that begin at 1 or at this one are
        counted from there, all others from 0.

    Returns
    -------
    dict of column to Series

    Raises
    ------
    DataError
        If the file is broken, has no column of frames or of values, frames do not rise, nothing is rated, or
        `fps` is needed and None.

    Source
    ------
    CORPORA 4.1; whether frames are counted from 0 or 1 is not known, so the first one tells.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "SEWA01_Valence_A_Aligned.csv"
    >>> _ = path.write_text("frame,valence\\n1,0.5\\n2,0.25\\n")
    >>> read_frame_labels(path, fps=20)
    {'valence': Series(times_s=array([0.  , 0.05]), values=array([0.5 , 0.25]))}
    """
    table = read_table(path, lower_case_header=True)
    frame = next((name for name in table.columns if "frame" in name), None)
    clock = next((name for name in table.columns if name in _TIMES), None)
    values = [name for name in table.columns if name not in (frame, clock)]
    if frame is None or not values:
        raise DataError(
            f"{path} has the columns {', '.join(table.columns)}; expected one named frame, and one of values"
        )
    if clock is not None:
        times = table.numbers(clock)
    elif fps is not None:
        frames = table.numbers(frame)
        begin = frames[0] if frames[0] in (0, 1, first_frame) else 0
        times = (frames - begin) / fps
    else:
        raise DataError(
            f"{path} counts video frames, but how many there are per second is neither in metadata.ini nor "
            "given; expected the option fps, a number or a CSV with the columns recording and fps"
        )
    check_rising(times, path, clock or frame)
    series = {name: Series(times, table.numbers(name)) for name in values}
    if all(np.isnan(one.values).all() for one in series.values()):
        raise DataError(f"{path} has no rated value; expected numbers in {', '.join(values)}")
    return series
