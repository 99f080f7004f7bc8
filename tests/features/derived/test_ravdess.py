"""The features of RAVDESS's table: columns by name whatever their order, values that are missing."""

import numpy as np
import pytest

from emotrace.corpora import read
from emotrace.errors import DataError
from emotrace.features.derived import find
from emotrace.features.derived.ravdess import FEATURES, acoustic, face
from emotrace.store.tables import table_track
from made_physiology import table

ACOUSTIC, FACE = FEATURES


def test_they_are_found_by_name_with_their_widths():
    assert [find(one.name).width for one in FEATURES] == [69, 56]


def test_columns_are_taken_by_name_and_missing_values_stay(rng):
    columns = rng.permutation([*ACOUSTIC.columns, "other", *FACE.columns]).tolist()
    rows = rng.normal(size=(1, len(columns))).astype(np.float32)
    rows[0, columns.index("cpp_mean")] = np.nan
    for feature, compute in ((ACOUSTIC, acoustic), (FACE, face)):
        found = compute(table(rows, 1.0, *columns))
        np.testing.assert_array_equal(
            found.values, rows[:, [columns.index(name) for name in feature.columns]]
        )
        assert found.valid.tolist() == [True]
    assert np.isnan(acoustic(table(rows, 1.0, *columns)).values).sum() == 1


def test_a_row_without_any_value_is_not_valid():
    rows = np.full((1, 56), np.nan, np.float32)
    assert face(table(rows, 1.0, *FACE.columns)).valid.tolist() == [False]


def test_a_table_without_its_columns_is_refused():
    with pytest.raises(
        DataError, match=r"the table has the columns f0_mean; expected anger_mean, .* as well"
    ):
        face(table(np.zeros((1, 1), np.float32), 1.0, "f0_mean"))


def test_the_real_table_has_all_of_them(shared_data):
    recording = read("ravdess", shared_data / "ravdess_av_features").recordings[0]
    track = table_track(recording.tables["summary"])
    assert acoustic(track).values.shape == (1, 69) and face(track).values.shape == (1, 56)
