"""Works on several folds at a time, each in a process of its own; one that dies costs its own fold only."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from emotrace.store.engines.interrupts import held_back, ignored, let_through
from emotrace.store.engines.worker_process import end_with_parent
from emotrace.training.fold import FAILURES, FoldTask, in_words, work_on
from emotrace.writing import DiskFullError


class Outcome(NamedTuple):
    """What became of a fold: `best` if all went well, else what went wrong in one sentence."""

    fold: int
    best: dict[str, Any] | None = None
    error: str | None = None
    disk_full: bool = False


def outcome_of(task: FoldTask) -> Outcome:
    """Work on a fold in this process."""
    try:
        return Outcome(task.fold, best=work_on(task))
    except FAILURES as error:
        return Outcome(task.fold, error=in_words(error), disk_full=isinstance(error, DiskFullError))


def outcomes(tasks: Sequence[FoldTask], jobs: int, begin: Callable[[int], None]) -> Iterator[Outcome]:
    """Work on folds, `jobs` at a time, and give what became of each as it ends.

    Parameters
    ----------
    tasks : sequence of FoldTask
    jobs : int
        1 works in this process.
    begin : callable
        ``begin(fold)`` is called before a fold is worked on.
    """
    if jobs == 1:
        for task in tasks:
            begin(task.fold)
            yield outcome_of(task)
        return
    waiting = deque(tasks)
    running: dict[Connection, tuple[int, Any]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                task = waiting.popleft()
                begin(task.fold)
                connection, process = _start(task)
                running[connection] = task.fold, process
            ready = wait(list(running))
            for connection in [one for one in running if one in ready]:
                outcome = _receive(connection)
                fold, process = running.pop(connection)
                process.join()
                yield outcome or _died(fold, process.exitcode)
    finally:
        with ignored():
            for _, process in running.values():
                process.terminate()
            for _, process in running.values():
                process.join()


def _start(task: FoldTask) -> tuple[Connection, Any]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(task, theirs))
    with held_back():
        process.start()
    theirs.close()  # so that the end of the process is heard
    return ours, process


def _receive(connection: Connection) -> Outcome | None:
    try:
        return connection.recv()
    except EOFError:
        return None
    finally:
        connection.close()


def _died(fold: int, exit_code: int | None) -> Outcome:
    how = f"was killed by signal {-exit_code}" if exit_code and exit_code < 0 else f"ended with {exit_code}"
    return Outcome(
        fold,
        error=f"its process {how}, perhaps for lack of memory; run the same command again to go on where it "
        "stopped, with a smaller --jobs",
    )


def _work(task: FoldTask, connection: Connection) -> None:
    end_with_parent()
    with suppress(KeyboardInterrupt):  # the parent tells
        let_through()
        connection.send(outcome_of(task))
