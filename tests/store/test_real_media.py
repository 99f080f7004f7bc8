"""Real clips through the store and straight from the file: the same tensors, bit by bit."""

import numpy as np
import torch

from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.config.media import FaceSettings
from emotrace.corpora.recording import Corpus, Recording
from emotrace.features import MediaTracks, assemble, step_count
from emotrace.store import open_prepared, prepare

DECLARATION = Declaration(inputs={"face": FaceInput(), "audio": AudioInput()}, context_steps=4)
INPUTS = tuple(DECLARATION.inputs.values())


def corpus_of(folder, *names):
    return Corpus(
        "clips", folder, tuple(Recording(f"r{k}", name, folder / name) for k, name in enumerate(names))
    )


def test_prepared_and_straight_from_the_file(shared_data, tmp_path):
    # sound and a face; variable frame rate, and the face leaves; a face without sound
    corpus = corpus_of(shared_data / "clips", "single_face.mp4", "face_noface.mov", "yes.mkv")
    assert prepare(corpus, tmp_path, inputs=INPUTS, settings=FaceSettings()).failed == []
    prepared = open_prepared(tmp_path)
    assert len(prepared.recordings) == 3
    for stored, recording in zip(prepared.recordings, corpus.recordings, strict=True):
        with MediaTracks(recording.video, None, prepared.settings) as straight:
            assert stored.duration_s == straight.duration_s
            steps = step_count(straight, DECLARATION)
            whole = assemble(DECLARATION, stored, -4, steps)
            chunks = [  # as inference asks: each with the context before it
                assemble(DECLARATION, straight, first - 4, min(first + 30, steps))
                for first in range(0, steps, 30)
            ]
        assert whole["face_mask"].any()
        for name, tensor in whole.items():
            parts = [chunk[name][4 * (k > 0) :] for k, chunk in enumerate(chunks)]
            assert torch.equal(torch.cat(parts), tensor), (recording.subject, name)


def test_new_crop_size_cuts_by_the_stored_faces(shared_data, tmp_path, monkeypatch):
    corpus = corpus_of(shared_data / "clips", "single_face.mp4")
    prepare(corpus, tmp_path, inputs=(FaceInput(size=96),), settings=FaceSettings())

    def refuse(*arguments, **options):
        raise AssertionError("faces are searched again")

    with monkeypatch.context() as patch:
        patch.setattr("emotrace.media.locate_faces", refuse)
        prepare(corpus, tmp_path, inputs=(FaceInput(size=32),), settings=FaceSettings())
    recording = open_prepared(tmp_path).recordings[0]
    with MediaTracks(corpus.recordings[0].video, None, FaceSettings()) as straight:
        track = straight.track("face-32")
        np.testing.assert_array_equal(recording.track("face-32").values, track.values[:])
        np.testing.assert_array_equal(recording.track("face-32").valid, track.valid)
    assert recording.track("face-96").values.shape[1:] == (96, 96, 3)
