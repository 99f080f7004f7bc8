"""Rule 1 of the house: a prepared recording and its media file give the same tensors and the same trace."""

import numpy as np
import torch

from emotrace import models
from emotrace.corpora import read
from emotrace.demo import write_demo_corpus
from emotrace.features import MediaTracks, assemble, step_count
from emotrace.inference import Predictor
from emotrace.models import CheckpointMeta
from emotrace.store import open_prepared, prepare
from emotrace.training.tracing import trace_prepared

NAME = "nguyen2020/2d1dconv-ae-lstm"


def test_training_and_inference_see_the_same_bits(tmp_path):
    write_demo_corpus(tmp_path / "corpus", train=1, development=0, test=0, duration_s=3)
    corpus = read("avec2016", tmp_path / "corpus")
    torch.manual_seed(0)
    model = models.build(NAME, preset="small").eval()
    declaration = model.declaration
    meta = CheckpointMeta(
        name=NAME, config={}, labels=model.labels, value_range=(-1, 1), declaration=declaration
    )
    inputs = tuple(declaration.inputs.values())
    assert prepare(corpus, tmp_path / "prepared", inputs=inputs, settings=meta.faces).failed == []
    (stored,) = open_prepared(tmp_path / "prepared").recordings
    (recording,) = corpus.recordings

    steps = step_count(stored, declaration)
    context = declaration.context_steps
    whole = assemble(declaration, stored, -context, steps)
    assert whole["face_mask"].any() and whole["audio_mask"].all()
    with MediaTracks(recording.video, recording.audio, meta.faces) as straight:
        chunks = [
            assemble(declaration, straight, first - context, min(first + 20, steps))
            for first in range(0, steps, 20)
        ]
    for name, tensor in whole.items():
        parts = [chunk[name][context * (number > 0) :] for number, chunk in enumerate(chunks)]
        assert torch.equal(torch.cat(parts), tensor), name

    trained = trace_prepared(model, stored)
    served = Predictor(model, meta).predict(recording.video, audio=recording.audio)
    np.testing.assert_array_equal(served.times_s, trained.times_s)
    np.testing.assert_array_equal(served.face_found, trained.face_found)
    assert list(served.observed) == list(trained.observed) == ["face", "audio"]
    for name, given in trained.observed.items():
        np.testing.assert_array_equal(served.observed[name], given)
    np.testing.assert_array_equal(served.values, trained.values)
    assert np.ptp(served.values) > 0
