"""What several systems say about one recording, on one grid of steps."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emotrace.errors import DataError
from emotrace.fusion.series import Series
from emotrace.remarks import Remarks

STEP_TOLERANCE = 0.01  # share of the step by which the steps of two files may differ
_NEAR = 0.25  # share of a step by which a row may miss its place on the grid
_SHOWN = 3  # systems named in a remark
_SAME_GOLD = 1e-4  # predictions CSVs have 6 decimals


@dataclass(frozen=True)
class Aligned:
    """One recording.

    Parameters
    ----------
    name : str
    times_s : float64 array, shape (time,)
    values : float64 array, shape (time, system, label)
        NaN: the system says nothing.
    gold : float64 array, shape (time, label)
        NaN: not rated.
    face_found : bool array, shape (time,)
        Whether any system saw a face; True where none says.
    """

    name: str
    times_s: np.ndarray
    values: np.ndarray
    gold: np.ndarray
    face_found: np.ndarray


def align(name: str, said: Mapping[str, Series], gold: Series | None, remarks: Remarks) -> Aligned:
    """Lay the files of a recording on the grid of its gold standard, or else of the longest of them.

    Rows outside of the grid are left out, steps without a row are NaN; both are remarked on.

    Parameters
    ----------
    name : str
        Of the recording.
    said : mapping of system to Series, of the same labels
    gold : Series or None
        Its values are the gold standard; None: it stands in the files of the systems.
    remarks : Remarks

    Raises
    ------
    DataError
        If the files have other steps, rows off the grid, or other gold standards.
    """
    grid = gold if gold is not None else max(said.values(), key=lambda one: len(one.times_s))
    golds = np.full(grid.values.shape, np.nan) if gold is None else gold.values
    values = np.full((len(grid.times_s), len(said), len(grid.labels)), np.nan)
    faces = np.zeros(len(grid.times_s), dtype=bool)
    says_faces = False
    longer, silent = [], []
    for index, (system, series) in enumerate(said.items()):
        rows, places = _places(series, grid)
        if len(rows) < len(series.times_s):
            longer.append(system)
        values[places, index] = series.values[rows]
        if not np.isfinite(values[:, index]).all():
            silent.append(system)
        if series.face_found is not None:
            faces[places] |= series.face_found[rows]
            says_faces = True
        if gold is None and series.gold is not None:
            golds = _joined_gold(golds, places, series.gold[rows], series, grid)
    if longer:
        remarks.add(f"{_named(longer)} says more than the recording is long, which is left out", name)
    if silent:
        remarks.add(f"{_named(silent)} says nothing about some steps, fused from the others there", name)
    if not np.isfinite(values).any(axis=1).all():
        remarks.add("no system says anything about some steps, which get the mean of the gold standard", name)
    return Aligned(name, grid.times_s, values, golds, faces if says_faces else ~faces)


def _named(systems: list[str]) -> str:
    if len(systems) == 1:
        return systems[0]
    more = ", ..." if len(systems) > _SHOWN else ""
    return f"each of {len(systems)} systems ({', '.join(systems[:_SHOWN])}{more})"


def _places(series: Series, grid: Series) -> tuple[np.ndarray, np.ndarray]:
    """Rows of a file, and the steps of the grid that they speak of."""
    times, ours = series.times_s, grid.times_s
    if len(times) == len(ours) and np.allclose(times, ours, atol=1e-6, rtol=0):
        return np.arange(len(times)), np.arange(len(times))
    step, wanted = series.step_s, grid.step_s
    if np.isfinite(step) and np.isfinite(wanted) and abs(step - wanted) > STEP_TOLERANCE * wanted:
        raise DataError(
            f"{series.path}: has a step of {step:g} s and {grid.path} one of {wanted:g} s; expected the "
            "same in "
            "all, bring them to one step first"
        )
    size = wanted if np.isfinite(wanted) else 1.0
    inside = np.flatnonzero((times > ours[0] - 0.5 * size) & (times < ours[-1] + 0.5 * size))
    if not len(inside):
        raise DataError(
            f"{series.path}: its times are {times[0]:g} to {times[-1]:g} s, none within the {ours[0]:g} to "
            f"{ours[-1]:g} s of {grid.path}; expected the same recording"
        )
    right = np.clip(np.searchsorted(ours, times[inside]), 1, max(len(ours) - 1, 1))
    left_is_nearer = times[inside] - ours[right - 1] <= ours[np.minimum(right, len(ours) - 1)] - times[inside]
    places = np.minimum(np.where(left_is_nearer, right - 1, right), len(ours) - 1)
    off = np.abs(ours[places] - times[inside])
    if off.max() > _NEAR * size or len(np.unique(places)) < len(places):
        first = int(np.argmax(off > _NEAR * size)) if off.max() > _NEAR * size else 0
        raise DataError(
            f"{series.path}: has a row at {times[inside][first]:g} s, where {grid.path} has none; expected "
            "the "
            "same times in all, bring them to one grid first"
        )
    return inside, places


def _joined_gold(
    golds: np.ndarray, places: np.ndarray, said: np.ndarray, series: Series, grid: Series
) -> np.ndarray:
    known = np.isfinite(golds[places]) & np.isfinite(said)
    apart = np.abs(golds[places] - said)[known]
    if apart.size and apart.max() > _SAME_GOLD:
        raise DataError(
            f"{series.path}: its gold standard differs from that of the systems before it, by "
            f"{apart.max():.3g} at "
            f"most, in the recording of {grid.path}; expected runs of the same labels"
        )
    golds = golds.copy()
    golds[places] = np.where(np.isfinite(said), said, golds[places])
    return golds
