"""What is split: a recording by its name, subject, session, official partition, class and attributes."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Protocol

from emotrace.errors import DataError

PARTITION_NAMES = ("train", "development", "test")


class Item(Protocol):
    """A `Recording`, or a recording of a prepared corpus.

    Where it has them, `emotion` (the class of a clip) and `attributes` are looked at too.
    """

    @property
    def name(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def partition(self) -> str | None: ...
    @property
    def session(self) -> str | None: ...


def by_name(items: Iterable[Item]) -> list[Item]:
    """Items sorted by name.

    Raises
    ------
    DataError
        If there are none, or two have one name.
    """
    ordered = sorted(items, key=lambda item: item.name)
    for before, after in pairwise(ordered):
        if before.name == after.name:
            raise DataError(f"two recordings are named {after.name!r}; expected every name once")
    if not ordered:
        raise DataError("there are no recordings to split; expected a corpus with at least one")
    return ordered
