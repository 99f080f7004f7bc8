"""Detections become identities; between detections a face is interpolated and never invented."""

import numpy as np

from emotrace.media import Detections
from emotrace.media.identity import Follower, fill_between


def faces(*boxes, score=0.9):
    """Detections with landmarks at the middle of each box."""
    boxes = np.array(boxes, np.float32).reshape(-1, 4)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    return Detections(boxes, np.full(len(boxes), score, np.float32), np.repeat(middle[:, None], 5, axis=1))


def square(x, y, side=20):
    return [x - side / 2, y - side / 2, x + side / 2, y + side / 2]


def test_two_faces_keep_their_identity_in_any_order():
    follower = Follower()
    for step in range(6):
        small, large = square(20 + 3 * step, 30, 20), square(100 - 3 * step, 30, 40)
        follower.add(5 * step, faces(small, large) if step % 2 else faces(large, small), 0.2)
    first, second = follower.ranked(6)
    assert first.frames == second.frames == [0, 5, 10, 15, 20, 25]
    assert [row[2] - row[0] for row in first.rows] == [40] * 6
    np.testing.assert_allclose([first.weight, second.weight], [1600 * 1.2, 400 * 1.2])


def test_small_for_long_outweighs_large_for_short():
    follower = Follower()
    for step in range(20):
        boxes = [square(20, 30, 20)] + ([square(100, 30, 40)] if step < 4 else [])
        follower.add(step, faces(*boxes), 0.2)
    assert [len(identity.frames) for identity in follower.ranked(20)] == [20, 4]


def test_a_fast_move_without_overlap_is_followed():
    follower = Follower()
    follower.add(0, faces(square(50, 50, 20)), 0.2)
    follower.add(5, faces(square(61, 50, 20)), 0.2)
    assert len(follower.identities) == 1
    follower.add(10, faces(square(100, 50, 20)), 0.2)  # two sides away: somebody else
    assert len(follower.identities) == 2


def test_a_face_that_comes_back_near_is_the_same():
    follower = Follower()
    follower.add(0, faces(square(50, 50)), 0.2)
    for frame in (5, 10, 15):
        follower.add(frame, faces(), 0.2)
    follower.add(20, faces(square(65, 50)), 0.2)
    follower.add(25, faces(square(65, 50, 90)), 0.2)  # much larger, and hardly overlapping: another
    assert [identity.frames for identity in follower.identities] == [[0, 20], [25]]


def test_one_look_alone_is_a_false_alarm():
    follower = Follower()
    follower.add(0, faces(square(50, 50)), 0.2)
    assert len(follower.ranked(1)) == 1
    assert follower.ranked(3) == []


def one_face(frames, x):
    follower = Follower()
    for frame, where in zip(frames, x, strict=True):
        follower.add(frame, faces(square(where, 50)), 0.2)
    (identity,) = follower.identities
    return identity


def test_linear_between_detections_and_half_way_beyond():
    times_s = np.arange(21) / 25
    rows, found = fill_between(one_face([5, 10], [50, 55]), np.array([0, 5, 10, 15, 20]), times_s, 0.5)
    assert np.flatnonzero(found).tolist() == list(range(3, 13))  # nearer to 5 than to 0, to 10 than to 15
    np.testing.assert_allclose((rows[5:11, 0] + rows[5:11, 2]) / 2, np.arange(50, 56), atol=1e-5)
    assert np.isnan(rows[~found]).all()
    np.testing.assert_allclose(rows[found, 14], 0.9, atol=1e-6)


def test_in_time_not_in_frames():
    times_s = np.array([0.0, 0.1, 0.4])
    rows, _ = fill_between(one_face([0, 2], [50, 54]), np.array([0, 2]), times_s, 0.5)
    np.testing.assert_allclose(rows[1, [0, 2]].mean(), 51, atol=1e-5)


def test_the_end_of_the_video_belongs_to_the_last_look():
    _, found = fill_between(one_face([0, 5], [50, 50]), np.array([0, 5]), np.arange(9) / 25, 0.5)
    assert found.all()


def test_long_gaps_are_not_filled():
    looked = np.arange(0, 60, 5)
    times_s = np.arange(60) / 25
    _, short = fill_between(one_face([0, 10], [50, 50]), looked, times_s, 0.5)
    assert short[:13].all()
    _, long = fill_between(one_face([0, 15], [50, 50]), looked, times_s, 0.5)  # 0.6 s
    assert np.flatnonzero(long).tolist() == [0, 1, 2, 13, 14, 15, 16, 17]


def test_smoothing_takes_jitter_away():
    frames = [0, 5, 10, 15, 20]
    rows, _ = fill_between(one_face(frames, [50, 52, 50, 52, 50]), np.array(frames), np.arange(21) / 25, 0.5)
    middles = rows[frames, 0] + 10
    np.testing.assert_allclose(middles, [50, 51, 51, 51, 50], atol=1e-5)  # (50 + 2 * 52 + 50) / 4 = 51
