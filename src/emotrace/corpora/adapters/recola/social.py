"""Social behaviour in RECOLA, whose files no one has described: over time, or one value per rater."""

from pathlib import Path

import numpy as np

from emotrace.corpora.label_steps import LABEL_STEP_S, step_series
from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Series
from emotrace.corpora.table import Table, read_table
from emotrace.errors import DataError

SOCIAL = ("agreement", "dominance", "engagement", "performance", "rapport")


def read_social(path: Path) -> dict[str, Series]:
    """The raters of one recording and dimension; a single time, 0 s, where the whole clip is rated.

    Understood are a column ``time`` and one per rater; one row with a column per rater; and rows of a
    rater's name and a value.

    Raises
    ------
    DataError
        If the file is broken or none of these.

    Source
    ------
    CORPORA 1.1, which marks the layout as unknown; the forms are our guesses.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "P16.csv"
    >>> _ = path.write_text("FM1 ;FF3\\n4;5\\n")
    >>> {rater: series.values.tolist() for rater, series in read_social(path).items()}
    {'FM1': [4.0], 'FF3': [5.0]}
    """
    table = read_table(path)
    time = next((name for name in table.columns if name.lower() == "time"), None)
    if time is not None:
        return _over_time(table, time)
    texts = [name for name in table.columns if not _is_numeric(table, name)]
    others = [name for name in table.columns if name not in texts]
    if len(table.lines) == 1 and others and not texts:
        return {name: _whole(table.numbers(name)[0]) for name in others}
    if len(texts) == 1 and len(others) == 1:
        raters, values = table.columns[texts[0]], table.numbers(others[0])
        if len(set(raters)) == len(raters):
            return {rater: _whole(value) for rater, value in zip(raters, values, strict=True)}
    raise DataError(
        f"{path} has the columns {', '.join(table.columns)} and {len(table.lines)} rows, which is not "
        "understood; run `emotrace corpora recola --inspect ROOT` and report what it prints"
    )


def _over_time(table: Table, time: str) -> dict[str, Series]:
    times_s = table.numbers(time)
    check_rising(times_s, table.path)
    raters = {name: table.numbers(name) for name in table.columns if name != time}
    if not raters:
        raise DataError(f"{table.path} has no column besides {time}; expected one column per rater")
    step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else np.inf
    if abs(step_s - LABEL_STEP_S) < 0.001:  # as arousal and valence are rated
        return {name: step_series(times_s, values, table.path) for name, values in raters.items()}
    return {name: Series(times_s, values) for name, values in raters.items()}


def _whole(value: float) -> Series:
    return Series(np.zeros(1), np.array([value]))


def _is_numeric(table: Table, name: str) -> bool:
    try:
        table.numbers(name)
    except DataError:
        return False
    return True
