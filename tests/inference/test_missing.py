"""What a file lacks of a model's inputs, in sentences."""

from pathlib import Path

import numpy as np
import pytest

from emotrace.config.declaration import AudioInput, Declaration, FaceInput, FeatureInput, TableInput
from emotrace.errors import DataError
from emotrace.features import Track
from emotrace.features.silence import WithoutSilence
from emotrace.inference.missing import (
    early_ends,
    missing_inputs,
    never_observed,
    no_speech,
    refuse_tables_alone,
)
from emotrace.timing import Timeline
from emotrace.trace import Trace

CLIP = Path("clip.mp4")
ECG = FeatureInput(name="ecg-54", columns=54)
BODY = {"ecg": ECG, "pulse": TableInput(name="wrist", columns=1)}
FACE = {"near": FaceInput(size=32), "far": FaceInput(size=64)}
SOUND = {"audio": AudioInput(rate_hz=8000)}


class Tracks:
    """Ten seconds with the tracks whose names begin as asked."""

    duration_s = 10.0

    def __init__(self, *there, end_s=10.0, loudness=0.1):
        self.there, self.end_s, self.loudness = there, end_s, loudness

    def track(self, name):
        rows = round(self.end_s * 25)
        there = name.startswith(self.there) if self.there else False
        return Track(np.full((rows, 1), self.loudness), Timeline.regular(rows, 25)) if there else None


def heard(*there, **facts):
    return WithoutSilence(Tracks(*there, **facts))


def declared(**inputs):
    return Declaration(inputs=inputs)


def traced(**observed):
    masks = {name: np.full(3, given) for name, given in observed.items()}
    return Trace(
        np.arange(3.0), np.zeros((3, 1), np.float32), ("arousal",), np.zeros(3, bool), observed=masks
    )


def test_a_model_of_tables_alone_refuses_media_and_says_what_it_traces():
    message = (
        r"^clip.mp4: chen2015/body takes ecg and pulse, made of tables of a corpus \(ecg and wrist\), which "
        r"no media file has; it traces prepared recordings: `emotrace evaluate RUN` writes their traces to "
        r"RUN/predictions$"
    )
    with pytest.raises(DataError, match=message):
        refuse_tables_alone("chen2015/body", declared(**BODY), CLIP)
    refuse_tables_alone("chen2015/both", declared(**BODY, **SOUND), CLIP)
    refuse_tables_alone("baselines/constant", declared(), CLIP)


def test_each_kind_of_track_is_told_once_with_all_that_is_made_of_it():
    assert missing_inputs("m", declared(**FACE, **SOUND, **BODY), Tracks("audio"), CLIP) == [
        "no video track: the model goes without near and far",
        "no table ecg: the model goes without ecg",
        "no table wrist: the model goes without pulse",
    ]
    assert missing_inputs("m", declared(**FACE, **SOUND), Tracks("audio", "face"), CLIP) == []
    assert missing_inputs("m", declared(), Tracks(), CLIP) == []


def test_a_file_with_nothing_that_the_model_takes_is_refused():
    with pytest.raises(
        DataError,
        match=r"clip.mp4: has no video track and no sound track, but m takes near, far and audio; give",
    ):
        missing_inputs("m", declared(**FACE, **SOUND), Tracks(), CLIP)


def test_a_file_is_not_asked_for_tables():
    with pytest.raises(
        DataError, match=r"clip.mp4: has no sound track, but m takes ecg, pulse and audio; give"
    ):
        missing_inputs("m", declared(**BODY, **SOUND), Tracks(), CLIP)


def test_a_track_that_ends_early_is_told_once():
    assert early_ends(declared(**FACE, **SOUND), Tracks("face", end_s=8.0)) == [
        "the video track ends at 8.00 s of 10.00 s: from there on the model goes without near and far"
    ]
    assert early_ends(declared(**FACE), Tracks("face", end_s=9.2)) == []  # within a second


def test_where_what_guides_ends_early_nothing_counts_from_there_on():
    speech = FeatureInput(name="speech-segments", columns=2, guides=True)
    sound = FeatureInput(name="mfcc-images", columns=12288)
    assert early_ends(declared(**FACE, speech=speech, sound=sound), Tracks("feature", end_s=8.0)) == [
        "the sound track ends at 8.00 s of 10.00 s: what follows does not count"
    ]


class OneTrack(Tracks):
    """The same with one track under every name, of some attributes."""

    def __init__(self, **attributes):
        self.attributes = attributes

    def track(self, name):
        return Track(np.zeros((250, 1)), Timeline.regular(250, 25), attributes=self.attributes)


def test_sound_without_speech_is_told():
    inputs = declared(speech=FeatureInput(name="speech-segments", columns=2))
    assert no_speech(inputs, OneTrack(speech_found=False)) == [
        "no speech was found, so all of it counts: what the model makes of the sound means little"
    ]
    assert no_speech(inputs, OneTrack(speech_found=True)) == no_speech(inputs, OneTrack()) == []
    assert no_speech(inputs, Tracks()) == []  # no sound at all is told by `missing_inputs`


def test_sound_that_is_silent_is_told_as_that():
    inputs, hushed = declared(**FACE, **SOUND), heard("face", "audio", loudness=5e-5)
    told = "the sound is silent throughout: the model goes without audio"
    assert never_observed(inputs, hushed, traced(near=True, far=True, audio=False), None) == [told]
    nothing = never_observed(inputs, hushed, traced(near=False, far=False, audio=False), None)
    assert told in nothing and nothing[-1] == (
        "there is nothing in this file that the model takes (near, far and audio): its trace is based on "
        "nothing and says nothing of anybody"
    )


def test_inputs_that_are_there_and_never_given():
    inputs, tracks = declared(**FACE, **SOUND), heard("face", "audio")
    no_face = Track(np.zeros((250, 4)), Timeline.regular(250, 25), np.zeros(250, bool))
    faces = Track(np.zeros((250, 4)), Timeline.regular(250, 25))
    assert never_observed(inputs, tracks, traced(near=False, far=False, audio=True), no_face) == [
        "no face was found: the model goes without near and far"
    ]
    assert never_observed(inputs, tracks, traced(near=True, far=False, audio=False), faces) == [
        "nothing could be made of this file for far and audio: the model goes without"
    ]
    assert (
        never_observed(inputs, heard("face"), traced(near=True, far=True, audio=False), faces) == []
    )  # told
