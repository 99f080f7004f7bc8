"""The official partitions of a corpus."""

from collections.abc import Sequence

from emotrace.corpora.partitions.item import PARTITION_NAMES, Item
from emotrace.errors import ConfigError, DataError


def official(items: Sequence[Item]) -> dict[str, set[str]]:
    """Names of the recordings of each official partition.

    Raises
    ------
    ConfigError
        If there is none.
    DataError
        If only some recordings have one, its name is unknown, or nobody is in train.
    """
    without = [item.name for item in items if item.partition is None]
    if len(without) == len(items):
        raise ConfigError(
            "the corpus has no official partition but the partition scheme is fixed; give your own to "
            "`emotrace prepare --partitions`, or split it by subject: `emotrace crossval` with --set "
            "partition.scheme=kfold"
        )
    if without:
        raise DataError(
            f"{len(without)} of {len(items)} recordings have no partition, the first is {without[0]}; "
            "expected train, development or test for each, or split by subject: `emotrace crossval` with "
            "--set partition.scheme=kfold"
        )
    unknown = next((item for item in items if item.partition not in PARTITION_NAMES), None)
    if unknown is not None:
        raise DataError(
            f"{unknown.name} has the partition {unknown.partition!r}; expected train, development or test"
        )
    parts = {name: {item.name for item in items if item.partition == name} for name in PARTITION_NAMES}
    if not parts["train"]:
        raise DataError("no recording has the partition train; expected at least one to train on")
    return parts
