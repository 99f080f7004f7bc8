"""Where tasks run: in processes of this machine or on a Ray cluster, behind one small protocol."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from emotrace.errors import ConfigError

ENGINES = ("local", "ray")


class Engine(Protocol):
    """Runs tasks side by side; a process that is killed costs its own task only."""

    def run(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Future]]:
        """Do all tasks; give (number of the task, its future) as each is finished.

        A task whose process dies is tried once more; if that dies too, its future holds a `DataError`.
        When the caller asks for no more, or at Ctrl-C, tasks that run are killed: they must be such that a
        second call goes on after that.

        Parameters
        ----------
        work : callable
            Defined in a module.
        tasks : sequence
            Picklable.
        """


def open_engine(name: str, jobs: int | None = None, ray_address: str | None = None) -> Engine:
    """The engine of that name.

    Parameters
    ----------
    name : {"local", "ray"}
    jobs : int or None
        Tasks at a time. None: 1 for "local", as many as the cluster has processors for "ray".
    ray_address : str or None
        Of a running cluster, for "ray"; None: the environment variable ``RAY_ADDRESS``, else a Ray of
        this machine is started for the purpose.

    Raises
    ------
    ConfigError
        If there is no such engine, or `ray_address` is given for another.
    MissingExtraError
        If Ray is not installed.
    """
    if name not in ENGINES:
        raise ConfigError(f"engine is {name!r}; expected one of {', '.join(ENGINES)}")
    if name == "ray":
        from emotrace.store.engines.ray_engine import RayEngine

        return RayEngine(jobs, ray_address or os.environ.get("RAY_ADDRESS") or None)
    if ray_address:
        raise ConfigError(f"a Ray address ({ray_address}) is given but engine is {name!r}; set engine to ray")
    from emotrace.store.engines.workers import LocalEngine

    return LocalEngine(jobs or 1)
