"""Makes a paper's table on a prepared corpus: plans, trains what is not there, fuses, reads, writes."""

import csv
import json
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emotrace.config.load import load_recipe, recipe_in_words
from emotrace.config.paper import PaperFusion, load_paper
from emotrace.errors import ConfigError, DataError, EmotraceError
from emotrace.evaluation import evaluate
from emotrace.fusion import fuse, read_runs
from emotrace.lock import locked
from emotrace.offline_page.words import plural
from emotrace.reproduction.budget import kept_share, seconds_of, share_within
from emotrace.reproduction.page import write_page
from emotrace.reproduction.plan import Plan, plan_table
from emotrace.reproduction.results import Result, as_rows, read_results
from emotrace.reproduction.shorter import with_share
from emotrace.reproduction.trials import try_run
from emotrace.reproduction.work import Spent, Task, make_run, scored_partitions
from emotrace.run_files import RunFiles
from emotrace.store import open_prepared
from emotrace.store.engines import Engine, open_engine
from emotrace.writing import written_whole

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Reproduced:
    """A table with our numbers.

    Parameters
    ----------
    plan : Plan
    results : list of Result
    failed : dict of run to str
        What could not be made, and why.
    table, page : Path
        CSV and HTML.
    """

    plan: Plan
    results: list[Result]
    failed: dict[str, str]
    table: Path
    page: Path


def reproduce(
    paper: str,
    table: str,
    prepared_path: str | Path,
    out: str | Path,
    *,
    budget: str | None = None,
    overrides: Sequence[str] = (),
    jobs: int = 1,
    threads: int = 1,
    engine: str = "local",
    ray_address: str | None = None,
    tell: Tell = lambda text: None,
) -> Reproduced:
    """Train every recipe of a table on a prepared corpus and lay our numbers beside the reported ones.

    Runs that are there are left as they are, and killed ones go on: call it again. A run that fails costs
    its own rows only.

    Parameters
    ----------
    paper : str
        A system, such as ``nguyen2020``.
    table : str
        Its number, such as ``III`` or ``3``.
    prepared_path : path
    out : path
        A folder; each run becomes a folder in it, named as its recipe; other tables of the paper use it too.
    budget : str or None
        Such as ``10m``, for all runs together: small presets (the paper's ``in_minutes``) and the same share
        of every recipe's steps, which the folder keeps. None: the recipes as they are.
    overrides : sequence of str
        ``key=value`` for every recipe.
    jobs : int, >= 1
        Runs at a time.
    threads : int, >= 1
        Of each run.
    engine : {"local", "ray"}
    ray_address : str or None
    tell : callable
        Called with a sentence as runs end.

    Raises
    ------
    ConfigError
        If there is no such paper or table, no run makes it, an override or the budget is wrong, the budget is
        too small, or the folder was begun with one and none is given.
    DataError
        If the prepared corpus is not there, another process works in the folder, or it cannot be written.
    """
    plan = plan_table(paper, table)
    prepared, folder = open_prepared(prepared_path), Path(out)
    seconds = None if budget is None else seconds_of(budget)
    share = kept_share(folder, budget)
    if seconds is None and share is not None:
        raise ConfigError(f"{folder}: was begun with --budget; give it again, or name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    runner = open_engine(engine, jobs, ray_address)
    with locked(folder):
        tasks, failed = _tasks(plan, Path(prepared_path), folder, seconds is not None, overrides, threads)
        if seconds is not None and share is None:
            tell(f"{plural(len(tasks), 'recipe')} to be tried for a few steps, to see what the budget allows")
            until = time.perf_counter() + seconds
            trials = folder / "trials"
            share = share_within(
                tasks,
                seconds,
                jobs,
                trials,
                lambda some: _run_all(try_run, some, runner, tell, failed, until),
            )
            if share is not None:
                _keep_share(folder, share, str(budget))
                shutil.rmtree(trials)
        if share is not None:
            tell(f"every run takes {_percent(share)} of its recipe's steps")
            tasks = [_shortened(task, share) for task in tasks]
        _run_all(make_run, [task for task in tasks if task.name not in failed], runner, tell, failed)
        for fusion in plan.fusions:
            failed |= _fuse(fusion, folder, failed, plan)
        results = read_results(plan, folder, failed)
        stem = "table_" + plan.table.lower().replace(" ", "_")
        csv_file, page = folder / f"{stem}.csv", folder / f"{stem}.html"
        _write_csv(csv_file, as_rows(results))
        note = "" if share is None else f"By --budget every run took {_percent(share)} of its recipe's steps."
        write_page(page, plan, results, prepared.name, note)
    return Reproduced(plan, results, failed, csv_file, page)


def _tasks(
    plan: Plan, prepared: Path, folder: Path, in_minutes: bool, overrides: Sequence[str], threads: int
) -> tuple[list[Task], dict[str, str]]:
    """A task for each recipe, and those whose settings do not fit."""
    wanted = [*(load_paper(plan.paper).in_minutes if in_minutes else ()), *overrides]
    partitions: dict[str, list[str]] = {}
    for row in plan.rows:
        if row.job is not None:
            partitions.setdefault(row.job, []).append(row.reported.partition)
    for fusion in plan.fusions:
        for source in fusion.sources:
            partitions.setdefault(source, []).extend(
                ["development", *(row.partition for row in fusion.reported)]
            )
    tasks, failed = [], {}
    for full in plan.recipes:
        name = full.partition("/")[2]
        try:
            recipe = load_recipe(full, wanted)
        except ConfigError as error:
            failed[name] = str(error)
            continue
        asked = tuple(dict.fromkeys(partitions[name]))
        told = recipe_in_words(full, wanted)
        tasks.append(Task(name, recipe, prepared, folder / name, asked, threads=threads, recipe_name=told))
    if not tasks:
        raise ConfigError(next(iter(failed.values())))
    return tasks, failed


def _shortened(task: Task, share: float) -> Task:
    told = f"{task.recipe_name}, {share:.2g} of its steps"
    return replace(task, recipe=with_share(task.recipe, share), recipe_name=told)


def _run_all(
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


def _fuse(fusion: PaperFusion, folder: Path, failed: Mapping[str, str], plan: Plan) -> dict[str, str]:
    """Fuse the runs of a row; why not, if not."""
    lacking = [source for source in fusion.sources if source in failed]
    if lacking:
        return {fusion.name: f"its sources {', '.join(lacking)} are not there"}
    run = RunFiles(folder / fusion.name)
    try:
        if not run.run_json.is_file():
            sources = read_runs([folder / source for source in fusion.sources], fusion.labels)
            fuse(sources, run.path, fusion.settings)
        asked = [row.partition for row in fusion.reported if row.table == plan.table]
        for partition in scored_partitions(run.path, asked):
            evaluate(run.path, partition)
    except (EmotraceError, OSError) as error:
        return {fusion.name: " ".join(str(error).split())}
    return {}


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _keep_share(folder: Path, share: float, budget: str) -> None:
    with written_whole(folder / "budget.json") as part:
        part.write_text(json.dumps({"share": share, "budget": budget}), encoding="utf-8")


def _write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    if not rows:
        raise DataError(f"{path}: the table has no rows; nothing is written")
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
