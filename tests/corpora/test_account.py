"""What is done for every corpus after its adapter: account, gold standard, tables, remarks."""

import numpy as np
import pytest

from emotrace import corpora
from emotrace.corpora.account import shared_subjects, take_account
from emotrace.corpora.gold import add_gold, together
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.corpora.tables import TableFile, TimedTable
from emotrace.errors import ConfigError, DataError
from emotrace.remarks import counted

TIMES = np.arange(4) * 0.5


def series(*values):
    return Series(TIMES[: len(values)], np.array(values, dtype=float))


def corpus(*recordings, **facts):
    return Corpus("made", "root", recordings, **{"dimensions": ("arousal",), **facts})


def test_unlabelled_recordings_are_skipped_but_for_test(tmp_path):
    video = tmp_path / "v.mp4"
    found = take_account(
        corpus(
            Recording("a", "a", video=video, gold={"arousal": series(0, 1)}),
            Recording("b", "b", video=video),
            Recording("c", "c", video=video, partition="test"),
            Recording("d", "d", video=video, emotion="anger"),
            skipped=(("e", "broken"),),
        )
    )
    assert [one.name for one in found.recordings] == ["a", "c", "d"]
    assert found.skipped == (("e", "broken"), ("b", "b has no labels; expected them beside its media"))
    assert found.warnings == ("no gold standard, can be predicted but not trained or evaluated on: 1 (c)",)


def test_oddities_are_counted(tmp_path):
    video = tmp_path / "v.mp4"
    found = take_account(
        corpus(
            Recording("a", "anna", gold={"arousal": series(0, 1)}, partition="train"),
            Recording("b", "anna", video=video, gold={"arousal": series(0, 1.5, np.nan)}, partition="test"),
            Recording("c", "carl", video=video, ratings={"arousal": {"R1": series(-3, 0)}}),
            Recording("d", "dora", video=video, gold={"arousal": series(np.nan, np.nan)}),
        )
    )
    assert found.warnings == (
        "labels but neither media nor tables, can be checked but not prepared: 1 (a)",
        "arousal leaves its scale of -1 to 1: 2 (b, c)",
        "no gold standard, can be predicted but not trained or evaluated on: 1 (c)",
        "subjects in more than one partition: 1 (anna)",
    )
    assert shared_subjects([Recording("a", "x"), Recording("b", "x", partition="train")]) == []


def test_nothing_left():
    with pytest.raises(DataError, match="recording that can be used, the first reason is: a has no labels"):
        take_account(corpus(Recording("a", "a")))
    with pytest.raises(DataError, match="no recording that can be used, no file matched"):
        take_account(corpus())
    twin = Recording("a", "a", emotion="anger")
    with pytest.raises(DataError, match="holds two recordings named a; expected each once"):
        take_account(corpus(twin, twin))


def test_gold_is_made_where_there_are_raters_only():
    brought = {"arousal": series(9, 9)}
    raters = {"arousal": {"R1": series(0, 1, 0), "R2": series(1, 2, 1)}}
    found = add_gold(
        corpus(
            Recording("a", "a", ratings=raters),
            Recording("b", "b", ratings=raters, gold=brought),
            Recording("c", "c", ratings={"arousal": {"R1": series(0.25)}}),
            Recording("d", "d", ratings={"arousal": {"R1": series(0, 1), "R2": series(1, 0)}}),
        ),
        "ccc_centring",
    )
    a, b, c, d = found.recordings
    assert a.gold["arousal"].values.tolist() == [0.5, 1.5, 0.5]
    assert b.gold == brought
    assert c.gold["arousal"].values.tolist() == [0.25]
    assert d.gold == {}
    assert "made of the raters by ccc_centring: 2 (a arousal, c arousal)" in found.warnings[0]
    assert "no gold standard of arousal in d: the raters' agreements sum to" in found.warnings[1]


def test_raters_of_other_times_are_interpolated_and_never_extended():
    late = Series(np.array([0.25, 0.75]), np.array([0.0, 1.0]))
    times, values, interpolated = together({"R1": series(1, 1, 1), "R2": late})
    assert times.tolist() == [0.0, 0.5, 1.0] and interpolated
    np.testing.assert_array_equal(values, [[1, 1, 1], [np.nan, 0.5, np.nan]])
    found = add_gold(
        corpus(Recording("a", "a", ratings={"arousal": {"R1": series(1, 1, 1), "R2": late}})), "mean"
    )
    assert "arousal: raters on different times, interpolated to those of one: 1 (a)" in found.warnings


def test_a_short_rater_who_comes_first_shortens_no_gold_standard():
    raters = {"R1": series(1, 3), "R2": series(1, 1, 5, 7)}
    found = add_gold(corpus(Recording("a", "a", ratings={"arousal": raters})), "mean")
    (one,) = found.recordings
    assert one.gold["arousal"].values.tolist() == [1, 2, 5, 7]
    assert not any("interpolated" in text for text in found.warnings)


def test_gold_is_an_option_of_every_corpus(tmp_path):
    with pytest.raises(ConfigError, match="gold is 'best'; expected one of ccc_centring"):
        corpora.read("folder", tmp_path, gold="best")
    for entry in corpora.describe():
        assert "gold" in entry["options"]


def read_table(path, times=(0.0, 1.0), columns=("a",)):
    return TimedTable(np.array(times), np.zeros((2, 1)), columns)


def test_tables_are_checked_when_they_are_read(tmp_path):
    from functools import partial

    path = tmp_path / "P16.csv"
    assert TableFile(path, read_table).read().columns == ("a",)
    with pytest.raises(DataError, match=r"P16.csv holds values of shape \(2, 1\); expected \(2, 2\)"):
        TableFile(path, partial(read_table, columns=("a", "b"))).read()
    with pytest.raises(DataError, match=r"P16.csv holds times that do not rise"):
        TableFile(path, partial(read_table, times=(1.0, 1.0))).read()
    with pytest.raises(DataError, match=r"P16.csv holds times that do not rise"):
        TableFile(path, partial(read_table, times=(1.0, np.nan))).read()


def test_counted():
    assert counted("odd", "abcd") == "odd: 4 (a, b, c, ...)"
    assert counted("odd", ["a"]) == "odd: 1 (a)"
