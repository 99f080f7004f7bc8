"""Sound comes as mono samples on the media clock, whatever the rate, channels and timestamps."""

import wave
from fractions import Fraction

import av
import numpy as np
import pytest

from emotrace.errors import DataError, InputError
from emotrace.media import SoundReader, stream_audio, write_video


def read(path, rate_hz, warnings=None):
    return np.concatenate(list(stream_audio(path, rate_hz, warnings=warnings)))


def tone(seconds, rate_hz, hertz=440.0):
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(
        np.float32
    )


def test_same_rate_passes_untouched(make_sound):
    samples = tone(0.5, 16000)
    got = read(make_sound(samples[None], 16000), 16000)
    np.testing.assert_array_equal(got, samples)
    assert got.dtype == np.float32


@pytest.mark.parametrize("rate_hz", [8000, 11025, 22050, 44100, 48000, 96000, 12345])
def test_odd_rates_are_resampled(make_sound, rate_hz):
    got = read(make_sound(tone(1.0, rate_hz)[None], rate_hz), 16000)
    assert abs(len(got) - 16000) <= 2
    middle = slice(2000, 14000)  # away from the edges of the filter
    np.testing.assert_allclose(got[: len(got)][middle], tone(1.0, 16000)[middle], atol=5e-3)  # filter ripple


@pytest.mark.parametrize("channels", [1, 2, 4, 6, 8])
def test_channels_are_averaged(make_sound, rng, channels):
    samples = rng.uniform(-1, 1, (channels, 1600)).astype(np.float32)
    got = read(make_sound(samples, 16000), 16000)
    np.testing.assert_allclose(got, samples.mean(axis=0), atol=1e-6)


def test_channels_without_a_layout_are_averaged(tmp_path, rng):
    samples = rng.integers(-30000, 30000, (800, 7)).astype("<i2")
    with wave.open(str(tmp_path / "seven.wav"), "wb") as file:
        file.setnchannels(7)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
    np.testing.assert_allclose(read(tmp_path / "seven.wav", 8000), samples.mean(axis=1) / 32768, atol=1e-6)


@pytest.mark.parametrize(("width", "scale"), [(1, 2**7), (2, 2**15), (3, 2**23), (4, 2**31)])
def test_integers_of_every_width(tmp_path, width, scale):
    values = np.round(tone(0.1, 8000).astype(np.float64) * (scale - 1)).astype(np.int64)
    stored = values + 128 if width == 1 else values
    raw = b"".join(int(value).to_bytes(width, "little", signed=width > 1) for value in stored)
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(8000)
        file.writeframes(raw)
    np.testing.assert_allclose(read(tmp_path / "a.wav", 8000), values / scale, atol=1e-6)


def test_a_late_start_is_filled_with_silence(tmp_path):
    path = tmp_path / "late.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        audio = container.add_stream("pcm_f32le", rate=16000, layout="mono")
        for number in range(25):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(video.encode(frame))
        frame = av.AudioFrame.from_ndarray(np.full((1, 8000), 0.25, np.float32), format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 16000, 6400, Fraction(1, 16000)
        container.mux(audio.encode(frame))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    reader = SoundReader(path, 16000)
    got = np.concatenate(list(reader))
    assert len(got) == pytest.approx(14400, abs=16)  # matroska counts in ms
    assert np.all(got[:6384] == 0)
    np.testing.assert_array_equal(got[6416:14384], np.float32(0.25))
    assert reader.end_s == pytest.approx(0.9, abs=1e-3)


@pytest.mark.parametrize("rate_hz", [16000, 8000])
def test_gaps_are_filled_and_overlaps_cut(make_sound, rate_hz):
    block = np.full((1, 8000), 0.25, np.float32)  # 0.5 s
    path = make_sound(block, 16000, "gap.mkv", starts_s=(0.0, 1.0, 1.25))  # gap 0.5 s, overlap 0.25 s
    got = read(path, rate_hz)
    assert len(got) == pytest.approx(1.75 * rate_hz, abs=0.002 * rate_hz)  # ticks of 1 ms
    edge = rate_hz // 50
    assert np.abs(got[rate_hz // 2 + edge : rate_hz - edge]).max() < 1e-3  # filter ringing
    np.testing.assert_allclose(got[rate_hz + edge : -edge], 0.25, atol=1e-3)  # filter ringing


def test_jitter_of_timestamps_is_not_followed(make_sound):
    block = tone(0.1, 16000)[None]
    path = make_sound(block, 16000, "jitter.mkv", starts_s=(0.0, 0.103, 0.198, 0.304, 0.4))
    assert len(read(path, 16000)) == 8000


def test_samples_that_are_no_numbers_become_zero(make_sound):
    samples = tone(0.1, 16000)
    samples[[3, 70]] = [np.nan, np.inf]
    warnings = []
    got = read(make_sound(samples[None], 16000), 16000, warnings)
    assert got[3] == got[70] == 0
    assert np.isfinite(got).all()
    assert warnings == ["made.wav: the audio holds samples that are not finite; they are taken as 0"]


def test_sound_that_breaks_off_gives_what_decodes(tmp_path, rng):
    path = tmp_path / "cut.mp4"
    noise = rng.uniform(-0.5, 0.5, 160_000).astype(np.float32)
    write_video(path, [np.zeros((32, 32, 3), np.uint8)] * 10, 1, noise, 16000)
    whole = len(read(path, 16000))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    warnings = []
    got = read(path, 16000, warnings)
    assert 0.4 * whole < len(got) < 0.6 * whole
    assert any("ends at" in text for text in warnings)


def test_errors(face_video, make_video, make_sound):
    with pytest.raises(InputError, match="rate_hz is 0; expected a positive"):
        SoundReader(face_video, 0)
    with pytest.raises(DataError, match="has no audio"):
        next(stream_audio(make_video([0.0, 0.04]), 16000))
    dead = make_sound(tone(0.5, 16000)[None], 16000, "dead.mkv", "flac")
    with av.open(str(dead)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.size]
    content = bytearray(dead.read_bytes())
    for at, size in packets:
        content[at : at + size + 8] = bytes(size + 8)
    dead.write_bytes(content)
    with pytest.raises(DataError, match="none of its audio decodes"):
        next(stream_audio(dead, 16000))
