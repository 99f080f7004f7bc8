"""Makes a paper's table on a prepared corpus: plans, trains what is not there, fuses, reads, writes."""

import csv
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emotrace.config.paper import PaperFusion
from emotrace.errors import ConfigError, DataError, EmotraceError
from emotrace.evaluation import evaluate
from emotrace.fusion import fuse, is_of, read_runs
from emotrace.lock import locked
from emotrace.offline_page.words import plural
from emotrace.reproduction.budget import seconds_of, share_within
from emotrace.reproduction.kept_share import KeptShare, read_share, refuse_runs_without, write_share
from emotrace.reproduction.page import write_page
from emotrace.reproduction.plan import Plan, plan_table
from emotrace.reproduction.results import Result, as_rows, read_results
from emotrace.reproduction.side_by_side import Tell, announced, run_all
from emotrace.reproduction.tasks import Asked, make_tasks, shortened
from emotrace.reproduction.trials import try_run
from emotrace.reproduction.work import make_run, scored_partitions
from emotrace.run_files import RunFiles
from emotrace.store import open_prepared
from emotrace.store.engines import Engine, open_engine
from emotrace.writing import written_whole


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
    budget_for: Sequence[str] = (),
    overrides: Sequence[str] = (),
    weights: Mapping[str, Path] | None = None,
    accelerator: str = "cpu",
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
    budget_for : sequence of str
        Tables of the paper that the budget is for, besides this one; they are made by calls of their own.
    overrides : sequence of str
        ``key=value`` for every recipe.
    weights : mapping of str to Path, or None
        Files of weights by the part of a model that starts from them, such as ``visual.trunk``; the parts are
        those that start so in the paper. A run whose model has no such part goes without.
    accelerator : str
        What to train on, as for `training.train`; predictions are made on the processor.
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
        If there is no such paper or table, no run makes it, an override, the budget, the accelerator or one
        of `weights` is wrong, the budget is too small, or the folder was begun with one and none is given, or
        without.
    DataError
        If the prepared corpus is not there, another process works in the folder, or it cannot be written.
    """
    plan = plan_table(paper, table)
    if budget is not None:
        seconds_of(budget)
    if engine == "local" and accelerator != "cpu":
        _check_accelerator(accelerator)
    prepared, folder = open_prepared(prepared_path), Path(out)
    kept = read_share(folder, budget)
    if budget is None and kept is not None:
        raise ConfigError(f"{folder}: was begun with --budget; give it again, or name another folder")
    runner = open_engine(engine, jobs, ray_address)
    asked = Asked(
        Path(prepared_path), folder, budget is not None, overrides, weights or {}, accelerator, threads
    )
    tasks, failed = make_tasks([plan], asked)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        share = None if kept is None else kept.share
        if kept is not None and plan.table not in kept.tables:
            tell(
                f"the budget was planned for {', '.join(kept.tables)}: runs of {plan.table} take the same "
                "share of their steps, however long that is"
            )
        if budget is not None and kept is None:
            others = [plan_table(paper, one) for one in budget_for]
            plans = [plan, *(one for one in others if one.table != plan.table)]
            share, untried = _share(plans, asked, budget, jobs, runner, tell)
            failed |= {task.name: untried[task.name] for task in tasks if task.name in untried}
        if share is not None:
            tell(f"every run takes {_percent(share)} of its recipe's steps")
            tasks = [shortened(task, share) for task in tasks]
        tasks = [task for task in tasks if task.name not in failed]
        if tasks:
            tell(announced(tasks, jobs, folder))
        run_all(make_run, tasks, runner, tell, failed)
        for fusion in plan.fusions:
            failed |= _fuse(fusion, folder, failed, plan)
        results = read_results(plan, folder, failed)
        stem = f"{paper}_table_{plan.table}".lower().replace(" ", "_")
        csv_file, page = folder / f"{stem}.csv", folder / f"{stem}.html"
        _write_csv(csv_file, as_rows(results))
        note = "" if share is None else f"By --budget every run took {_percent(share)} of its recipe's steps."
        write_page(page, plan, results, prepared.name, note)
    return Reproduced(plan, results, failed, csv_file, page)


def _check_accelerator(accelerator: str) -> None:
    from emotrace.training.machine import Machine, check_machine

    check_machine(Machine(accelerator))


def _share(
    plans: Sequence[Plan], asked: Asked, budget: str, jobs: int, runner: Engine, tell: Tell
) -> tuple[float | None, dict[str, str]]:
    """The share of steps that the budget allows, found by trying all runs; and why some cannot be tried."""
    tasks, failed = make_tasks(plans, asked)
    refuse_runs_without(asked.folder, [task.name for task in tasks])
    tell(f"{plural(len(tasks), 'recipe')} to be tried for a few steps, to see what the budget allows")
    seconds, trials = seconds_of(budget), asked.folder / "trials"
    until = time.perf_counter() + seconds
    share = share_within(
        tasks, seconds, jobs, trials, lambda some: run_all(try_run, some, runner, tell, failed, until)
    )
    if share is not None:
        write_share(asked.folder, KeptShare(share, budget, tuple(plan.table for plan in plans)))
        shutil.rmtree(trials)
    return share, failed


def _fuse(fusion: PaperFusion, folder: Path, failed: Mapping[str, str], plan: Plan) -> dict[str, str]:
    """Fuse the runs of a row; why not, if not."""
    lacking = [source for source in fusion.sources if source in failed]
    if lacking:
        return {fusion.name: f"its sources {', '.join(lacking)} are not there"}
    run = RunFiles(folder / fusion.name)
    sources = [folder / source for source in fusion.sources]
    try:
        if run.run_json.is_file() and not is_of(run.path, sources):
            shutil.rmtree(run.path)  # a source was trained anew
        if not run.run_json.is_file():
            fuse(read_runs(sources, fusion.labels), run.path, fusion.settings)
        asked = [row.partition for row in fusion.reported if row.table == plan.table]
        for partition in scored_partitions(run.path, asked):
            evaluate(run.path, partition)
    except (EmotraceError, OSError) as error:
        return {fusion.name: " ".join(str(error).split())}
    return {}


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    if not rows:
        raise DataError(f"{path}: the table has no rows; nothing is written")
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
