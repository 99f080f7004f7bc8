"""Two runs on other time grids: what is refused, and how both are read at common times."""

import numpy as np
import pandas as pd
import pytest

from emotrace.errors import DataError
from emotrace.evaluation.compared.entrants import read_entrants
from emotrace.evaluation.compared.times import at_common_times
from emotrace.evaluation.scored import Scored
from emotrace.trace import Trace


def rewritten(run, change):
    """The run with every table of predictions changed."""
    for path in sorted((run / "predictions").glob("*.csv")):
        change(pd.read_csv(path)).to_csv(path, index=False)


def shifted(table):
    return table.assign(time_s=table["time_s"] + 0.01)


def negated(table):
    return table.assign(gold_arousal=-table["gold_arousal"])


def coarse(table):
    return table.iloc[::7]


@pytest.mark.parametrize("regridded", [lambda table: table, shifted, coarse, lambda t: shifted(coarse(t))])
def test_gold_of_another_sign_is_refused_on_any_grid(pair, regridded):
    good, noisy = pair()
    rewritten(noisy, regridded)
    read_entrants([good, noisy])
    rewritten(noisy, negated)
    for order in ([good, noisy], [noisy, good]):
        with pytest.raises(DataError, match="the gold standards of arousal in test_1_1 are not the same"):
            read_entrants(order)


def test_gold_sampled_between_the_rows_of_the_other_is_the_same(pair):
    """Of steps of 300 ms and 40 ms every other one of the coarser lies between two of the finer."""
    good, noisy = pair()

    def every_300_ms(table):
        at = np.arange(0.0, table["time_s"].iloc[-1], 0.3)
        known = table.dropna()
        columns = {
            name: np.interp(at, known["time_s"], known[name], left=np.nan)
            for name in table
            if name != "time_s"
        }
        return pd.DataFrame({"time_s": at, **columns}).fillna(
            {"arousal": 0.0, "valence": 0.0, "face_found": 1}
        )

    rewritten(noisy, every_300_ms)
    assert [one.step_s for one in read_entrants([good, noisy])] == pytest.approx([0.04, 0.3])


def cut(table):
    return table.iloc[:150]


def rated_less(table):
    table.loc[200:, ["gold_arousal", "gold_valence"]] = np.nan
    return table


def with_a_gap(table):
    table.loc[200:220, "gold_valence"] = np.nan
    return table


def unrated(table):
    return table.assign(gold_valence=np.nan)


@pytest.mark.parametrize(
    ("less", "said"),
    [
        (
            cut,
            r"arousal of test_1_1 is rated at 6.04 s in one, and not within a step of 0.04 s of that in the",
        ),
        (rated_less, "arousal of test_1_1 is rated at 8.04 s in one"),
        (with_a_gap, r"valence of test_1_1 is rated at 8.04 s .* scored on the same parts of each recording"),
        (unrated, "valence of test_1_1 is rated at 1.6 s in one"),
    ],
)
def test_other_parts_of_a_recording_are_refused(pair, less, said):
    good, noisy = pair()
    rewritten(noisy, less)
    for order in ([good, noisy], [noisy, good]):
        with pytest.raises(DataError, match=said):
            read_entrants(order)


def test_an_end_that_differs_by_less_than_a_coarser_step_is_the_same(pair):
    good, noisy = pair()
    rewritten(noisy, lambda table: table.iloc[::50])  # the last row is at 14 s, and of the other at 15.96 s
    read_entrants([good, noisy])
    rewritten(noisy, lambda table: table.iloc[:-1])
    with pytest.raises(DataError, match=r"is rated at 14\.04 s in one, and not within a step of 2 s"):
        read_entrants([good, noisy])


def recording(times_s, values, gold):
    values, gold = np.array(values)[:, None], np.array(gold, float)[:, None]
    times_s = np.array(times_s)
    return Scored("clip", "P1", Trace(times_s, values, ("a",), np.ones(len(times_s), bool), gold))


def test_both_are_read_at_the_times_of_the_coarser():
    fine = recording([0, 1, 2, 3, 4, 5], [0, 10, 20, 30, 40, 50.0], [0, 1, 2, np.nan, 4, 5])
    thick = recording([0, 3, 6, 9], [0, 3, 6, 9.0], [0, 3, 6, np.nan])
    for turned in (False, True):
        given = ([thick], [fine]) if turned else ([fine], [thick])
        steps = (3.0, 1.0) if turned else (1.0, 3.0)
        (one,), (other,) = at_common_times(*given, steps, ["a"])
        one, other = (other, one) if turned else (one, other)
        np.testing.assert_array_equal(one.trace.times_s, [0, 3, 6, 9])
        np.testing.assert_array_equal(one.trace.values[:3, 0], [0, 30, 50])  # 5 is within a step of 6
        np.testing.assert_array_equal(one.gold[:, 0], [0, np.nan, 5, np.nan])
        np.testing.assert_array_equal(other.gold[:, 0], [0, np.nan, 6, np.nan])
    np.testing.assert_array_equal(fine.gold[:, 0], [0, 1, 2, np.nan, 4, 5])  # what was given is as it was


def test_on_the_same_grid_nothing_changes(pair):
    good, noisy = read_entrants(pair())
    read = at_common_times(good.recordings, noisy.recordings, (0.04, 0.04), ["arousal", "valence"])
    for entrant, found in zip((good, noisy), read, strict=True):
        for before, after in zip(entrant.recordings, found, strict=True):
            np.testing.assert_array_equal(before.gold, after.gold)
            np.testing.assert_array_equal(before.trace.values, after.trace.values)
