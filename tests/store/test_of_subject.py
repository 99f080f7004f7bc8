"""Recordings of a prepared corpus know those of their subject, and a lone one gives what its file gives."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch

import toy_features
from emotrace.config.declaration import Declaration, FeatureInput
from emotrace.features import assemble
from emotrace.features.derived import registry
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.store import open_prepared

LOUDNESS = FeatureInput(name="loudness", columns=2, normalise="subject", clip=3)
DECLARATION = Declaration(inputs={"voice": LOUDNESS}, step_s=0.1)
CONTENTS = {"one": "frames=20 first", "two": "frames=20 second", "three": "frames=20 third"}


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    monkeypatch.setattr(registry, "available", lambda: toy_features.toys(1))


@pytest.fixture
def corpus(make_corpus):
    made = make_corpus(CONTENTS)
    whose = {"one": "Anna", "two": "Anna", "three": "Ben"}
    return replace(
        made, recordings=tuple(replace(each, subject=whose[each.name]) for each in made.recordings)
    )


def test_scores_of_a_prepared_corpus_are_by_subject(corpus, prepare_fake, tmp_path):
    prepare_fake(corpus, inputs=(LOUDNESS,))
    by_name = {one.name: one for one in open_prepared(tmp_path / "out").recordings}
    assert [one.name for one in by_name["two"].of_subject] == ["one", "two"]
    assert [one.name for one in by_name["three"].of_subject] == ["three"]
    rows = {name: np.array(one.track("feature-loudness").values, np.float64) for name, one in by_name.items()}
    both = np.concatenate([rows["one"], rows["two"]])
    expected = np.clip((rows["one"] - np.nanmean(both, axis=0)) / np.nanstd(both, axis=0), -3, 3)
    found = assemble(DECLARATION, by_name["one"], 0, len(expected))["voice"]
    np.testing.assert_allclose(found, expected, atol=1e-5)  # float32
    again = pickle.loads(pickle.dumps(by_name["one"]))
    assert torch.equal(assemble(DECLARATION, again, 0, len(expected))["voice"], found)


def test_asking_for_scores_prepares_nothing_anew(corpus, prepare_fake):
    prepare_fake(corpus, inputs=(LOUDNESS.model_copy(update={"normalise": "none", "clip": None}),))
    assert sorted(prepare_fake(corpus, inputs=(LOUDNESS,)).reused) == sorted(CONTENTS)


def test_the_only_recording_of_a_subject_is_as_its_file(corpus, prepare_fake, tmp_path):
    prepare_fake(corpus, inputs=(LOUDNESS, registry.input_of("audio-16000")))
    lone = next(one for one in open_prepared(tmp_path / "out").recordings if one.name == "three")

    class File:
        duration_s = lone.duration_s

        def track(self, name):
            return lone.track(name)

    served, steps = DerivedTracks(File()), 8
    for first in range(0, steps, 4):
        trained = assemble(DECLARATION, lone, first, first + 4)
        for name, tensor in assemble(DECLARATION, served, first, first + 4).items():
            assert torch.equal(tensor, trained[name]), name
    assert trained["voice"].any()
