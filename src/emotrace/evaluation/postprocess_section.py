"""The report's section on post-processing: what it does, what it gained, and how far it looks ahead."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from emotrace.evaluation.run_folder import RunFolder
from emotrace.evaluation.tables import GROUPS, estimate, metric_name
from emotrace.offline_page.tables import table, value
from emotrace.offline_page.words import plural
from emotrace.postprocess import Calibration, Postprocessor, RunPostprocess
from emotrace.postprocess.of_run import wanted
from emotrace.run_files import RunFiles, read_json


def postprocess_section(run: RunFolder, partitions: Mapping[str, Any]) -> str:
    """The section as HTML; empty for a run whose recipe asks for no post-processing.

    Parameters
    ----------
    run : RunFolder
    partitions : mapping
        ``partitions`` of metrics.json.

    Raises
    ------
    CheckpointError
        If what the run, or one of its folds, keeps of it is damaged.
    """
    if wanted(run.run, run.files.run_json) is None:
        return ""
    cards = _of_run(run) if run.folds is None else _of_folds(run)
    return "<h2>Post-processing</h2>" + cards + _gains(partitions)


def _of_run(run: RunFolder) -> str:
    kept = RunPostprocess.current(run.files, run.run)
    if kept is None:
        return _card("It is not fitted for the weights that the run has now; evaluate the run again.", "")
    if kept.fitted is None:
        return _card(f"There is none: {kept.reason}.", "")
    if isinstance(kept.fitted, Calibration):
        return _card(_HINT_OF_CLASSES + _became([kept]), _calibration([("", kept)]))
    hint = (
        f"Tuned on the {plural(len(kept.recordings), 'development recording')}, on nothing else, and applied "
        "unchanged to every prediction on this page. CCC is of these recordings end to end; "
        "what it gains there, where it was tuned, says nothing of others."
    )
    return _card(hint, _dimensions(kept, kept.fitted)) + _tried(kept.fitted)


_HINT_OF_CLASSES = (
    "A temperature by which the logits of each segment are divided, found on the development clips and on "
    "nothing else: no segment changes its vote, only how sure it is. NLL and ECE, both the lower the better, "
    "are of these clips, where it was found; below stand those of others."
)


def _became(fits: Sequence[RunPostprocess]) -> str:
    """Whether confidence can be believed more with it, a sentence: of the run, or over its folds."""
    told = []
    for metric in ("nll", "ece"):
        both = [(kept.before.get(metric), kept.after.get(metric)) for kept in fits]
        known = [after - before for before, after in both if before is not None and after is not None]
        counts = {
            "lower": sum(change < 0 for change in known),
            "higher": sum(change > 0 for change in known),
            "the same": sum(change == 0 for change in known),
        }
        many = len(known) > 1
        words = [
            word + (f" in {plural(count, 'fold')}" if many else "") for word, count in counts.items() if count
        ]
        if words:
            told.append(f"{metric.upper()} is {', '.join(words)}")
    return f" With it {' and '.join(told)}." if told else ""


def _calibration(fits: Sequence[tuple[str, RunPostprocess]]) -> str:
    """A row for each temperature: of the run, or of each of its folds."""
    rows = []
    for name, kept in fits:
        assert isinstance(kept.fitted, Calibration)
        numbers = [value(side.get(metric)) for metric in ("nll", "ece") for side in (kept.before, kept.after)]
        rows.append([escape(name), escape(kept.fitted.describe()), *numbers])
    head = ["", "what is done", "development NLL before", "after", "development ECE before", "after"]
    return table(head, rows, "postprocess")


def _dimensions(kept: RunPostprocess, fitted: Postprocessor) -> str:
    rows = [
        [
            f"<b>{escape(str(one.label))}</b>",
            escape(one.whole.describe(fitted.fps)),
            escape(one.whole.describe_look_ahead(fitted.fps) or "nothing"),
            value(kept.before.get(str(one.label))),
            value(kept.after.get(str(one.label))),
        ]
        for one in fitted.dimensions
    ]
    head = ["", "what is done", "what looks ahead", "development CCC before", "after"]
    return table(head, rows, "postprocess")


def _tried(fitted: Postprocessor) -> str:
    """Every step that was tried, and whether it was kept."""
    rows = [
        [
            escape(str(one.label)),
            escape(trial.name.replace("_", " ")),
            "–" if trial.step is None else escape(trial.step.describe(fitted.fps)),
            value(trial.ccc_without),
            value(trial.ccc_with),
            "kept" if trial.kept else "left out",
        ]
        for one in fitted.dimensions
        for trial in one.whole.trials
    ]
    head = ["", "step", "at its best", "CCC without", "with", ""]
    hint = "Each step is kept only if development CCC is higher with it than without."
    card = _card(hint, table(head, rows, "tried"))
    return f"<details><summary>Steps that were tried</summary>{card}</details>"


def _of_folds(run: RunFolder) -> str:
    rows, unfitted, calibrated = [], [], []
    for entry in run.folds or ():
        files = RunFiles(run.files.fold(entry["fold"]))
        kept = RunPostprocess.current(files, read_json(files.run_json))
        name = f"fold {entry['fold']}"
        if kept is None or kept.fitted is None:
            reason = "not fitted" if kept is None else str(kept.reason)
            unfitted.append(f"{name}: {reason}")
            rows.append([name, escape(reason), *([""] * (1 + 2 * len(run.labels)))])
            continue
        if isinstance(kept.fitted, Calibration):
            calibrated.append((name, kept))
            continue
        scores = [value(side.get(label)) for label in run.labels for side in (kept.before, kept.after)]
        ahead = kept.fitted.describe_look_ahead() or "nothing"
        rows.append([name, escape(kept.fitted.describe()), escape(ahead), *scores])
    if calibrated:
        told = f" Without a temperature: {'; '.join(unfitted)}." if unfitted else ""
        became = _became([kept for _, kept in calibrated])
        return _card(_HINT_OF_CLASSES + became + told, _calibration(calibrated))
    head = ["tuned in", "what is done", "what looks ahead"]
    head += [f"{escape(label)} {side}" for label in run.labels for side in ("before", "after")]
    hint = (
        "Each fold tuned its own, on its own development recordings and on nothing else. CCC is of those "
        "recordings end to end, before and after."
    )
    return _card(hint, table(head, rows, "postprocess"))


def _gains(partitions: Mapping[str, Any]) -> str:
    """Metrics before and after, of every partition that has both."""
    cards = []
    for name, scores in partitions.items():
        before = scores.get("before_postprocessing")
        if not before:
            continue
        rows = [
            [escape(metric_name(metric)), estimate(before[metric]), estimate(entry)]
            for metric, entry in scores["concatenated"].items()
            if metric in before
        ]
        title = f"{name.capitalize()} before and after"
        cards.append(
            f'<div class="card"><h3>{escape(title)}</h3><p class="hint">{GROUPS["concatenated"][0]}.</p>'
            f"{table(['', 'before', 'after'], rows, 'metrics')}</div>"
        )
    return f'<div class="pair">{"".join(cards)}</div>' if cards else ""


def _card(hint: str, content: str) -> str:
    return f'<div class="card"><p class="hint">{escape(hint)}</p>{content}</div>'
