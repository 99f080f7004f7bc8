"""What the cells do as rows of CSV files and as JSON."""

from typing import Any

import numpy as np

from emotrace.insight.analyses.cells.chosen import Best
from emotrace.insight.analyses.cells.correlate import Correlated
from emotrace.insight.analysis import Row


def unit_rows(found: Correlated) -> list[Row]:
    """One row per unit: its correlation with every measure, over all steps, within recordings, of ranks."""
    means = found.mean
    rows: list[Row] = []
    for unit in range(len(found.units)):
        group, number = found.units.place(unit)
        row: Row = {"group": group, "unit": number}
        for at, measure in enumerate(found.measures):
            row[f"r_{measure.name}"] = rounded(found.pooled[at, unit])
            row[f"r_mean_of_recordings_{measure.name}"] = rounded(means[at, unit])
            row[f"spearman_{measure.name}"] = rounded(found.ranked[at, unit])
        rows.append(row)
    return rows


def top_rows(found: Correlated, best: list[Best]) -> list[Row]:
    """The units that follow each measure best, one row each."""
    means = found.mean
    rows: list[Row] = []
    for one in best:
        at = found.measures.index(one.measure)
        for rank, unit in enumerate(one.top, 1):
            group, number = found.units.place(unit)
            rows.append(
                {
                    "measure": one.measure.name,
                    "rank": rank,
                    "group": group,
                    "unit": number,
                    "r": rounded(found.pooled[at, unit]),
                    "r_mean_of_recordings": rounded(means[at, unit]),
                    "r_lowest": rounded(_extreme(np.fmin, found.by_recording[:, at, unit])),
                    "r_highest": rounded(_extreme(np.fmax, found.by_recording[:, at, unit])),
                    "spearman": rounded(found.ranked[at, unit]),
                }
            )
    return rows


def best_rows(found: Correlated, best: list[Best]) -> list[Row]:
    """One row per measure: its best unit, by chance, and chosen on one half of the subjects."""
    means = found.mean
    rows: list[Row] = []
    for one in best:
        at = found.measures.index(one.measure)
        rows.append(
            {
                "measure": one.measure.title,
                "steps": int(found.known[at]),
                "best_unit": found.units.name(one.unit),
                "r": rounded(one.correlation),
                "r_mean_of_recordings": rounded(means[at, one.unit]),
                "spearman": rounded(found.ranked[at, one.unit]),
                "held_out": rounded(one.held_out_mean),
                "chance_95": rounded(one.chance),
                "p": rounded(one.share),
            }
        )
    return rows


def recording_rows(found: Correlated, best: list[Best]) -> list[Row]:
    """One row per recording: the correlation of each measure with its best unit."""
    return [
        {"recording": name, "subject": subject}
        | {one.measure.name: rounded(one.by_recording[number]) for one in best}
        for number, (name, subject) in enumerate(zip(found.recordings, found.subjects, strict=True))
    ]


def group_table(found: Correlated) -> list[tuple[str, np.ndarray]]:
    """Largest magnitude of each group of units with each measure, (measure,); NaN where all stand still."""
    rows, first = [], 0
    for group, width in found.units.groups:
        size = np.abs(found.pooled[:, first : first + width])
        rows.append((group, np.fmax.reduce(size, axis=1)))
        first += width
    return rows


def summary(found: Correlated, best: list[Best], drawn: str) -> dict[str, Any]:
    """What ``insight.json`` holds of the cells; numbers that are not known are null."""
    tops = top_rows(found, best)
    return {
        "units": len(found.units),
        "units_that_stand_still": int(np.isnan(found.pooled).all(axis=0).sum()),
        "groups": dict(found.units.groups),
        "recordings": list(found.recordings),
        "steps": found.steps,
        "drawn": drawn,
        "missing": found.why_not,
        "measures": {
            one.measure.name: {
                "title": one.measure.title,
                "unit": one.measure.unit,
                "steps": int(found.known[found.measures.index(one.measure)]),
                "best": {
                    key: value
                    for key, value in next(row for row in tops if row["measure"] == one.measure.name).items()
                    if key not in ("measure", "rank")
                },
                "chosen_on_one_half": [
                    {
                        "unit": found.units.name(pair.unit),
                        "r_where_chosen": rounded(pair.chosen),
                        "r_elsewhere": rounded(pair.other),
                    }
                    for pair in one.held_out
                ],
                "held_out": rounded(one.held_out_mean),
                "chance_95": rounded(one.chance),
                "p": rounded(one.share),
            }
            for one in best
        },
    }


def rounded(value: float, digits: int = 4) -> float | None:
    """A number for a table; None where it is not known."""
    return round(float(value), digits) if np.isfinite(value) else None


def _extreme(which: np.ufunc, values: np.ndarray) -> float:
    """Least or largest of what is known."""
    return float(which.reduce(values))
