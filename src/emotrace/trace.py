"""A trace: what a model says about a recording over time, and its CSV form."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emotrace.errors import DataError, InputError
from emotrace.offline_page.words import plural

if TYPE_CHECKING:
    import pandas as pd

BASED_ON = "based_on"
OWN_COLUMNS = frozenset({"time_s", "face_found", BASED_ON})
"""Columns of a predictions CSV that are neither a label nor its gold standard."""


@dataclass(frozen=True)
class Trace:
    """Predictions of one recording on a regular grid.

    Parameters
    ----------
    times_s : float64 array, shape (time,)
        Start of each step in seconds.
    values : float32 array, shape (time, label)
        Predicted value of each label, in the unit of the gold standard the model was trained on;
        for a class system the probability of each class.
    labels : tuple of str
        One name per column of `values`, e.g. ``("arousal", "valence")``.
    face_found : bool array, shape (time,)
        Whether a face was seen in the step.
    gold : float array, shape (time, label), or None
        Gold standard on the same grid; NaN where not rated.
    observed : mapping of input name to bool array, shape (time,), or None
        What the prediction of each step was based on: whether the model was given that input in the step that
        the value is of. What the model remembers of other steps, and what post-processing mixes in of them,
        does not count. None: not known.
    shown : mapping of name to float array, shape (time,), or None
        What decided about each step, as `Model.trace_shown` tells it: a gate, weights of attention; NaN where
        there is nothing to tell. Not in the CSV of the trace but in one of its own, `shown_to_csv`.
    """

    times_s: np.ndarray
    values: np.ndarray
    labels: tuple[str, ...]
    face_found: np.ndarray
    gold: np.ndarray | None = None
    observed: Mapping[str, np.ndarray] | None = None
    shown: Mapping[str, np.ndarray] | None = None

    def __post_init__(self):
        rows = len(self.times_s)
        shapes = {"values": np.shape(self.values), "face_found": np.shape(self.face_found)}
        if shapes["values"] != (rows, len(self.labels)) or shapes["face_found"] != (rows,):
            raise InputError(
                f"a trace of {rows} times and labels {self.labels} got shapes {shapes}; expected "
                f"values ({rows}, {len(self.labels)}) and face_found ({rows},)"
            )
        for name, given in (self.observed or {}).items():
            if np.shape(given) != (rows,) or not name or "+" in name or name != name.strip():
                raise InputError(
                    f"observed has the input {name!r} of shape {np.shape(given)}; expected shape ({rows},), "
                    "and a name without + or spaces around it"
                )
        for name, column in (self.shown or {}).items():
            if np.shape(column) != (rows,):
                raise InputError(f"shown has {name!r} of shape {np.shape(column)}; expected ({rows},)")

    def __repr__(self) -> str:
        """What it is of, in a line: range of each label, steps and times.

        Examples
        --------
        >>> values = np.array([[0.1, -0.2], [0.25, 0.0]], np.float32)
        >>> Trace(np.array([0.0, 0.04]), values, ("arousal", "valence"), np.ones(2, bool))
        Trace(arousal 0.10 to 0.25, valence -0.20 to 0.00; 2 steps from 0.00 to 0.08 s)
        """
        rows = len(self.times_s)
        if rows == 0:
            return f"Trace({', '.join(self.labels)}; 0 steps)"
        lows, highs = np.min(self.values, axis=0), np.max(self.values, axis=0)
        ranges = zip(self.labels, lows, highs, strict=True)
        first, last = self.times_s[0], self.times_s[-1]
        end_s = last + (last - first) / (rows - 1) if rows > 1 else last
        told = ", ".join(f"{label} {low:.2f} to {high:.2f}" for label, low, high in ranges)
        return f"Trace({told}; {plural(rows, 'step')} from {first:.2f} to {end_s:.2f} s)"

    def to_pandas(self):
        """A DataFrame: time_s, face_found, the labels, gold_<label> if known, and last based_on.

        ``based_on`` is there only for a model with two or more inputs: the names of those that were observed,
        joined by ``+``; empty where none was.

        Examples
        --------
        >>> observed = {"face": np.array([True, True, False]), "audio": np.array([True, False, False])}
        >>> values = np.zeros((3, 1), np.float32)
        >>> trace = Trace(np.arange(3.0), values, ("arousal",), observed["face"], observed=observed)
        >>> trace.to_pandas()["based_on"].tolist()
        ['face+audio', 'face', '']
        """
        import pandas as pd

        columns = {"time_s": self.times_s, "face_found": self.face_found.astype(int)}
        columns |= {name: self.values[:, i] for i, name in enumerate(self.labels)}
        if self.gold is not None:
            columns |= {f"gold_{name}": self.gold[:, i] for i, name in enumerate(self.labels)}
        if self.observed is not None and len(self.observed) > 1:
            columns[BASED_ON] = _joined(self.observed)
        return pd.DataFrame(columns)

    def to_csv(self, path: str | Path) -> None:
        """Write the trace: values with 6 decimals, missing gold as an empty cell.

        Times have 3 decimals, and 6 where they are no whole milliseconds (a step of 1/30 s).
        """
        self._write(self.to_pandas(), path)

    def shown_to_csv(self, path: str | Path) -> None:
        """Write `shown` beside the times: NaN as an empty cell, decimals as in `to_csv`.

        Raises
        ------
        InputError
            If there is nothing to write.
        """
        import pandas as pd

        if not self.shown:
            raise InputError("shown is empty: there is nothing beside this trace; write the trace alone")
        self._write(pd.DataFrame({"time_s": self.times_s, **self.shown}), path)

    def _write(self, frame: "pd.DataFrame", path: str | Path) -> None:
        off = np.abs(self.times_s - np.round(self.times_s, 3))
        decimals = 3 if np.all(off < 1e-6) else 6
        frame["time_s"] = frame["time_s"].map(f"{{:.{decimals}f}}".format)
        frame.to_csv(path, index=False, float_format="%.6f", lineterminator="\n")

    @classmethod
    def from_csv(cls, path: str | Path) -> "Trace":
        """Read a trace that `to_csv` (or another tool, same columns) wrote.

        Of `observed` it knows the inputs that the file names: one that was never observed is not among them.

        Raises
        ------
        DataError
            If the file is unreadable, lacks `time_s`, or a cell is not a number.
        """
        import pandas as pd

        try:
            frame = pd.read_csv(path, dtype={BASED_ON: str})
        except (OSError, ValueError) as error:
            raise DataError(f"{path}: not a readable predictions CSV ({error}); write it again") from error
        if "time_s" not in frame.columns:
            raise DataError(
                f"{path}: has columns {list(frame.columns)}; expected time_s and one column per label"
            )
        labels = [c for c in frame.columns if c not in OWN_COLUMNS and not c.startswith("gold_")]
        numbers = frame.drop(columns=BASED_ON, errors="ignore").apply(pd.to_numeric, errors="coerce")
        if numbers[["time_s", *labels]].isna().to_numpy().any():
            raise DataError(f"{path}: a time or prediction is missing or not a number; write it again")
        found = numbers["face_found"] if "face_found" in numbers else numbers["time_s"] * 0 + 1
        gold_names = [f"gold_{name}" for name in labels]
        has_gold = all(name in numbers for name in gold_names)
        if has_gold and (frame[gold_names].notna() & numbers[gold_names].isna()).to_numpy().any():
            raise DataError(f"{path}: a gold cell is not a number; leave it empty where not rated")
        return cls(
            times_s=numbers["time_s"].to_numpy(float),
            values=numbers[labels].to_numpy(np.float32),
            labels=tuple(labels),
            face_found=found.to_numpy(float) > 0,
            gold=numbers[gold_names].to_numpy(float) if has_gold else None,
            observed=_parted(frame[BASED_ON].fillna("").tolist()) if BASED_ON in frame else None,
        )


def _joined(observed: Mapping[str, np.ndarray]) -> np.ndarray:
    """Cells of the column based_on, (time,)."""
    given = np.stack([np.asarray(mask, bool) for mask in observed.values()], axis=1)  # (time, input)
    kinds, kind = np.unique(given, axis=0, return_inverse=True)
    cells = ["+".join(name for name, seen in zip(observed, row, strict=True) if seen) for row in kinds]
    return np.array(cells, dtype=object)[kind.reshape(-1)]


def _parted(cells: list[str]) -> dict[str, np.ndarray]:
    """Inputs that cells of the column based_on name, in their order, each (time,)."""
    named = {cell: [name for name in map(str.strip, cell.split("+")) if name] for cell in set(cells)}
    fullest_first = sorted(named.values(), key=lambda names: (-len(names), names))
    inputs = dict.fromkeys(name for names in fullest_first for name in names)
    return {one: np.array([one in named[cell] for cell in cells], dtype=bool) for one in inputs}
