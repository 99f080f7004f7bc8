"""Runs made at the same time, each of which may fail without harm to the others."""

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from emotrace.errors import ConfigError, EmotraceError
from emotrace.offline_page.words import plural
from emotrace.reproduction.pace import stage_steps
from emotrace.reproduction.plan import has_folds
from emotrace.reproduction.work import Spent, Task
from emotrace.store.engines import Engine

Tell = Callable[[str], None]


def announced(tasks: Sequence[Task], jobs: int, folder: Path) -> str:
    """What is to be done, and where somebody who waits for hours sees how far it is."""
    where = "RUN/fold_K" if any(has_folds(task.recipe) for task in tasks) else "RUN"
    return (
        f"runs, {jobs} at a time, finished ones are left: {', '.join(map(_with_steps, tasks))}; see "
        f"{folder}/{where}/logs/metrics.csv for how far each is"
    )


def _with_steps(task: Task) -> str:
    steps = sum(steps for _, steps, _ in stage_steps(task.recipe))
    each = " a fold" if has_folds(task.recipe) else ""
    return f"{task.name} ({plural(steps, 'step')}{each})" if steps else task.name


def run_all(
    work: Callable[[Task], Spent],
    tasks: Sequence[Task],
    runner: Engine,
    tell: Tell,
    failed: dict[str, str],
    until: float = math.inf,
) -> dict[str, Spent]:
    """Seconds of the runs that went well; why others did not goes to `failed`.

    Raises
    ------
    ConfigError
        If that lasts beyond `until`, on the clock of `time.perf_counter`.
    """
    spent = {}
    for number, future in runner.run(work, tasks):
        name = tasks[number].name
        try:
            spent[name] = future.result()
            tell(f"{name}: done in {spent[name].training + spent[name].scoring:.0f} s")
        except (EmotraceError, OSError, RuntimeError, MemoryError) as error:
            failed[name] = " ".join(str(error).split())
            tell(f"{name}: failed: {failed[name]}")
        if time.perf_counter() > until:
            raise ConfigError(
                f"the budget is used up by trying {len(spent) + len(failed)} of {len(tasks)} runs for a few "
                "steps; expected more, give a larger --budget or a smaller table"
            )
    return spent
