"""Rows of what was left out, covered and silenced."""

from collections.abc import Sequence

import numpy as np

from emotrace.insight.analyses.occlusion.covered import Covered
from emotrace.insight.analyses.occlusion.left_out import LeftOut
from emotrace.insight.analyses.occlusion.silenced import Silenced
from emotrace.insight.analyses.occlusion.views import CELLS, PATCH
from emotrace.insight.analysis import Row
from emotrace.insight.levels import errors
from emotrace.trace import Trace


def input_rows(trace: Trace, left_out: Sequence[LeftOut], targets: Sequence[str]) -> list[Row]:
    """A row for each part that was left out and each target; errors on the rated steps of a trace.

    Parameters
    ----------
    trace : Trace
        With everything in sight, and gold standard.
    left_out : sequence of LeftOut
    targets : sequence of str
    """
    assert trace.gold is not None
    rows: list[Row] = []
    for one in left_out:
        for column, target in enumerate(targets):
            moved = one.change[:, column]
            moved = moved[np.isfinite(moved)]
            row: Row = {
                "left_out": one.part.name,
                "target": target,
                "steps": len(moved),
                "change": _rounded(moved.mean() if len(moved) else np.nan),
                "absolute_change": _rounded(np.abs(moved).mean() if len(moved) else np.nan),
            }
            if len(targets) == len(trace.labels):
                gold = trace.gold[:, column]
                row["rmse_with"] = _rounded(errors(gold, trace.values[:, column]).rmse)
                row["rmse_without"] = _rounded(errors(gold, one.trace.values[:, column]).rmse)
            else:
                known = np.isfinite(one.change[:, 0])
                other = trace.values.argmax(axis=1) != one.trace.values.argmax(axis=1)
                row["class_changes"] = _rounded(other[known].mean() if known.any() else np.nan)
            rows.append(row)
    return rows


def covered_rows(found: Covered, targets: Sequence[str]) -> list[Row]:
    """A row for each place of the patch and each target, after those of the whole picture covered.

    Places are shares of height and width: for faces from the top, for sound from the lowest.
    """
    rows = [
        _place_row(target, (0.0, 1.0, 0.0, 1.0), found.all_change[at], found.all_absolute[at])
        for at, target in enumerate(targets)
    ]
    for row, column in np.ndindex(*found.change.shape[:2]):
        place = (row / CELLS, (row + PATCH) / CELLS, column / CELLS, (column + PATCH) / CELLS)
        for at, target in enumerate(targets):
            rows.append(
                _place_row(target, place, found.change[row, column, at], found.absolute[row, column, at])
            )
    return rows


def _place_row(target: str, place: tuple[float, float, float, float], change: float, absolute: float) -> Row:
    return {
        "target": target,
        "row_from": place[0],
        "row_to": place[1],
        "column_from": place[2],
        "column_to": place[3],
        "change": _rounded(change),
        "absolute_change": _rounded(absolute),
    }


def silenced_rows(found: Silenced, targets: Sequence[str]) -> list[Row]:
    """A row for each band, time since the silence began, and target."""
    return [
        {
            "target": target,
            "band": band,
            "time_s": round(float(time_s), 6),
            "change": _rounded(found.change[number, step, at]),
            "absolute_change": _rounded(found.absolute[number, step, at]),
        }
        for number, band in enumerate(found.bands)
        for step, time_s in enumerate(found.times_s)
        for at, target in enumerate(targets)
    ]


def strongest(rows: Sequence[Row], target: str) -> Row | None:
    """The row of a target whose absolute change is largest; None where none is known."""
    of_target = [row for row in rows if row["target"] == target and row["absolute_change"] is not None]
    return max(of_target, key=lambda row: row["absolute_change"]) if of_target else None


def _rounded(number: float) -> float | None:
    return float(f"{number:.6g}") if np.isfinite(number) else None
