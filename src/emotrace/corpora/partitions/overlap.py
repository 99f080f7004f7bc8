"""Who is in two partitions, which is refused unless the partition says so."""

from collections.abc import Mapping, Sequence

from emotrace.corpora.partitions.item import Item
from emotrace.errors import DataError


def refuse_shared_subjects(items: Sequence[Item], parts: Mapping[str, Sequence[str]]) -> None:
    """Check that no subject is in two partitions.

    Raises
    ------
    DataError
        Naming the first who is, with two of their recordings.
    """
    partition_of = {name: part for part, names in parts.items() for name in names}
    seen: dict[str, Item] = {}
    for item in items:
        first = seen.setdefault(item.subject, item)
        mine, theirs = partition_of[item.name], partition_of[first.name]
        if mine != theirs:
            raise DataError(
                f"subject {item.subject} is in two partitions, {theirs} ({first.name}) and {mine} "
                f"({item.name}); expected every subject in one, mend the partitions, use `emotrace crossval` "
                "with --set partition.scheme=kfold, or say so with --set partition.subjects_shared=true"
            )
