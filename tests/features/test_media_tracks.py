"""The tracks of a media file: made lazily, None where a modality lacks, moments exact."""

import os
import wave

import av
import numpy as np
import pytest
from skimage import data

from emotrace.config.media import FaceSettings
from emotrace.errors import ConfigError, DataError, InputError
from emotrace.features import audio as audio_module
from emotrace.features.media_tracks import MediaTracks, check_track, track_builder_names
from emotrace.media import write_video

RATE_HZ = 16000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """face.mp4 (1.2 s, sound of 1.5 s), mute.mp4, three.mp4 (3 frames), none.mp4 (no face), long.wav."""
    folder = tmp_path_factory.mktemp("tracks")
    portrait = np.ascontiguousarray(data.astronaut()[0:256, 96:352])
    slide = [np.roll(portrait, number, axis=1) for number in range(30)]
    noise = np.random.default_rng(3).uniform(-0.4, 0.6, 24_000).astype(np.float32)
    write_video(folder / "face.mp4", slide, 25, noise, RATE_HZ)
    write_video(folder / "mute.mp4", slide, 25)
    write_video(folder / "three.mp4", slide[:3], 25)
    write_video(folder / "none.mp4", [np.full((64, 64, 3), 90, np.uint8)] * 10, 25, noise[:4000], RATE_HZ)
    with wave.open(str(folder / "long.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.random.default_rng(4).normal(0.1, 0.2, 40_000) * 8000).astype("<i2").tobytes())
    return folder


def test_all_tracks_of_a_video(folder):
    profile = {}
    with MediaTracks(folder / "face.mp4", profile=profile) as tracks:
        faces, crops, sound = (tracks.track(name) for name in ("faces", "face-96", "audio-16000"))
        assert faces.values.shape == (30, 15)
        assert faces.valid.all()
        assert faces.attributes.items() >= {"width": 256, "height": 256, "identities": 1}.items()
        assert faces.attributes["end_s"] == pytest.approx(1.2, abs=1e-3)
        np.testing.assert_allclose(faces.timeline.seconds(), np.arange(30) / 25, atol=1e-4)  # 1/12800 s ticks
        assert crops.values.shape == (30, 96, 96, 3)
        first, second = crops.values[0:20], crops.values[np.array([15, 19, 25, 29])]
        np.testing.assert_array_equal(first[[15, 19]], second[:2])
        assert first.dtype == np.uint8
        assert second[3].std() > 20
        aligned = tracks.track("face-64-aligned")
        assert aligned.values[3:5].shape == (2, 64, 64, 3)
        assert not np.array_equal(aligned.values[3:4], tracks.track("face-64").values[3:4])
        samples = np.asarray(sound.values)
        assert samples.dtype == sound.values.dtype == np.float32
        assert samples.shape == sound.values.shape == (len(sound.values),)
        np.testing.assert_array_equal(sound.values[100:900], samples[100:900])
        np.testing.assert_array_equal(sound.values[5:50:7], samples[5:50:7])
        np.testing.assert_array_equal(sound.values[np.array([3, 3, 999])], samples[[3, 3, 999]])
        assert sound.values[[]].shape == sound.values[9:3].shape == (0,)
        with pytest.raises(InputError, match="rows of an audio track are -1 to 4; expected"):
            sound.values[np.array([-1, 4])]
        assert sound.timeline.rate_hz == RATE_HZ
        assert sound.attributes["mean"] == pytest.approx(np.mean(samples, dtype=np.float64), abs=1e-12)
        assert sound.attributes["std"] == pytest.approx(np.std(samples, dtype=np.float64), abs=1e-9)
        assert tracks.duration_s == pytest.approx(1.5, abs=0.07)  # whole AAC frames
        assert tracks.duration_s == sound.timeline.length / RATE_HZ
        assert tracks.track("face-96") is crops
        assert tracks.warnings == []
    assert set(profile) == {"decode", "detect", "crop", "audio"}
    assert min(profile.values()) > 0


def test_threads_do_not_change_a_bit(folder):
    found = []
    for threads in (1, 2):
        with MediaTracks(folder / "face.mp4", threads=threads) as tracks:
            found.append(
                [np.asarray(tracks.track(name).values[0:30]) for name in ("faces", "face-32-aligned")]
            )
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


def test_two_rates_of_one_sound(folder):
    with MediaTracks(folder / "face.mp4") as tracks:
        low, high = tracks.track("audio-8000"), tracks.track("audio-16000")
        assert low.timeline.length == pytest.approx(high.timeline.length / 2, abs=2)


def test_no_sound(folder):
    with MediaTracks(folder / "mute.mp4") as tracks:
        assert tracks.track("audio-16000") is None
        assert tracks.duration_s == pytest.approx(1.2, abs=1e-3)


def test_sound_alone_has_no_faces(folder):
    for arguments in ({"video": folder / "long.wav"}, {"video": None, "audio": folder / "long.wav"}):
        with MediaTracks(**arguments) as tracks:
            assert tracks.track("faces") is None
            assert tracks.track("face-96") is None
            assert tracks.track("audio-16000").timeline.length == 40_000
            assert tracks.duration_s == 2.5


def test_another_file_replaces_the_sound(folder):
    with MediaTracks(folder / "face.mp4", folder / "long.wav") as tracks:
        assert tracks.duration_s == 2.5
        assert tracks.track("audio-16000").timeline.length == 40_000
        assert tracks.track("faces").timeline.length == 30


def test_three_frames(folder):
    with MediaTracks(folder / "three.mp4") as tracks:
        assert tracks.track("faces").valid.tolist() == [True] * 3
        assert tracks.track("face-96").values[:].min(axis=(1, 2, 3)).shape == (3,)
        assert tracks.duration_s == pytest.approx(0.12, abs=1e-3)


def test_no_face(folder):
    with MediaTracks(folder / "none.mp4") as tracks:
        assert not tracks.track("faces").valid.any()
        assert tracks.track("face-96").values[2:6].max() == 0
        assert tracks.track("faces").attributes["identities"] == 0
    with (
        MediaTracks(folder / "none.mp4", settings=FaceSettings(face=1)) as tracks,
        pytest.raises(InputError, match=r"face 1 of .* was asked for, but 0 different faces"),
    ):
        tracks.track("faces")


def test_duration_is_the_same_with_and_without_faces(folder):
    for name in ("face.mp4", "mute.mp4", "three.mp4", "none.mp4"):
        with MediaTracks(folder / name) as before, MediaTracks(folder / name) as after:
            after.track("faces")
            assert before.duration_s == pytest.approx(after.duration_s, abs=1e-9)


def test_the_detector_is_written_into_the_settings(folder):
    with MediaTracks(folder / "mute.mp4") as tracks:
        digest = tracks.settings.detector_digest
        assert len(digest) == 16
    with MediaTracks(folder / "three.mp4", settings=FaceSettings(detector_digest=digest)) as tracks:
        tracks.track("faces")
        assert tracks.warnings == []
    with MediaTracks(folder / "three.mp4", settings=FaceSettings(detector_digest="other")) as tracks:
        tracks.track("faces")
        assert len(tracks.warnings) == 1
        assert f"hash {digest}, expected other" in tracks.warnings[0]


def kill_packets(source, target, kind):
    """Copy a file, overwriting the packets of one stream with zeros."""
    with av.open(str(source)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(**{kind: 0}) if packet.size]
    content = bytearray(source.read_bytes())
    for at, size in packets[1 if kind == "video" else 0 :]:
        content[at : at + size] = bytes(size)
    target.write_bytes(content)


def test_sound_that_does_not_decode_is_left_out_with_a_warning(folder, tmp_path):
    kill_packets(folder / "face.mp4", tmp_path / "dead.mp4", "audio")
    with MediaTracks(tmp_path / "dead.mp4") as tracks:
        sound = tracks.track("audio-16000")
        assert sound is None or sound.attributes["std"] == 0
        assert tracks.warnings
        # killed packets may still decode as silence, whose end differs between versions of FFmpeg
        assert tracks.duration_s == pytest.approx(1.2, abs=0.4)
        assert tracks.track("faces").valid.all()


def test_nothing_decodes(folder, tmp_path, monkeypatch):
    from emotrace.media import NothingDecodesError, SoundReader

    def nothing(self):
        raise NothingDecodesError(f"{self.path}: none of its audio decodes; copy the file again")
        yield

    monkeypatch.setattr(SoundReader, "__iter__", nothing)
    with (
        MediaTracks(folder / "long.wav") as tracks,
        pytest.raises(DataError, match="none of its audio decodes"),
    ):
        tracks.track("audio-16000")
    with MediaTracks(folder / "face.mp4") as tracks:
        assert tracks.track("audio-16000") is None
        assert len(tracks.warnings) == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_temporary_folder(folder, monkeypatch):
    monkeypatch.setattr(audio_module.tempfile, "TemporaryFile", lambda **_: open("/dev/full", "r+b"))  # noqa: SIM115
    with (
        MediaTracks(folder / "face.mp4") as tracks,
        pytest.raises(DataError, match=r"temporary folder .* \(No space left on device\); make room"),
    ):
        tracks.track("audio-16000")


def test_wrong_arguments(folder, tmp_path):
    with pytest.raises(InputError, match="neither video nor audio"):
        MediaTracks(None)
    with pytest.raises(DataError, match="does not exist"):
        MediaTracks(tmp_path / "missing.mp4")
    with pytest.raises(DataError, match=r"mute\.mp4 has no sound; expected a file with a sound track"):
        MediaTracks(None, folder / "mute.mp4")


@pytest.mark.parametrize("name", ["face-96", "face-224-aligned", "faces", "audio-16000", "audio-44100"])
def test_names_that_are_understood(name):
    check_track(name)


@pytest.mark.parametrize(
    "name", ["", "face", "face-0", "face-96-turned", "audio", "audio-1", "mfcc", "Face-96"]
)
def test_names_that_are_not(name, folder):
    with pytest.raises(ConfigError, match=r"no track is called .* expected one of faces, face-<size>"):
        check_track(name)
    with MediaTracks(folder / "three.mp4") as tracks, pytest.raises(ConfigError, match="no track is called"):
        tracks.track(name)
    assert len(track_builder_names) == 5


def test_a_silent_video_as_sound_costs_nobody_the_pictures(folder):
    with MediaTracks(folder / "face.mp4", folder / "mute.mp4") as tracks:
        assert tracks.track("audio-16000") is None
        assert tracks.track("face-32") is not None
        assert tracks.warnings == ["mute.mp4 has no sound, so the recording has pictures only"]
