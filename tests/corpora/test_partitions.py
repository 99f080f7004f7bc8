"""Partitions: official, k-fold, leave one subject out; no subject ever in two of them."""

from dataclasses import replace

import pytest

from emotrace.config.recipe import PartitionSettings
from emotrace.corpora.partitions import fold_count, partition_digest, split
from emotrace.corpora.recording import Recording
from emotrace.errors import ConfigError, DataError

FIXED = PartitionSettings()
LOSO = PartitionSettings(scheme="loso")


def kfold(folds=4, seed=0):
    return PartitionSettings(scheme="kfold", folds=folds, seed=seed)


def people(rng, count, classes=False):
    """Between 1 and 6 recordings of each of `count` people, in random order."""
    items = []
    for number in range(count):
        for clip in range(rng.integers(1, 7)):
            emotion = str(rng.choice(["happy", "sad", "calm"])) if classes else None
            items.append(Recording(name=f"s{number:02}-{clip}", subject=f"s{number:02}", emotion=emotion))
    return [items[i] for i in rng.permutation(len(items))]


def official(**parts):
    return [
        Recording(name=name, subject=name, partition=part) for part, names in parts.items() for name in names
    ]


@pytest.mark.parametrize("settings", [kfold(3), kfold(4), kfold(7, seed=5), LOSO])
@pytest.mark.parametrize("classes", [False, True])
@pytest.mark.parametrize("sessions", [False, True])
def test_every_recording_is_tested_once_and_no_subject_shared(rng, settings, classes, sessions):
    items = people(rng, 16, classes)
    if sessions:  # dyads: s00 with s01, s02 with s03, ...
        items = [replace(item, session=f"dyad{int(item.subject[1:]) // 2}") for item in items]
    subject = {item.name: (item.session or item.subject) for item in items}
    tested, developed = [], []
    count = fold_count(items, settings)
    for fold in range(count):
        parts = split(items, settings, fold)
        assert list(parts) == ["train", "development", "test"]
        assert all(parts.values())
        assert sorted(name for names in parts.values() for name in names) == sorted(subject)
        groups = [{subject[name] for name in names} for names in parts.values()]
        assert sum(map(len, groups)) == len(set().union(*groups))
        tested += parts["test"]
        developed += parts["development"]
    assert sorted(tested) == sorted(developed) == sorted(subject)


@pytest.mark.parametrize("classes", [False, True])
def test_order_of_items_does_not_matter_but_the_seed_does(rng, classes):
    items = people(rng, 12, classes)
    once = split(items, kfold(), 1)
    assert split(items[::-1], kfold(), 1) == once
    assert split(iter(items), kfold(), 1) == once
    others = {partition_digest(split(items, kfold(seed=seed), 1)) for seed in range(8)}
    assert len(others) > 1


def test_kfold_folds_are_alike_in_size_and_class():
    names = ["happy", "sad"]
    items = [
        Recording(name=f"{who}-{clip}", subject=f"{who}", emotion=names[who % 2])
        for who in range(20)
        for clip in range(3)
    ]
    emotion = {item.name: item.emotion for item in items}
    for fold in range(5):
        test = split(items, kfold(5), fold)["test"]
        assert sorted(emotion[name] for name in test) == ["happy"] * 6 + ["sad"] * 6


def test_kfold_development_is_the_next_fold(rng):
    items = people(rng, 9)
    tests = [split(items, kfold(3), fold)["test"] for fold in range(3)]
    assert [split(items, kfold(3), fold)["development"] for fold in range(3)] == [*tests[1:], tests[0]]


def test_class_rarer_than_folds(rng):
    items = [replace(item, emotion="happy") for item in people(rng, 8)]
    items[0] = replace(items[0], emotion="rare")
    assert all(split(items, kfold(), fold)["test"] for fold in range(4))
    few = [Recording(name=f"{i}", subject=f"{i}", emotion=f"class{i}") for i in range(4)]
    assert sorted(split(few, kfold(4), fold)["test"][0] for fold in range(4)) == ["0", "1", "2", "3"]


def test_loso_goes_by_sorted_subject():
    items = [Recording(name=f"{who}{n}", subject=who) for who in ("c", "a", "b") for n in (1, 2)]
    assert [split(items, LOSO, fold)["test"] for fold in range(3)] == [
        ("a1", "a2"),
        ("b1", "b2"),
        ("c1", "c2"),
    ]
    assert split(items, LOSO, 2) == {"train": ("b1", "b2"), "development": ("a1", "a2"), "test": ("c1", "c2")}


def test_sessions_link_people_through_others():
    pairs = [("a", "1"), ("d", "1"), ("d", "2"), ("c", "2"), ("b", None), ("e", "3"), ("f", None)]
    items = [Recording(name=f"{who}{i}", subject=who, session=s) for i, (who, s) in enumerate(pairs)]
    assert fold_count(items, LOSO) == 4
    assert split(items, LOSO, 0)["test"] == ("a0", "c3", "d1", "d2")


def test_fixed():
    items = official(test=["c"], train=["b", "a"])
    assert split(items, FIXED) == {"train": ("a", "b"), "development": (), "test": ("c",)}
    assert fold_count(items, FIXED) == 1


def test_fixed_is_refused_where_it_does_not_suit(rng):
    with pytest.raises(
        ConfigError, match=r"prepare --partitions`, or .*crossval` with --set partition\.scheme"
    ):
        split(people(rng, 5), FIXED)
    with pytest.raises(ConfigError, match="fold is 0 but the partition scheme is fixed"):
        split(official(train=["a"]), FIXED, 0)
    mixed = [*official(train=["a"]), Recording(name="b", subject="b")]
    with pytest.raises(DataError, match="1 of 2 recordings have no partition, the first is b"):
        split(mixed, FIXED)
    with pytest.raises(DataError, match="a has the partition 'dev'; expected train, development or test"):
        split(official(dev=["a"]), FIXED)
    with pytest.raises(DataError, match="no recording has the partition train"):
        split(official(test=["a"]), FIXED)


def test_subject_in_two_partitions():
    items = [replace(item, subject="Anna") for item in official(train=["a"], test=["b"])]
    with pytest.raises(DataError, match=r"subject Anna is in two partitions, train \(a\) and test \(b\)"):
        split(items, FIXED)


@pytest.mark.parametrize("fold", [None, -1, 4, 100])
def test_fold_out_of_range(rng, fold):
    with pytest.raises(
        ConfigError, match=f"fold is {fold} with partition scheme kfold; expected --fold 0 to 3"
    ):
        split(people(rng, 8), kfold(4), fold)


def test_too_few(rng):
    with pytest.raises(
        ConfigError,
        match=r"the corpus has 3 subjects .*expected 4 or more for partition scheme kfold, "
        r"choose fewer folds, such as --set partition.folds=3, or a larger corpus$",
    ):
        split(people(rng, 3), kfold(4), 0)
    with pytest.raises(
        ConfigError, match=r"2 subjects .*expected 3 or more .* loso, choose a larger corpus$"
    ):
        fold_count(people(rng, 2), LOSO)
    with pytest.raises(
        ConfigError, match=r"partition.folds is 2; expected 3 or more: .*; give --set partition.folds=3"
    ):
        fold_count(people(rng, 5), kfold(2))
    same_session = [replace(item, session="1") for item in people(rng, 5)]
    with pytest.raises(ConfigError, match=r"the corpus has 1 subjects \(those who share a session"):
        split(same_session, kfold(3), 0)


def test_names_twice_and_nothing():
    with pytest.raises(DataError, match="two recordings are named 'a'"):
        split([*official(train=["a"]), *official(test=["a"])], FIXED)
    with pytest.raises(DataError, match="no recordings to split"):
        split([], FIXED)


def test_digest_speaks_of_membership_only():
    one = {"train": ("a", "b"), "development": (), "test": ("c",)}
    assert partition_digest(one) == partition_digest({"test": ["c"], "train": ["b", "a"], "development": []})
    assert partition_digest(one) != partition_digest({**one, "test": ("d",)})
