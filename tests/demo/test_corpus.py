"""Writing the demo corpus: the same twice, resumable, careful about settings."""

import json
import shutil

import numpy as np
import pytest

from emotrace.demo import write_demo_corpus
from emotrace.demo.recording import SimulatedRecording
from emotrace.errors import DataError, InputError

SETTINGS = dict(train=1, development=1, test=0, duration_s=2, seed=3)


def test_progress_tells_every_recording(tiny_corpus):
    assert tiny_corpus[1] == ["train_1 written (1 of 2)", "dev_1 written (2 of 2)"]


def test_same_seed_same_pixels_and_samples():
    first, second, other = (SimulatedRecording("train_1", 2, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.samples, second.samples)
    np.testing.assert_array_equal(first.ratings["arousal"], second.ratings["arousal"])
    pixels = [np.stack(list(recording.frames())) for recording in (first, second)]
    assert pixels[0].shape == (50, 240, 320, 3)
    np.testing.assert_array_equal(*pixels)
    assert not np.array_equal(first.samples, other.samples)


def test_frames_can_be_drawn_twice():
    recording = SimulatedRecording("test_1", 2, 0)
    np.testing.assert_array_equal(next(recording.frames()), next(recording.frames()))


def test_recordings_show_different_subjects():
    subjects = [SimulatedRecording(f"{partition}_1", 2, 0).subject for partition in ("train", "dev", "test")]
    assert len({subject.f0 for subject in subjects}) == 3


def test_jobs_change_no_byte(tiny_corpus, tmp_path):
    root, _ = tiny_corpus
    write_demo_corpus(tmp_path, **SETTINGS, jobs=2)
    files = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    assert len(files) == 19
    for file in files:
        assert (tmp_path / file).read_bytes() == (root / file).read_bytes(), file


def test_resumes_after_a_half_written_file(tiny_corpus, tmp_path):
    root, _ = tiny_corpus
    copy = shutil.copytree(root, tmp_path / "copy")
    video, part = (copy / "recordings_video" / name for name in ("train_1.mp4", ".train_1.part.mp4"))
    whole = video.read_bytes()
    video.unlink()
    part.write_bytes(whole[:1000])  # what a killed job leaves
    untouched = (copy / "recordings_video" / "dev_1.mp4").stat().st_mtime_ns
    calls = []
    write_demo_corpus(copy, **SETTINGS, progress=lambda *call: calls.append(call))
    assert calls == [(1, 2, "dev_1 was there"), (2, 2, "train_1 written")]
    assert video.read_bytes() == whole
    assert not part.exists()
    assert (copy / "recordings_video" / "dev_1.mp4").stat().st_mtime_ns == untouched


def test_other_settings_are_refused(tiny_corpus):
    with pytest.raises(DataError, match="other settings"):
        write_demo_corpus(tiny_corpus[0], **SETTINGS | {"seed": 4})


def test_damaged_settings_are_refused(tmp_path):
    (tmp_path / "demo.json").write_text("{")
    with pytest.raises(DataError, match="delete this one"):
        write_demo_corpus(tmp_path, **SETTINGS)


def test_settings_are_left_behind(tiny_corpus):
    settings = json.loads((tiny_corpus[0] / "demo.json").read_text())
    assert (settings["train"], settings["dev"], settings["duration_s"], settings["seed"]) == (1, 1, 2.0, 3)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"train": 10}, "train is 10"),
        ({"development": -1}, "development is -1"),
        ({"train": 0, "development": 0, "test": 0}, "at least one recording"),
        ({"duration_s": 1}, "duration_s is 1"),
        ({"duration_s": float("nan")}, "duration_s is nan"),
        ({"seed": -1}, "seed is -1"),
        ({"jobs": 0}, "jobs is 0"),
    ],
)
def test_wrong_arguments_are_refused_before_work(tmp_path, wrong, message):
    with pytest.raises(InputError, match=message):
        write_demo_corpus(tmp_path / "new", **SETTINGS | wrong)
    assert not (tmp_path / "new").exists()
