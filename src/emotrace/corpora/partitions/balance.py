"""Shares units out to parts that are alike in size, class and attributes, with scikit-learn's splitters."""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emotrace.config.recipe import PartitionSettings
from emotrace.corpora.partitions.item import Item, attributes_of
from emotrace.errors import ConfigError


def share_out(
    items: Sequence[Item], unit: Mapping[str, str], settings: PartitionSettings, parts: int
) -> list[set[str]]:
    """Names of the recordings of `parts` parts; no unit is in two.

    Parameters
    ----------
    items : sequence of Item
        Sorted by name.
    unit : mapping of name to unit
    settings : PartitionSettings
        Its `balance` and `seed`.
    parts : int
        At least 2, and at most the number of units.

    Raises
    ------
    ConfigError
        If an attribute of `balance` is missing, or every combination of them is rarer than `parts`.

    Source
    ------
    scikit-learn: StratifiedGroupKFold and GroupKFold, StratifiedKFold and KFold for units of one recording.
    """
    alike = _alike(items, settings, parts)
    owners = sorted({unit[item.name] for item in items})
    splitter, groups = _splitter(items, unit, owners, settings, parts, alike is not None)
    with warnings.catch_warnings():  # of a class with fewer clips than parts, which some part must lack
        warnings.simplefilter("ignore", UserWarning)
        chosen = list(splitter.split(np.zeros(len(items)), alike, groups))
    return [{items[row].name for row in rows} for _, rows in chosen]


def _splitter(
    items: Sequence[Item],
    unit: Mapping[str, str],
    owners: Sequence[str],
    settings: PartitionSettings,
    parts: int,
    stratified: bool,
) -> tuple[Any, np.ndarray | None]:
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    if settings.scheme == "clips":
        kind: Any = StratifiedKFold if stratified else KFold
        return kind(parts, shuffle=True, random_state=settings.seed), None
    code = dict(zip(owners, np.random.default_rng(settings.seed).permutation(len(owners)), strict=True))
    groups = np.array([code[unit[item.name]] for item in items])
    if stratified:
        return StratifiedGroupKFold(parts, shuffle=True, random_state=settings.seed), groups
    return GroupKFold(parts), groups


def _alike(items: Sequence[Item], settings: PartitionSettings, parts: int) -> list[str] | None:
    """What parts must be alike in, one value per item; None: nothing but their size.

    Classes count where every item has one; where all classes are rarer than there are parts they cannot be
    shared out, and only what `balance` names counts.
    """
    named = attributes_of(items, settings.balance, "partition.balance")
    emotions = [getattr(item, "emotion", None) for item in items]
    if all(emotions):
        with_class = [" ".join(map(str, row)) for row in zip(emotions, *named, strict=True)]
        if _is_common(with_class, parts):
            return with_class
    if not named:
        return None
    values = [" ".join(row) for row in zip(*named, strict=True)]
    if not _is_common(values, parts):
        raise ConfigError(
            f"partition.balance is {', '.join(settings.balance)}, and no combination of them is shared by "
            f"{parts} recordings; expected one for each of {parts} parts, name fewer attributes or choose "
            "fewer folds with --set partition.folds=NUMBER"
        )
    return values


def _is_common(values: Sequence[str], parts: int) -> bool:
    return max(Counter(values).values()) >= parts
