"""What a chunk feed notes about the steps that it fed."""

import numpy as np
import pytest

from emotrace.config.declaration import AudioInput, Declaration, FaceInput, TableInput
from emotrace.features import ChunkFeed, Track
from emotrace.timing import Timeline

STEPS = 12


class Source:
    """A recording of 12 steps: no face in step 4, sound in the first 6 steps, a table that is not there."""

    duration_s = STEPS * 0.04

    def track(self, name):
        if name == "face-8":
            valid = np.arange(STEPS) != 4
            return Track(np.zeros((STEPS, 8, 8, 3), np.uint8), Timeline.regular(STEPS, 25), valid)
        if name == "audio-1000":
            return Track(
                np.ones(240, np.float32), Timeline.regular(240, 1000), attributes={"mean": 0, "std": 1}
            )
        return None


DECLARATION = Declaration(
    inputs={
        "face": FaceInput(size=8),
        "audio": AudioInput(rate_hz=1000),
        "pulse": TableInput(name="pulse", columns=2),
    },
    context_steps=2,
    look_ahead_steps=1,
)


@pytest.mark.parametrize("chunk", [1, 5, 100])
def test_masks_of_all_inputs_are_kept_without_context_and_look_ahead(chunk):
    feed = ChunkFeed(DECLARATION, Source(), STEPS)
    for first in range(0, STEPS, chunk):
        feed(first - 2, min(first + chunk, STEPS) + 1)
    assert list(feed.observed) == ["face", "audio", "pulse"]
    np.testing.assert_array_equal(feed.observed["face"], np.arange(STEPS) != 4)
    np.testing.assert_array_equal(feed.observed["audio"], np.arange(STEPS) < 6)
    assert not feed.observed["pulse"].any()
    np.testing.assert_array_equal(feed.face_found, feed.observed["face"])


def test_a_model_of_sound_finds_no_face():
    sound = Declaration(inputs={"audio": AudioInput(rate_hz=1000)})
    feed = ChunkFeed(sound, Source(), STEPS)
    feed(0, STEPS)
    assert not feed.face_found.any() and feed.observed["audio"].sum() == 6


def test_an_input_that_guides_is_read_and_nothing_is_based_on_it():
    guided = {name: spec for name, spec in DECLARATION.inputs.items() if name != "pulse"}
    pulse = TableInput(name="pulse", columns=2, guides=True)
    feed = ChunkFeed(Declaration(inputs=guided | {"pulse": pulse}), Source(), STEPS)
    assert "pulse" in feed(0, STEPS) and list(feed.observed) == ["face", "audio"]
