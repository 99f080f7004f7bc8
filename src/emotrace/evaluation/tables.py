"""The report's tables and tiles as HTML; every name that comes from outside is escaped."""

from collections.abc import Sequence
from html import escape
from math import log
from typing import Any

from emotrace.evaluation.comparison import Comparison
from emotrace.evaluation.scored import Scored
from emotrace.offline_page.sparkline import sparkline
from emotrace.offline_page.tables import link_to, percent, row_of, table, value

TITLES = {
    "ccc": ("CCC", "concordance correlation; 1 is perfect, 0 is chance"),
    "pcc": ("PCC", "Pearson correlation; blind to offset and scale"),
    "icc": ("ICC", "intra-class correlation, ICC(3,1); blind to offset"),
    "rmse": ("RMSE", "root mean square error; 0 is perfect"),
    "mae": ("MAE", "mean absolute error; 0 is perfect"),
    "uar": ("UAR", "unweighted average recall; 1 is perfect"),
    "macro_f1": ("macro F1", "mean F1 of the classes; 1 is perfect"),
    "nll": ("NLL", "negative log-likelihood of the known class; 0 is perfect"),
    "ece": ("ECE", "expected calibration error; 0: confidence is accuracy"),
}
GROUPS = {
    "concatenated": (
        "All recordings end to end",
        "The steps of all recordings joined into one series (“concatenated”): "
        "differences between people and recordings count.",
    ),
    "mean_of_recordings": (
        "Mean of recordings",
        "One number per recording, then their plain mean: only what happens within a recording counts.",
    ),
}


def estimate(entry: dict[str, float | None], bold: bool = True) -> str:
    """A value with its interval."""
    number = f"<b>{value(entry['value'])}</b>" if bold else value(entry["value"])
    if entry["low"] is None:
        return number
    interval = f"{value(entry['low'])} to {value(entry['high'])}"
    return f'{number} <span class="interval">{interval}</span>'


def tiles(scores: dict[str, Any], labels: Sequence[str]) -> str:
    """The headline numbers of a partition, of all recordings end to end."""
    whole = scores["concatenated"]
    if scores["predicts"] == "class":
        chance = f"chance {value(scores['chance_uar'])}"
        shown = [
            ("Unweighted average recall", "uar", chance),
            ("Accuracy", "accuracy", "of all clips"),
            ("Macro F1", "macro_f1", ""),
            ("Negative log-likelihood", "nll", f"knowing nothing {value(log(len(scores['classes'])))}"),
            ("Calibration error", "ece", "confidence against accuracy"),
        ]
        shown = [one for one in shown if one[1] in whole]  # an older emotrace scored less
    else:
        shown = [(f"CCC {label}", f"ccc_{label}", "") for label in labels]
        if len(labels) > 1:
            shown.append(("CCC, mean of both" if len(labels) == 2 else "CCC, mean", "ccc_mean", ""))
            shown.append((_joint(labels), "rmse_joint", ""))
    cards = []
    for title, name, remark in shown:
        entry = whole[name]
        interval = "" if entry["low"] is None else f"95 % {value(entry['low'])} to {value(entry['high'])}"
        notes = " · ".join(text for text in (interval, remark) if text)
        cards.append(
            f'<div class="tile"><div class="tile-name">{escape(title[0].upper() + title[1:])}</div>'
            f'<div class="tile-value">{value(entry["value"])}</div>'
            f'<div class="tile-note">{notes}&nbsp;</div></div>'
        )
    return f'<div class="tiles">{"".join(cards)}</div>'


def metric_tables(scores: dict[str, Any], labels: Sequence[str]) -> str:
    """Both groups of metrics of a trace system, with intervals."""
    cards = []
    for group, (title, explained) in GROUPS.items():
        entries = scores[group]
        rows = []
        for name, (short, meaning) in TITLES.items():
            if any(f"{name}_{label}" not in entries for label in labels):
                continue  # scored by an emotrace that had no ICC
            row = [f'<abbr title="{escape(meaning)}">{short}</abbr>']
            row += [estimate(entries[f"{name}_{label}"]) for label in labels]
            if len(labels) > 1:
                together = [estimate(entries[f"{name}_mean"])] if f"{name}_mean" in entries else []
                if name == "rmse":
                    together.append(f"joint {estimate(entries['rmse_joint'])}")
                row.append(" ".join(together))
            rows.append(row)
        head = ["", *map(escape, labels), *(["together"] if len(labels) > 1 else [])]
        cards.append(
            f'<div class="card"><h3>{title}</h3><p class="hint">{explained}</p>'
            f"{table(head, rows, 'metrics')}</div>"
        )
    note = (
        f"<p class='hint'>Together: the mean over dimensions; and the {escape(_joint(labels))}, the root of "
        "the sum of squares.</p>"
        if len(labels) > 1
        else ""
    )
    return f'<div class="pair">{"".join(cards)}</div>{note}'


def recording_table(
    recordings: Sequence[Scored], scores: dict[str, Any], limits: dict[str, Any], faces: bool
) -> str:
    """One row per recording of a trace system, with the curves in small; `faces`: it looks at them."""
    labels = recordings[0].trace.labels
    head = ["recording", "subject", "length", "rated", *(["face seen"] if faces else [])]
    for label in labels:
        head += [escape(label), "CCC", "RMSE"]
    rows = []
    for one in recordings:
        row_scores = scores["per_recording"][one.name]
        row = [
            link_to(one.name), escape(one.subject), f"{row_scores['steps']:,} steps".replace(",", " "),
            percent(row_scores["rated_steps"] / row_scores["steps"]),
            *([percent(row_scores["face_share"])] if faces else []),
        ]  # fmt: skip
        for i, label in enumerate(labels):
            lines = [("gold", one.gold[:, i]), ("predicted", one.trace.values[:, i])]
            row += [sparkline(lines, *limits[label]), value(row_scores[f"ccc_{label}"])]
            row.append(value(row_scores[f"rmse_{label}"]))
        rows.append(row)
    return table(head, rows, "recordings", [row_of(one.name) for one in recordings])


def verdict_in_html(verdict: str, comparable: str) -> str:
    """A verdict whose first words stand out unless the numbers are comparable.

    Examples
    --------
    >>> verdict_in_html("Not comparable: another corpus.", "no")
    '<span class="wrong">Not comparable:</span> another corpus.'
    """
    first, colon, rest = escape(verdict).partition(":")
    return f'<span class="wrong">{first}{colon}</span>{rest}' if comparable != "yes" else escape(verdict)


def comparison_table(comparisons: Sequence[Comparison]) -> str:
    """The paper's numbers beside ours, and whether they may be compared."""
    rows = []
    for one in comparisons:
        paper, verdict = one.reported, verdict_in_html(one.verdict, one.comparable)
        for i, (metric, number) in enumerate(paper.metrics.items()):
            method = f", {escape(one.method)}" if one.method else ""
            source = f"{escape(paper.table)}{method}<br><small>{escape(one.origin)}</small>"
            name, first = escape(metric_name(metric)), i == 0
            cells = [source if first else "", name, value(number), value(one.ours[metric])]
            rows.append([*cells, verdict if first else ""])
    return table(["reported in", "metric", "paper", "this run", ""], rows, "comparison")


def _joint(labels: Sequence[str]) -> str:
    return "joint RMSE (E_av)" if set(labels) == {"arousal", "valence"} else "joint RMSE"


def metric_name(metric: str) -> str:
    """A metric of metrics.json as people call it.

    Examples
    --------
    >>> metric_name("ccc_arousal")
    'CCC arousal'
    """
    if metric in TITLES:
        return TITLES[metric][0]
    kind, _, of = metric.partition("_")
    return "joint RMSE" if metric == "rmse_joint" else f"{TITLES.get(kind, (kind,))[0]} {of}".strip()
