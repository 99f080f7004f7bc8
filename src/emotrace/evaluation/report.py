"""Writes the report of a run: one HTML file with everything inside, which opens offline."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.errors import DataError
from emotrace.evaluation import class_tables, fold_tables, tables
from emotrace.evaluation.comparison import compare_all
from emotrace.evaluation.fusion_section import fusion_section
from emotrace.evaluation.learning_curves import read_learning_curves
from emotrace.evaluation.learning_figures import development_figure, loss_figure
from emotrace.evaluation.plane_figures import plane_figures
from emotrace.evaluation.postprocess_section import postprocess_section
from emotrace.evaluation.report_head import facts_list, lead, step_kept
from emotrace.evaluation.reported_confusion import reported_confusions
from emotrace.evaluation.run_folder import RunFolder
from emotrace.evaluation.scored import Scored, read_partition
from emotrace.evaluation.time_figures import class_figure, trace_figure
from emotrace.offline_page.key import key
from emotrace.offline_page.page import Page, explorer
from emotrace.offline_page.words import duration, plural
from emotrace.run_files import is_fused

ORDER = ("test", "development", "train")
POINTS = 300_000  # of all recordings together, so that the page stays light
MOST, LEAST = 1500, 150  # points per line


def write_report(run_path: str | Path, out: str | Path | None = None) -> Path:
    """Write the HTML report of a run that has been evaluated.

    Parameters
    ----------
    run_path : str or Path
        Run folder with metrics.json and the predictions it speaks of.
    out : str or Path or None
        File to write; None: RUN/report.html.

    Returns
    -------
    Path
        The file, about 5 MB, most of it plotly.js.

    Raises
    ------
    CheckpointError
        If it is no run folder, or its log, its post-processing or its fusion is damaged.
    ConfigError
        If RUN/recipe.yaml is not a recipe.
    DataError
        If the run has not been evaluated, predictions are missing, or the file cannot be written.

    Source
    ------
    Our choice.
    """
    run = RunFolder.read(run_path)
    metrics = run.read_metrics()
    if metrics is None or not metrics["partitions"]:
        raise DataError(
            f"{run.path} has no metrics of its latest training; run `emotrace evaluate {run.path}` first"
        )
    partitions = {name: metrics["partitions"][name] for name in ORDER if name in metrics["partitions"]}
    page = Page()
    _warn_of_run(page, run)
    lines = sum(scores["recordings"] for scores in partitions.values()) * 2 * len(run.labels)
    points = int(np.clip(POINTS // max(lines, 1), LEAST, MOST))
    for name, scores in partitions.items():
        _add_partition(page, run, name, scores, points)
    page.body.append(fusion_section(run))
    page.body.append(postprocess_section(run, partitions))
    _add_comparison(page, run, partitions)
    _add_learning_curves(page, run)
    path = Path(out) if out is not None else run.path / "report.html"
    page.write(
        path,
        title=f"{run.run['system']}/{run.run['variant']} · emotrace report",
        kicker="emotrace report",
        heading=f"{escape(run.run['system'])}<span class='slash'> / </span>{escape(run.run['variant'])}",
        lead=lead(run, partitions),
        facts=facts_list(run),
        source=run.path.resolve().name,
        ending="Every number can be computed again from <code>predictions/*.csv</code>.",
    )
    return path


def _add_partition(page: Page, run: RunFolder, name: str, scores: dict[str, Any], points: int) -> None:
    recordings = read_partition(run, name)
    page.warnings += [f"{name}: {text}" for text in scores["warnings"]]
    noun = "clip" if scores["predicts"] == "class" else "recording"
    page.body.append(f"<h2>{escape(name.capitalize())} partition</h2>")
    page.body.append(
        f'<p class="hint">{plural(scores["recordings"], noun)} of {plural(scores["subjects"], "subject")}, '
        f"{duration(scores['seconds'])}. {_interval(scores['interval'])}</p>"
    )
    page.body.append(tables.tiles(scores, run.labels))
    if "by_fold" in scores:
        page.body.append(_folds(run, scores))
    elif "by_subject" in scores:
        page.body.append(_subjects(scores))
    if scores["predicts"] == "class":
        vote = (
            "; the predicted class is the one that most segments vote for, and of several the one of the "
            "largest mean probability"
        )
        page.body.append(
            '<div class="card"><h3>Confusion matrix</h3><p class="hint">Clips by known and predicted class'
            f"{vote if class_tables.over_time(recordings) else ''}. Shares are of the known class.</p>"
            f"{class_tables.confusion_table(scores)}</div>"
        )
        table = class_tables.clip_table(recordings, scores)
        page.recordings[name] = {one.name: class_figure(one, points) for one in recordings}
    else:
        limits = _limits(recordings)
        page.body.append(tables.metric_tables(scores, run.labels))
        table = tables.recording_table(recordings, scores, limits, _looks_at_faces(run))
        page.recordings[name] = {
            one.name: trace_figure(one, scores["per_recording"][one.name], limits, points)
            for one in recordings
        }
    height = next(iter(page.recordings[name].values()))["layout"]["height"]
    page.body.append(_explorer(name, table, noun, height, _legend(run, recordings)))
    planes = None
    if scores["predicts"] == "trace":
        planes = plane_figures(recordings, tuple(run.run.get("value_range") or (-1.0, 1.0)))
    if planes:
        page.body.append(
            '<div class="card"><h3>Valence and arousal plane</h3><p class="hint">Share of all rated steps in '
            "each part of the plane, on the same axes; the cross is the mean, the dotted circle (if in "
            "view) the end of the scale.</p>"
            f'<div class="pair">{"".join(map(page.figure, planes))}</div></div>'
        )


def _folds(run: RunFolder, scores: dict[str, Any]) -> str:
    kept = {str(entry["fold"]): entry["best"] for entry in run.folds or ()}
    shared = " Subjects are shared between train and test." if run.subjects_shared else ""
    return (
        '<div class="card"><h3>By fold</h3><p class="hint">What each fold tested, end to end, by the weights '
        "that it kept; below, the plain mean and standard deviation (1/n) over folds. The numbers above are "
        f"of all tests pooled.{shared} Each fold is a run of its own, in the folder <code>fold_…</code>.</p>"
        f"{fold_tables.fold_table(scores, kept)}</div>{_subjects(scores)}"
    )


def _subjects(scores: dict[str, Any]) -> str:
    return (
        '<div class="card"><h3>By subject</h3><p class="hint">All recordings of a subject, end to end.</p>'
        f"{fold_tables.subject_table(scores)}</div>"
    )


def _looks_at_faces(run: RunFolder) -> bool:
    """Whether any input of the system is a face; a run of an older emotrace does not say, and may."""
    return "face" in run.run.get("inputs", {"": "face"}).values()


def _legend(run: RunFolder, recordings: Sequence[Scored]) -> str:
    """What the figure of one recording shows, HTML."""
    over_time = "over time; grey bands: no face seen." if _looks_at_faces(run) else "over time."
    if run.run["predicts"] == "trace":
        return (
            "<span style='color:var(--gold)'>●</span> Gold standard and "
            f"<span style='color:var(--predicted)'>●</span> prediction {over_time} "
            "Long curves are thinned for display and keep their peaks."
        )
    if class_tables.over_time(recordings):
        return f"Each class's probability {over_time} Gaps: segments that do not vote{_why_not(run)}."
    return "Each class's probability; of each clip there is one answer."


def _why_not(run: RunFolder) -> str:
    """Why segments do not vote, where the system is told where speech is, and what shows it; HTML."""
    inputs = run.run.get("inputs", {})
    if "speech" not in inputs or is_fused(run.run):
        return ""
    reason = ", for they lie outside the region of speech or the model is given nothing there"
    if "audio" not in inputs:
        return reason
    folder = "RUN" if run.folds is None else "RUN/fold_…"
    return (
        f"{reason}; <code>emotrace insight {folder}</code> shows the region, and which clips have no speech"
    )


def _explorer(name: str, table: str, noun: str, height: int, legend: str) -> str:
    hint = f"Pick a row to see it in full. {legend}"
    return explorer(name, f"{noun.capitalize()}s", hint, table, noun, height)


def _add_comparison(page: Page, run: RunFolder, partitions: dict[str, Any]) -> None:
    rows = compare_all(run, partitions)
    if rows:
        page.body.append(
            '<h2>Beside the paper</h2><div class="card"><p class="hint">Numbers as printed in the paper, '
            f"beside this run's on all recordings end to end.</p>{tables.comparison_table(rows)}</div>"
            f"{reported_confusions(rows)}"
        )


def _add_learning_curves(page: Page, run: RunFolder) -> None:
    if run.folds is not None or is_fused(run.run):
        return  # each fold, and each system that was fused, has its own
    curves = read_learning_curves(run.path)
    if curves is None:
        page.warnings.append("There is no logs/metrics.csv, so no learning curves.")
        return
    words = step_kept(run.run)
    kept = None if words is None else (run.run["best"]["step"], words)
    shown = [figure for figure in (loss_figure(curves), development_figure(curves, kept)) if figure]
    cards = [f'<div class="card">{key(figure)}{page.figure(figure)}</div>' for figure in shown]
    if cards:
        page.body.append(f'<h2>Learning curves</h2><div class="pair">{"".join(cards)}</div>')


def _warn_of_run(page: Page, run: RunFolder) -> None:
    page.warnings += [str(text) for text in run.run.get("warnings") or []]
    if run.folds is not None:
        done = {entry["fold"] for entry in run.folds}
        left = [str(entry["fold"]) for entry in run.run["folds"] if entry["fold"] not in done]
        if left:
            page.warnings.append(
                f"Not finished, and not in the numbers: fold {', '.join(left)}; run the same "
                "`emotrace crossval` again."
            )
    elif run.run.get("state", "done") != "done":
        page.warnings.append(f"Training is not finished (state: {run.run['state']}).")


def _interval(interval: dict[str, Any]) -> str:
    if interval["reason"]:
        return escape(f"No intervals: {interval['reason']}.")
    draws = f"{interval['draws']:,}".replace(",", " ")
    return f"Ranges are 95 % percentile intervals over {draws} bootstrap draws of subjects."


def _limits(recordings: Sequence[Scored]) -> dict[str, tuple[float, float]]:
    """Range of each dimension's panels, over all recordings, with a margin."""
    limits = {}
    for i, label in enumerate(recordings[0].trace.labels):
        values = np.concatenate(
            [np.concatenate([one.gold[:, i], one.trace.values[:, i]]) for one in recordings]
        )
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        margin = 0.06 * (high - low) or 0.1
        limits[label] = (low - margin, high + margin)
    return limits
