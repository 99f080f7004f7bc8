"""Rule 1 of the house: a prepared recording and its media file give the same tensors and the same trace."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

import emotrace
from emotrace import media, models
from emotrace.config.load import load_recipe
from emotrace.config.media import FaceSettings
from emotrace.corpora import Corpus, Recording, read
from emotrace.demo import write_demo_corpus
from emotrace.features import MediaTracks, assemble, step_count
from emotrace.features.silence import WithoutSilence
from emotrace.inference import Predictor
from emotrace.media.wave_file import write_sound
from emotrace.models import CheckpointMeta
from emotrace.store import open_prepared, prepare
from emotrace.training import predict_partition, train
from emotrace.training.tracing import trace_prepared
from emotrace.training.windows import WindowDataset

NAME = "nguyen2020/2d1dconv-ae-lstm"
TINY = {"blocks": [1], "widths": [4], "connected": [4, 4], "cells": 4}
CLIPS = {  # partition, s of pictures, s of sound and its level
    "angry": ("train", 1.2, 1.2, 0.3),
    "fearful": ("train", 1.2, 1.2, 0.3),
    "spoken": ("development", 1.2, 1.2, 0.3),
    "hushed": ("test", 1.2, 1.2, 0.0),
    "early": ("test", 3.6, 1.2, 0.3),
}


@pytest.mark.parametrize("hushed", [False, True])
def test_training_and_inference_see_the_same_bits(tmp_path, hushed):
    write_demo_corpus(tmp_path / "corpus", train=1, development=0, test=0, duration_s=3)
    corpus = read("avec2016", tmp_path / "corpus")
    (recording,) = corpus.recordings
    if hushed:
        write_sound(recording.audio, [np.zeros(3 * 16000)], 16000)
    torch.manual_seed(0)
    model = models.build(NAME, preset="small").eval()
    declaration = model.declaration
    meta = CheckpointMeta(
        name=NAME, config={}, labels=model.labels, value_range=(-1, 1), declaration=declaration
    )
    inputs = tuple(declaration.inputs.values())
    assert prepare(corpus, tmp_path / "prepared", inputs=inputs, settings=meta.faces).failed == []
    (stored,) = open_prepared(tmp_path / "prepared").recordings

    steps = step_count(stored, declaration)
    context = declaration.context_steps
    whole = assemble(declaration, stored, -context, steps)
    assert whole["face_mask"].any() and (whole["audio_mask"] == (not hushed)).all()
    with MediaTracks(recording.video, recording.audio, meta.faces) as straight:
        tracks = WithoutSilence(straight)
        chunks = [
            assemble(declaration, tracks, first - context, min(first + 20, steps))
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


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Clips of a face and a tone of 1000 Hz, as `CLIPS` says, and what a tiny priyasad2019 learnt of them."""
    from skimage.data import astronaut

    root, picture = tmp_path_factory.mktemp("clips"), astronaut()[:240, 100:340]
    recordings = []
    for number, (name, (partition, seen_s, heard_s, level)) in enumerate(CLIPS.items()):
        frames = (np.roll(picture, at % 20, axis=1) for at in range(round(25 * seen_s)))
        sound = level * np.sin(2 * np.pi * 1000 * np.arange(round(16000 * heard_s)) / 16000)
        path = root / f"{name}.mp4"
        media.write_video(path, frames, 25, audio=sound.astype(np.float32), rate_hz=16000)
        emotion = "fear" if name == "fearful" else "anger"
        recordings.append(
            Recording(name=name, subject=f"s{number}", video=path, emotion=emotion, partition=partition)
        )
    corpus = Corpus("made", root, tuple(recordings), classes=("anger", "fear"))
    few = {"steps": 2, "validate_every": 2, "workers": 0}
    changes = ["preset=small", f"model={json.dumps(TINY)}", "partition.scheme=fixed"]
    recipe = load_recipe(
        "priyasad2019/attention", [*changes, *(f"training.{key}={value}" for key, value in few.items())]
    )
    inputs = models.declare(recipe.name, recipe.preset, recipe.model).inputs.values()
    assert prepare(corpus, root / "prepared", inputs=tuple(inputs), settings=FaceSettings()).failed == []
    return train(recipe, root / "prepared", root / "run", progress=False)


@pytest.mark.parametrize(
    ("name", "based_on", "undecided_from"),
    [("hushed", ["video"], 4), ("early", ["audio+video", "video"], 2)],
)
def test_evaluate_and_predict_write_the_same(clips, name, based_on, undecided_from):
    evaluated = {path.stem: path for path in predict_partition(clips)}[name]
    predicted = clips.parent / f"{name}.csv"
    emotrace.load(clips).predict(clips.parent / f"{name}.mp4").to_csv(predicted)
    theirs, ours = (pd.read_csv(path, dtype=str) for path in (evaluated, predicted))
    pd.testing.assert_frame_equal(ours, theirs.drop(columns=["gold_anger", "gold_fear"]))
    assert ours["based_on"].unique().tolist() == based_on
    decided = (ours["anger"] != "0.500000").tolist()
    assert decided == [at < undecided_from for at in range(len(ours))]


def test_what_follows_the_sound_is_not_trained_on(clips):
    prepared = open_prepared(clips.parent / "prepared")
    (early,) = (one for one in prepared.recordings if one.name == "early")
    model = emotrace.load(clips).model
    windows = WindowDataset([early], model.declaration, 2, window_steps=1)
    said = [model({key: value[None] for key, value in given.items()})["prediction"] for given, _ in windows]
    assert [bool(one.any()) for one in said] == [at < 2 for at in range(12)]
