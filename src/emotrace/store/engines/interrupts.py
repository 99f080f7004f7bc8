"""When Ctrl-C may interrupt: not while a process is born, nor while processes end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_MASKS = hasattr(signal, "pthread_sigmask")  # Windows has none


@contextmanager
def held_back() -> Iterator[None]:
    """Ctrl-C waits until the block is done; a process born in it holds Ctrl-C back until `let_through`.

    So nothing is interrupted before it can handle that.
    """
    if not _MASKS:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def let_through() -> None:
    """End what `held_back` began, in a process born in it."""
    if _MASKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def ignored() -> Iterator[None]:
    """Another Ctrl-C changes nothing while the first is obeyed: a lock would be let go too early."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
