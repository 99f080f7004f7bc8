"""Writes what evaluation of a class system found as CSV tables and a picture, into RUN/tables."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emotrace.writing import written_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SVG: Any = {"svg.hashsalt": "emotrace", "svg.fonttype": "none"}  # the same file each time; text stays text


def write_class_files(folder: Path, partition: str, scores: dict[str, Any]) -> list[Path]:
    """Write the confusion matrix as a table and a picture, and a row for each clip and each subject.

    Parameters
    ----------
    folder : Path
        Made if missing.
    partition : str
        The names of the files begin with it.
    scores : dict
        Of the partition, as `clips.score_clips` gives them, with ``by_subject``.

    Returns
    -------
    list of Path
        ``<partition>_confusion.csv``, ``.png`` and ``.svg``, ``<partition>_clips.csv``,
        ``<partition>_subjects.csv``; undefined is an empty cell.

    Raises
    ------
    DataError
        If one cannot be written.
    """
    confusion, clips, subjects = (
        folder / f"{partition}_{name}.csv" for name in ("confusion", "clips", "subjects")
    )
    classes = scores["classes"]
    rows = [
        [name, *counts, without]
        for name, counts, without in zip(classes, scores["confusion"], scores["undecided"], strict=True)
    ]
    _write(confusion, ["known", *classes, "no class"], rows)
    _write(
        clips,
        ["clip", "subject", "known", "predicted", "confidence", "share_of_votes", "tied", "abstentions",
         *(f"votes_{name}" for name in classes), *(f"probability_{name}" for name in classes)],
        [_clip(name, clip, classes) for name, clip in scores["per_recording"].items()],
    )  # fmt: skip
    metrics = [name for name in next(iter(scores["by_subject"].values())) if name in scores["concatenated"]]
    _write(
        subjects,
        ["subject", "clips", *metrics],
        [
            [name, row["recordings"], *(_cell(row[metric]) for metric in metrics)]
            for name, row in scores["by_subject"].items()
        ],
    )
    return [confusion, *_write_figure(confusion, confusion_figure(scores)), clips, subjects]


def confusion_figure(scores: dict[str, Any]) -> "Figure":
    """The confusion matrix as a picture for a paper: shaded by share of the known class, counts in the cells.

    Parameters
    ----------
    scores : dict
        With ``classes``, ``confusion`` and ``undecided``.
    """
    from matplotlib.figure import Figure

    classes = scores["classes"]
    counts = np.array(scores["confusion"], dtype=float)
    names = list(classes)
    if any(scores["undecided"]):
        counts = np.column_stack([counts, scores["undecided"]])
        names.append("no class")
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    side = 0.62 * len(classes) + 1.4
    figure = Figure(figsize=(side + 0.62 * (len(names) - len(classes)), side), layout="constrained")
    place = figure.subplots()
    place.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    place.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=8)
    place.set_yticks(range(len(classes)), classes, fontsize=8)
    place.set_xlabel("predicted", fontsize=9)
    place.set_ylabel("known", fontsize=9)
    for (row, column), share in np.ndenumerate(shares):
        words = f"{counts[row, column]:.0f}" + (f"\n{share:.0%}" if counts[row, column] else "")
        place.text(column, row, words, ha="center", va="center", fontsize=7,
                   color="white" if share > 0.55 else "black")  # fmt: skip
    return figure


def _clip(name: str, clip: dict[str, Any], classes: Sequence[str]) -> list[Any]:
    return [
        name, clip["subject"], clip["gold"] or "", clip["predicted"] or "", _cell(clip["confidence"]),
        _cell(clip["share"]), int(clip["tied"]), clip["abstentions"],
        *(clip["votes"][one] for one in classes), *(_cell(clip["probabilities"][one]) for one in classes),
    ]  # fmt: skip


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def _write_figure(path: Path, figure: "Figure") -> list[Path]:
    """The figure beside a table, as .png and .svg."""
    from matplotlib import rc_context

    png, svg = path.with_suffix(".png"), path.with_suffix(".svg")
    with rc_context(_SVG):
        with written_whole(png) as part:
            figure.savefig(part, dpi=200, metadata={"Software": "emotrace"})
        with written_whole(svg) as part:
            figure.savefig(part, metadata={"Date": None})
    return [png, svg]
