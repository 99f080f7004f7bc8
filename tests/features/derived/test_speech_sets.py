"""eGeMAPS, ComParE, IS10 in frames of 40 ms: opensmile's own names and values, on made and real speech."""

import re
from pathlib import Path

import numpy as np
import opensmile
import pytest

from emotrace.features.derived import compare, egemaps, find, is10_short
from emotrace.features.media_tracks import MediaTracks
from made_voice import RATE_HZ, sound, voice

LOW, HIGH = opensmile.FeatureLevel.LowLevelDescriptors, opensmile.FeatureLevel.Functionals
SETS = {
    "egemaps-lld": (opensmile.FeatureSet.eGeMAPSv02, LOW),
    "egemaps-functionals": (opensmile.FeatureSet.eGeMAPSv02, HIGH),
    "compare-lld": (opensmile.FeatureSet.ComParE_2016, LOW),
}
SPEECH = "ravdess_speech/Actor_02/03-01-05-02-01-01-02.flac"


def is10_by_hand(folder: Path, pitch_frame: str) -> list[opensmile.Smile]:
    """The shipped IS10 with its frame sizes and steps written over: descriptors and deltas."""
    text = Path(opensmile.Smile(opensmile.FeatureSet.IS10).config_path).read_text()
    for old, new in {"0.060": pitch_frame, "0.025": "0.040"}.items():
        text, count = re.subn(rf"frameSize = {old}", f"frameSize = {new}", text)
        assert count == 1
    text, count = re.subn(r"frameStep = 0\.010", "frameStep = 0.040", text)
    assert count == 2
    config = folder / "is10_by_hand.conf"
    config.write_text(text)
    return [opensmile.Smile(str(config), level) for level in ("lld", "lld_de")]


@pytest.mark.parametrize(
    ("columns", "feature_set", "level"),
    [
        (egemaps.LLD.columns, opensmile.FeatureSet.eGeMAPSv02, LOW),
        (egemaps.FUNCTIONALS.columns, opensmile.FeatureSet.eGeMAPSv02, HIGH),
        (compare.LLD.columns, opensmile.FeatureSet.ComParE_2016, LOW),
        (compare.FUNCTIONALS.columns, opensmile.FeatureSet.ComParE_2016, HIGH),
        (is10_short.SHORT.columns[:38], opensmile.FeatureSet.IS10, LOW),
        (is10_short.SHORT.columns[38:], opensmile.FeatureSet.IS10, opensmile.FeatureLevel("lld_de")),
    ],
)
def test_columns_are_named_as_opensmile_names_them(columns, feature_set, level):
    assert columns == tuple(opensmile.Smile(feature_set, level).column_names)


def test_widths():
    widths = {"egemaps-functionals-3s": 88, "compare-functionals-3s": 6373, "is10-short": 76}
    for name, width in widths.items():
        assert find(name).width == width and find(name).extra == "opensmile"


@pytest.mark.parametrize("name", SETS)
def test_values_are_those_of_opensmile(name):
    samples = voice(2.0)
    track = find(name).compute(sound(samples))
    own = opensmile.Smile(*SETS[name]).process_signal(samples, RATE_HZ)
    np.testing.assert_allclose(track.values, own.to_numpy(), rtol=1e-6)
    # the last times of openSMILE fall together where it fills up after the end of the sound
    starts_s = own.index.get_level_values("start").total_seconds()
    np.testing.assert_allclose(track.timeline.seconds()[:-3], starts_s[:-3], atol=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_values_on_a_file_are_those_of_opensmile(name, shared_data):
    path = shared_data / SPEECH
    with MediaTracks(None, audio=path) as media:
        track = find(name).compute(media.track("audio-16000"))
    own = opensmile.Smile(*SETS[name]).process_file(path)
    np.testing.assert_allclose(track.values, own.to_numpy(), rtol=1e-6)


@pytest.mark.parametrize(
    ("wanted", "pitch_frame"), [(is10_short.SHORT, "0.040"), (is10_short.SHORT_PITCH60, "0.060")]
)
def test_is10_is_the_shipped_set_with_other_frames(wanted, pitch_frame, tmp_path):
    samples = voice(3.0, pitch_hz=320)
    name = "is10-short" if pitch_frame == "0.040" else "is10-short-pitch60"
    rows = find(name).compute(sound(samples)).values
    assert rows.shape == (75 if pitch_frame == "0.040" else 74, 76)
    own = [smile(samples, RATE_HZ)[0].T[: len(rows)] for smile in is10_by_hand(tmp_path, pitch_frame)]
    np.testing.assert_allclose(rows, np.hstack(own), rtol=1e-6)
    assert (rows[:, wanted.columns.index("F0final_sma")] > 0).any()


def test_is10_on_a_file(shared_data, tmp_path):
    with MediaTracks(None, audio=shared_data / SPEECH) as media:
        rows = find("is10-short").compute(media.track("audio-16000")).values
    own = [smile.process_file(shared_data / SPEECH) for smile in is10_by_hand(tmp_path, "0.040")]
    np.testing.assert_allclose(rows, np.hstack([part.to_numpy()[: len(rows)] for part in own]), rtol=1e-6)


def test_a_row_of_is10_is_the_sound_of_its_step():
    samples = np.zeros(3 * RATE_HZ, np.float32)
    samples[25 * 640 : 26 * 640] = voice(0.04)  # step 25: from 1.00 to 1.04 s
    track = find("is10-short").compute(sound(samples))
    assert track.timeline.rate_hz == 25.0 and track.timeline.start_s == 0.0
    loudness = track.values[:, 0]
    assert np.flatnonzero(loudness > loudness[0]).tolist() == [24, 25, 26]  # smoothed over three rows


def test_deltas_of_is10_are_regressions_over_five_rows():
    rows = find("is10-short").compute(sound(voice(3.0))).values
    now = rows[:, :16].astype(float)  # loudness and MFCC: the others jump at the edges of voice
    slope = (now[3:-1] - now[1:-3] + 2 * (now[4:] - now[:-4])) / 10
    np.testing.assert_allclose(rows[2:-2, 38:54], slope, rtol=1e-4, atol=1e-5)  # float32 differences


@pytest.mark.parametrize(("pitch_hz", "found"), [(150, (False, True)), (320, (True, True))])
def test_what_frames_of_40_ms_mean_for_pitch(pitch_hz, found):
    samples = voice(2.0, pitch_hz, wander_hz=5.0, pauses=False)
    for name, expected in zip(("is10-short", "is10-short-pitch60"), found, strict=True):
        track = find(name).compute(sound(samples))
        pitch = np.asarray(track.values)[3:-3, find(name).columns.index("F0final_sma")]
        assert (pitch > 0).all() == expected and (pitch > 0).any() == expected
        if expected:
            np.testing.assert_allclose(pitch, pitch_hz, atol=7)
