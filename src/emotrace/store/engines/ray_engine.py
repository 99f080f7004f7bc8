"""Runs tasks on a Ray cluster; a worker that dies costs its own task only."""

import os
import re
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from emotrace.errors import ConfigError, DataError, EmotraceError, MissingExtraError
from emotrace.store.engines.interrupts import ignored

_TRIES = 2
_KNOCK_S = 10.0  # s
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


class RayEngine:
    """An `Engine` that hands tasks to a Ray cluster, one processor each.

    The cluster's machines must have the same emotrace, and see sources and output under the same paths
    (a shared file system). A connection that the caller has opened is used and stays open.

    Parameters
    ----------
    jobs : int or None
        Tasks at a time; None: as many as the cluster has processors.
    address : str or None
        Of a running cluster; None: a Ray of this machine is started, and stopped at the end.

    Raises
    ------
    MissingExtraError
        If Ray is not installed.
    """

    def __init__(self, jobs: int | None = None, address: str | None = None):
        self._jobs, self._address = jobs, address
        for name, value in _QUIET.items():
            os.environ.setdefault(name, value)
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError(
                "the engine ray needs the package ray, which is not installed; run: pip install "
                "'emotrace[ray]', or use the engine local"
            ) from error
        self._ray: Any = ray

    def run(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Future]]:
        """As `Engine.run`.

        Raises
        ------
        ConfigError
            If no cluster answers at the address.
        """
        with self._connected():
            do = self._ray.remote(num_cpus=1, max_retries=0)(_attempt)
            limit = self._jobs or max(1, int(self._ray.cluster_resources().get("CPU", 1)))
            here = os.getcwd()
            waiting = deque((number, 1) for number in range(len(tasks)))
            running: dict[Any, tuple[int, int]] = {}
            try:
                while waiting or running:
                    while waiting and len(running) < limit:
                        number, attempt = waiting.popleft()
                        running[do.remote(here, work, tasks[number])] = number, attempt
                    (reference,), _ = self._ray.wait(list(running), num_returns=1)
                    number, attempt = running.pop(reference)
                    outcome = self._outcome(reference, attempt)
                    if outcome is None:
                        waiting.append((number, attempt + 1))
                    else:
                        yield number, outcome
            finally:
                with ignored():  # the caller gives up: nothing may write after the lock is let go
                    for reference in running:
                        self._ray.cancel(reference, force=True)
                    if running:
                        self._ray.wait(list(running), num_returns=len(running))

    def _outcome(self, reference: Any, attempt: int) -> Future | None:
        """What became of a task; None if it is to be tried again."""
        future: Future = Future()
        try:
            result, error = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as failure:
            result, error = None, failure.as_instanceof_cause()
        except self._ray.exceptions.RayError as crash:
            if attempt < _TRIES:
                return None
            kind = type(crash).__name__
            result = None
            error = DataError(
                f"its Ray worker was killed twice ({kind}), perhaps for lack of memory; expected it to "
                "finish, try again with fewer jobs"
            )
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
        return future

    @contextmanager
    def _connected(self) -> Iterator[None]:
        if self._ray.is_initialized():
            yield
            return
        options: dict[str, Any] = {
            "include_dashboard": False,
            "log_to_driver": False,
            "logging_level": "ERROR",
        }
        if self._address is None:
            options |= {"address": "local", "num_cpus": self._jobs}
        else:
            options = {"address": self._address, "log_to_driver": False, "logging_level": "ERROR"}
        try:
            _knock(self._address)
            self._ray.init(**options)
        except (OSError, RuntimeError, ValueError) as error:
            reason = str(error).strip().split("\n")[0][:200]
            where = f"at {self._address}" if self._address else "on this machine"
            raise ConfigError(
                f"no Ray cluster can be reached or started {where} ({reason}); give the address of a running "
                "one and its token (RAY_AUTH_TOKEN) if it wants one, or use the engine local"
            ) from error
        try:
            yield
        finally:
            self._ray.shutdown()


def _knock(address: str | None) -> None:
    """Raise OSError where nobody listens: Ray would go on trying for many minutes."""
    found = re.fullmatch(r"(?:ray://)?([^/\s]+):(\d+)", address or "")
    if found:
        socket.create_connection((found[1], int(found[2])), timeout=_KNOCK_S).close()


def _attempt(here: str, work: Callable[[Any], Any], task: Any) -> tuple[Any, BaseException | None]:
    """Do one task in the folder that the caller works in; (result, error)."""
    try:
        os.chdir(here)
        return work(task), None
    except (EmotraceError, OSError) as error:
        return None, error
