"""Reads ratings from a CSV file, a folder of them, or a corpus: what `emotrace gold` starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from emotrace.annotation.fusion import Rated
from emotrace.corpora.adapter import Adapter
from emotrace.corpora.gold import interpolation_remark, together
from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Series
from emotrace.corpora.recording_names import recording_names
from emotrace.corpora.roots import list_folder, subfolders
from emotrace.corpora.table import Table, read_table
from emotrace.errors import DataError
from emotrace.remarks import Remarks

DIMENSIONS = (
    "activation", "arousal", "dominance", "expectancy", "intensity", "liking", "power", "trustworthiness",
    "valence",
)  # fmt: skip
TIMES = {"time": None, "timestamp": None, "time_s": 1.0, "time_ms": 1e-3}  # None: by the step
UNNAMED = "rating"
_LEAST_STEP_MS = 5.0  # a larger step than this is milliseconds: nobody rates every 5 s


@dataclass(frozen=True)
class RatingFiles:
    """Ratings that were found.

    Parameters
    ----------
    recordings : tuple of Rated
    failed : tuple of (str, str)
        Files that could not be read, and why.
    warnings : tuple of str
    """

    recordings: tuple[Rated, ...]
    failed: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


def read_rating_files(path: str | Path) -> RatingFiles:
    """Ratings of one CSV file, of a folder of them, or of a folder of folders named by dimension.

    Parameters
    ----------
    path : path
        Files have a time column (``time``, ``timestamp``, ``time_s`` or ``time_ms``) and one column per
        rater, parted by ``;``, ``,`` or tabulators. Without a unit in its name, a time column with steps of
        more than 5 is in milliseconds. The dimension is the name of the sub-folder; without any, that
        of the folder if it is a known one, else ``rating``.

    Returns
    -------
    RatingFiles

    Raises
    ------
    DataError
        If there is no such path, or no CSV file in it.
    """
    remarks, failed, found = Remarks(), list[tuple[str, str]](), list[Rated]()
    for dimension, files in _files(Path(path).expanduser(), remarks).items():
        names = recording_names([PurePath(file.name) for file in files])
        for name, file in zip(names, files, strict=True):
            try:
                found.append(_read(file, dimension, name, remarks))
            except DataError as error:
                failed.append((f"{dimension}/{name}", str(error)))
    return RatingFiles(tuple(found), tuple(failed), remarks.texts())


def read_corpus_ratings(adapter: Adapter, root: str | Path, **options: str) -> RatingFiles:
    """Ratings of every recording of a corpus that has some.

    Raters of one recording on different times are put on the times of the one with the most, as
    `emotrace.corpora.gold.together` says. `options` are those of the adapter.

    Raises
    ------
    ConfigError
        If the adapter has no such option.
    DataError
        If `root` is no folder or holds no such corpus, or nothing in it is rated by single raters.
    """
    folder = Path(root).expanduser()
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder; expected the root of a {adapter.name} corpus")
    adapter.check_options(options)
    corpus = adapter.read(folder, **options)
    remarks, found = Remarks(), []
    for recording in corpus.recordings:
        for dimension, raters in recording.ratings.items():
            if raters:
                found.append(_of_series(recording.name, dimension, raters, remarks))
    if not found:
        raise DataError(
            f"{folder}: the {adapter.name} corpus there has no ratings of single raters, in "
            f"{len(corpus.recordings)} recordings; expected some to make a gold standard of"
        )
    return RatingFiles(tuple(found), corpus.skipped, (*corpus.warnings, *remarks.texts()))


def read_reference_files(
    path: str | Path, recordings: Sequence[Rated]
) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]:
    """Signals to compare gold standards with: times in seconds and values, by dimension and recording.

    Parameters
    ----------
    path : path
        Laid out as ratings are, with a time column and one more, or one named as the dimension. A file that
        lies in no folder of a dimension is for all dimensions.
    recordings : sequence of Rated
        Whose names are looked for.

    Raises
    ------
    DataError
        If there is no such path, no CSV file, no recording with a signal, or a signal cannot be read.
    """
    wanted = {(one.dimension, one.name) for one in recordings}
    names = {name for _, name in wanted}
    signals = {}
    for folder, files in _files(Path(path).expanduser(), Remarks()).items():
        for name, file in zip(recording_names([PurePath(file.name) for file in files]), files, strict=True):
            if len(files) == 1 and len(names) == 1:
                name = next(iter(names))
            for dimension in {dimension for dimension, _ in wanted}:
                if folder in (dimension, UNNAMED) and (dimension, name) in wanted:
                    signals[dimension, name] = _read_signal(file, dimension)
    if not signals:
        raise DataError(
            f"{path} holds no signal for any of the recordings; expected CSV files of the same names, such "
            f"as {sorted(names)[0]}.csv"
        )
    return signals


def _files(path: Path, remarks: Remarks) -> dict[str, list[Path]]:
    """CSV files by dimension."""
    if path.is_file():
        return {_dimension(path.parent): [path]}
    if not path.exists():
        raise DataError(f"{path} does not exist; expected a CSV file of ratings or a folder of them")
    here = _csv_files(path)
    below = {folder.name: _csv_files(folder) for folder in subfolders(path)}
    below = {name: files for name, files in below.items() if files}
    if here and below:
        for file in here:
            remarks.add("files beside the folders of dimensions are left out", file.name)
    if below:
        safe = recording_names([PurePath(f"{name}.csv") for name in below])
        return dict(zip(safe, below.values(), strict=True))
    if not here:
        seen = ", ".join(entry.name for entry in list_folder(path)[:12]) or "an empty folder"
        raise DataError(
            f"{path}: looked for *.csv there and in its folders, and saw {seen}; expected one CSV file of "
            "ratings per recording, in a folder per dimension"
        )
    return {_dimension(path): here}


def _csv_files(folder: Path) -> list[Path]:
    return [entry for entry in list_folder(folder) if entry.suffix.lower() == ".csv" and entry.is_file()]


def _dimension(folder: Path) -> str:
    name = folder.absolute().name.lower()
    return name if name in DIMENSIONS else UNNAMED


def _read(path: Path, dimension: str, name: str, remarks: Remarks) -> Rated:
    table = read_table(path)
    times_s, time = _times(table, remarks, name)
    raters = [column for column in table.columns if column != time]
    if not raters:
        raise DataError(f"{path} has no column besides {time}; expected one column per rater")
    known = [rater for rater in raters if rater.lower() in DIMENSIONS]
    if known:
        raise DataError(
            f"{path} has the columns {', '.join(raters)}, and {known[0]} is a dimension, no rater: this "
            "seems to be a gold standard already; expected one column per rater of one dimension"
        )
    values = np.stack([table.numbers(rater) for rater in raters])
    return Rated(name, dimension, times_s, tuple(raters), values)


def _read_signal(path: Path, dimension: str) -> tuple[np.ndarray, np.ndarray]:
    table = read_table(path)
    times_s, time = _times(table, Remarks(), path.stem)
    others = [column for column in table.columns if column != time]
    column = next((name for name in others if name.lower() == dimension.lower()), None)
    if column is None and len(others) != 1:
        raise DataError(
            f"{path} has the columns {', '.join(table.columns)}; expected a time column and one signal, or "
            f"one named {dimension}"
        )
    return times_s, table.numbers(column or others[0])


def _times(table: Table, remarks: Remarks, name: str) -> tuple[np.ndarray, str]:
    """Times in seconds, and the name of their column."""
    time = next((column for column in table.columns if column.lower() in TIMES), None)
    if time is None:
        raise DataError(
            f"{table.path} has no time column; its columns are {', '.join(table.columns)}; expected one of "
            f"{', '.join(TIMES)}"
        )
    times = table.numbers(time)
    check_rising(times, table.path, time)
    if len(times) < 2:
        raise DataError(f"{table.path} has a single row; expected at least two")
    scale = TIMES[time.lower()]
    if scale is None:
        scale = 1.0
        if float(np.median(np.diff(times))) > _LEAST_STEP_MS:
            scale = 1e-3
            remarks.add(f"column {time} has steps of more than 5, so it is taken for milliseconds", name)
    return times * scale, time


def _of_series(name: str, dimension: str, raters: Mapping[str, Series], remarks: Remarks) -> Rated:
    times_s, values, interpolated = together(raters)
    if interpolated:
        remarks.add(interpolation_remark(dimension), name)
    return Rated(name, dimension, times_s, tuple(raters), values)
