"""Labels of RECOLA: six raters' traces of arousal and valence, or the ones that its makers centred."""

from pathlib import Path

import numpy as np

from emotrace.corpora.adapters.recola.folders import files_by_subject
from emotrace.corpora.adapters.recola.social import SOCIAL, read_social
from emotrace.corpora.label_steps import step_series
from emotrace.corpora.ratings_csv import read_ratings
from emotrace.corpora.recording import Series
from emotrace.corpora.roots import matching
from emotrace.corpora.table import DELIMITERS
from emotrace.corpora.text_cells import read_text, to_numbers
from emotrace.errors import DataError
from emotrace.remarks import Remarks

EMOTIONAL = ("arousal", "valence")
Labels = tuple[dict[str, Series], dict[str, dict[str, Series]]]  # gold standard, ratings


class LabelFiles:
    """The label files of a corpus, by subject.

    Parameters
    ----------
    parts : dict of str to Path
        As `find_parts` gives.
    dimensions : tuple of str
        Which to read, of `EMOTIONAL` and `SOCIAL`.
    remarks : Remarks
        Gets what is odd.

    Raises
    ------
    DataError
        If a folder of labels cannot be listed.
    """

    def __init__(self, parts: dict[str, Path], dimensions: tuple[str, ...], remarks: Remarks) -> None:
        self._remarks = remarks
        self._centred = "annotation" not in parts and "centred" in parts
        if "annotation" in parts and "centred" in parts:
            remarks.note(f"{parts['centred']} is not read: {parts['annotation']} holds the ratings")
        self._files: dict[str, dict[str, Path]] = {}
        for name in dimensions:
            behaviour = "social_behaviour" if name in SOCIAL else "emotional_behaviour"
            where = [(parts["annotation"], f"{behaviour}/{name}")] if "annotation" in parts else []
            if self._centred and name in EMOTIONAL:
                where = [(parts["centred"], name)]
            folders = [found for base, pattern in where for found in matching(base, pattern)]
            files = files_by_subject(folders[0], {".csv"}, remarks) if folders else {}
            if files:
                self._files[name] = files
        if self._centred:
            remarks.note(
                "ratings are the centred ones of the older distribution: raters agree on their means"
            )
        if any(name in SOCIAL for name in self._files):
            remarks.note(
                "no one has described the files of social behaviour; see whether they are read right"
            )
        self.dimensions = tuple(name for name in dimensions if name in self._files)
        self.subjects = {subject for files in self._files.values() for subject in files}

    def read(self, subject: str) -> Labels:
        """Gold standard (of the older files only) and ratings, by dimension; both empty without labels.

        Raises
        ------
        DataError
            If a file of arousal or valence is broken, or there is one of them but not the other.
        """
        gold: dict[str, Series] = {}
        ratings: dict[str, dict[str, Series]] = {}
        emotional = [name for name in self.dimensions if name in EMOTIONAL]
        missing = [name for name in emotional if subject not in self._files[name]]
        if missing and len(missing) < len(emotional):
            raise DataError(
                f"{subject} has no ratings of {missing[0]}; expected {subject}.csv in {missing[0]}"
            )
        for name, files in self._files.items():
            if subject not in files:
                continue
            if name in SOCIAL:
                self._add_social(subject, name, files[subject], gold, ratings)
                continue
            traces = _read_centred(files[subject]) if self._centred else _read_raw(files[subject])
            if len(traces) > 1:
                ratings[name] = traces
            else:
                gold[name] = next(iter(traces.values()))
                self._remarks.add("one column of ratings is taken for the gold standard", f"{subject} {name}")
        return gold, ratings

    def _add_social(
        self,
        subject: str,
        name: str,
        path: Path,
        gold: dict[str, Series],
        ratings: dict[str, dict[str, Series]],
    ) -> None:
        try:
            raters = read_social(path)
        except DataError as error:
            self._remarks.note(f"social behaviour of {subject} is left out: {error}")
            return
        ratings[name] = raters
        if all(len(one.times_s) == 1 for one in raters.values()):
            values = np.array([one.values[0] for one in raters.values()])
            if np.isfinite(values).any():
                gold[name] = Series(np.zeros(1), np.array([np.nanmean(values)]))
                self._remarks.add(f"the gold standard of {name} is the raters' mean over the clip", subject)


def _read_raw(path: Path) -> dict[str, Series]:
    times_s, raters = read_ratings(path)
    return {rater: step_series(times_s, values, path) for rater, values in raters.items()}


def _read_centred(path: Path) -> dict[str, Series]:
    """Traces of the older distribution: time and values parted by commas, with a header or without."""
    lines = [line for line in read_text(path).splitlines() if line.strip()]
    delimiter = max(DELIMITERS, key=lines[0].count)
    try:
        float(lines[0].split(delimiter)[0])
    except ValueError:
        return _read_raw(path)
    rows = [[cell.strip() for cell in line.split(delimiter)] for line in lines]
    width = len(rows[0])
    uneven = next((number for number, row in enumerate(rows, start=1) if len(row) != width), None)
    if width < 2 or uneven is not None:
        raise DataError(
            f"{path} has {width} cells in its first row{f', not so in row {uneven}' if uneven else ''}; "
            "expected a time and one or more ratings in every row"
        )
    numbers = list(range(1, len(rows) + 1))
    columns = [to_numbers([row[at] for row in rows], numbers, path, f"{at + 1}") for at in range(width)]
    return {
        f"rater_{at}": step_series(columns[0], values, path) for at, values in enumerate(columns[1:], start=1)
    }
