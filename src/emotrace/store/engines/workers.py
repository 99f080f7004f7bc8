"""Runs tasks in several processes; one that dies costs its own task only."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from emotrace.errors import DataError
from emotrace.store.engines.interrupts import held_back, ignored
from emotrace.store.engines.worker_process import do, heed


class LocalEngine:
    """An `Engine` of processes on this machine.

    Parameters
    ----------
    jobs : int >= 1
        Processes at a time.
    """

    def __init__(self, jobs: int):
        self._jobs = jobs

    def run(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Future]]:
        """As `Engine.run`; no more processes are started than there are tasks."""
        return run_tasks(work, tasks, max(1, min(self._jobs, len(tasks))))


def run_tasks(work: Callable[[Any], Any], tasks: Sequence[Any], jobs: int) -> Iterator[tuple[int, Future]]:
    """Do tasks in `jobs` processes; give (number of the task, its future) as each is finished.

    When a process dies, nobody knows whose fault it was: the tasks that were running are tried
    again one by one, each in a process of its own, and one that dies again holds a `DataError`.
    Ctrl-C, or a caller that asks for no more, ends the processes in the midst of their tasks.

    Parameters
    ----------
    work : callable
        Defined in a module.
    tasks : sequence
        Picklable.
    jobs : int >= 1
    """
    waiting = deque(enumerate(tasks))
    while waiting:
        suspects: list[tuple[int, Any]] = []
        with _pool(jobs) as pool:
            running: dict[Future, tuple[int, Any]] = {}
            while (waiting or running) and not suspects:
                while waiting and len(running) < jobs:
                    task = waiting.popleft()
                    running[_submit(pool, work, task[1])] = task
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                if any(isinstance(future.exception(), BrokenProcessPool) for future in done):
                    done, _ = wait(running)
                for future in done:
                    task = running.pop(future)
                    if isinstance(future.exception(), BrokenProcessPool):
                        suspects.append(task)
                    else:
                        yield task[0], future
        for number, task in sorted(suspects, key=lambda suspect: suspect[0]):
            yield number, _run_alone(work, task)


def _submit(pool: ProcessPoolExecutor, work: Callable[[Any], Any], task: Any) -> Future:
    try:
        with held_back():
            return pool.submit(do, work, task)
    except BrokenProcessPool as error:
        failed: Future = Future()
        failed.set_exception(error)
        return failed


def _run_alone(work: Callable[[Any], Any], task: Any) -> Future:
    with _pool(1) as pool:
        future = _submit(pool, work, task)
        if not isinstance(future.exception(), BrokenProcessPool):
            return future
    failed: Future = Future()
    failed.set_exception(
        DataError(
            "its worker process was killed twice, perhaps for lack of memory; expected it to finish, "
            "try again with fewer jobs"
        )
    )
    return failed


@contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with the block; in the midst of a task if an error or Ctrl-C ends it."""
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=heed, initargs=(theirs,))
    try:
        yield pool
    except BaseException:
        ours.close()
        raise
    finally:
        with ignored():
            pool.shutdown(cancel_futures=True)
        ours.close()
        theirs.close()
