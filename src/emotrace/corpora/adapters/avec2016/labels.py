"""Labels of AVEC: gold standard, individual ratings, and ratings that the organisers centred."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from emotrace.annotation import centre_ratings
from emotrace.corpora.adapters.avec2016.layout import DIMENSIONS, LABELS, Layout, files_by_stem
from emotrace.corpora.arff import read_arff
from emotrace.corpora.feature_arff import TIME_NAMES
from emotrace.corpora.label_steps import step_series
from emotrace.corpora.ratings_csv import read_ratings
from emotrace.corpora.recording import Series
from emotrace.corpora.roots import subfolders
from emotrace.errors import DataError, InputError
from emotrace.remarks import Remarks

_NAME_NAMES = ("instance_name", "name")
_SAME_RATING = 1e-3  # a tenth of the slider's step; files hold three decimals or more


class LabelFiles:
    """The label files of a corpus, by stem.

    Parameters
    ----------
    layout : Layout
    remarks : Remarks
        Gets what is odd.

    Raises
    ------
    DataError
        If a folder of labels cannot be listed.
    """

    def __init__(self, layout: Layout, remarks: Remarks) -> None:
        self._remarks = remarks
        self._gold, self._individual, self._centred = (
            _by_dimension(layout.folders.get(part), suffix, remarks)
            for part, suffix in zip(LABELS, (".arff", ".csv", ".csv"), strict=True)
        )
        every = (self._gold, self._individual, self._centred)
        self.dimensions = tuple(name for name in DIMENSIONS if any(files[name] for files in every))
        self.stems = {stem for files in every for found in files.values() for stem in found}

    def read(self, stem: str) -> tuple[dict[str, Series], dict[str, dict[str, Series]]]:
        """Gold standard and ratings of one recording, by dimension; both empty if it has no labels.

        Raises
        ------
        DataError
            If its gold standard is broken, or a dimension has neither gold standard nor ratings
            while another has.
        """
        gold = {name: read_gold(files[stem]) for name, files in self._gold.items() if stem in files}
        ratings = {}
        for name in self.dimensions:
            traces = self._traces(stem, name)
            if traces:
                ratings[name] = traces
        missing = [name for name in self.dimensions if name not in gold and name not in ratings]
        if missing and (gold or ratings):
            raise DataError(
                f"{stem} has no gold standard of {missing[0]}; expected {stem}.arff in {missing[0]}"
            )
        return gold, ratings

    def _traces(self, stem: str, dimension: str) -> dict[str, Series]:
        """The raters' traces of one dimension; a file that is wrong becomes a remark."""
        individual, centred = self._individual[dimension].get(stem), self._centred[dimension].get(stem)
        published = self._read(stem, centred)
        raw = self._read(stem, individual)
        if raw and published and not _reproduces(raw[1], published[1]):
            self._remarks.add(
                "centred ratings are not what CCC centring makes of the individual ones",
                f"{stem} {dimension}",
            )
        if published and not raw:
            self._remarks.add(
                "individual ratings are missing or broken, centred ones are taken", f"{stem} {dimension}"
            )
        path, found = (individual, raw) if raw else (centred, published)
        if path is None or found is None:
            return {}
        try:
            return {rater: step_series(found[0], values, path) for rater, values in found[1].items()}
        except DataError as error:
            self._remarks.note(f"ratings of {stem} are left out: {error}")
            return {}

    def _read(self, stem: str, path: Path | None) -> tuple[np.ndarray, dict[str, np.ndarray]] | None:
        if path is None:
            return None
        try:
            return read_ratings(path)
        except DataError as error:
            self._remarks.note(f"ratings of {stem} are left out: {error}")
            return None


def read_gold(path: Path) -> Series:
    """The gold standard of one recording and dimension, from its ARFF file.

    Raises
    ------
    DataError
        If the file is broken, has no column of time or not one of values, is of another recording,
        or has no rated value.
    """
    arff = read_arff(path)
    times = [name for name in arff.numbers if name.lower() in TIME_NAMES]
    values = [name for name in arff.numbers if name.lower() not in TIME_NAMES]
    named = [name for name in values if name.lower() == "goldstandard"] or values
    if len(times) != 1 or len(named) != 1:
        raise DataError(
            f"{path} has the numeric attributes {', '.join(arff.numbers) or 'none'}; expected frameTime "
            "and GoldStandard"
        )
    stems = {cell for name, cells in arff.texts.items() if name.lower() in _NAME_NAMES for cell in cells}
    if stems - {path.stem}:
        raise DataError(f"{path} holds rows of {', '.join(sorted(stems))}; expected {path.stem} only")
    series = step_series(arff.numbers[times[0]], arff.numbers[named[0]], path)
    if np.isnan(series.values).all():
        raise DataError(f"{path} has no rated value after 0 s; expected numbers in {named[0]}")
    return series


def _by_dimension(folder: Path | None, suffix: str, remarks: Remarks) -> dict[str, dict[str, Path]]:
    inside = {child.name.lower(): child for child in subfolders(folder)} if folder is not None else {}
    return {name: files_by_stem(inside.get(name), {suffix}, remarks) for name in DIMENSIONS}


def _reproduces(raw: Mapping[str, np.ndarray], published: Mapping[str, np.ndarray]) -> bool:
    """Whether CCC centring of ratings gives the published centred ones, to a tenth of a slider's step."""
    lengths = {len(values) for values in (*raw.values(), *published.values())}
    if set(raw) != set(published) or len(lengths) > 1:
        return False
    try:
        centred = centre_ratings(np.stack([raw[rater] for rater in raw]))  # (rater, time)
    except InputError:
        return False
    theirs = np.stack([published[rater] for rater in raw])
    return bool(np.allclose(centred, theirs, rtol=0, atol=_SAME_RATING, equal_nan=True))
