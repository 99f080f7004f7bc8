"""The demo corpus of clips: read as RML, the same twice, faces and voices shared as said."""

import numpy as np
import pytest

from emotrace import corpora
from emotrace.demo import clips as module
from emotrace.demo import write_demo_clips
from emotrace.demo.clips import SimulatedClip
from emotrace.demo.emotions import EMOTIONS, perform
from emotrace.demo.subject import draw_subject
from emotrace.errors import DataError, InputError
from emotrace.features.voice_activity import find_speech
from emotrace.media import probe
from made_voice import sound


@pytest.fixture(scope="module")
def tiny_clips(tmp_path_factory):
    """A clip of a second of each emotion, and the lines that told of it."""
    root, lines = tmp_path_factory.mktemp("clips"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_SPANS_S", ((0.2, 0.2), (0.6, 0.6), (0.2, 0.2)))
        write_demo_clips(root, speakers=1, takes=1, seed=3, progress=lambda *one: lines.append(one))
        write_demo_clips(root, speakers=1, takes=1, seed=3, progress=lambda *one: lines.append(one))
    return root, lines


def test_the_adapter_reads_it_under_a_name_of_its_own(tiny_clips):
    corpus = corpora.read("rml", tiny_clips[0])
    assert corpus.name == "demo corpus of made clips"
    assert [(one.name, one.subject, one.emotion) for one in corpus.recordings] == [
        ("s1__an1", "s1", "anger"), ("s1__di1", "s1", "disgust"), ("s1__fe1", "s1", "fear"),
        ("s1__ha1", "s1", "happiness"), ("s1__sa1", "s1", "sadness"), ("s1__su1", "s1", "surprise"),
    ]  # fmt: skip
    assert corpus.warnings == () and corpus.skipped == ()
    found = probe(corpus.recordings[0].video)
    assert found.duration_s == pytest.approx(1.0, abs=0.05)


def test_a_second_call_finds_everything_there(tiny_clips):
    root, lines = tiny_clips
    assert lines[0] == (1, 6, "s1/an1 written") and lines[-1] == (6, 6, "s1/su1 was there")
    assert len(lines) == 12
    with pytest.raises(DataError, match="made with other settings"):
        write_demo_clips(root, speakers=1, takes=1, seed=4)


def test_same_seed_same_pixels_and_samples():
    first, second, other = (SimulatedClip("s2/fe1", seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.samples, second.samples)
    np.testing.assert_array_equal(first.expressions, second.expressions)
    np.testing.assert_array_equal(next(first.frames()), next(second.frames()))
    assert other.subject != first.subject


def test_clips_of_a_speaker_differ_and_show_one_person():
    clips = [SimulatedClip(name, 0) for name in ("s2/fe1", "s2/fe2", "s2/sa1", "s3/fe1")]
    assert clips[0].subject == clips[1].subject == clips[2].subject != clips[3].subject
    assert len({len(clip.samples) for clip in clips}) > 1
    for clip in clips:
        assert len(clip.samples) == len(clip.expressions) * 1764  # 44100 / 25
        assert 2.56 <= len(clip.expressions) / 25 <= 3.6


def test_voice_activity_trims_the_pauses():
    clip = SimulatedClip("s1/an1", 0)
    region = find_speech(sound(clip.samples[::2]))  # as if at 16 kHz; the band is wide enough for that
    assert region.found
    whole_s = len(clip.samples) / 2 / 16000
    assert region.start_s > 0.1 and region.end_s < whole_s - 0.1


def test_each_voice_and_two_faces_are_shared():
    voices = [manner.excitement for manner in EMOTIONS.values()]
    faces = [manner.face for manner in EMOTIONS.values()]
    assert sorted(voices.count(one) for one in set(voices)) == [2, 2, 2]
    assert sorted(faces.count(one) for one in set(faces)) == [1, 1, 2, 2]
    assert len(set(zip(voices, faces, strict=True))) == 6


def test_the_face_is_neutral_before_and_after_speech(rng):
    mouth = np.zeros(75)
    mouth[20:55] = 0.5
    expressions, poses = perform(draw_subject(rng), EMOTIONS["ha"], 1.0, mouth, rng)
    assert expressions.shape == poses.shape == (75, 5)
    smile = expressions[:, 0]
    assert smile[25:50].min() > 0.6 and np.abs(smile[[0, 1, -2, -1]]).max() < 0.35
    assert expressions[:15, 1].max() == 0  # the mouth is shut


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"speakers": 0}, "speakers is 0; expected a whole number from 1 to 99"),
        ({"takes": 10}, "takes is 10; expected a whole number from 1 to 9"),
        ({"seed": -1}, "seed is -1"),
        ({"jobs": 0}, "jobs is 0"),
    ],
)
def test_wrong_arguments_are_refused_before_work(tmp_path, wrong, message):
    with pytest.raises(InputError, match=message):
        write_demo_clips(tmp_path / "new", **wrong)
    assert not (tmp_path / "new").exists()
