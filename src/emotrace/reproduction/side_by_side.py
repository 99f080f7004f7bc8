"""Runs made at the same time, each of which may fail without harm to the others."""

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from emotrace.errors import ConfigError, EmotraceError
from emotrace.offline_page.words import plural
from emotrace.reproduction.pace import stage_steps
from emotrace.reproduction.work import Spent, Task
from emotrace.store.engines import Engine

Tell = Callable[[str], None]


def announced(tasks: Sequence[Task], jobs: int, folder: Path) -> str:
    """What is to be done, and where somebody who waits for hours sees how far it is."""
    steps = [sum(steps for _, steps, _ in stage_steps(task.recipe)) for task in tasks]
    runs = [f"{task.name} ({plural(count, 'step')})" for task, count in zip(tasks, steps, strict=True)]
    return f"runs, {jobs} at a time: {', '.join(runs)}; see {folder}/RUN/logs/metrics.csv for how far each is"


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
