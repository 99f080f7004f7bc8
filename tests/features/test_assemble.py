"""`features.assemble`: which rows go where, the same tensors from a stream, a map and any cutting."""

import numpy as np
import pytest
import torch

from emotrace.config.declaration import AudioInput, Declaration, FaceInput, TableInput
from emotrace.errors import DataError, InputError
from emotrace.features import Track, assemble, step_count
from emotrace.timing import Timeline

FACE = FaceInput(size=8)
BOTH = Declaration(inputs={"face": FACE, "audio": AudioInput()})


class Source:
    """Tracks in memory."""

    def __init__(self, duration_s, **tracks):
        self.duration_s, self.tracks = duration_s, {name.replace("_", "-"): t for name, t in tracks.items()}

    def track(self, name):
        return self.tracks.get(name)


class Recorder:
    """Rows that note how they were asked for."""

    def __init__(self, rows):
        self.rows, self.shape, self.asked = rows, rows.shape, []

    def __getitem__(self, rows):
        numbers = np.arange(len(self.rows))[rows]
        assert np.all(np.diff(numbers) > 0), "rows do not rise"
        self.asked.append(numbers.tolist())
        return self.rows[rows]


def faces(rng, frames, fps=25.0, valid=None):
    pixels = rng.integers(0, 256, (frames, 8, 8, 3), dtype=np.uint8)
    return Track(pixels, Timeline.irregular(np.arange(frames) / fps), valid)


def sound(rng, samples, start_s=0.0, **moments):
    values = rng.normal(0.2, 0.5, samples).astype(np.float32)
    return Track(
        values, Timeline.regular(samples, 16000, start_s), attributes=moments or {"mean": 0.2, "std": 0.5}
    )


@pytest.fixture
def source(rng):
    return Source(0.4, face_8=faces(rng, 10), audio_16000=sound(rng, 6400))


def test_shapes_types_and_values(source):
    tensors = assemble(BOTH, source, 2, 7)
    assert {name: (tuple(t.shape), t.dtype) for name, t in tensors.items()} == {
        "face": ((5, 3, 8, 8), torch.float32),
        "face_mask": ((5,), torch.bool),
        "audio": ((5, 640), torch.float32),
        "audio_mask": ((5,), torch.bool),
    }
    pixels = source.track("face-8").values[2:7].astype(np.float64)
    literal = np.moveaxis(pixels, -1, 1) / 255 * 2 - 1
    np.testing.assert_allclose(tensors["face"], literal, atol=1e-6)  # float32
    samples = source.track("audio-16000").values[2 * 640 : 7 * 640].astype(np.float64)
    # float32
    np.testing.assert_allclose(tensors["audio"], ((samples - 0.2) / 0.5).reshape(5, 640), atol=1e-6)
    assert tensors["face_mask"].all() and tensors["audio_mask"].all()
    assert all(tensor.is_contiguous() for tensor in tensors.values())


def test_value_range_ends(rng):
    track = faces(rng, 2)
    track.values[:] = np.array([0, 255], np.uint8)[:, None, None, None]
    declaration = Declaration(inputs={"face": FaceInput(size=8, value_range=(0.0, 1.0))})
    tensor = assemble(declaration, Source(0.08, face_8=track), 0, 2)["face"]
    assert torch.equal(tensor[0], torch.zeros(3, 8, 8)) and torch.equal(tensor[1], torch.ones(3, 8, 8))


def test_steps_outside_repeat_the_edge_and_are_fetched_once(source):
    rows = Recorder(source.track("face-8").values)
    source.tracks["face-8"] = Track(rows, source.track("face-8").timeline)
    tensors = assemble(BOTH, source, -3, 2)
    inside = assemble(BOTH, source, 0, 2)
    place = [0, 0, 0, 0, 1]
    assert all(torch.equal(tensors[name], inside[name][place]) for name in tensors)
    assert rows.asked[0] == [0, 1]
    after = assemble(BOTH, source, 8, 13)
    last = assemble(BOTH, source, 8, 10)
    assert all(torch.equal(after[name], last[name][[0, 1, 1, 1, 1]]) for name in after)
    assert rows.asked[2] == [8, 9]
    beyond = assemble(BOTH, source, 20, 22)
    assert all(torch.equal(beyond[name], last[name][[1, 1]]) for name in beyond)


def test_any_cutting_gives_the_same_bits(rng):
    frames = faces(rng, 37, fps=29.97, valid=rng.random(37) > 0.3)
    source = Source(1.3, face_8=frames, audio_16000=sound(rng, 19000))
    steps = step_count(source, BOTH)
    whole = assemble(BOTH, source, -4, steps + 4)
    for chunk in (1, 3, 7, 16):
        parts = [
            assemble(BOTH, source, first, min(first + chunk, steps + 4))
            for first in range(-4, steps + 4, chunk)
        ]
        for name, tensor in whole.items():
            assert torch.equal(torch.cat([part[name] for part in parts]), tensor), (name, chunk)


def test_each_step_takes_the_frame_nearest_to_its_start(rng):
    # steps at 0, .04, .08, .12; frames at 10 per second: 0, .1 (0.04 is nearer to 0, 0.08 to 0.1)
    track = faces(rng, 2, fps=10.0)
    rows = Recorder(track.values)
    tensor = assemble(
        Declaration(inputs={"face": FACE}), Source(0.2, face_8=Track(rows, track.timeline)), 0, 5
    )
    assert rows.asked == [[0, 1]]
    same = [torch.equal(tensor["face"][i], tensor["face"][j]) for i, j in [(0, 1), (1, 2), (2, 3), (3, 4)]]
    assert same == [True, False, True, True]
    # 0.16 lies 0.06 s after the last frame, within 1.5 frames of 0.1 s; 0.28 lies outside
    far = assemble(
        Declaration(inputs={"face": FACE}), Source(0.4, face_8=Track(track.values, track.timeline)), 0, 8
    )
    assert far["face_mask"].tolist() == [True] * 7 + [False]


def test_no_face_gives_zeros_and_is_not_asked_for(rng):
    valid = np.array([True, False, True, False, False])
    track = faces(rng, 5, valid=valid)
    rows = Recorder(track.values)
    tensors = assemble(
        Declaration(inputs={"face": FACE}), Source(0.2, face_8=Track(rows, track.timeline, valid)), 0, 5
    )
    assert tensors["face_mask"].tolist() == valid.tolist() and rows.asked == [[0, 2]]
    assert not tensors["face"][~torch.from_numpy(valid)].any() and tensors["face"][2].any()
    nobody = Source(0.2, face_8=Track(rows, track.timeline, np.zeros(5, bool)))
    assert not assemble(Declaration(inputs={"face": FACE}), nobody, 0, 5)["face_mask"].any()
    assert len(rows.asked) == 1


def test_sound_ends_inside_a_step(rng):
    source = Source(0.2, audio_16000=sound(rng, 2 * 640 + 100))
    tensors = assemble(Declaration(inputs={"audio": AudioInput()}), source, 0, 5)
    assert tensors["audio_mask"].tolist() == [True, True, True, False, False]
    assert tensors["audio"][2, :100].all() and not tensors["audio"][2, 100:].any()
    assert not tensors["audio"][3:].any()


def test_sound_begins_late(rng):
    source = Source(0.2, audio_16000=sound(rng, 1280, start_s=0.06))
    tensors = assemble(Declaration(inputs={"audio": AudioInput()}), source, 0, 5)
    assert tensors["audio_mask"].tolist() == [False, True, True, True, False]
    assert not tensors["audio"][1, :320].any() and tensors["audio"][1, 320:].all()


def test_rate_that_does_not_divide_the_step(rng):
    declaration = Declaration(inputs={"audio": AudioInput(rate_hz=11025, normalise="none")}, step_s=1 / 30)
    values = rng.normal(size=11025).astype(np.float32)
    source = Source(1.0, audio_11025=Track(values, Timeline.regular(11025, 11025)))
    audio = assemble(declaration, source, 0, 30)["audio"]
    assert audio.shape == (30, 368)  # 367.5 rounded to even
    for step in (0, 1, 17, 28):
        start = round(step / 30 * 11025)
        np.testing.assert_array_equal(audio[step], values[start : start + 368])


def test_silence_is_not_divided_by_zero(rng):
    source = Source(
        0.08,
        audio_16000=Track(
            np.full(1280, 0.25, np.float32), Timeline.regular(1280, 16000), None, {"mean": 0.25, "std": 0.0}
        ),
    )
    tensors = assemble(Declaration(inputs={"audio": AudioInput()}), source, 0, 2)
    assert not tensors["audio"].any() and tensors["audio_mask"].all()


def test_missing_modality(source):
    for gone, shape in (("face-8", (3, 3, 8, 8)), ("audio-16000", (3, 640))):
        part = Source(0.4)
        part.tracks = {name: track for name, track in source.tracks.items() if name != gone}
        name = "face" if gone == "face-8" else "audio"
        tensors = assemble(BOTH, part, -1, 2)
        assert torch.equal(tensors[name], torch.zeros(shape)) and not tensors[f"{name}_mask"].any()
    empty = Source(0.4, face_8=Track(np.empty((0, 8, 8, 3), np.uint8), Timeline.irregular([])))
    assert not assemble(BOTH, empty, 0, 2)["face_mask"].any()


def test_what_guides_is_known_where_it_has_no_row_and_says_nothing_is_to_be_looked_at():
    # a row for each of the steps 2 to 5 of 10, the nearest of which is taken one step further
    track = Track(np.ones((4, 1), np.float32), Timeline.regular(4, 25.0, 0.08))
    here = Source(0.4, table_look=track)
    for guides, known in ((True, [True] * 10), (False, [False] + [True] * 6 + [False] * 3)):
        spec = TableInput(name="look", columns=1, guides=guides)
        tensors = assemble(Declaration(inputs={"look": spec}), here, 0, 10)
        assert tensors["look_mask"].tolist() == known
        assert tensors["look"][:, 0].tolist() == [0] + [1] * 6 + [0] * 3
    spec = TableInput(name="look", columns=1, guides=True)
    for nothing in (Source(0.4), Source(0.4, table_look=Track(np.ones((0, 1)), Timeline.regular(0, 25.0)))):
        assert not assemble(Declaration(inputs={"look": spec}), nothing, 0, 10)["look_mask"].any()


def test_refuses_no_steps(source):
    with pytest.raises(InputError, match="steps 3 to 3 hold nothing"):
        assemble(BOTH, source, 3, 3)


def test_refuses_another_crop_size(rng):
    source = Source(0.4, face_16=faces(rng, 3))
    with pytest.raises(DataError, match=r"face-16 holds rows of shape \(8, 8, 3\); expected \(16, 16, 3\)"):
        assemble(Declaration(inputs={"face": FaceInput(size=16)}), source, 0, 2)


def test_refuses_another_rate(rng):
    source = Source(0.4, audio_8000=sound(rng, 640))
    with pytest.raises(DataError, match=r"audio-8000 has 16000.0 samples per second; expected 8000"):
        assemble(Declaration(inputs={"audio": AudioInput(rate_hz=8000)}), source, 0, 2)


def test_refuses_sound_without_moments(rng):
    source = Source(0.4, audio_16000=sound(rng, 640, mean=0.0))
    with pytest.raises(DataError, match="expected mean and std"):
        assemble(BOTH, source, 0, 2)


def test_period_of_a_timeline():
    assert Timeline.regular(5, 50.0).period_s == 0.02
    assert Timeline.irregular([0.0, 0.1, 0.2, 5.0]).period_s == pytest.approx(0.1)
    assert Timeline.irregular([0.0]).period_s is None
