"""Summaries of runs in `results/`: numbers alone, one file per run, from which tables are made."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from emotrace.errors import DataError
from presets import preset_shown

RESULTS = Path(__file__).resolve().parents[2] / "results"

Estimate = Mapping[str, float | None]


@dataclass(frozen=True)
class Summary:
    """What is kept of an evaluated run: no names of recordings, no paths, no predictions.

    Parameters
    ----------
    recipe : str
        ``system/name`` as it was trained; the system and variant if the recipe was a file.
    system, variant, preset : str
    corpus : str
        Its name; ``demo`` and ``demo clips`` for the made ones.
    partition : str
        That was scored: development or test.
    scheme : str
        How recordings were split, such as ``fixed``, ``kfold``, ``kfold by stimulus`` or ``kfold, one fold``.
    subjects_shared : bool
        Whether subjects were both learnt from and tested.
    subjects, recordings : int
        In that partition.
    trained_on : int or None
        Subjects that were learnt from; None: it differs by fold.
    seconds : float
    metrics : mapping of str to estimate
        Each with value, low and high, of all recordings end to end.
    interval : str
        What low and high are.
    command : str
    commit : str or None
        Of emotrace when it was trained; ``-dirty`` at the end: with changes that were not committed.
    seed : int or None
        None: nothing is drawn.
    """

    recipe: str
    system: str
    variant: str
    preset: str
    corpus: str
    partition: str
    scheme: str
    subjects_shared: bool
    subjects: int
    recordings: int
    trained_on: int | None
    seconds: float
    metrics: Mapping[str, Estimate]
    interval: str
    command: str
    commit: str | None
    seed: int | None


def write(summary: Summary) -> str:
    """A summary as JSON text."""
    return json.dumps(asdict(summary), indent=1) + "\n"


def read(file: Path) -> Summary:
    """A summary from its file.

    Raises
    ------
    DataError
        If it is no JSON object with exactly the fields of a summary.
    """
    try:
        values: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{file}: not readable JSON ({error}); make it with summarise.py") from error
    expected = {each.name for each in fields(Summary)}
    if not isinstance(values, dict) or set(values) != expected:
        odd = sorted(set(values) ^ expected) if isinstance(values, dict) else type(values).__name__
        raise DataError(f"{file}: no summary of a run, it differs in {odd}; make it with summarise.py")
    return Summary(**values)


def read_all(folder: Path = RESULTS) -> list[Summary]:
    """Every summary, real corpora first, then by corpus and recipe."""
    found = [read(file) for file in sorted(folder.glob("*.json"))]
    return sorted(
        found, key=lambda one: (one.corpus.startswith("demo"), one.corpus, one.recipe, one.partition)
    )


def shown(estimate: Estimate) -> str:
    """An estimate with its interval.

    Examples
    --------
    >>> shown({"value": 0.5, "low": 0.41, "high": 0.604})
    '0.50 [0.41, 0.60]'
    """
    value, low, high = (
        None if cell is None else f"{round(cell, 2) + 0.0:.2f}"  # 0.0: no minus before zero
        for cell in (estimate["value"], estimate["low"], estimate["high"])
    )
    if value is None:
        return "undefined"
    return value if low is None or high is None else f"{value} [{low}, {high}]"


def table(summaries: list[Summary]) -> str:
    """A Markdown table, a row for each summary: what was scored on whom, how well, by which command."""
    lines = [
        "| recipe | corpus | partition | subjects | metric [95 % over subjects] | command | commit |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in summaries:
        scores = [(name, cell) for name, cell in one.metrics.items() if _headline(name)]
        metrics = ", ".join(f"{name.replace('_', ' ')} {shown(cell)}" for name, cell in scores)
        named = preset_shown(one.recipe, one.system, one.variant, one.preset)
        preset = f" ({named})" if named else ""
        lines.append(
            f"| `{one.recipe}`{preset} | {one.corpus} | {split_shown(one)} | {one.subjects} "
            f"| {metrics} | `{one.command}` | {commit_shown(one.commit)} |"
        )
    return "\n".join(lines)


def commit_shown(commit: str | None) -> str:
    """A commit as tables name it.

    Examples
    --------
    >>> commit_shown("0123456789abcdef-dirty"), commit_shown(None)
    ('0123456 and changes', 'not noted')
    """
    if commit is None:
        return "not noted"
    return f"{commit[:7]}{' and changes' if commit.endswith('-dirty') else ''}"


def _headline(metric: str) -> bool:
    return metric in ("uar", "accuracy") or (metric.startswith("ccc_") and metric != "ccc_mean")


def split_shown(one: Summary) -> str:
    """The partition that was scored, and how people were split."""
    words = {
        "fixed": "",
        "loso": ", each subject left out",
        "session": ", each session left out",
        "kfold": ", folds of subjects",
        "clips": ", folds of clips",
    }
    scheme, comma, part = one.scheme.partition(", ")
    split = words.get(scheme, f", {scheme}") + comma + part
    return f"{one.partition}{split}{', subjects shared' if one.subjects_shared else ''}"
