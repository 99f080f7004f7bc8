"""Folders of images, stated frame times and cut faces in a prepared corpus: when they are made again."""

import os
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from emotrace.config.declaration import Declaration, FaceInput
from emotrace.config.media import FaceSettings
from emotrace.corpora.recording import Corpus, Recording
from emotrace.errors import DataError
from emotrace.features import MediaTracks, assemble
from emotrace.media import Pictures
from emotrace.store import open_prepared, prepare
from emotrace.store.fingerprint import fingerprint

TIMES = np.array([0.0, 0.04, 0.12])
FACE = FaceInput(size=16)


@pytest.fixture
def corpus(tmp_path):
    """One recording of three images of faces that are cut out."""
    folder = tmp_path / "corpus" / "images"
    folder.mkdir(parents=True)
    for number in range(3):
        Image.new("RGB", (20, 20), (60 * number,) * 3).save(folder / f"{number:05d}.png")
    recording = Recording("one", "S", folder, frame_times_s=TIMES, faces_cut=True)
    return Corpus("images", tmp_path / "corpus", (recording,), dimensions=("arousal",))


@pytest.fixture
def again(corpus, tmp_path):
    """Prepares; whether anything had to be made."""

    def run(**changes):
        changed = replace(corpus, recordings=(replace(corpus.recordings[0], **changes),))
        result = prepare(changed, tmp_path / "out", inputs=(FACE,), settings=FaceSettings())
        assert result.failed == []
        return bool(result.prepared)

    return run


def test_images_are_prepared_as_they_are_read_straight(corpus, again, tmp_path):
    assert again()
    (stored,) = open_prepared(tmp_path / "out").recordings
    np.testing.assert_array_equal(stored.track("face-16").timeline.seconds(), TIMES)
    declaration = Declaration(inputs={"face": FACE})
    with MediaTracks(Pictures(corpus.recordings[0].video, TIMES, True)) as straight:
        assert stored.duration_s == straight.duration_s
        for name, tensor in assemble(declaration, straight, 0, 4).items():
            assert torch.equal(tensor, assemble(declaration, stored, 0, 4)[name])
    assert not again()


def test_touched_and_copied_images_are_not_made_again(corpus, again):
    again()
    folder = corpus.recordings[0].video
    os.utime(folder / "00001.png", ns=(1, 1))
    assert not again()
    (folder / "note.txt").write_text("no image")
    assert not again()


def test_changed_added_and_renamed_images_are(corpus, again, tmp_path):
    again()
    folder = corpus.recordings[0].video
    before = open_prepared(tmp_path / "out").recordings[0].source_hashes
    Image.new("RGB", (20, 20), (9, 9, 9)).save(folder / "00001.png")
    assert again()
    assert open_prepared(tmp_path / "out").recordings[0].source_hashes != before
    Image.new("RGB", (20, 20), (9, 9, 9)).save(folder / "00003.png")
    assert again(frame_times_s=np.arange(4) / 25)
    (folder / "00003.png").rename(folder / "00004.png")
    assert again(frame_times_s=np.arange(4) / 25)


def test_other_times_and_faces_not_cut_are_made_again(again, tmp_path):
    again()
    hashes = open_prepared(tmp_path / "out").recordings[0].source_hashes
    assert again(frame_times_s=TIMES + 0.01)
    assert again(frame_times_s=TIMES + 0.01, faces_cut=False)
    assert not again(frame_times_s=TIMES + 0.01, faces_cut=False)
    stored = open_prepared(tmp_path / "out").recordings[0]
    assert not stored.track("faces").valid.any()  # grey pictures hold no face
    assert stored.source_hashes == hashes  # by which duplicates are told: the same pictures


def test_only_what_changed_is_hashed(corpus, monkeypatch):
    folder = corpus.recordings[0].video
    first = fingerprint(folder, None)
    assert first["files"] == 3
    monkeypatch.setattr("emotrace.store.fingerprint._content", None)
    assert fingerprint(folder, first) == first


def test_a_folder_that_cannot_be_read(corpus, monkeypatch):
    monkeypatch.setattr("pathlib.Path.iterdir", _refuse)
    with pytest.raises(DataError, match=r"images cannot be listed \(Permission denied\)"):
        fingerprint(corpus.recordings[0].video, None)


def _refuse(folder):
    raise PermissionError(13, "Permission denied", str(folder))
