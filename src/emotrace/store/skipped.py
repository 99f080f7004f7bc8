"""skipped.csv: every recording that was left out of a prepared corpus, and why."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from emotrace.store.files import publish, temporary
from emotrace.store.record import SKIPPED


def write_skipped(out: Path, left_out: Iterable[tuple[str, str]]) -> None:
    """Write ``skipped.csv`` with the columns recording and reason; none where nothing was left out.

    Parameters
    ----------
    out : Path
        Folder of the prepared corpus.
    left_out : iterable of (name, reason)

    Raises
    ------
    DataError
        If the disk is full.
    """
    path = out / SKIPPED
    rows = [("recording", "reason"), *left_out]
    if len(rows) == 1:
        path.unlink(missing_ok=True)
        return
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    if path.is_file() and path.read_bytes() == text.getvalue().encode():
        return
    with temporary(path) as part:
        part.write_text(text.getvalue(), encoding="utf-8", newline="")
        publish(path)
