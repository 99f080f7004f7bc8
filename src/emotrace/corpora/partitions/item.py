"""What is split: a recording by its name, subject, session, official partition, class and attributes."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from emotrace.errors import ConfigError, DataError

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


def attributes_of(items: Sequence[Item], names: Sequence[str], setting: str) -> list[list[str]]:
    """Values of each named attribute, in the order of `items`.

    Parameters
    ----------
    items : sequence of Item
    names : sequence of str
    setting : str
        Which setting names them, for the message.

    Raises
    ------
    ConfigError
        If an item lacks one.
    """
    found = [getattr(item, "attributes", None) or {} for item in items]
    for name in names:
        without = [item.name for item, values in zip(items, found, strict=True) if not values.get(name)]
        if without:
            known = sorted(set.intersection(*(set(values) for values in found)))
            has = f"all have: {', '.join(known)}" if known else "there is no attribute that all have"
            raise ConfigError(
                f"{setting} names {name}, which {len(without)} of {len(items)} recordings lack, the "
                f"first is {without[0]}; expected an attribute of every recording, {has}"
            )
    return [[str(values[name]) for values in found] for name in names]
