"""aspandi2022 learns from awkward recordings: a modality missing, silence, lengths, a 0..1 scale; folds."""

import csv
from dataclasses import dataclass, replace

import duel_world
import numpy as np
import pandas as pd
import pytest
import tiny_world
from duel_world import FROZEN, Sitter
from test_resume import assert_same_weights, interrupt

from emotrace.errors import DataError
from emotrace.evaluation import evaluate, pool
from emotrace.features.track import Track
from emotrace.timing import Timeline
from emotrace.training import fold_processes, predict_partition, train, train_folds
from emotrace.training.module import TrainingModule
from emotrace.training.run_folder import RunFolder

LATENTS = ({"name": "latent-face", "variant": "vi-de"}, {"name": "latent-voice", "variant": "au-de"})
AFFECT = {"adversarial": None, "losses": [{"kind": "affect"}]}
CURRICULUM = (
    *LATENTS,
    {"name": "two", "take": FROZEN, "freeze": FROZEN, "set": {"window_steps": 2, **AFFECT}},
    {"name": "four", "freeze": FROZEN, "set": {"window_steps": 4, **AFFECT}},
)
INPUTS = ("face", "spectrogram")


@dataclass(frozen=True)
class Odd(Sitter):
    """A recording whose sound is silent, or lasts another time than its faces."""

    silent: bool = False
    sound_share: float = 1.0
    raised: float = 0.0  # labels at (label + raised) / (1 + raised)

    @property
    def labels(self):
        track = super().labels
        return replace(track, values=(track.values + self.raised) / (1 + self.raised))

    def track(self, name):
        track = super().track(name)
        if name != "feature-mel-128" or track is None:
            return track
        rows = round(track.timeline.length * self.sound_share)
        values = track.values[np.minimum(np.arange(rows), track.timeline.length - 1)]
        values = np.full_like(values, -1.0) if self.silent else values
        facts = {"maximum_power": 0.0 if self.silent else 1.0}
        return Track(values, Timeline.regular(rows, track.timeline.rate_hz), attributes=facts)


def corpus(*changes, parts=("train", "train", "train", "development", "test"), **facts):
    """Recordings of 20 steps; `changes` are those of each, by its number."""
    given = [*changes, *[{}] * (len(parts) - len(changes))]
    recordings = [
        Odd(n, part, steps=20, **own) for n, (part, own) in enumerate(zip(parts, given, strict=True))
    ]
    return tiny_world.TinyPrepared(tuple(recordings), **facts)


def learn(folder, stages=CURRICULUM, **training):
    recipe = duel_world.recipe("avi-gas", stages, steps=2, **training)
    return RunFolder(train(recipe, "prepared", folder, progress=False))


def traced(folder):
    """Predictions and gate of the test recording, beside each other."""
    (path,) = predict_partition(folder.path, partition="test")
    shown = pd.read_csv(path.parent / "shown" / path.name)
    rows = pd.read_csv(path, dtype={"based_on": str})
    assert np.isfinite(rows[["arousal", "valence"]].to_numpy()).all()
    return rows.assign(based_on=rows["based_on"].fillna(""), gate=shown["gate"])


@pytest.mark.parametrize(
    ("lacks", "based_on", "gate"),
    [("face-16", "spectrogram", 0.0), ("feature-mel-128", "face", 1.0)],
)
def test_recordings_without_a_modality_are_learnt_from_and_told(enter, tmp_path, lacks, based_on, gate):
    without = {"lacks": (lacks,)}
    enter(corpus(without, {}, {}, without, without))
    rows = traced(learn(tmp_path / "run"))
    said = rows[rows["based_on"] != ""]  # one step of every film shows no face
    assert len(rows) == 20 and len(said) >= 19
    assert set(said["based_on"]) == {based_on} and (said["gate"] == gate).all()
    assert rows["gate"].isna().tolist() == (rows["based_on"] == "").tolist()


def test_a_corpus_without_a_modality_is_refused(enter, tmp_path):
    enter(corpus(*[{"lacks": ("face-16",)}] * 5))
    with pytest.raises(DataError, match=r"no training recording has the modality of the track face-16"):
        learn(tmp_path / "run")


@pytest.mark.parametrize(("share", "heard"), [(0.5, 11), (1.5, 20)], ids=["shorter", "longer"])
def test_sound_of_another_length_than_the_film(enter, tmp_path, share, heard):
    # half: 18 columns, the last centred at 0.395 s, nearest to step 10
    enter(corpus(*[{"sound_share": share}] * 5))
    rows = traced(learn(tmp_path / "run"))
    assert len(rows) == 20
    assert rows["based_on"].str.contains("spectrogram").tolist() == [True] * heard + [False] * (20 - heard)
    assert (rows["gate"][heard:] == 1).all() and rows["gate"][:4].between(0, 1, inclusive="neither").all()


def test_a_silent_recording_counts_as_one_without_sound(enter, tmp_path):
    enter(corpus({}, {"silent": True}, {}, {}, {"silent": True}))
    silent = traced(learn(tmp_path / "silent"))
    enter(corpus({}, {"lacks": ("feature-mel-128",)}, {}, {}, {"lacks": ("feature-mel-128",)}))
    without = traced(learn(tmp_path / "without"))
    assert set(silent["based_on"]) == {"face", ""}
    pd.testing.assert_frame_equal(silent, without)


def test_on_a_scale_of_0_to_1_quadrants_part_at_the_middle(enter, tmp_path):
    losses = []
    for raised, scale in ((0.0, (-1.0, 1.0)), (1.0, (0.0, 1.0))):
        enter(corpus(*[{"raised": raised}] * 5, value_range=scale))
        folder = learn(tmp_path / f"run{raised}", CURRICULUM[:3], validate_every=1)
        with folder.metrics_csv.open(newline="") as file:
            rows = list(csv.DictReader(file))
        losses.append(
            [row[f"loss_quadrant_clean_{name}"] for row, name in zip(rows[:3:2], INPUTS, strict=True)]
        )
    assert len(losses[0]) == 2 and losses[0] == losses[1] and all(losses[0])


FOLDS = {"scheme": "kfold", "folds": 5}


def folds_of(folder):
    recipe = duel_world.recipe("avi-gas", CURRICULUM, steps=2)
    partition = recipe.partition.model_copy(update=FOLDS)
    return train_folds(recipe.model_copy(update={"partition": partition}), "prepared", folder, progress=False)


def test_five_folds_of_the_curriculum_pool_all_metrics_and_go_on_where_they_stopped(
    enter, monkeypatch, tmp_path
):
    enter(corpus(parts=("train",) * 5))
    assert [one.state for one in folds_of(tmp_path / "whole")] == ["trained"] * 5
    pool(tmp_path / "whole")
    scores = evaluate(tmp_path / "whole")["partitions"]["test"]
    assert scores["recordings"] == scores["subjects"] == 5 and len(scores["by_fold"]) == 5
    for metric in ("rmse", "pcc", "ccc", "icc"):
        arousal, valence, mean = (
            scores["concatenated"][f"{metric}_{of}"]["value"] for of in ("arousal", "valence", "mean")
        )
        assert mean == pytest.approx((arousal + valence) / 2)
    with monkeypatch.context() as patch:
        interrupt(patch, TrainingModule, "training_step", 8 + 2 * 2 + 2)  # fold 1, stage two, step 2
        patch.setattr(fold_processes, "FAILURES", ())
        with pytest.raises(RuntimeError, match="power cut"):
            folds_of(tmp_path / "cut")
    assert [one.state for one in folds_of(tmp_path / "cut")] == ["left"] + ["trained"] * 4
    for fold in range(5):
        assert_same_weights(tmp_path / "cut" / f"fold_{fold}", tmp_path / "whole" / f"fold_{fold}")
