"""What a worker process does with its parent: it ends when the parent does, or lets go of it."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from emotrace.store.engines.interrupts import let_through

GRACE_S = 10.0  # s, in which an interrupted task tidies up


class _Interrupt:
    """Handles SIGINT in a worker: Ctrl-C reaches all processes, but the parent alone decides, and once."""

    def __init__(self) -> None:
        self.let_go = False
        self.in_task = False

    def __call__(self, *_: Any) -> None:
        if self.let_go and self.in_task:
            self.in_task = False
            raise KeyboardInterrupt


_interrupt = _Interrupt()


def heed(line: Connection) -> None:
    """Called in a new worker: its task is interrupted when the parent lets go of its end of the line."""
    signal.signal(signal.SIGINT, _interrupt)
    let_through()
    end_with_parent(line)


def do(work: Callable[[Any], Any], task: Any) -> Any:
    """Do a task in a worker, until it is interrupted."""
    _interrupt.in_task = True
    try:
        if _interrupt.let_go:
            raise KeyboardInterrupt
        return work(task)
    finally:
        _interrupt.in_task = False


def end_with_parent(line: Connection | None = None) -> None:
    """Called in a new process: it ends with its parent, or else it would write while the next job does.

    When the parent lets go of the line, a task of `do` is interrupted first.
    """
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is None:
            return
        ready = wait([parent.sentinel, *([] if line is None else [line])])
        if parent.sentinel not in ready:
            _interrupt.let_go = True
            until = time.monotonic() + GRACE_S
            while parent.is_alive() and time.monotonic() < until:
                if _interrupt.in_task:  # a signal between two steps of a task may be lost
                    os.kill(os.getpid(), signal.SIGINT)
                parent.join(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
