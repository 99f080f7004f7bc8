"""A run's post-processing: fitted on development alone, kept with the run, applied to what is predicted."""

import json
import logging
from dataclasses import replace

import numpy as np
import pytest
import tiny_world
import torch
from test_resume import interrupt

from emotrace.config.postprocess import CalibrationSettings, ChainSettings, SmoothingSettings
from emotrace.delay import LabelDelay
from emotrace.errors import CheckpointError, ConfigError, DataError
from emotrace.models import load_checkpoint, save_checkpoint
from emotrace.postprocess import Calibration, Chain, RunPostprocess, Smoothing
from emotrace.postprocess.majority_vote import majority_vote
from emotrace.trace import Trace
from emotrace.training import predict_partition, run, train, train_folds
from emotrace.training.postprocessing import NO_DEVELOPMENT
from emotrace.training.run_folder import RunFolder

DEVELOPMENT = "r3"  # of the corpus of `tiny_world`
TEST = "r4"


def recipe(settings=ChainSettings(), delay=LabelDelay(), **changes):  # noqa: B008 - frozen
    return tiny_world.recipe(**changes).model_copy(update={"postprocess": settings, "delay": delay})


def go(folder, chosen=None, **options):
    return RunFolder(train(chosen or recipe(), "prepared", folder, progress=False, **options))


def read(folder, name, raw=False):
    return Trace.from_csv((folder.raw_predictions if raw else folder.predictions) / f"{name}.csv")


@pytest.fixture(scope="module")
def whole(tmp_path_factory, one_thread):
    """A finished run with a chain; its folder."""
    with pytest.MonkeyPatch.context() as patch:
        tiny_world.enter(tiny_world.corpus(), patch.setattr)
        return go(tmp_path_factory.mktemp("chain") / "run")


def copy_of(whole, tmp_path):
    import shutil

    return RunFolder(shutil.copytree(whole.path, tmp_path / "run"))


@pytest.mark.parametrize(("settings", "kind"), [(ChainSettings(), Chain), (SmoothingSettings(), Smoothing)])
def test_it_is_fitted_once_training_is_done(enter, tmp_path, settings, kind):
    enter()
    folder = go(tmp_path / "run", recipe(settings))
    kept = RunPostprocess.read(folder)
    assert type(kept.fitted) is kind and kept.fitted.fps == 25
    assert [one.label for one in kept.fitted.dimensions] == ["arousal", "valence"]
    assert kept.recordings == (DEVELOPMENT,)
    assert kept.best == folder.facts()["best"] and folder.facts()["state"] == "done"
    assert folder.facts()["postprocess"] == settings.model_dump()
    assert all(kept.after[label] >= kept.before[label] for label in ("arousal", "valence"))
    assert np.mean(list(kept.before.values())) == pytest.approx(kept.best["score"], abs=1e-6)


def test_predictions_are_processed_and_the_raw_ones_stand_beside(enter, whole, tmp_path):
    enter()
    folder = copy_of(whole, tmp_path)
    predict_partition(folder.path)
    predict_partition(folder.path, partition="development")
    kept = RunPostprocess.read(folder)
    for name in (DEVELOPMENT, TEST):
        after, before = read(folder, name), read(folder, name, raw=True)
        assert not np.array_equal(after.values, before.values)
        np.testing.assert_allclose(after.values, kept.fitted.apply([before.values])[0], atol=1e-4)
        np.testing.assert_array_equal(after.gold, before.gold)
        np.testing.assert_array_equal(after.times_s, before.times_s)
    trace = read(folder, DEVELOPMENT)
    from emotrace.metrics import ccc

    for i, label in enumerate(trace.labels):
        assert ccc(trace.gold[:, i], trace.values[:, i]) == pytest.approx(kept.after[label], abs=1e-4)


def test_what_is_tested_has_no_part_in_it(enter, whole, tmp_path):
    others = tuple(
        replace(one, number=90, rated=False) if one.partition == "test" else one
        for one in tiny_world.corpus().recordings
    )
    enter(tiny_world.TinyPrepared(others))
    again = go(tmp_path / "run")
    ours, theirs = RunPostprocess.read(again), RunPostprocess.read(whole)
    assert ours == theirs


def test_it_is_fitted_later_where_it_is_missing_or_of_other_weights(enter, whole, tmp_path):
    enter()
    folder = copy_of(whole, tmp_path)
    text = folder.postprocess_json.read_text()
    folder.postprocess_json.unlink()
    predict_partition(folder.path)
    assert folder.postprocess_json.read_text() == text
    stamp = folder.postprocess_json.stat().st_mtime_ns
    predict_partition(folder.path)
    assert folder.postprocess_json.stat().st_mtime_ns == stamp  # left
    values = json.loads(text)
    values["best"]["step"] += 4
    folder.postprocess_json.write_text(json.dumps(values))
    predict_partition(folder.path)
    assert folder.postprocess_json.read_text() == text


def test_what_was_tuned_on_other_steps_or_labels_is_refused(enter, whole, tmp_path):
    enter()
    folder = copy_of(whole, tmp_path)
    values = json.loads(folder.postprocess_json.read_text())
    for change, said in (
        (
            {"fps": 10.0},
            r"best.safetensors: its post-processing was tuned on 10 steps per second, and the model g",
        ),
        (
            {"dimensions": values["fitted"]["dimensions"][::-1]},
            r"was tuned on valence, arousal, and the model gives arousal, vale",
        ),
    ):
        folder.postprocess_json.write_text(json.dumps(values | {"fitted": values["fitted"] | change}))
        with pytest.raises(CheckpointError, match=said):
            predict_partition(folder.path)


def test_a_run_killed_before_it_was_fitted_is_resumed(enter, whole, monkeypatch, tmp_path):
    enter()
    with monkeypatch.context() as patch:
        interrupt(patch, run, "fitted_postprocess", 1)
        with pytest.raises(RuntimeError, match="power cut"):
            go(tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    assert folder.facts()["state"] == "running" and not folder.postprocess_json.exists()
    go(tmp_path / "run", resume=True)
    assert folder.facts()["state"] == "done"
    assert folder.postprocess_json.read_text() == whole.postprocess_json.read_text()


def test_a_stage_that_is_not_the_last_leaves_none(enter, tmp_path):
    enter()
    stages = ({"name": "one"}, {"name": "two"})
    folder = go(tmp_path / "run", recipe(stages=stages), until="one")
    assert not folder.postprocess_json.exists()
    go(tmp_path / "run", recipe(stages=stages), resume=True)
    assert folder.postprocess_json.exists()


def test_without_development_there_is_a_warning_and_nothing_is_processed(enter, tmp_path, caplog):
    enter(tiny_world.corpus(development=0, test=2))
    with caplog.at_level(logging.WARNING):
        folder = go(tmp_path / "run")
    assert caplog.messages.count(NO_DEVELOPMENT) == 1
    assert folder.facts()["warnings"].count(NO_DEVELOPMENT) == 1
    kept = RunPostprocess.read(folder)
    assert (kept.fitted, kept.reason) == (None, NO_DEVELOPMENT)
    stale = folder.raw_predictions / "r4.csv"
    stale.parent.mkdir(parents=True)
    stale.touch()
    predict_partition(folder.path)
    assert not stale.exists() and (folder.predictions / "r4.csv").exists()


def test_development_that_is_not_rated_is_a_warning_too(enter, tmp_path, caplog):
    unrated = tuple(
        replace(one, rated=one.partition != "development") for one in tiny_world.corpus().recordings
    )
    enter(tiny_world.TinyPrepared(unrated))
    with caplog.at_level(logging.WARNING):
        folder = go(tmp_path / "run")
    reason = "there is no post-processing: gold of arousal has 0 rated steps in 1 recordings; expected at"
    assert caplog.messages[-1].startswith(reason)
    assert folder.facts()["warnings"][-1].startswith(reason) and folder.facts()["state"] == "done"
    predict_partition(folder.path)
    assert not folder.raw_predictions.exists()


def test_a_class_has_none(enter, tmp_path):
    enter(tiny_world.corpus_of_classes())
    with pytest.raises(ConfigError, match=r"postprocess.kind is chain, but tiny/class predicts the class of"):
        go(tmp_path / "run", recipe(variant="class"))
    chosen = recipe(variant="class", partition={"scheme": "kfold", "folds": 3})
    with pytest.raises(ConfigError, match="predicts the class of a clip; expected a system that predicts"):
        train_folds(chosen, "prepared", tmp_path / "cv", progress=False)
    assert not (tmp_path / "run").exists() and not (tmp_path / "cv").exists()


def test_a_class_has_a_temperature(enter, tmp_path):
    enter(tiny_world.corpus_of_classes())
    folder = go(tmp_path / "run", recipe(CalibrationSettings(), variant="class"))
    kept = RunPostprocess.read(folder)
    assert type(kept.fitted) is Calibration and kept.fitted.labels == tiny_world.CLASSES
    assert kept.recordings == tuple(folder.parts()["development"]) and kept.fitted.clips == len(
        kept.recordings
    )
    assert set(kept.before) == set(kept.after) == {"nll", "ece"}
    assert kept.fitted.wrong == 0 and kept.fitted.temperature >= 1
    assert kept.reason == "none of 2 development clips is wrong, so how sure the model may be is not known"
    assert kept.reason in folder.facts()["warnings"]
    name = folder.parts()["test"][0]
    predict_partition(folder.path)
    after, before = read(folder, name), read(folder, name, raw=True)
    np.testing.assert_allclose(after.values, kept.fitted.apply([before.values])[0], atol=1e-4)
    assert majority_vote(after.values).votes.tolist() == majority_vote(before.values).votes.tolist()


def test_a_trace_has_no_temperature(enter, tmp_path):
    enter()
    with pytest.raises(
        ConfigError, match="kind is calibration, but tiny/trace predicts a trace, which has no"
    ):
        go(tmp_path / "run", recipe(CalibrationSettings()))


def test_a_corpus_without_the_development_recordings_is_refused(enter, whole, tmp_path):
    folder = copy_of(whole, tmp_path)
    enter(tiny_world.TinyPrepared(tiny_world.corpus().recordings[4:]))
    predict_partition(folder.path)  # needs them no more
    folder.postprocess_json.unlink()
    with pytest.raises(DataError, match="lacks 1 recordings of it, the first is r3; give the corpus that"):
        predict_partition(folder.path)


def test_weights_that_are_not_numbers_fit_nothing(enter, whole, tmp_path):
    enter()
    folder = copy_of(whole, tmp_path)
    folder.postprocess_json.unlink()
    model, meta = load_checkpoint(folder.best)
    with torch.no_grad():
        next(model.parameters()).fill_(float("nan"))
    save_checkpoint(folder.best, model, meta)
    with pytest.raises(CheckpointError, match=r"best.safetensors: gives values that are not numbers for r3"):
        predict_partition(folder.path)
    assert not folder.postprocess_json.exists()


@pytest.mark.parametrize("rule", ["drop", "hold", "zero"])
def test_a_delay_is_taken_back_before(enter, tmp_path, rule):
    enter()
    folder = go(tmp_path / "run", recipe(delay=LabelDelay(seconds=0.2, rule=rule)))
    predict_partition(folder.path, partition="development")
    kept = RunPostprocess.read(folder)
    raw, trace = read(folder, DEVELOPMENT, raw=True), read(folder, DEVELOPMENT)
    rows = tiny_world.STEPS - (5 if rule == "drop" else 0)
    assert len(raw.times_s) == len(trace.times_s) == rows
    assert raw.times_s[0] == trace.times_s[0] == (0.2 if rule == "drop" else 0.0)
    alone = Chain.fit([raw.gold], [raw.values], 25, trace.labels)  # what is on the clock of the labels
    np.testing.assert_allclose(trace.values, alone.apply([raw.values])[0], atol=1e-3)
    np.testing.assert_allclose(trace.values, kept.fitted.apply([raw.values])[0], atol=1e-4)


def test_every_fold_fits_its_own(enter, tmp_path):
    enter(tiny_world.corpus(4, 1, 1))
    chosen = recipe(partition={"scheme": "kfold", "folds": 3}, steps=4, validate_every=2)
    train_folds(chosen, "prepared", tmp_path / "cv", progress=False)
    assert RunFolder(tmp_path / "cv").facts()["postprocess"]["kind"] == "chain"
    for fold in range(3):
        folder = RunFolder(tmp_path / "cv" / f"fold_{fold}")
        parts = folder.parts()
        assert RunPostprocess.read(folder).recordings == tuple(parts["development"])
        assert sorted(path.stem for path in folder.raw_predictions.iterdir()) == sorted(parts["test"])
    assert not (tmp_path / "cv" / "postprocess.json").exists()


def test_another_post_processing_is_another_run(enter, whole):
    enter()
    with pytest.raises(CheckpointError, match=r"postprocess.kind is 'smoothing' but was 'chain'"):
        train(recipe(SmoothingSettings()), "prepared", whole.path, resume=True, progress=False)
