"""Splits recordings into train, development and test: fixed, k-fold, leave one subject out."""

import warnings
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Protocol

import numpy as np

from emotrace.config.base import digest
from emotrace.config.recipe import PartitionSettings
from emotrace.errors import ConfigError, DataError

PARTITION_NAMES = ("train", "development", "test")


class Item(Protocol):
    """What is split: a `Recording`, or a recording of a prepared corpus."""

    @property
    def name(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def partition(self) -> str | None: ...
    @property
    def session(self) -> str | None: ...


def split(
    items: Iterable[Item], settings: PartitionSettings, fold: int | None = None
) -> dict[str, tuple[str, ...]]:
    """Names of the recordings of each partition, sorted; no subject is in two of them.

    Parameters
    ----------
    items : iterable of recordings
        Each with name, subject, partition and session; an attribute `emotion` (the class of a clip)
        is used where every item has one. Their order does not matter.
    settings : PartitionSettings
        "fixed": the official partitions. "kfold": test is fold `fold`, development the next fold,
        train the rest; folds hold about equally many recordings, and classes alike where clips have
        classes. "loso": test is the `fold`-th subject in sorted order, development the next one,
        train the rest. In both the last fold is followed by the first, and subjects who share a
        session are kept together as if they were one.
    fold : int or None
        From 0 to ``fold_count(items, settings) - 1``; None with "fixed".

    Returns
    -------
    dict with "train", "development" and "test"
        "development" and "test" may be empty with "fixed".

    Raises
    ------
    ConfigError
        If the scheme does not suit the corpus (no official partition, too few subjects or folds),
        or `fold` is out of range, missing, or given with "fixed".
    DataError
        If two recordings have one name, a subject is in two partitions, only some recordings have
        an official partition, or its name is unknown.

    Source
    ------
    Schemes: our choice of the next fold for development. Folds: scikit-learn's GroupKFold and
    StratifiedGroupKFold.

    Examples
    --------
    >>> from emotrace.corpora.recording import Recording
    >>> items = [Recording(name=f"{who}{n}", subject=who) for who in "abc" for n in (1, 2)]
    >>> split(items, PartitionSettings(scheme="loso"), fold=2)
    {'train': ('b1', 'b2'), 'development': ('a1', 'a2'), 'test': ('c1', 'c2')}
    """
    ordered = _ordered(items)
    if settings.scheme == "fixed":
        if fold is not None:
            raise ConfigError(
                f"fold is {fold} but the partition scheme is fixed, which has no folds; leave --fold out or "
                "use --set partition.scheme=kfold"
            )
        parts = _official(ordered)
    else:
        count = fold_count(ordered, settings)
        if fold is None or not 0 <= fold < count:
            raise ConfigError(
                f"fold is {fold} with partition scheme {settings.scheme}; expected --fold 0 to {count - 1}"
            )
        tests = _loso_folds(ordered) if settings.scheme == "loso" else _kfold_folds(ordered, settings)
        chosen = {"test": tests[fold], "development": tests[(fold + 1) % count]}
        rest = {item.name for item in ordered} - chosen["test"] - chosen["development"]
        parts = _sorted_parts({"train": rest, **chosen})
    _refuse_shared_subjects(ordered, parts)
    return parts


def fold_count(items: Iterable[Item], settings: PartitionSettings) -> int:
    """Number of folds of a scheme: 1 for "fixed", which is split with ``fold=None``.

    Raises
    ------
    ConfigError
        If there are too few subjects for the scheme, or fewer than 3 folds.
    """
    if settings.scheme == "fixed":
        return 1
    groups = len(set(_groups(_ordered(items)).values()))
    needed = settings.folds if settings.scheme == "kfold" else 3
    if settings.scheme == "kfold" and settings.folds < 3:
        raise ConfigError(
            f"partition.folds is {settings.folds}; expected 3 or more: test, development and train"
        )
    if groups < needed:
        raise ConfigError(
            f"the corpus has {groups} subjects (those who share a session counted as one); expected "
            f"{needed} or more for partition scheme {settings.scheme}, choose fewer folds or a larger corpus"
        )
    return settings.folds if settings.scheme == "kfold" else groups


def partition_digest(parts: Mapping[str, Iterable[str]]) -> str:
    """Hash of who is in which partition; the order of names does not matter.

    Examples
    --------
    >>> partition_digest({"train": ("a", "b")}) == partition_digest({"train": ["b", "a"]})
    True
    """
    return digest({name: sorted(members) for name, members in parts.items()})


def _ordered(items: Iterable[Item]) -> list[Item]:
    ordered = sorted(items, key=lambda item: item.name)
    for before, after in pairwise(ordered):
        if before.name == after.name:
            raise DataError(f"two recordings are named {after.name!r}; expected every name once")
    if not ordered:
        raise DataError("there are no recordings to split; expected a corpus with at least one")
    return ordered


def _official(items: list[Item]) -> dict[str, tuple[str, ...]]:
    without = [item.name for item in items if item.partition is None]
    if len(without) == len(items):
        raise ConfigError(
            "the corpus has no official partition but the partition scheme is fixed; split it by subject "
            "with --set partition.scheme=kfold"
        )
    if without:
        raise DataError(
            f"{len(without)} of {len(items)} recordings have no partition, the first is {without[0]}; "
            "expected train, development or test for each"
        )
    unknown = next((item for item in items if item.partition not in PARTITION_NAMES), None)
    if unknown is not None:
        raise DataError(
            f"{unknown.name} has the partition {unknown.partition!r}; expected train, development or test"
        )
    parts = {name: {item.name for item in items if item.partition == name} for name in PARTITION_NAMES}
    if not parts["train"]:
        raise DataError("no recording has the partition train; expected at least one to train on")
    return _sorted_parts(parts)


def _groups(items: list[Item]) -> dict[str, str]:
    """By subject, the first subject in sorted order of all who are linked to them by sessions."""
    leader = {item.subject: item.subject for item in items}

    def find(subject: str) -> str:
        while leader[subject] != subject:
            subject = leader[subject]
        return subject

    first_of_session: dict[str, str] = {}
    for item in items:
        if item.session is not None:
            first = find(first_of_session.setdefault(item.session, item.subject))
            other = find(item.subject)
            leader[max(first, other)] = min(first, other)
    return {subject: find(subject) for subject in leader}


def _loso_folds(items: list[Item]) -> list[set[str]]:
    group = _groups(items)
    return [
        {item.name for item in items if group[item.subject] == leader}
        for leader in sorted(set(group.values()))
    ]


def _kfold_folds(items: list[Item], settings: PartitionSettings) -> list[set[str]]:
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    group = _groups(items)
    leaders = sorted(set(group.values()))
    code = dict(zip(leaders, np.random.default_rng(settings.seed).permutation(len(leaders)), strict=True))
    codes = np.array([code[group[item.subject]] for item in items])
    emotions = [getattr(item, "emotion", None) for item in items]
    splitter: GroupKFold | StratifiedGroupKFold = GroupKFold(settings.folds)
    if all(emotions) and max(emotions.count(name) for name in set(emotions)) >= settings.folds:
        splitter = StratifiedGroupKFold(settings.folds, shuffle=True, random_state=settings.seed)
    with warnings.catch_warnings():  # of a class with fewer clips than folds, which some fold must lack
        warnings.simplefilter("ignore", UserWarning)
        folds = list(splitter.split(np.zeros(len(items)), emotions, codes))
    return [{items[row].name for row in test} for _, test in folds]


def _sorted_parts(parts: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(parts[name])) for name in PARTITION_NAMES}


def _refuse_shared_subjects(items: list[Item], parts: Mapping[str, tuple[str, ...]]) -> None:
    partition_of = {name: part for part, names in parts.items() for name in names}
    seen: dict[str, Item] = {}
    for item in items:
        first = seen.setdefault(item.subject, item)
        mine, theirs = partition_of[item.name], partition_of[first.name]
        if mine != theirs:
            raise DataError(
                f"subject {item.subject} is in two partitions, {theirs} ({first.name}) and {mine} "
                f"({item.name}); expected every subject in one, mend the partitions or use "
                "--set partition.scheme=kfold"
            )
