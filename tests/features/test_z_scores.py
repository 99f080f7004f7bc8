"""`features.z_scores`: by recording and by subject, what is missing, constant or cut, one path both ways."""

import numpy as np
import pytest

from emotrace.config.base import validate
from emotrace.config.declaration import Declaration, FeatureInput, TableInput
from emotrace.errors import ConfigError, DataError
from emotrace.features import Track, assemble
from emotrace.features import z_scores as module
from emotrace.features.condensed import CondensedRecording
from emotrace.features.z_scores import Moments, z_scores
from emotrace.timing import Timeline

TABLE = TableInput(name="wrist", columns=2, normalise="recording")
BY_SUBJECT = TABLE.model_copy(update={"normalise": "subject"})


class Source:
    """A recording with one table, that counts how often it is asked for it."""

    def __init__(self, values, valid=None, of_subject=None, name="table-wrist"):
        self.values, self.name, self.asked = np.asarray(values, np.float32), name, 0
        self.valid, self.duration_s = valid, len(values) / 25
        if of_subject is not None:
            self.of_subject = of_subject
            of_subject.append(self)

    def track(self, name):
        self.asked += 1
        return Track(self.values, Timeline.regular(len(self.values), 25.0), self.valid)


class Without:
    """A recording that lacks the table."""

    duration_s = 1.0

    def track(self, name):
        return None


def literal(rows, *all_rows):
    joined = np.concatenate(all_rows).astype(np.float64)
    return (rows - np.nanmean(joined, axis=0)) / np.nanstd(joined, axis=0)


def test_by_recording_and_by_subject_against_the_formula(rng):
    first, second, other = (rng.normal(at, 1 + at, (30 + at, 2)).astype(np.float32) for at in range(3))
    first[3, 1] = np.nan
    family, stranger = [], []
    sources = [Source(values, of_subject=family) for values in (first, second)]
    Source(other, of_subject=stranger)
    family.append(Without())
    for values, source in zip((first, second), sources, strict=True):
        np.testing.assert_allclose(z_scores(values, TABLE, source), literal(values, values), atol=1e-6)
        expected = literal(values, first, second)
        found = z_scores(values, BY_SUBJECT, source)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=1e-6)  # float32
    assert np.isnan(z_scores(first, TABLE, sources[0])[3, 1])


def test_a_recording_is_read_once_for_all_of_its_subject(rng):
    family = []
    sources = [Source(rng.normal(size=(9, 2)), of_subject=family) for _ in range(3)]
    for source in sources * 2:
        z_scores(source.values, BY_SUBJECT, source)
        z_scores(source.values, TABLE, source)
    assert [source.asked for source in sources] == [1, 1, 1]


def test_alone_the_subject_is_the_recording(rng):
    values = rng.normal(3, 2, (40, 2))
    alone, empty = Source(values), Source(values)
    empty.of_subject = ()
    expected = z_scores(values, TABLE, Source(values))
    for source in (alone, empty, Source(values, of_subject=[])):
        np.testing.assert_array_equal(z_scores(values, BY_SUBJECT, source), expected)


def test_rows_that_hold_no_observation_do_not_count(rng):
    values = rng.normal(size=(20, 2)).astype(np.float32)
    valid = np.arange(20) >= 5
    values[:5] = 1000
    found = z_scores(values[5:], TABLE, Source(values, valid))
    np.testing.assert_allclose(found, literal(values[5:], values[5:]), atol=1e-6)


def test_constant_columns_are_zeros_and_unknown_ones_stay_missing():
    values = np.array([[5.1, np.nan], [5.1, np.nan]], np.float32)
    found = z_scores(values, TABLE, Source(values))
    assert not found[:, 0].any() and np.isnan(found[:, 1]).all()


def test_scores_are_cut_either_way():
    values = np.array([[0.0, 0.0]] * 98 + [[50.0, -50.0]] * 2, np.float32)
    found = z_scores(values, TABLE.model_copy(update={"clip": 4.0}), Source(values))
    assert found.max() == 4 and found.min() == -4
    assert z_scores(values, TABLE, Source(values)).max() > 4


def test_moments_in_pieces_are_those_of_the_whole(rng, monkeypatch):
    values = rng.normal(1e4, 1, (100, 2)).astype(np.float32)
    whole = z_scores(values, TABLE, Source(values))
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 7)
    np.testing.assert_allclose(z_scores(values, TABLE, Source(values)), whole, atol=1e-5)  # float32
    nothing = Moments(*np.zeros((3, 2)))
    assert nothing.joined(nothing).std.tolist() == [0, 0]


@pytest.mark.parametrize("kind", ["table", "feature"])
def test_assemble_scores_before_it_settles_what_is_missing(rng, kind):
    values = rng.normal(8, 3, (50, 2)).astype(np.float32)
    values[4, 0], values[7] = np.nan, np.nan
    spec = (TableInput if kind == "table" else FeatureInput)(name="wrist", columns=2, normalise="subject")
    declaration = Declaration(inputs={"body": spec})
    source = Source(values)
    tensors = assemble(declaration, source, 0, 50)
    found, mask = tensors["body"].numpy(), tensors["body_mask"].numpy()
    expected = literal(values, values)
    np.testing.assert_allclose(found[mask], expected[mask], atol=1e-6)
    assert not found[~mask].any() and not mask[7]
    assert mask[4] == (kind == "feature")
    pieces = [assemble(declaration, Source(values), at, at + 10)["body"].numpy() for at in range(0, 50, 10)]
    np.testing.assert_array_equal(np.concatenate(pieces), found)


def test_a_recording_with_condensed_inputs_keeps_its_subject(rng):
    family = []
    first = Source(rng.normal(0, 1, (25, 2)), of_subject=family)
    Source(rng.normal(9, 1, (25, 2)), of_subject=family)
    declaration = Declaration(inputs={"body": BY_SUBJECT})
    plain = assemble(declaration, first, 0, 25)["body"]
    condensed = CondensedRecording(first, frozenset(["face"]), {})
    np.testing.assert_array_equal(assemble(declaration, condensed, 0, 25)["body"], plain)
    assert abs(float(plain.mean())) > 0.5  # far from the other recording


def test_recordings_of_another_width_are_refused(rng):
    family = []
    source = Source(rng.normal(size=(9, 2)), of_subject=family)
    Source(rng.normal(size=(9, 3)), of_subject=family)
    message = (
        r"track table-wrist of another recording of the subject has rows of shape \(3,\); expected \(2,\)"
    )
    with pytest.raises(DataError, match=message):
        z_scores(source.values, BY_SUBJECT, source)


def test_a_cut_without_scores_is_refused_and_the_track_stays():
    wanted = {"name": "wrist", "columns": 2, "clip": 4}
    for kind in (TableInput, FeatureInput):
        with pytest.raises(
            ConfigError, match="clip is 4 but normalise is none; expected normalise: recording"
        ):
            validate(kind, wanted, "inputs")
    assert BY_SUBJECT.track == "table-wrist"


def test_columns_that_are_alike_share_mean_and_deviation(rng, monkeypatch):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 7)
    first, second = (rng.normal(at, 1 + at, (20, 6)).astype(np.float32) for at in range(2))
    first[4, 2] = np.nan
    valid = np.arange(20) < 15
    family = []
    source = Source(first, valid, family, "feature-picture")
    Source(second, valid, family, "feature-picture")
    spec = FeatureInput(name="picture", columns=6, normalise="subject", alike=3)
    joined = np.concatenate([first[:15], second[:15]]).astype(np.float64).reshape(30, 2, 3)
    mean, std = (by(joined, axis=(0, 2)).repeat(3) for by in (np.nanmean, np.nanstd))
    np.testing.assert_allclose(z_scores(first, spec, source), (first - mean) / std, atol=1e-5)  # float32
    alone = spec.model_copy(update={"normalise": "recording"})
    mean, std = (by(joined[:15], axis=(0, 2)).repeat(3) for by in (np.nanmean, np.nanstd))
    np.testing.assert_allclose(z_scores(first, alone, source), (first - mean) / std, atol=1e-5)
    single = spec.model_copy(update={"alike": 1})  # is kept apart from it
    assert not np.allclose(z_scores(first, single, source)[0], z_scores(first, spec, source)[0], atol=1e-3)


@pytest.mark.parametrize("wrong", [{"alike": 4, "normalise": "subject"}, {"alike": 3}])
def test_alike_columns_must_fit(wrong):
    with pytest.raises(ConfigError, match=r"alike is .* expected normalise: recording or subject, and a"):
        validate(FeatureInput, {"name": "picture", "columns": 6, **wrong}, "input")


class WithMarks(Source):
    """A recording with a table, and a track that says which of its rows count."""

    def __init__(self, values, marks, valid=None):
        super().__init__(values, valid)
        self.marks = None if marks is None else np.asarray(marks, np.float32)

    def track(self, name):
        if name != "feature-marks":
            return super().track(name)
        return None if self.marks is None else Track(self.marks, Timeline.regular(len(self.marks), 25.0))


def test_only_rows_among_those_that_count_make_mean_and_deviation(rng, monkeypatch):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 7)
    rows = rng.normal(size=(20, 2)).astype(np.float32)
    rows[12:] = -800.0
    valid, marks = np.arange(20) != 3, np.stack([np.arange(20) < 12, np.zeros(20)], axis=1)
    spec = TABLE.model_copy(update={"among": "feature-marks"})
    kept = np.delete(rows[:12], 3, axis=0)
    np.testing.assert_allclose(
        z_scores(rows[:4], spec, WithMarks(rows, marks, valid)), literal(rows[:4], kept), atol=1e-5
    )  # float32
    source = WithMarks(rows, marks, valid)
    everything = z_scores(rows[:4], TABLE, source)  # is kept apart
    assert not np.allclose(everything, z_scores(rows[:4], spec, source), atol=1e-2)
    without = WithMarks(rows, None, valid)
    np.testing.assert_array_equal(z_scores(rows[:4], spec, without), everything)
    with pytest.raises(DataError, match=r"feature-marks, which says .* has 9 rows; expected 20, as many"):
        z_scores(rows, spec, WithMarks(rows, marks[:9]))


def test_among_needs_z_scores():
    with pytest.raises(ConfigError, match="among is x but normalise is none; expected normalise: recording"):
        validate(TableInput, {"name": "wrist", "columns": 2, "among": "x"}, "input")
