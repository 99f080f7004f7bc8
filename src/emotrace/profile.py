"""Adds up where the seconds go."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")


def timed(items: Iterable[Item], profile: dict[str, float], key: str) -> Iterator[Item]:
    """Pass items on and add the seconds that making them took to `profile[key]`.

    Examples
    --------
    >>> profile = {}
    >>> list(timed("ab", profile, "letters")), list(profile)
    (['a', 'b'], ['letters'])
    """
    iterator = iter(items)
    while True:
        began = time.perf_counter()
        try:
            item = next(iterator)
        except StopIteration:
            return
        finally:
            profile[key] = profile.get(key, 0.0) + time.perf_counter() - began
        yield item


@contextmanager
def timed_block(profile: dict[str, float], key: str) -> Iterator[None]:
    """Add the seconds of a block to `profile[key]`, without those that the block adds to the profile itself.

    Examples
    --------
    >>> profile = {}
    >>> with timed_block(profile, "letters"):
    ...     _ = sorted("ba")
    >>> list(profile)
    ['letters']
    """
    began, before = time.perf_counter(), sum(profile.values())
    try:
        yield
    finally:
        inside = sum(profile.values()) - before
        profile[key] = profile.get(key, 0.0) + time.perf_counter() - began - inside
