"""The report's section on a fused run: the weights of its systems, and each of them beside the fusion."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from emotrace.evaluation.run_folder import RunFolder
from emotrace.offline_page.tables import table, value
from emotrace.offline_page.words import plural
from emotrace.run_files import FUSION, is_fused, read_json


def fusion_section(run: RunFolder) -> str:
    """The section as HTML; empty for a run that is no fusion.

    Raises
    ------
    CheckpointError
        If fusion.json is missing or damaged.
    """
    if not is_fused(run.run):
        return ""
    stored = read_json(run.files.fusion_json, ("systems", "predicts"), "run `emotrace fuse` again")
    names = [str(name) for name in stored["systems"]]
    return "<h2>Fusion</h2>" + _weights(stored, names) + _scores(stored.get("scores") or {}, names)


def _weights(stored: Mapping[str, Any], names: Sequence[str]) -> str:
    fits = [fit["fusion"]["dimensions"] for fit in stored.get("fits") or ()]
    if not fits:
        return _card(
            f"The mean of the log-probabilities of {plural(len(names), 'system')}; nothing is fitted.", ""
        )
    labels = [str(one["label"]) for one in fits[0]]
    rows = []
    for index, label in enumerate(labels):
        weights = [[fit[index]["weights"].get(name, 0.0) for name in names] for fit in fits]
        cells = [_spread(column) for column in zip(*weights, strict=True)]
        rows.append([f"<b>{escape(label)}</b>", *cells, _spread([fit[index]["intercept"] for fit in fits])])
    hint = "Weights of the systems in the sum, fitted on other recordings than those it is scored on, "
    if len(fits) > 1:
        hint += f"cross-fitted in {len(fits)} parts: mean and standard deviation (1/n) over the parts."
    else:
        hint += f"on {plural(len(stored['fits'][0]['fitted_on']), 'recording')} of development."
    return _card(hint, table(["", *map(escape, names), "constant"], rows, "weights"))


def _scores(scores: Mapping[str, Any], names: Sequence[str]) -> str:
    cards = []
    for title, by_system in scores.items():
        shown = [name for name in (*names, FUSION) if name in by_system]
        metrics = list(dict.fromkeys(metric for name in shown for metric in by_system[name]))
        rows = [
            [escape(name) if name != FUSION else "<b>fused</b>"]
            + [value(by_system[name].get(metric)) for metric in metrics]
            for name in shown
        ]
        head = ["", *(escape(metric.replace("_", " ")) for metric in metrics)]
        cards.append(_card(f"Recordings {title}, joined.", table(head, rows, "metrics")))
    return "".join(cards)


def _spread(values: Sequence[float]) -> str:
    mean = f"{np.mean(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ± {np.std(values):.3f}"


def _card(hint: str, content: str) -> str:
    return f'<div class="card"><p class="hint">{escape(hint)}</p>{content}</div>'
