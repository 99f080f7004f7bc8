"""A sound that is silent throughout counts as none, with all that is made of it."""

import numpy as np
import pytest

from emotrace.features import Track
from emotrace.features.silence import WithoutSilence
from emotrace.timing import Timeline


class Sound:
    """Ten minutes of a sound at 8 kHz, and one row of anything else under every other name."""

    duration_s = 600.0

    def __init__(self, samples):
        self.samples, self.asked = samples, []

    def track(self, name):
        if name != "audio-8000":
            return Track(np.zeros(1), Timeline.regular(1, 8000.0))
        if self.samples is None:
            return None
        return Track(Noted(self.samples, self.asked), Timeline.regular(len(self.samples), 8000.0))


class Noted:
    """Samples that note how many of them were asked for."""

    def __init__(self, samples, asked):
        self.samples, self.asked, self.shape = samples, asked, samples.shape

    def __getitem__(self, rows):
        self.asked.append(len(self.samples[rows]))
        return self.samples[rows]


@pytest.mark.parametrize(("loudest", "silent"), [(0.0, True), (9e-5, True), (2e-4, False)])
def test_one_louder_sample_makes_a_sound(loudest, silent):
    samples = np.zeros(80000, np.float32)
    samples[-1] = -loudest
    tracks = WithoutSilence(Sound(samples))
    for name in ("audio-8000", "feature-egemaps-lld@audio-8000"):
        assert tracks.is_silent(name) == silent == (tracks.track(name) is None)
    for name in ("face-32", "table-audio", "labels"):
        assert tracks.track(name) is not None and not tracks.is_silent(name)
    assert tracks.duration_s == 600.0


def test_a_sound_that_is_not_there_is_not_silent():
    tracks = WithoutSilence(Sound(None))
    assert tracks.track("audio-8000") is None and not tracks.is_silent("audio-8000")


def test_a_sound_is_looked_at_once_up_to_its_first_loud_block():
    source = Sound(np.full(600 * 8000, 0.1, np.float32))
    tracks = WithoutSilence(source)
    for name in ("feature-egemaps-lld@audio-8000", "audio-8000", "feature-egemaps-lld@audio-8000"):
        assert not tracks.is_silent(name)
    assert len(source.asked) == 1 and source.asked[0] < 100_000
    hushed = Sound(np.zeros(600 * 8000, np.float32))
    tracks = WithoutSilence(hushed)
    assert tracks.is_silent("audio-8000") and tracks.is_silent("feature-egemaps-lld@audio-8000")
    assert sum(hushed.asked) == 600 * 8000
