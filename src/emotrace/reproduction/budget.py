"""How many steps a budget of minutes allows: every run is tried for a few steps first."""

import heapq
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emotrace.config.recipe import Recipe
from emotrace.errors import ConfigError
from emotrace.reproduction.pace import Pace
from emotrace.reproduction.plan import has_folds
from emotrace.reproduction.shorter import with_share
from emotrace.reproduction.trials import TRIED_STEPS, trial_of, tried_share
from emotrace.reproduction.work import Spent, Task
from emotrace.run_files import RunFiles

SPARE = 0.85  # share of the budget that is planned for: machines are busier at times
HALVINGS = 20  # of the span of shares, until the budget is met
_UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds_of(text: str) -> float:
    """A budget in seconds.

    Raises
    ------
    ConfigError
        If it is not a number with s, m or h.

    Examples
    --------
    >>> seconds_of("10m"), seconds_of("1.5h")
    (600.0, 5400.0)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh])\s*", text)
    if found is None or float(found[1]) <= 0:
        raise ConfigError(f"--budget is {text!r}; expected a time such as 90s, 10m or 1.5h")
    return float(found[1]) * _UNITS[found[2]]


def share_within(
    tasks: Sequence[Task],
    seconds: float,
    jobs: int,
    trials: Path,
    run: Callable[[Sequence[Task]], Mapping[str, Spent]],
) -> float | None:
    """The share of the steps of every run, the same for all, that fits in a budget.

    Each run is tried with a few steps, of a cross-validation one fold.

    Parameters
    ----------
    tasks : sequence of Task
    seconds : float
        Of this clock, for all.
    jobs : int
        Runs at a time.
    trials : Path
        Folder of the trials.
    run : callable
        Tries runs side by side; gives the seconds of each by its name, of those that went well.

    Returns
    -------
    float in (0, 1], or None
        None: none of them can be run at all.

    Raises
    ------
    ConfigError
        If the budget does not even suffice for the few steps.
    """
    tried = [trial_of(task, trials) for task in tasks]
    spent = run(tried)
    jobs_to_do = [
        _Job.of(one, task.recipe, spent[task.name])
        for task, one in zip(tasks, tried, strict=True)
        if task.name in spent
    ]
    if not jobs_to_do:
        return None
    trying = clock_seconds((one.training + one.scoring for one in spent.values()), jobs)
    left = SPARE * seconds - trying

    def takes(share: float) -> float:
        return clock_seconds((job.seconds(share) for job in jobs_to_do), jobs)

    least = min(tried_share(job.recipe) for job in jobs_to_do)
    if takes(least) > left:
        minutes = (trying + takes(least)) / SPARE / 60
        raise ConfigError(
            f"the budget is {seconds / 60:.1f} minutes, and {len(tasks)} runs of {TRIED_STEPS} steps alone "
            f"take about {minutes:.1f}; expected more, give a larger --budget or a smaller table"
        )
    most = 1.0
    if takes(most) <= left:
        return most
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        least, most = (middle, most) if takes(middle) <= left else (least, middle)
    return least


def clock_seconds(runs: Iterable[float], jobs: int) -> float:
    """Seconds until the last of some runs ends, each begun when one of `jobs` places is free.

    Examples
    --------
    >>> clock_seconds([1.0, 2.0, 5.0], jobs=2)
    6.0
    """
    free_at = [0.0] * jobs
    for seconds in runs:
        heapq.heapreplace(free_at, free_at[0] + seconds)
    return max(free_at)


@dataclass(frozen=True)
class _Job:
    """A run and how long it takes."""

    recipe: Recipe
    pace: Pace
    scoring: float
    folds: int

    @classmethod
    def of(cls, tried: Task, recipe: Recipe, spent: Spent) -> "_Job":
        log = RunFiles(tried.folder).fold(0) if tried.folds else tried.folder
        pace = Pace.of(log, tried.recipe, spent.training)
        return cls(recipe, pace, spent.scoring, _folds(tried))

    def seconds(self, share: float) -> float:
        """Of all its folds with a share of the steps."""
        return self.folds * (self.pace.training(with_share(self.recipe, share)) + self.scoring)


def _folds(task: Task) -> int:
    """Folds of a cross-validation, as its first one has told; 1 for a single training."""
    if not has_folds(task.recipe):
        return 1
    facts = json.loads((task.folder / "run.json").read_text(encoding="utf-8"))
    return len(facts["folds"])
