"""Adds up where the seconds go."""

import time
from collections.abc import Iterable, Iterator
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
