"""When each frame of a video was taken, as RECOLA and AVEC state it in a table beside the video."""

from pathlib import Path

import numpy as np

from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.signal_csv import time_column
from emotrace.corpora.table import read_table
from emotrace.errors import DataError
from emotrace.remarks import Remarks


def read_frame_times(path: Path) -> np.ndarray:
    """Times in s of the frames of one video, float64 (frame,), one per row.

    Parameters
    ----------
    path : Path
        ``;`` between cells, one header line. The column named time (RECOLA: ``time in seconds``), else
        the second one (AVEC, whose header is not known).

    Raises
    ------
    DataError
        If the file is broken, has no header or no such column, or time does not rise.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "train_1.csv"
    >>> _ = path.write_text("frame;time\\n1;0\\n2;0.04\\n3;0.12\\n")
    >>> read_frame_times(path)
    array([0.  , 0.04, 0.12])
    """
    table = read_table(path)
    names = list(table.columns)
    named = time_column(names)
    if named is None and (len(names) < 2 or all(_is_number(name) for name in names)):
        raise DataError(
            f"{path} begins with the cells {', '.join(names)}; expected a header, and times of frames in a "
            "column time or the second one"
        )
    column = named or names[1]
    times_s = table.numbers(column)
    check_rising(times_s, path, column)
    return times_s


def frame_times_if_sound(path: Path | None, remarks: Remarks) -> np.ndarray | None:
    """As `read_frame_times`; None without a file, and for a broken one, with a remark.

    Where there are none, the times that the video itself states are used.
    """
    if path is None:
        return None
    try:
        return read_frame_times(path)
    except DataError as error:
        remarks.note(f"times in the video are taken for those in a broken file: {error}")
        return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
