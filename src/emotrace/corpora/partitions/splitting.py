"""Splits recordings by a scheme: the official lists, or one fold of several."""

from collections.abc import Iterable, Mapping, Sequence

from emotrace.config.base import digest
from emotrace.config.recipe import PartitionSettings
from emotrace.corpora.partitions.balance import share_out
from emotrace.corpora.partitions.item import PARTITION_NAMES, Item, by_name
from emotrace.corpora.partitions.official import official
from emotrace.corpora.partitions.overlap import refuse_shared_subjects
from emotrace.corpora.partitions.units import described, units
from emotrace.errors import ConfigError

Parts = dict[str, tuple[str, ...]]


def split(items: Iterable[Item], settings: PartitionSettings, fold: int | None = None) -> Parts:
    """Names of the recordings of each partition, sorted.

    No subject is in two of them, but with "clips", with "kfold" by an attribute, and with "fixed" where
    `settings.subjects_shared`.

    Parameters
    ----------
    items : iterable of recordings
        Each with name, subject, partition and session, and maybe emotion and attributes. Their order
        does not matter.
    settings : PartitionSettings
        What is tested. "fixed": the official test partition. "kfold": fold `fold` of the subjects; folds
        hold about equally many recordings, and classes alike where clips have classes, and the attributes
        that `balance` names. "loso": the `fold`-th subject in sorted order. "session": the `fold`-th session
        in sorted order; sessions that share a subject are one. "clips": fold `fold` of all clips at random,
        each fold with its share of every class; subjects are shared. In "kfold" and "loso" subjects who
        share a session are kept together as if they were one, unless `sessions_together` is false. Where
        `by` names an attribute, such as what was watched, "kfold" tests fold `fold` of its values; subjects
        are shared.

        What is development. "fixed": the official one. Else "next_fold": what the next fold tests, the last
        being followed by the first; "share": about `development_share` (the nearest of 1/2, 1/3, 1/4, ...) of
        what is not tested, at least one subject, session or clip, alike as folds are; "none": nothing, so
        that training keeps its latest weights. Train is the rest.
    fold : int or None
        From 0 to ``fold_count(items, settings) - 1``; None with "fixed".

    Returns
    -------
    dict with "train", "development" and "test"
        "development" and "test" may be empty with "fixed", "development" with "none".

    Raises
    ------
    ConfigError
        If the scheme does not suit the corpus (no official partition, too few subjects or folds, no
        sessions, an attribute that is missing), a setting plays no part in it, or `fold` is out of range,
        missing, or given with "fixed".
    DataError
        If two recordings have one name, a subject is in two partitions, only some recordings have
        an official partition, or its name is unknown.

    Source
    ------
    Schemes: our choice of the next fold for development; "clips" as in papers on acted corpora. Folds:
    scikit-learn's GroupKFold and StratifiedGroupKFold, for clips KFold and StratifiedKFold.

    Examples
    --------
    >>> from emotrace.corpora.recording import Recording
    >>> items = [Recording(name=f"{who}{n}", subject=who) for who in "abc" for n in (1, 2)]
    >>> split(items, PartitionSettings(scheme="loso"), fold=2)
    {'train': ('b1', 'b2'), 'development': ('a1', 'a2'), 'test': ('c1', 'c2')}
    """
    ordered = by_name(items)
    if settings.scheme == "fixed":
        if fold is not None:
            raise ConfigError(
                f"fold is {fold} but the partition scheme is fixed, which has no folds; leave --fold out or "
                "use --set partition.scheme=kfold"
            )
        return split_all(ordered, settings)[0]
    count = fold_count(ordered, settings)
    if fold is None or not 0 <= fold < count:
        raise ConfigError(
            f"fold is {fold} with partition scheme {settings.scheme}; expected --fold 0 to {count - 1} for "
            f"one of its {count} folds, or `emotrace crossval` for all of them"
        )
    return _folds(ordered, settings, [fold])[0]


def split_all(items: Iterable[Item], settings: PartitionSettings) -> list[Parts]:
    """What `split` gives for every fold; one with "fixed".

    Raises
    ------
    ConfigError, DataError
        As `split`.

    Examples
    --------
    >>> from emotrace.corpora.recording import Recording
    >>> items = [Recording(name=who, subject=who) for who in "abc"]
    >>> [parts["test"] for parts in split_all(items, PartitionSettings(scheme="loso"))]
    [('a',), ('b',), ('c',)]
    """
    ordered = by_name(items)
    count = fold_count(ordered, settings)
    if settings.scheme != "fixed":
        return _folds(ordered, settings, range(count))
    parts = _sorted_parts(official(ordered))
    if not settings.shares_subjects:
        refuse_shared_subjects(ordered, parts)
    return [parts]


def fold_count(items: Iterable[Item], settings: PartitionSettings) -> int:
    """Number of folds of a scheme: 1 for "fixed", which is split with ``fold=None``.

    Raises
    ------
    ConfigError
        If there are too few subjects for the scheme, or too few folds for train, development and test, or
        a setting plays no part in the scheme.
    """
    _refuse_idle_settings(settings)
    if settings.scheme == "fixed":
        return 1
    least = 3 if settings.development == "next_fold" else 2
    by_number = settings.scheme in ("kfold", "clips")
    if by_number and settings.folds < least:
        raise ConfigError(
            f"partition.folds is {settings.folds}; expected {least} or more: test, development and train; "
            f"give --set partition.folds={least} or a higher number"
        )
    ordered = by_name(items)
    found = len(set(units(ordered, settings).values()))
    fewest = 3 if settings.development == "share" else least
    needed = max(settings.folds if by_number else 0, fewest)
    if found < needed:
        fewer = f"fewer folds, such as --set partition.folds={found}, or " if found >= fewest else ""
        raise ConfigError(
            f"the corpus has {found} {described(settings)}; expected {needed} or more for partition scheme "
            f"{settings.scheme}, choose {fewer}a larger corpus"
        )
    return settings.folds if by_number else found


def partition_digest(parts: Mapping[str, Iterable[str]]) -> str:
    """Hash of who is in which partition; the order of names does not matter.

    Examples
    --------
    >>> partition_digest({"train": ("a", "b")}) == partition_digest({"train": ["b", "a"]})
    True
    """
    return digest({name: sorted(members) for name, members in parts.items()})


def _folds(items: list[Item], settings: PartitionSettings, folds: Sequence[int]) -> list[Parts]:
    unit = units(items, settings)
    if settings.scheme in ("kfold", "clips"):
        tests = share_out(items, unit, settings, settings.folds)
    else:
        tests = [
            {item.name for item in items if unit[item.name] == one} for one in sorted(set(unit.values()))
        ]
    chosen = []
    for fold in folds:
        rest = [item for item in items if item.name not in tests[fold]]
        development: set[str] = set()
        if settings.development == "next_fold":
            development = tests[(fold + 1) % len(tests)]
        elif settings.development == "share":
            parts = round(1 / settings.development_share)
            available = len({unit[item.name] for item in rest})
            if available < 2:
                raise ConfigError(
                    f"fold {fold} of partition scheme {settings.scheme} leaves {available} of "
                    f"{described(settings)} for train and development; expected 2 or more, choose more "
                    "folds with --set partition.folds=NUMBER"
                )
            development = share_out(rest, unit, settings, min(parts, available))[0]
        train = {item.name for item in rest} - development
        chosen.append(_sorted_parts({"train": train, "development": development, "test": tests[fold]}))
    if not settings.shares_subjects:
        for parts_of_fold in chosen:
            refuse_shared_subjects(items, parts_of_fold)
    return chosen


def _refuse_idle_settings(settings: PartitionSettings) -> None:
    scheme, idle = settings.scheme, None
    if settings.balance and scheme not in ("kfold", "clips"):
        idle = f"balance is {', '.join(settings.balance)}", "kfold and clips"
    elif settings.development != "next_fold" and scheme == "fixed":
        idle = f"development is {settings.development}", "schemes with folds"
    elif settings.subjects_shared and scheme not in ("fixed", "clips"):
        idle = "subjects_shared is true", "fixed, and is implied by clips"
    elif settings.by != "subject" and scheme != "kfold":
        idle = f"by is {settings.by}", "kfold"
    elif not settings.sessions_together and settings.by != "subject":
        idle = f"sessions_together is false beside by {settings.by}", "subjects"
    elif not settings.sessions_together and scheme not in ("kfold", "loso"):
        idle = "sessions_together is false", "kfold and loso"
    if idle is not None:
        raise ConfigError(
            f"partition.{idle[0]} with partition scheme {scheme}, where it plays no part: it is for {idle[1]}"
            "; leave it out or choose another scheme"
        )


def _sorted_parts(parts: Mapping[str, Iterable[str]]) -> Parts:
    return {name: tuple(sorted(parts[name])) for name in PARTITION_NAMES}
