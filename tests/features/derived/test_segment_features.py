"""Features of segments: MFCC images, speech, faces; grids, short clips, missing faces, bad input."""

import librosa
import numpy as np
import pytest

from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.errors import ConfigError, DataError, InputError
from emotrace.features.derived import find, input_of, is_known, medium_of, versions_of
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.media_tracks import MediaTracks
from emotrace.features.mfcc_image import channels_of
from emotrace.features.segments import segment_frames
from emotrace.features.track import Track
from emotrace.features.voice_activity import find_speech
from emotrace.timing import Timeline

IMAGES, SPEECH, FACES = find("mfcc-images"), find("speech-segments"), find("face-segments-64")


def sound(samples, rate_hz=16000.0):
    samples = np.asarray(samples, dtype=np.float32)
    return Track(samples, Timeline.regular(len(samples), rate_hz))


def faces_of(rng, count, rate_hz, found=None):
    pictures = rng.integers(0, 256, (count, 64, 64, 3), dtype=np.uint8)
    return Track(pictures, Timeline.irregular(np.arange(count) / rate_hz), found)


def test_what_they_declare():
    assert (IMAGES.needs, IMAGES.width, IMAGES.track) == ("audio-16000", 12288, "feature-mfcc-images")
    assert IMAGES.columns[0] == "static-0" and IMAGES.columns[-1] == "delta-delta-4095"
    assert (SPEECH.needs, tuple(SPEECH.columns)) == ("audio-16000", ("inside_region", "active_share"))
    for size in (64, 224):
        feature = find(f"face-segments-{size}")
        assert (feature.needs, feature.width) == (f"face-{size}", 20 * size * size * 3)
        assert medium_of(feature.track) == "video" and len(feature.columns) == feature.width
        assert feature.columns[-1] == f"faces-{feature.width - 1}"
        assert list(feature.columns[:2]) == ["faces-0", "faces-1"]


def test_images_are_cut_every_30_frames(rng):
    samples = rng.standard_normal(48000).astype(np.float32) * 0.1
    made = IMAGES.compute(sound(samples))
    power = librosa.feature.melspectrogram(
        y=samples,
        sr=16000,
        n_fft=400,
        hop_length=160,
        window="hamming",
        center=False,
        n_mels=64,
        fmin=20,
        fmax=8000,
    )
    channels = channels_of(librosa.feature.mfcc(S=librosa.power_to_db(power / 400, top_db=None), n_mfcc=64).T)
    assert made.values.shape == (10, 12288) and made.timeline.seconds() == pytest.approx(np.arange(10) * 0.3)
    assert made.valid.tolist() == [True] * 8 + [False] * 2  # the last two reach beyond 3 s
    pictures = made.values[:].reshape(10, 3, 64, 64)
    for number in range(8):
        expected = channels[:, :, 30 * number : 30 * number + 64]
        np.testing.assert_allclose(pictures[number], expected, atol=0.13)  # a step of float16


def test_a_clip_shorter_than_a_segment_has_one():
    tone = np.sin(np.arange(6400) / 3)
    images, speech = IMAGES.compute(sound(tone)), SPEECH.compute(sound(tone))
    assert images.values.shape[0] == 1 and images.valid.tolist() == [True]
    picture = images.values[0].reshape(3, 64, 64)
    assert (picture[:, :, 38:] == picture[:, :, 37:38]).all()  # 38 frames, the last is held
    assert speech.values[:].tolist() == [[1.0, 1.0]]


@pytest.mark.parametrize("count", [0, 1, 399])
def test_a_clip_shorter_than_a_frame_is_not_valid(count):
    made = IMAGES.compute(sound(np.ones(count)))
    assert made.values.shape == (1, 12288) and not made.valid.any() and not made.values[:].any()
    speech = SPEECH.compute(sound(np.ones(count)))
    assert speech.values[:].tolist() == [[1.0, 0.0]] and speech.attributes["speech_found"] is False


def test_segments_outside_speech_are_trimmed():
    samples = np.zeros(16000 * 5)
    samples[16000 * 2 : 16000 * 4] = np.sin(2 * np.pi * 1000 * np.arange(32000) / 16000)
    made, region = SPEECH.compute(sound(samples)), find_speech(sound(samples))
    starts = np.arange(17) * 0.3
    inside = (starts >= region.start_s) & (starts + 0.655 <= region.end_s)
    assert made.values[:, 0].tolist() == inside.tolist() and 4 < inside.sum() < 8
    assert made.values[8, 1] == 1.0 and made.values[0, 1] == 0.0
    assert made.attributes == {
        "speech_found": True,
        "speech_start_s": round(region.start_s, 6),
        "speech_end_s": round(region.end_s, 6),
        "speech_stretches_s": [[round(region.start_s, 6), round(region.end_s, 6)]],
    }


def test_long_pauses_are_trimmed_too_and_a_short_word_in_them_keeps_a_segment():
    samples = np.zeros(16000 * 20)
    for begin_s, end_s in ((1.0, 3.0), (8.0, 8.1), (14.0, 16.0)):
        first, last = round(begin_s * 16000), round(end_s * 16000)
        samples[first:last] = np.sin(2 * np.pi * 1000 * np.arange(last - first) / 16000)
    made = SPEECH.compute(sound(samples))
    kept_s = np.flatnonzero(made.values[:, 0]) * 0.3
    expected = [*np.arange(0.9, 2.4, 0.3), 7.8, *np.arange(14.1, 15.3, 0.3)]
    word = kept_s[(kept_s > 4) & (kept_s < 12)]
    assert len(word) == 1 and word[0] <= 8.0 and word[0] + 0.655 >= 8.1
    assert set(np.round(kept_s, 1)) >= set(np.round(expected[:5], 1)) | set(np.round(expected[-4:], 1))
    assert not ((kept_s > 3.0) & (kept_s < 7.5)).any() and not ((kept_s > 8.5) & (kept_s < 13.7)).any()
    assert len(made.attributes["speech_stretches_s"]) == 3


def test_other_settings_are_a_track_of_their_own():
    samples = np.zeros(16000 * 5)
    for begin_s, hertz in ((0.5, 3200), (2.0, 1000)):
        first = round(16000 * begin_s)
        samples[first : first + 16000] = np.sin(2 * np.pi * hertz * np.arange(16000) / 16000)
    name = "speech-segments-band-hz-300-3400-window-s-0.05"
    wide = find(name)
    settings = VoiceActivitySettings(band_hz=(300, 3400), window_s=0.05)
    assert (wide.settings, wide.track, wide.plain_name) == (settings, f"feature-{name}", "speech-segments")
    assert input_of(wide.track).columns == 2 and medium_of(wide.track) == "audio" and is_known(name)
    assert versions_of([input_of(wide.track)]) == {wide.track: SPEECH.version}
    made, plain = wide.compute(sound(samples)), SPEECH.compute(sound(samples))
    assert made.attributes["speech_start_s"] == find_speech(sound(samples), settings).start_s
    assert (made.attributes["speech_start_s"], plain.attributes["speech_start_s"]) == pytest.approx(
        (0.26, 1.78), abs=0.011
    )
    assert made.values[2, 1] == 1.0 and plain.values[2, 1] == 0.0  # 0.6 s to 1.255 s
    (short,) = find("speech-segments-window-s-1").compute(sound(samples[:6400])).values[:].tolist()
    assert short == [1.0, 0.0]  # no window of a second lies in it


@pytest.mark.parametrize("rest", ["-threshold-0.50", "-threshold-60", "-least", "x"])
def test_names_that_tell_no_settings(rest):
    assert not is_known(f"speech-segments{rest}")
    with pytest.raises(ConfigError, match=f"no feature is called 'speech-segments{rest}'; expected one of"):
        find(f"speech-segments{rest}")
    with pytest.raises(ConfigError, match=r"no feature is called .mfcc-images-threshold-0\.5."):
        find("mfcc-images-threshold-0.5")


@pytest.mark.parametrize("samples", [np.zeros(48000), np.full(48000, np.nan)])
def test_a_clip_without_speech_is_kept_whole(samples):
    made = SPEECH.compute(sound(samples))
    assert made.values[:, 0].tolist() == [1.0] * 8 + [0.0] * 2 and not made.values[:, 1].any()
    assert made.attributes["speech_found"] is False
    assert np.isfinite(IMAGES.compute(sound(samples)).values[:]).all()


@pytest.mark.parametrize("rate_hz", [15, 25, 29.97, 50])
def test_faces_of_segments_are_those_of_the_rules(rng, rate_hz):
    count = round(2 * rate_hz)
    found = rng.random(count) < 0.8
    faces = faces_of(rng, count, rate_hz, found)
    made = FACES.compute(faces)
    expected = segment_frames(np.arange(count) / rate_hz, found, np.arange(len(made.values)) * 0.3)
    np.testing.assert_array_equal(made.valid, expected.valid)
    rows = made.values[:].reshape(-1, 20, 64, 64, 3)
    for number in np.flatnonzero(made.valid):
        np.testing.assert_array_equal(rows[number], faces.values[expected.rows[number]])
    for some in (np.array([2, 4]), slice(1, 3), np.array([3])):
        np.testing.assert_array_equal(made.values[some], made.values[:][some])


def test_a_video_without_a_face_gives_zeros(rng):
    made = FACES.compute(faces_of(rng, 45, 30, np.zeros(45, bool)))
    assert not made.valid.any() and not made.values[0:2].any()
    empty = Track(np.zeros((0, 64, 64, 3), np.uint8), Timeline.irregular([]), np.zeros(0, bool))
    made = FACES.compute(empty)
    assert made.values.shape == (1, FACES.width) and not made.valid.any()


def test_faces_of_a_real_clip_are_decoded_forward(shared_data):
    with MediaTracks(shared_data / "clips" / "single_face.mp4") as media:
        track = DerivedTracks(media).track(FACES.track)
        pieces = np.concatenate([track.values[row : row + 1] for row in range(len(track.values))])
        valid, whole = track.valid, track.values[:]
    assert valid[0] and len(pieces) == 8
    np.testing.assert_array_equal(pieces, whole)


def test_other_tracks_are_refused(rng):
    with pytest.raises(DataError, match=r"face-segments-64 is given rows of shape \(96, 96, 3\); expected"):
        FACES.compute(Track(np.zeros((4, 96, 96, 3), np.uint8), Timeline.regular(4, 25.0)))
    with pytest.raises(InputError, match="has 8000 samples per second; expected 16000"):
        IMAGES.compute(sound(np.zeros(8000), 8000.0))
