"""Writes gold standards, agreement and a page into a folder; each file whole, nothing foreign touched."""

import csv
import io
import json
import math
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from emotrace import __version__
from emotrace.annotation.agreement import Agreement
from emotrace.annotation.fusion.page import gold_page
from emotrace.annotation.fusion.results import KINDS, DimensionGold, GoldResult, RecordingGold
from emotrace.annotation.methods import METHODS
from emotrace.errors import DataError
from emotrace.writing import written_whole

MADE_BY = "emotrace gold"
MEASURES = ("ccc", "pcc", "rmse", "icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k", "alpha")
HEAD = (
    "dimension", "scope", "recording", "ratings", "rater", "raters", "samples", *MEASURES,
    "ccc_with_mean", "pcc_with_mean", "others_ccc", "is_outlier", "weight", "delay_s",
)  # fmt: skip


def write_gold(result: GoldResult, out: str | Path, source: str) -> list[Path]:
    """Write ``DIMENSION/NAME.csv``, ``agreement.csv``, ``gold.json`` and ``gold.html``.

    Parameters
    ----------
    result : GoldResult
    out : path
        Folder, made if missing.
    source : str
        What it was made from, for the page and gold.json.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    DataError
        If one of the files is there and no earlier call wrote it (gold.json lists what one did); nothing is
        written then. Or if the folder cannot be written to.
    """
    folder = Path(out)
    texts = {
        f"{dimension.dimension}/{one.name}.csv": _recording_csv(one)
        for dimension in result.dimensions
        for one in dimension.recordings
    }
    texts["agreement.csv"] = _csv([HEAD, *_agreement_rows(result)])
    files = [*texts, "gold.html", "gold.json"]
    earlier = _earlier(folder)
    for name in files:
        if (folder / name).exists() and name not in earlier:
            raise DataError(
                f"{folder / name} is there and was not written by emotrace; choose another output folder"
            )
    left = [name for name in earlier if name not in files and (folder / name).exists()]
    listed = {"files": files, "left_of_earlier_calls": left}
    texts["gold.json"] = json.dumps(_plain(_facts(result, source) | listed), indent=1, allow_nan=False) + "\n"
    # first the list of what is ours, so that a call that is killed can be repeated
    for name in ("gold.json", *(name for name in texts if name != "gold.json")):
        with written_whole(folder / name) as part:
            part.write_text(texts[name], encoding="utf-8", newline="")
    gold_page(result, source).write(folder / "gold.html")
    return [folder / name for name in files]


def _earlier(folder: Path) -> list[str]:
    """What earlier calls wrote into a folder, by its gold.json."""
    path = folder / "gold.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        if facts["made_by"] == MADE_BY:
            return [str(name) for name in (*facts["files"], *facts["left_of_earlier_calls"])]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none, or not ours, which is then refused by name
    return []


def _recording_csv(one: RecordingGold) -> str:
    head = ["time_s", "gold", "low", "high", *(f"rater {rater}" for rater in one.raters)]
    columns = [one.times_s, one.values, one.low, one.high, *one.ratings]
    return _csv([head, *([_number(cell) for cell in row] for row in np.column_stack(columns).tolist())])


def _agreement_rows(result: GoldResult) -> Iterator[list[str]]:
    for dimension in result.dimensions:
        for kind in KINDS:
            weights = _mean_weights(dimension)
            yield from _rows(
                [dimension.dimension, "all", "", kind], dimension, dimension.agreement[kind], weights
            )
        for one in dimension.recordings:
            for kind in KINDS:
                yield from _rows(
                    [dimension.dimension, "recording", one.name, kind],
                    dimension,
                    one.agreement[kind],
                    one.weights,
                )


def _rows(
    begin: list[str], dimension: DimensionGold, found: Agreement, weights: np.ndarray | None
) -> Iterator[list[str]]:
    """One row of all raters, then one per rater."""
    numbers = {"ccc": found.ccc, "pcc": found.pcc, "rmse": found.rmse, "alpha": found.alpha, **found.icc}
    cells = [_number(numbers[name]) for name in MEASURES]
    yield [*begin, "", str(found.raters), str(found.samples), *cells, "", "", "", "", "", ""]
    for i, (rater, own) in enumerate(zip(dimension.raters, found.per_rater, strict=True)):
        if own is None:
            continue
        mine = [_number(own.ccc), _number(own.pcc), *[""] * (len(MEASURES) - 2)]
        rest = [_number(own.ccc_with_mean), _number(own.pcc_with_mean), _number(own.others_ccc)]
        weight = "" if weights is None else _number(weights[i])
        delay = _number(dimension.delays_s.get(rater, 0.0))
        yield [*begin, rater, "", "", *mine, *rest, str(own.is_outlier).lower(), weight, delay]


def _mean_weights(dimension: DimensionGold) -> np.ndarray | None:
    """Mean share of each rater over the recordings."""
    rows = [one.weights for one in dimension.recordings if one.weights is not None]
    return np.mean(rows, axis=0) if len(rows) == len(dimension.recordings) else None


def _facts(result: GoldResult, source: str) -> dict[str, Any]:
    return {
        "made_by": MADE_BY,
        "source": source,
        "versions": {
            "emotrace": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "pandas", "scipy")},
        },
        "settings": asdict(result.settings),
        "method_source": METHODS[result.settings.method].source,
        "steps": result.steps,
        "dimensions": {one.dimension: _facts_of(one) for one in result.dimensions},
        "failed": [{"recording": name, "reason": reason} for name, reason in result.failed],
        "warnings": result.warnings,
    }


def _facts_of(dimension: DimensionGold) -> dict[str, Any]:
    return {
        "raters": dimension.raters,
        "delays_s": dict(dimension.delays_s),
        "estimated_delays": {
            name: {
                "delay_s": found.delay_s,
                "low_s": found.low_s,
                "high_s": found.high_s,
                "pcc": found.agreement,
                "confidence": found.confidence,
            }
            for name, found in dimension.found.items()
        },
        "recordings": {
            one.name: {
                "rows": len(one.times_s),
                "first_s": float(one.times_s[0]),
                "last_s": float(one.times_s[-1]),
                "weights": None
                if one.weights is None
                else dict(zip(one.raters, one.weights.tolist(), strict=True)),
            }
            for one in dimension.recordings
        },
    }


def _plain(value: Any) -> Any:
    """A value as JSON has it; what is not defined is null."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _number(value: float) -> str:
    """Six decimals at most; empty where there is no value."""
    if not math.isfinite(value):
        return ""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
