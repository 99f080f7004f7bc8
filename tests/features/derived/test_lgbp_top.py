"""LGBP-TOP as a track: a literal second form, missing faces, edges, any cutting, real faces."""

import hashlib

import numpy as np
import pytest
from skimage import data

from emotrace.errors import DataError
from emotrace.features.appearance.gabor import luminance, magnitudes
from emotrace.features.appearance.patterns import block_edges, pattern_numbers
from emotrace.features.derived import find
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.media_tracks import MediaTracks
from emotrace.features.track import Track
from emotrace.timing import Timeline

FEATURE = find("lgbp-top")


def track_of(faces, valid=None):
    return Track(faces, Timeline.regular(faces.shape[0], 25.0), valid)


@pytest.fixture
def faces(rng):
    """Seven frames of noise over a face, 24 x 24: nothing in them is even, so there are no ties."""
    face = data.astronaut()[60:180:5, 170:290:5]
    return np.clip(face + rng.normal(0, 40, (7, 24, 24, 3)), 0, 255).astype(np.uint8)


def literal_codes(plane):
    """Codes of the inner pixels of (row, column) whole numbers: neighbours on a circle, interpolated."""
    plane = plane.astype(np.int64)
    rows, columns = np.mgrid[1 : plane.shape[0] - 1, 1 : plane.shape[1] - 1]
    whole, diagonal = 100000, 70711  # the unit, and 1 / sqrt(2) to five digits, as scikit-image has it
    codes = np.zeros(rows.shape, int)
    round_from_right = [(0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1)]
    for bit, (down, right) in enumerate(round_from_right):
        share = diagonal if down and right else whole
        value = (
            share * share * plane[rows + down, columns + right]
            + share * (whole - share) * (plane[rows + down, columns] + plane[rows, columns + right])
            + (whole - share) * (whole - share) * plane[rows, columns]
        )
        codes += (value >= whole * whole * plane[rows, columns]) << bit
    return codes


def literal(faces, valid, row):
    """Counts of one row, (filter, plane, block row, block column, pattern), and frames that were counted."""
    usable = [0 <= each < len(faces) and valid[each] for each in range(row - 2, row + 3)]
    near = [each for each in (row - 1, row, row + 1) if usable[each - row + 2]]
    edges, numbers = block_edges(faces.shape[1]), pattern_numbers()
    counts = np.zeros((18, 3, 4, 4, 59))
    for middle in near:
        around = [each if usable[each - row + 2] else middle for each in (middle - 1, middle, middle + 1)]
        volumes = np.stack([magnitudes(luminance(faces[each])) for each in around], axis=1)
        for which, volume in enumerate(volumes):
            side = range(1, volume.shape[1] - 1)
            xy = literal_codes(volume[1])
            xt = np.concatenate([literal_codes(volume[:, y]) for y in side])
            yt = np.concatenate([literal_codes(volume[:, :, x]) for x in side]).T
            for plane, codes in enumerate((xy, xt, yt)):
                for y in range(4):
                    for x in range(4):
                        block = codes[edges[y] - 1 : edges[y + 1] - 1, edges[x] - 1 : edges[x + 1] - 1]
                        counts[which, plane, y, x] += np.bincount(numbers[block].reshape(-1), minlength=59)
    return counts, len(near)


def test_columns_are_named_and_counted():
    assert FEATURE.width == 50112 == 18 * 3 * 16 * 58
    assert list(FEATURE.blocks)[:4] == ["4px-0deg-xy", "4px-0deg-xt", "4px-0deg-yt", "4px-30deg-xy"]
    assert FEATURE.columns[-1] == "16px-150deg-yt-927"


def test_rows_are_those_of_a_literal_form(faces):
    valid = np.array([True, True, True, False, True, True, True])
    rows = FEATURE.compute(track_of(faces, valid)).values
    for row, frames in ((0, 2), (1, 3), (2, 2), (5, 3), (6, 2)):
        counts, counted = literal(faces, valid, row)
        assert counted == frames
        share = counts / counts.sum(axis=-1, keepdims=True) * 255
        off = np.abs(rows[row : row + 1].reshape(18, 3, 4, 4, 58) - share[..., :58])
        assert off.max() <= 0.5 + 1e-9


def test_rows_are_the_same_however_they_are_asked_for(faces):
    valid = np.array([True, False, True, True, True, True, True])
    whole = FEATURE.compute(track_of(faces, valid)).values[:]
    assert whole.dtype == np.uint8
    assert whole.shape == (7, 50112)
    assert not whole[1].any()
    assert whole[[0, 2, 3]].any(axis=1).all()
    rows = FEATURE.compute(track_of(faces, valid)).values
    pieces = [rows[begin : begin + 2] for begin in range(0, 7, 2)]
    assert np.array_equal(np.concatenate(pieces), whole)
    assert np.array_equal(rows[np.array([5, 5, 6])], whole[[5, 5, 6]])
    assert np.array_equal(rows[0:3], whole[0:3])  # back to the beginning
    assert rows[3:3].shape == (0, 50112)
    assert len(rows) == 7


def test_faces_are_asked_for_once_and_forward(faces):
    asked = []

    class Forward:
        shape = faces.shape

        def __getitem__(self, rows):
            asked.extend(np.arange(7)[rows].tolist())
            return faces[rows]

    rows = FEATURE.compute(track_of(Forward(), np.ones(7, bool))).values
    for begin in range(0, 7, 2):
        rows[max(0, begin - 1) : begin + 2]  # calls overlap, as windows with context do
    assert asked == list(range(7))


def test_one_frame_and_frames_that_do_not_move(faces):
    one = FEATURE.compute(track_of(faces[:1])).values[:]
    still = FEATURE.compute(track_of(np.repeat(faces[:1], 5, axis=0))).values[:]
    assert np.array_equal(still, np.repeat(one, 5, axis=0))
    assert one.any()


def test_an_even_face_is_one_pattern():
    row = FEATURE.compute(track_of(np.full((3, 20, 20, 3), 90, np.uint8))).values[1:2].reshape(-1, 58)
    assert (row[:, 57] == 255).all()
    assert not row[:, :57].any()


def test_no_face_at_all(faces):
    found = FEATURE.compute(track_of(faces, np.zeros(7, bool)))
    assert not found.values[:].any()
    assert not found.valid.any()
    assert FEATURE.compute(track_of(faces[:0])).values[:].shape == (0, 50112)


@pytest.mark.parametrize("shape", [(4, 11, 96, 3), (4, 96, 96), (4, 96, 96, 1), (4, 15)])
def test_what_is_no_face_is_refused(shape):
    with pytest.raises(DataError, match=r"lgbp-top is given rows of shape .*; expected pictures .* 12 px"):
        FEATURE.compute(track_of(np.zeros(shape, np.uint8)))


def test_numbers_no_machine_changes():
    face = data.astronaut()[60:156, 170:266]
    moving = np.stack([np.roll(face, shift, axis=1) for shift in range(3)])
    rows = FEATURE.compute(track_of(moving)).values[:]
    assert hashlib.sha256(rows.tobytes()).hexdigest()[:16] == "ae803533ed609bbc"


def test_a_real_clip(shared_data):
    with MediaTracks(shared_data / "clips" / "single_face.mp4") as media:
        tracks = DerivedTracks(media)
        faces, found = tracks.track("face-96-aligned"), tracks.track("feature-lgbp-top")
        rows = found.values[0:20]
        faces.values[0:20]
    assert np.array_equal(found.valid, faces.valid)
    blocks = rows.reshape(20, -1, 58).sum(axis=2)
    assert blocks.min() > 100  # most of every block is uniform
    assert blocks.max() <= 255 + 29
    near, far = (np.abs(rows[:-lag].astype(float) - rows[lag:]).mean() for lag in (1, 15))
    assert near < far  # a face changes slowly


def test_each_quarter_of_the_picture_is_a_part():
    parts = FEATURE.parts
    assert sorted(column for part in parts.values() for column in part) == list(range(50_112))
    size = 96
    grey = np.random.default_rng(0).integers(0, 256, (5, size, size, 1), dtype=np.uint8)
    faces = np.repeat(grey, 3, axis=3)
    other = faces.copy()
    other[:, :2] = 0  # the upper edge
    rows = [FEATURE.compute(track_of(each)).values[:] for each in (faces, other)]
    changed = np.flatnonzero((rows[0] != rows[1]).any(axis=0)).tolist()
    lowest = set(parts["quarter 4 from the top"])
    assert changed and not lowest.intersection(changed)
