"""The 316 geometric values against a literal second form, their blocks, and faces that are no faces."""

import itertools
import math

import numpy as np
import pytest
from skimage.transform import SimilarityTransform

from emotrace.errors import DataError
from emotrace.features.derived import find
from emotrace.features.derived.geometric import OF_68, neutral_shape
from emotrace.features.track import Track
from emotrace.timing import Timeline

FEATURE = find("geometric-316")
WIDTHS = {
    "form": 98,
    "movement": 98,
    "left-distance": 10,
    "left-angle": 9,
    "right-distance": 10,
    "right-angle": 9,
    "mouth-distance": 17,
    "mouth-angle": 16,
    "median-distance": 49,
}
BEGINS = dict(zip(WIDTHS, np.cumsum([0, *WIDTHS.values()]).tolist(), strict=False))


def track_of(rows, valid=None, **attributes):
    rows = np.asarray(rows, float).reshape(len(rows), -1)
    return Track(rows, Timeline.regular(len(rows), 25.0), valid, attributes)


def block(values, name):
    return values[..., BEGINS[name] : BEGINS[name] + WIDTHS[name]]


@pytest.fixture
def faces(rng):
    """Six turned, scaled and uneven faces of 68 points; what is not among the 49 is far away."""
    faces = rng.normal(500, 100, (6, 68, 2))
    for number, face in enumerate(faces):
        turned = SimilarityTransform(scale=30 + number, rotation=0.1 * number, translation=(number, -9))
        face[list(OF_68)] = turned(neutral_shape() + rng.normal(0, 0.03, (49, 2)))
    return faces


def literal(faces):
    """Row by row, with the points' own numbers and scikit-image's alignment."""
    stable = [36, 39, 42, 45, *range(27, 36)]
    points = [p for p in range(17, 68) if p not in (60, 64)]
    chains = [
        [17, 18, 19, 20, 21, 36, 37, 38, 39, 40, 41],
        [22, 23, 24, 25, 26, 42, 43, 44, 45, 46, 47],
        [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 61, 62, 63, 65, 66, 67],
    ]
    neutral = dict(zip(points, neutral_shape(), strict=True))
    rows, before = [], None
    for face in faces:
        fit = SimilarityTransform.from_estimate(face[stable], np.array([neutral[p] for p in stable]))
        at = dict(zip(points, fit(face[points]), strict=True))
        row = [at[p][axis] - neutral[p][axis] for p in points for axis in (0, 1)]
        row += [at[p][axis] - before[p][axis] if before else math.nan for p in points for axis in (0, 1)]
        for chain in chains:
            row += [math.dist(at[one], at[other]) for one, other in itertools.pairwise(chain)]
            for one, middle, other in zip(chain, chain[1:], chain[2:], strict=False):
                back, on = at[one] - at[middle], at[other] - at[middle]
                row.append(math.acos(back @ on / math.hypot(*back) / math.hypot(*on)))
        middle = [sorted(at[p][axis] for p in stable)[len(stable) // 2] for axis in (0, 1)]
        row += [math.dist(at[p], middle) for p in points]
        rows.append(row)
        before = at
    return np.array(rows)


def test_blocks_add_up():
    assert dict(FEATURE.blocks) == WIDTHS
    assert FEATURE.width == sum(WIDTHS.values()) == 316
    assert (
        sum(width for name, width in WIDTHS.items() if name.split("-")[0] in ("left", "right", "mouth")) == 71
    )


def test_values_are_those_of_a_literal_form(faces):
    found = FEATURE.compute(track_of(faces))
    assert (found.values.dtype, found.values.shape) == (np.float32, (6, 316))
    assert found.valid.all()
    np.testing.assert_allclose(found.values, literal(faces), rtol=2e-6, atol=2e-6)  # float32


def test_where_how_large_and_how_turned_a_face_is_does_not_matter(faces):
    moved = SimilarityTransform(scale=3.0, rotation=-0.7, translation=(-900, 40))
    one = FEATURE.compute(track_of(faces)).values
    other = FEATURE.compute(track_of([moved(face) for face in faces])).values  # far off any picture
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_49_points_are_those_of_68(faces):
    whole = FEATURE.compute(track_of(faces)).values
    assert np.array_equal(whole, FEATURE.compute(track_of(faces[:, OF_68])).values, equal_nan=True)


def test_columns_named_x_first_are_taken_so(faces):
    names = [f"x_{point}" for point in range(68)] + [f"y_{point}" for point in range(68)]
    apart = faces.transpose(0, 2, 1)  # (time, x y, point)
    found = FEATURE.compute(track_of(apart, columns=names)).values
    assert np.array_equal(found, FEATURE.compute(track_of(faces)).values, equal_nan=True)


def test_the_neutral_face_has_no_form_and_no_movement():
    found = FEATURE.compute(track_of([neutral_shape()] * 2)).values
    assert np.isnan(block(found[0], "movement")).all()
    assert np.abs(block(found, "form")).max() < 1e-6
    assert np.abs(block(found[1], "movement")).max() < 1e-6


def test_the_neutral_face_is_even():
    face = dict(zip(OF_68, neutral_shape().tolist(), strict=True))
    for left, right in [
        (17, 26),
        (36, 45),
        (39, 42),
        (31, 35),
        (48, 54),
        (50, 52),
        (59, 55),
        (61, 63),
        (67, 65),
    ]:
        assert face[left] == [-face[right][0], face[right][1]]
    assert all(face[point][0] == 0 for point in (27, 30, 33, 51, 57, 62, 66))


def test_angles_by_hand():
    face = neutral_shape()
    face[0:3] = [(-2, 0), (-1, 0), (-1, -1)]  # a right angle in the left brow
    face[31:35] = [(0, 2), (1, 2), (2, 2), (1, 2)]  # the mouth goes straight on, then back
    found = FEATURE.compute(track_of([face])).values[0]
    assert block(found, "left-angle")[0] == pytest.approx(math.pi / 2)
    assert block(found, "mouth-angle")[:2] == pytest.approx([math.pi, 0.0], abs=1e-6)
    assert block(found, "left-distance")[:2] == pytest.approx([1.0, 1.0])


def test_points_that_coincide_have_no_angle():
    face = neutral_shape()
    face[32] = face[31]
    found = FEATURE.compute(track_of([face, face]))
    assert block(found.values[0], "mouth-distance")[0] == 0
    assert np.isnan(block(found.values[0], "mouth-angle")[0])
    assert np.isfinite(block(found.values[0], "mouth-angle")[1:]).all()
    assert found.valid.all()


def test_what_is_no_face_is_missing(faces):
    rows = faces[:, OF_68].copy()
    rows[1] = 0.0  # some trackers write zeros where they lost the face
    rows[3, 12] = np.nan  # a stable point
    rows[5, 40] = np.nan  # a point of the mouth
    found = FEATURE.compute(track_of(rows, np.array([True, True, True, True, False, True])))
    assert found.valid.tolist() == [True, False, True, False, False, True]
    assert np.isnan(found.values[[1, 3, 4]]).all()
    for row in (0, 2, 5):
        assert np.isnan(block(found.values[row], "movement")).all()
    assert np.isfinite(block(found.values[2], "form")).all()
    assert np.isnan(block(found.values[5], "form")).sum() == 2
    assert np.isnan(found.values[5]).sum() == 98 + 2 + 2 + 3 + 1


@pytest.mark.parametrize("length", [0, 1])
def test_a_recording_of_no_frame_or_one(faces, length):
    found = FEATURE.compute(track_of(faces)).values[:length]
    alone = FEATURE.compute(Track(faces[:length].reshape(length, 136), Timeline.regular(length, 25.0)))
    assert alone.values.shape == (length, 316)
    assert np.array_equal(alone.values, found, equal_nan=True)


@pytest.mark.parametrize("shape", [(3, 134), (3, 5, 2), (3,)])
def test_other_numbers_of_points_are_refused(shape):
    rows = np.zeros(shape)
    with pytest.raises(
        DataError, match=r"geometric-316 is given rows of shape .*; expected \(136,\) or \(98,\)"
    ):
        FEATURE.compute(Track(rows, Timeline.regular(3, 25.0)))


def test_parts_of_the_face_hold_what_moves_with_them():
    face = np.random.default_rng(0).normal(0, 2, (2, 49, 2)) + neutral_shape() * 60 + 80
    moved = face.copy()
    moved[:, 31:49] += np.random.default_rng(1).normal(0, 2, (2, 18, 2))  # the mouth
    before, after = (
        FEATURE.compute(Track(each.reshape(2, 98), Timeline.regular(2, 25.0))).values
        for each in (face, moved)
    )
    differs = np.flatnonzero((before[1] != after[1]) & np.isfinite(after[1]))
    assert set(differs.tolist()) == set(FEATURE.parts["mouth"])
    columns = [column for part in FEATURE.parts.values() for column in part]
    assert len(columns) == len(set(columns)) == 314  # all but the two steps from a brow to its eye
