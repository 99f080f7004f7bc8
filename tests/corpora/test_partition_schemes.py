"""Partitions by attribute, by session and by clip, and what is development."""

from collections import Counter
from dataclasses import replace

import pytest

from emotrace.config.recipe import PartitionSettings
from emotrace.corpora.partitions import fold_count, split, split_all
from emotrace.corpora.recording import Recording
from emotrace.errors import ConfigError, DataError


def settings(scheme="kfold", **values):
    return PartitionSettings(scheme=scheme, **values)


def people(count, clips=1, **changes):
    """`count` people, every third of them male, of whom every second speaks French."""
    return [
        Recording(
            name=f"s{who:02}-{clip}",
            subject=f"s{who:02}",
            attributes={"sex": "male" if who % 3 == 0 else "female", "language": "fr" if who % 2 else "de"},
            **changes,
        )
        for who in range(count)
        for clip in range(clips)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_folds_are_balanced_by_attributes(seed):
    items = people(24)
    facts = {item.name: item.attributes for item in items}
    for parts in split_all(items, settings(folds=4, balance=("sex", "language"), seed=seed)):
        tested = [facts[name] for name in parts["test"]]
        assert Counter((one["sex"], one["language"]) for one in tested) == {
            ("male", "de"): 1, ("male", "fr"): 1, ("female", "de"): 2, ("female", "fr"): 2,
        }  # fmt: skip


def test_folds_of_clips_with_classes_are_balanced_by_both():
    items = [
        replace(item, emotion="happy" if int(item.name[-1]) % 2 else "sad") for item in people(12, clips=4)
    ]
    by_name = {item.name: item for item in items}
    for parts in split_all(items, settings(folds=4, balance=("sex",))):
        tested = [by_name[name] for name in parts["test"]]
        assert Counter(one.emotion for one in tested) == {"happy": 6, "sad": 6}
        assert Counter(one.attributes["sex"] for one in tested) == {"male": 4, "female": 8}


def test_attributes_that_cannot_balance_are_refused():
    items = people(6)
    with pytest.raises(
        ConfigError, match=r"names age, which 6 of 6 recordings lack, .* all have: language, sex"
    ):
        split(items, settings(folds=3, balance=("age",)), 0)
    bare = [*items[:-1], replace(items[-1], attributes={})]
    with pytest.raises(
        ConfigError, match=r"names sex, which 1 of 6 .* the first is s05-0; .* no attribute that all"
    ):
        split(bare, settings(folds=3, balance=("sex",)), 0)
    with pytest.raises(ConfigError, match="no combination of them is shared by 5 recordings"):
        split(people(6), settings(folds=5, balance=("sex", "language")), 0)


def test_items_without_attributes_are_taken_where_none_is_asked_for():
    class Bare:
        def __init__(self, name):
            self.name = self.subject = name
            self.partition = self.session = None

    assert len(split_all([Bare(name) for name in "abcd"], settings(folds=4))) == 4


def test_sessions():
    pairs = [("1", "a"), ("1", "b"), ("2", "c"), ("3", "d"), ("4", "d"), ("4", "e")]
    items = [Recording(name=f"r{i}", subject=who, session=what) for i, (what, who) in enumerate(pairs)]
    parts = split_all(items, settings("session"))
    assert [one["test"] for one in parts] == [("r0", "r1"), ("r2",), ("r3", "r4", "r5")]  # d joins 3 and 4
    assert parts[0] == {"train": ("r3", "r4", "r5"), "development": ("r2",), "test": ("r0", "r1")}
    with pytest.raises(ConfigError, match=r"1 of 6 recordings belong to no session, the first is r5"):
        split([*items[:-1], replace(items[-1], session=None)], settings("session"), 0)
    with pytest.raises(
        ConfigError, match=r"has 2 sessions \(those that share a subject counted as one\); expected 3"
    ):
        split(items[:3], settings("session"), 0)


def test_partners_apart():
    items = [Recording(name=f"r{i}", subject=f"s{i}", session=f"dyad{i // 2}") for i in range(6)]
    assert fold_count(items, settings("loso")) == 3
    assert fold_count(items, settings("loso", sessions_together=False)) == 6
    assert split(items, settings("loso", sessions_together=False), 0)["test"] == ("r0",)
    with pytest.raises(ConfigError, match=r"the corpus has 6 subjects; expected 7 or more"):
        fold_count(items, settings(folds=7, sessions_together=False))


def test_clips_are_split_at_random_with_their_classes():
    items = [replace(item, emotion=f"class{int(item.name[-1]) % 2}") for item in people(5, clips=6)]
    by_name = {item.name: item for item in items}
    parts = split_all(items, settings("clips", folds=5))
    assert sorted(name for one in parts for name in one["test"]) == sorted(by_name)
    for one in parts:
        assert Counter(by_name[name].emotion for name in one["test"]) == {"class0": 3, "class1": 3}
        tested, learnt = ({by_name[name].subject for name in one[part]} for part in ("test", "train"))
        assert tested & learnt
    assert split_all(items[::-1], settings("clips", folds=5)) == parts
    assert split_all(items, settings("clips", folds=5, seed=1)) != parts
    without = [replace(item, emotion=None) for item in items]
    assert Counter(len(one["test"]) for one in split_all(without, settings("clips", folds=4))) == {8: 2, 7: 2}


@pytest.mark.parametrize(("share", "expected"), [(0.5, 8), (0.25, 4), (0.1, 2)])
def test_a_share_of_the_rest_for_development(share, expected):
    items = people(20)
    chosen = settings(folds=5, development="share", development_share=share)
    for fold, parts in enumerate(split_all(items, chosen)):
        assert len(parts["test"]) == 4
        assert abs(len(parts["development"]) - expected) <= 1
        assert sorted(name for names in parts.values() for name in names) == [item.name for item in items]
        assert split(items, chosen, fold) == parts


def test_a_share_is_at_least_one_subject_and_balanced_as_folds_are():
    items = people(3, clips=2)
    for scheme in ("loso", "kfold"):
        parts = split(items, settings(scheme, folds=3, development="share"), 0)
        assert {part: len(names) for part, names in parts.items()} == {
            "train": 2,
            "development": 2,
            "test": 2,
        }
    chosen = settings(folds=4, balance=("sex",), development="share", development_share=1 / 3)
    sex = {item.name: item.attributes["sex"] for item in people(24)}
    for parts in split_all(people(24), chosen):
        assert Counter(sex[name] for name in parts["development"]) == {"male": 2, "female": 4}
    three = [Recording(name=f"{i}", subject=who) for i, who in enumerate("abbbc")]  # one fold has two of them
    with pytest.raises(ConfigError, match=r"fold . of partition scheme kfold leaves 1 of subjects"):
        split_all(three, settings(folds=2, development="share"))


def test_folds_by_an_attribute_leave_its_values_out_and_share_subjects():
    items = [
        Recording(name=f"s{who}-{film}", subject=f"s{who}", attributes={"stimulus": film})
        for who in range(4)
        for film in ("sea", "city", "forest", "zoo")
    ]
    chosen = settings(folds=4, by="stimulus")
    assert chosen.shares_subjects and not settings(folds=4).shares_subjects
    parts = split_all(items, chosen)
    film_of = {item.name: item.attributes["stimulus"] for item in items}
    found = [{part: {film_of[name] for name in names} for part, names in one.items()} for one in parts]
    assert sorted(film for one in found for film in one["test"]) == ["city", "forest", "sea", "zoo"]
    for fold, one in enumerate(found):
        assert one["development"] == found[(fold + 1) % 4]["test"]
        assert len(one["train"]) == 2 and not one["train"] & (one["development"] | one["test"])
        assert len(parts[fold]["test"]) == 4
    with pytest.raises(ConfigError, match="corpus has 4 values of stimulus; expected 5 or more"):
        split_all(items, settings(folds=5, by="stimulus"))
    bare = [*items[:-1], replace(items[-1], attributes={"age": "7"})]
    with pytest.raises(ConfigError, match=r"partition.by names stimulus, which 1 of 16 .* first is s3-zoo"):
        split_all(bare, chosen)


def test_no_development_and_two_folds():
    parts = split_all(people(4), settings(folds=2, development="none"))
    assert [one["development"] for one in parts] == [(), ()]
    assert [len(one["train"]) for one in parts] == [2, 2]
    with pytest.raises(ConfigError, match=r"partition.folds is 2; expected 3 or more: test, development"):
        fold_count(people(4), settings(folds=2))
    assert fold_count(people(2), settings("loso", development="none")) == 2


def test_subjects_in_two_official_partitions_only_where_it_is_said():
    items = [Recording(name=part, subject="Anna", partition=part) for part in ("train", "test")]
    with pytest.raises(DataError, match=r"say so with --set partition.subjects_shared=true"):
        split(items, settings("fixed"))
    shared = settings("fixed", subjects_shared=True)
    assert split(items, shared)["test"] == ("test",)
    assert shared.shares_subjects and settings("clips").shares_subjects
    assert not settings("kfold").shares_subjects


@pytest.mark.parametrize(
    ("scheme", "idle", "message"),
    [
        ("loso", {"balance": ("sex",)}, "partition.balance is sex with partition scheme loso"),
        ("fixed", {"development": "none"}, "partition.development is none with partition scheme fixed"),
        ("kfold", {"subjects_shared": True}, "partition.subjects_shared is true with partition scheme kfold"),
        (
            "loso",
            {"by": "stimulus"},
            "partition.by is stimulus with partition scheme loso, .* it is for kfold",
        ),
        (
            "kfold",
            {"by": "sex", "sessions_together": False},
            "partition.sessions_together is false beside by sex with partition scheme kfold",
        ),
        ("session", {"sessions_together": False}, "partition.sessions_together is false with partition"),
    ],
)
def test_settings_that_play_no_part_are_refused(scheme, idle, message):
    with pytest.raises(ConfigError, match=message):
        split_all(people(6), settings(scheme, **idle))


def test_the_error_of_a_fold_names_their_number_and_the_way_to_all():
    with pytest.raises(ConfigError, match=r"--fold 0 to 5 for one of its 6 folds, or `emotrace crossval`"):
        split(people(6), settings("loso"), 6)
