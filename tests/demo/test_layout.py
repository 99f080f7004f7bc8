"""The demo corpus lies as AVEC 2016 does, quirk by quirk."""

import wave

import av
import numpy as np

from emotrace.demo.layout import gold_text, recording_files

FRAMES = 50  # 2 s at 25 fps


def test_every_file_of_every_recording_is_there_and_nothing_else(tiny_corpus):
    root, _ = tiny_corpus
    expected = {file.as_posix() for name in ("train_1", "dev_1") for file in recording_files(name).values()}
    assert len(expected) == 18
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert found == expected | {"demo.json"}


def test_rating_csv(tiny_corpus):
    root, _ = tiny_corpus
    for folder in ("ratings_individual", "ratings_individual_centred"):
        for dimension in ("arousal", "valence"):
            text = (root / folder / dimension / "train_1.csv").read_bytes().decode("ascii")
            lines = text.split("\n")
            assert lines[0] == "time;FM1 ;FM2 ;FM3 ;FF1 ;FF2 ;FF3"
            assert len(lines[1:-1]) == FRAMES + 1
            assert lines[-1] == ""
            table = np.array([line.split(";") for line in lines[1:-1]], dtype=float)
            np.testing.assert_allclose(table[:, 0], np.arange(FRAMES + 1) * 0.04, atol=1e-9)
            assert table.shape == (FRAMES + 1, 7)
            assert [line.split(";")[0] for line in lines[1:4]] == ["0", "0.04", "0.08"]


def test_gold_arff(tiny_corpus):
    root, _ = tiny_corpus
    raw = (root / "ratings_gold_standard" / "valence" / "dev_1.arff").read_bytes()
    header = (
        b"@relation GOLDSTANDARD\r\n\r\n@attribute Instance_name string\r\n@attribute frameTime numeric\r\n"
        b"@attribute GoldStandard numeric\r\n\r\n\r\n@data\r\n\r\n"
    )
    assert raw.startswith(header + b"dev_1,0,")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 9 + FRAMES + 1
    rows = raw[len(header) :].decode().split()
    assert rows[-1].startswith("dev_1,2,")
    centred = np.loadtxt(
        root / "ratings_individual_centred" / "valence" / "dev_1.csv", delimiter=";", skiprows=1
    )[:, 1:]
    gold = [float(row.split(",")[2]) for row in rows]
    np.testing.assert_allclose(gold, centred.mean(axis=1), atol=1e-6)  # six decimals are written


def test_numbers_are_short():
    rows = gold_text("train_1", [-0.0229, -0.0, 1e-9]).split()[-3:]
    assert rows == ["train_1,0,-0.0229", "train_1,0.04,0", "train_1,0.08,0"]


def test_frame_times(tiny_corpus):
    root, _ = tiny_corpus
    lines = (root / "recordings_video_frame_time" / "train_1.csv").read_text().splitlines()
    assert len(lines) == 1 + FRAMES
    assert [float(line.split(";")[1]) for line in lines[1:4]] == [0, 0.04, 0.08]


def test_media(tiny_corpus):
    root, _ = tiny_corpus
    with av.open(str(root / "recordings_video" / "train_1.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert video.average_rate == 25
        assert video.codec_context.pix_fmt == "yuv420p"
        assert audio.rate == 44100
        frames = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
        container.seek(0)
        heard = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
        container_s = container.duration / 1e6
    assert len(frames) == FRAMES
    np.testing.assert_allclose([time for time, _ in frames], np.arange(FRAMES) * 0.04, atol=1e-6)
    assert frames[0][1].shape == (240, 320, 3)
    assert abs(container_s - 2) < 0.05  # AAC works in blocks of 23 ms
    with wave.open(str(root / "recordings_audio" / "train_1.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (44100, 1, 2)
        assert file.getnframes() == 2 * 44100
        written = np.frombuffer(file.readframes(2 * 44100), "<i2") / 32767
    length = min(len(heard), len(written))
    shared = np.corrcoef(heard[:length], written[:length])[0, 1]
    assert shared > 0.95  # AAC loses a little; a shift of one block would bring this near 0
