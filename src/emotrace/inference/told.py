"""What decided about each row, as the page of a prediction draws it: a gate as a curve, attention a map."""

import base64
import re
from collections.abc import Mapping
from typing import TypedDict

import numpy as np

UNKNOWN = 65535  # in place of NaN
_STEPS = 65534  # from the lowest to the highest


class ToldPart(TypedDict):
    """One row under the curves."""

    name: str
    columns: int
    low: float
    high: float
    values: str


def told(shown: Mapping[str, np.ndarray] | None) -> list[ToldPart]:
    """The parts of `Trace.shown` that the page draws: one for each column, but one for ``x_1``, ``x_2``, ...

    Parameters
    ----------
    shown : mapping of name to float array, shape (time,), or None
        NaN: nothing to tell.

    Returns
    -------
    list of ToldPart
        ``values``: little-endian uint16 (time, column) in base64, from `low` to `high` in 65534 steps; 65535
        where there is nothing to tell. A curve is drawn from 0 to 1, or as far as it reaches; several columns
        from the palest to full colour between the least and the greatest number of complete rows.

    Examples
    --------
    >>> one, two, gate = np.array([0.4, 0.5]), np.array([0.6, 0.5]), np.array([0.5, 0.5])
    >>> parts = told({"attention_1": one, "attention_2": two, "gate": gate})
    >>> [(part["name"], part["columns"], part["low"], part["high"]) for part in parts]
    [('attention', 2, 0.4, 0.6), ('gate', 1, 0.0, 1.0)]
    """
    groups: dict[str, list[np.ndarray]] = {}
    for column, values in (shown or {}).items():
        groups.setdefault(re.sub(r"_\d+$", "", column), []).append(np.asarray(values, dtype=np.float64))
    return [_part(name, np.stack(columns, axis=1)) for name, columns in groups.items()]


def told_words(shown: Mapping[str, np.ndarray] | None) -> str:
    """Mean of each column of `Trace.shown`, for who cannot see the page; empty without one.

    Examples
    --------
    >>> told_words({"gate": np.array([0.5, np.nan]), "attention_1": np.array([np.nan, np.nan])})
    'what decided, mean of the rows: gate 0.50'
    """
    known = {name: values[np.isfinite(values)] for name, values in (shown or {}).items()}
    means = [f"{name} {values.mean():.2f}" for name, values in known.items() if len(values)]
    return f"what decided, mean of the rows: {', '.join(means)}" if means else ""


def _part(name: str, values: np.ndarray) -> ToldPart:
    several = values.shape[1] > 1
    known = values[np.isfinite(values).all(axis=1)]  # a row with few states to look back at is no measure
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if not several:
        low, high = min(0.0, low), max(1.0, high)
    high = high if high > low else low + 1.0
    scaled = np.rint(np.clip((values - low) / (high - low), 0, 1) * _STEPS)
    packed = np.where(np.isfinite(values), scaled, UNKNOWN).astype("<u2")  # (time, column)
    return {
        "name": name,
        "columns": values.shape[1],
        "low": round(low, 6),
        "high": round(high, 6),
        "values": base64.b64encode(np.ascontiguousarray(packed).tobytes()).decode("ascii"),
    }
