"""Traces and their CSV form."""

from dataclasses import replace

import numpy as np
import pytest

from emotrace.errors import DataError, InputError
from emotrace.trace import Trace


@pytest.fixture
def trace(rng) -> Trace:
    gold = rng.uniform(-1, 1, (4, 2))
    gold[1, 0] = np.nan
    return Trace(
        times_s=np.arange(4) * 0.04,
        values=rng.uniform(-1, 1, (4, 2)).astype(np.float32),
        labels=("arousal", "valence"),
        face_found=np.array([True, False, True, True]),
        gold=gold,
    )


def test_csv_gives_back_what_was_written(trace, tmp_path):
    trace.to_csv(tmp_path / "t.csv")
    again = Trace.from_csv(tmp_path / "t.csv")
    assert again.labels == trace.labels
    np.testing.assert_allclose(again.times_s, trace.times_s, atol=5e-4)
    np.testing.assert_allclose(again.values, trace.values, atol=1e-6)
    np.testing.assert_allclose(again.gold, trace.gold, atol=1e-6)
    np.testing.assert_array_equal(again.face_found, trace.face_found)


@pytest.mark.parametrize(
    ("step_s", "cells"), [(0.08, ["0.000", "0.080"]), (1 / 30, ["0.000000", "0.033333"])]
)
def test_times_have_the_decimals_that_the_step_needs(trace, tmp_path, step_s, cells):
    Trace(np.arange(4) * step_s, trace.values, trace.labels, trace.face_found).to_csv(tmp_path / "t.csv")
    rows = (tmp_path / "t.csv").read_text().splitlines()[1:]
    assert [row.split(",")[0] for row in rows[:2]] == cells


def test_it_prints_as_a_line(trace):
    values = np.array([[-0.5, 0.25], [0.5, 0.25]])
    two = Trace(np.array([0.04, 0.08]), values, trace.labels, trace.face_found[:2])
    assert str(two) == "Trace(arousal -0.50 to 0.50, valence 0.25 to 0.25; 2 steps from 0.04 to 0.12 s)"
    one = Trace(two.times_s[:1], values[:1], trace.labels, trace.face_found[:1])
    assert str(one).endswith("; 1 step from 0.04 to 0.04 s)")
    none = Trace(two.times_s[:0], values[:0], trace.labels, trace.face_found[:0])
    assert str(none) == "Trace(arousal, valence; 0 steps)"


def test_csv_header_is_the_public_one(trace, tmp_path):
    trace.to_csv(tmp_path / "t.csv")
    header = (tmp_path / "t.csv").read_text().splitlines()[0]
    assert header == "time_s,face_found,arousal,valence,gold_arousal,gold_valence"


@pytest.fixture
def based(trace) -> Trace:
    """With three inputs, all of them missing in the third step, one of them everywhere."""
    face, audio = np.array([True, False, False, True]), np.array([True, True, False, True])
    return replace(trace, observed={"face": face, "audio": audio, "table-1": np.zeros(4, bool)})


def test_the_last_column_says_what_each_step_was_based_on(based, tmp_path):
    based.to_csv(tmp_path / "t.csv")
    rows = [line.split(",") for line in (tmp_path / "t.csv").read_text().splitlines()]
    assert [row[-1] for row in rows] == ["based_on", "face+audio", "audio", "", "face+audio"]
    assert rows[0][:4] == ["time_s", "face_found", "arousal", "valence"]
    assert based.to_pandas()["based_on"].tolist() == [row[-1] for row in rows[1:]]


def test_what_it_was_based_on_is_read_back_and_is_no_label(based, tmp_path):
    based.to_csv(tmp_path / "t.csv")
    again = Trace.from_csv(tmp_path / "t.csv")
    assert again.labels == based.labels
    assert list(again.observed) == ["face", "audio"]  # what was never there is not named
    for name, given in again.observed.items():
        np.testing.assert_array_equal(given, based.observed[name])


def test_nothing_observed_at_all_is_read_back(based, tmp_path):
    nothing = {name: np.zeros(4, bool) for name in ("face", "audio")}
    replace(based, observed=nothing).to_csv(tmp_path / "t.csv")
    again = Trace.from_csv(tmp_path / "t.csv")
    assert again.observed == {} and again.labels == based.labels


@pytest.mark.parametrize("observed", [None, {}, {"audio": np.array([True, False, True, True])}])
def test_fewer_than_two_inputs_need_no_column(trace, tmp_path, observed):
    one = replace(trace, observed=observed)
    one.to_csv(tmp_path / "t.csv")
    assert "based_on" not in one.to_pandas()
    assert "based_on" not in (tmp_path / "t.csv").read_text()
    assert Trace.from_csv(tmp_path / "t.csv").observed is None


@pytest.mark.parametrize(
    "observed", [{"face": np.ones(3, bool)}, {"a+b": np.ones(4, bool)}, {" face": np.ones(4, bool)}]
)
def test_inputs_that_cannot_be_told_are_refused(trace, observed):
    with pytest.raises(
        InputError, match=r"observed has the input .*; expected shape \(4,\), and a name without"
    ):
        replace(trace, observed=observed)


def test_shapes_that_do_not_agree_are_refused(trace):
    with pytest.raises(InputError, match=r"expected values \(4, 1\)"):
        Trace(trace.times_s, trace.values, ("arousal",), trace.face_found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a readable predictions CSV"),
        ("a,b\n1,2\n", "expected time_s and one column per label"),
        ("time_s,arousal\n0,x\n", "missing or not a number"),
        ("time_s,arousal\n0,\n", "missing or not a number"),
    ],
)
def test_a_csv_that_is_none(tmp_path, text, message):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        Trace.from_csv(tmp_path / "t.csv")


def test_a_csv_of_predictions_alone_is_enough(tmp_path):
    (tmp_path / "t.csv").write_text("time_s,arousal\n0,0.5\n0.04,0.25\n")
    trace = Trace.from_csv(tmp_path / "t.csv")
    assert trace.gold is None
    assert trace.face_found.all()


def test_what_decided_is_written_apart(trace, tmp_path):
    told = replace(trace, shown={"gate": np.array([0.25, np.nan, 1.0, 0.0], np.float32)})
    told.shown_to_csv(tmp_path / "shown.csv")
    lines = (tmp_path / "shown.csv").read_text().splitlines()
    assert lines[0] == "time_s,gate"
    assert [line.split(",")[1] for line in lines[1:]] == ["0.250000", "", "1.000000", "0.000000"]
    assert "gate" not in told.to_pandas().columns


def test_a_trace_without_anything_beside_writes_nothing(trace, tmp_path):
    with pytest.raises(InputError, match="shown is empty: there is nothing beside this trace"):
        trace.shown_to_csv(tmp_path / "shown.csv")
    assert not (tmp_path / "shown.csv").exists()


def test_what_decided_has_a_value_for_each_step(trace):
    with pytest.raises(InputError, match=r"shown has 'gate' of shape \(3,\); expected \(4,\)"):
        replace(trace, shown={"gate": np.zeros(3)})
