"""The AFEW-VA adapter: parts, frames counted from 0, landmarks, actors, and faults."""

import json
import pickle

import numpy as np
import pytest

from corpus_writers import afewva as writer
from emotrace import corpora
from emotrace.corpora import roots
from emotrace.corpora.adapters.afewva import read_landmarks
from emotrace.errors import ConfigError, DataError


def test_clips_in_parts(tmp_path):
    corpus = corpora.read("afewva", writer.write(tmp_path))
    assert [one.name for one in corpus.recordings] == ["001", "002", "051"]
    assert [one.subject for one in corpus.recordings] == ["Anna", "Anna", "051"]
    assert (corpus.value_range, corpus.skipped) == ((-10.0, 10.0), ())
    one = corpus.recordings[1]
    assert one.gold["valence"].values.tolist() == [-2, -1, 0, 1]  # the corpus's own unit
    assert one.gold["arousal"].values.tolist() == [0, 3, 6, 9]
    np.testing.assert_allclose(one.gold["arousal"].times_s, np.arange(4) / 25)
    np.testing.assert_allclose(one.frame_times_s, np.array([0, 2, 3]) / 25)  # 00001.png is missing
    assert one.video.name == "002" and not one.faces_cut and one.attributes == {"clip": "film 002"}
    assert corpus.warnings == (
        "the frame rate is not stated, 25 is taken; give fps: 3 (001, 002, 051)",
        "has ratings of frames without image: 1 (002)",
        "has no landmarks: 1 (051)",
        "does not say who is seen and is taken for a person of its own: 1 (051)",
    )


def test_without_parts_and_from_one_part(tmp_path):
    flat = corpora.read("afewva", writer.write(tmp_path / "flat", parts=False), fps="50")
    assert [one.name for one in flat.recordings] == ["001", "002", "051"]
    np.testing.assert_allclose(flat.recordings[0].frame_times_s, np.arange(4) / 50)
    assert not any("frame rate" in text for text in flat.warnings)
    root = writer.write(tmp_path / "parts")
    part = corpora.read("afewva", root / "01")
    assert len(part.recordings) == 3 and "01 is one part of several" in part.warnings[0]
    with pytest.raises(ConfigError, match="fps is '0'"):
        corpora.read("afewva", root, fps="0")


def test_landmarks(tmp_path):
    corpus = corpora.read("afewva", writer.write(tmp_path))
    table = corpus.recordings[0].tables["landmarks"]
    assert table.kind == "feature" and "landmarks" not in corpus.recordings[2].tables
    read = pickle.loads(pickle.dumps(table)).read()
    assert read.columns[:4] == ("x0", "y0", "x1", "y1") and read.values.shape == (4, 136)
    assert read.values[0, :4].tolist() == [0, 0, 1, 2]
    assert np.isnan(read.values[3]).all()


def frames(**values):
    return {"frames": {"00000": {"valence": 1, "arousal": 2, **values}}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"frames":\n{"00000"}}', "line 2, column 9 is no JSON"),
        ("[]", "has no frames"),
        ('{"frames": {}}', "has no frames"),
        ('{"frames": {"first": {}}}', "has a frame 'first'"),
        ('{"frames": {"00000": 5}}', "has a frame '00000'"),
        (json.dumps(frames(valence="high")), "frame 0: valence is 'high'"),
        (json.dumps(frames(valence=None, arousal=None)), "has no rated frame"),
    ],
)
def test_broken_clip_does_not_stop_the_others(tmp_path, text, message):
    root = writer.write(tmp_path)
    (root / "01" / "001" / "001.json").write_text(text)
    corpus = corpora.read("afewva", root)
    assert message in dict(corpus.skipped)["001"] and len(corpus.recordings) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (frames(landmarks=[1, 2, 3]), r"frame 0: landmarks have shape \(3,\)"),
        (frames(landmarks=[["left", "eye"]]), "frame 0: landmarks are no numbers"),
        (
            {"frames": {"0": {"landmarks": [[1, 2]]}, "1": {"landmarks": [[1, 2], [3, 4]]}}},
            r"landmarks of \[2, 4\] numbers a frame",
        ),
    ],
)
def test_broken_landmarks(tmp_path, content, message):
    path = tmp_path / "001.json"
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match=message):
        read_landmarks(path, 25)


def test_images_and_ratings_that_do_not_match(tmp_path):
    root = writer.write(tmp_path)
    clip = root / "01" / "001"
    content = json.loads((clip / "001.json").read_text())
    content["frames"] = {"00009": content["frames"]["00000"], "00001": {"valence": 3, "arousal": None}}
    (clip / "001.json").write_text(json.dumps(content))
    for path in (root / "02" / "051").glob("*.png"):
        path.unlink()
    for name in ("9.png", "10.png"):
        (root / "01" / "002" / name).touch()
    corpus = corpora.read("afewva", root)
    one = corpus.recordings[0]
    np.testing.assert_allclose(one.gold["valence"].times_s, [0.04, 0.36])  # by number, not by place
    assert np.isnan(one.gold["arousal"].values[0])
    text = "\n".join(corpus.warnings)
    assert (
        "has images without ratings: 1 (001)" in text
        and "has ratings of frames without image: 1 (001)" in text
    )
    assert "has no images: 2 (002, 051)" in text and "by name but not by number" in text
    assert "labels but neither media nor tables, can be checked but not prepared: 1 (051)" in text


def test_images_without_ratings_file_are_said(tmp_path):
    root = writer.write(tmp_path)
    (root / "01" / "001" / "001.json").unlink()
    (root / "02" / "052").mkdir()  # neither images nor ratings
    corpus = corpora.read("afewva", root)
    assert dict(corpus.skipped) == {
        "001": f"{root / '01' / '001'} has images but no 001.json; expected ratings"
    }


def test_a_folder_that_cannot_be_listed_does_not_stop_the_others(tmp_path, monkeypatch):
    root = writer.write(tmp_path)
    real = roots.list_folder

    def refuse(folder):
        if folder.name == "001":
            raise DataError(f"{folder} cannot be listed (Permission denied); check its permissions")
        return real(folder)

    monkeypatch.setattr(roots, "list_folder", refuse)
    corpus = corpora.read("afewva", root)
    assert [one.name for one in corpus.recordings] == ["002", "051"]
    assert any("001 cannot be listed" in text for text in corpus.warnings)
