"""The report's tables by fold and by subject, as HTML."""

from collections.abc import Sequence
from html import escape
from typing import Any

from emotrace.evaluation.tables import table, value

NAMES = {
    "ccc": "CCC",
    "rmse": "RMSE",
    "uar": "UAR",
    "accuracy": "accuracy",
    "macro": "macro",
    "recall": "recall",
}


def shown_metrics(scores: dict[str, Any]) -> dict[str, str]:
    """Metrics that the tables show, each with its title; the CSV files have all."""
    shown: dict[str, str] = {}
    there = next(iter(scores["by_subject"].values()))
    for kind, title in NAMES.items():
        of_kind = [metric for metric in there if metric.partition("_")[0] == kind]
        shown |= {metric: f"{title} {metric.partition('_')[2]}".strip() for metric in of_kind}
    return shown | {metric: "macro F1" for metric in shown if metric == "macro_f1"}


def fold_table(scores: dict[str, Any], kept: dict[str, Any]) -> str:
    """One row per fold, and their mean and standard deviation.

    Parameters
    ----------
    scores : dict
        Of the test, with ``by_fold`` and ``over_folds``.
    kept : dict
        By fold, the step and development score of the weights that were kept, or None.
    """
    shown = shown_metrics(scores)
    noun = "clips" if scores["predicts"] == "class" else "recordings"
    rows = []
    for name, row in scores["by_fold"].items():
        best = kept.get(name) or {}
        rows.append(
            [
                f"fold {escape(name)}", str(row["recordings"]), str(row["subjects"]),
                str(best.get("step") or "–"), value(best.get("score")),
                *(value(row[metric]) for metric in shown),
            ]
        )  # fmt: skip
    for title, key in (("mean", "mean"), ("standard deviation", "standard_deviation")):
        cells = [f"<b>{value(scores['over_folds'][metric][key])}</b>" for metric in shown]
        rows.append([f"<b>{title}</b>", "", "", "", "", *cells])
    head = ["tested in", noun, "subjects", "step kept", "development", *map(escape, shown.values())]
    return table(head, rows, "folds")


def subject_table(scores: dict[str, Any]) -> str:
    """One row per subject."""
    shown = shown_metrics(scores)
    noun = "clips" if scores["predicts"] == "class" else "recordings"
    folds = ["fold"] if "by_fold" in scores else []
    rows = [
        [
            escape(name),
            *([_list(row["folds"])] if folds else []),
            str(row["recordings"]),
            *(value(row[metric]) for metric in shown),
        ]
        for name, row in scores["by_subject"].items()
    ]
    return table(["subject", *folds, noun, *map(escape, shown.values())], rows, "subjects")


def _list(numbers: Sequence[int]) -> str:
    return escape(", ".join(map(str, numbers)))
