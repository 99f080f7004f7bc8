"""Agreement of raters: by hand, against pingouin, missing ratings, outliers, pooling."""

import numpy as np
import pandas as pd
import pingouin
import pytest

from emotrace.annotation.agreement import agreement, centred, cronbach_alpha, pooled
from emotrace.annotation.ccc_centring import centre_ratings
from emotrace.errors import InputError
from emotrace.metrics import ccc

RATINGS = np.array([[0, 0.1, 0.3, 0.4, 0.2, 0], [0.1, 0.1, 0.2, 0.5, 0.3, 0.1], [-0.2, -0.1, 0, 0.3, 0.4, 0]])


@pytest.fixture
def ratings(rng):
    return rng.normal(size=80).cumsum() / 4 + rng.normal(size=(4, 80)) + rng.normal(size=(4, 1))


def test_pairs_worked_by_hand():
    found = agreement(RATINGS)
    # CCC .819277 .528571 .571429; PCC: each rater's mean over the others .756224 .842546 .73237
    assert found.ccc == pytest.approx((0.819277 + 0.528571 + 0.571429) / 3, abs=1e-6)
    assert [one.ccc for one in found.per_rater] == pytest.approx([0.673924, 0.695353, 0.55], abs=1e-6)
    assert [one.pcc for one in found.per_rater] == pytest.approx([0.756224, 0.842546, 0.73237], abs=1e-6)
    assert [one.pcc_with_mean for one in found.per_rater] == pytest.approx(
        [0.770103, 0.920941, 0.757273], abs=1e-6
    )
    assert [one.others_ccc for one in found.per_rater] == pytest.approx(
        [0.571429, 0.528571, 0.819277], abs=1e-6
    )
    assert (found.raters, found.samples) == (3, 6)


def test_alpha_and_forms_are_those_of_pingouin(ratings):
    found = agreement(ratings)
    assert found.alpha == pytest.approx(pingouin.cronbach_alpha(pd.DataFrame(ratings.T))[0], abs=1e-9)
    long = pd.DataFrame(
        [(time, rater, ratings[rater, time]) for rater in range(4) for time in range(80)],
        columns=["time", "rater", "value"],
    )
    table = pingouin.intraclass_corr(long, targets="time", raters="rater", ratings="value")
    theirs = table.sort_values("Type")[
        "ICC"
    ].tolist()  # ICC(1,1), ICC(1,k), ICC(2,1) and so on, or ICC1, ICC1k
    names = ("icc_1_1", "icc_1_k", "icc_2_1", "icc_2_k", "icc_3_1", "icc_3_k")
    assert [found.icc[name] for name in names] == pytest.approx(theirs, abs=1e-9)


def test_missing_ratings_are_left_out_of_a_pair_and_whole_of_the_forms(ratings):
    holed = ratings.copy()
    holed[0, :10] = np.nan
    found = agreement(holed)
    assert found.samples == 70
    assert found.icc == agreement(ratings[:, 10:]).icc and found.alpha == agreement(ratings[:, 10:]).alpha
    assert found.per_rater[1].ccc == pytest.approx(
        np.mean([ccc(holed[1], holed[i]) for i in (0, 2, 3)]), abs=1e-12
    )


def test_a_rater_who_rated_nothing_is_no_rater(ratings):
    empty = np.insert(ratings, 2, np.nan, axis=0)
    found = agreement(empty)
    assert found.raters == 4 and found.per_rater[2] is None
    assert found.ccc == agreement(ratings).ccc and found.icc == agreement(ratings).icc


def test_of_one_rater_nothing_is_known():
    found = agreement([[0.0, 1.0, 2.0]])
    assert found.raters == 1 and np.isnan([found.ccc, found.pcc, found.rmse, found.alpha]).all()
    assert np.isnan(list(found.icc.values())).all() and not found.per_rater[0].is_outlier


def test_two_raters_who_disagree_are_no_outliers():
    assert [one.is_outlier for one in agreement([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]).per_rater] == [
        False,
        False,
    ]


def test_the_one_with_a_turned_sign_is_the_outlier(rng):
    truth = rng.normal(size=300)
    raters = [truth + 0.3 * rng.normal(size=300) for _ in range(3)]
    found = agreement([*raters, -truth])
    assert [one.is_outlier for one in found.per_rater] == [False, False, False, True]


def test_an_offset_makes_an_outlier_until_it_is_taken_out(rng):
    truth = rng.normal(size=300)
    ratings = np.stack([truth + 0.3 * rng.normal(size=300) for _ in range(3)])
    ratings[1] += 5
    assert [one.is_outlier for one in agreement(ratings).per_rater] == [False, True, False]
    assert not any(one.is_outlier for one in agreement(centred(ratings)).per_rater)


def test_nobody_is_an_outlier_where_the_others_do_not_agree(rng):
    found = agreement(rng.normal(size=(4, 500)))
    assert abs(found.ccc) < 0.1 and not any(one.is_outlier for one in found.per_rater)


def test_centred_ratings_agree_as_those_of_avec(ratings):
    ours, theirs = agreement(centred(ratings)), agreement(centre_ratings(ratings))
    assert ours.ccc == pytest.approx(theirs.ccc, abs=1e-12)
    assert ours.icc == pytest.approx(theirs.icc, abs=1e-9)
    assert ours.rmse == pytest.approx(theirs.rmse, abs=1e-12)


def test_pooled_is_end_to_end(ratings):
    apart = [ratings[:, :30], ratings[:, 30:]]
    assert pooled(apart) == agreement(ratings)


def test_pooled_forms_leave_out_a_recording_that_one_did_not_rate(ratings):
    missing = ratings[:, 30:].copy()
    missing[0] = np.nan
    found = pooled([ratings[:, :30], missing])
    assert found.samples == 30 and found.icc == agreement(ratings[:, :30]).icc


def test_alpha_of_one_rater_is_not_defined():
    assert np.isnan(cronbach_alpha([[0.0, 1.0]]))


def test_bad_recordings_are_refused(ratings):
    with pytest.raises(InputError, match="recordings holds 0 arrays"):
        pooled([])
    with pytest.raises(InputError, match="recordings holds 2 arrays"):
        pooled([ratings, ratings[:2]])
    with pytest.raises(InputError, match="values of 0 raters"):
        agreement([[np.nan, np.nan]])
