"""What models find without gradients: lazy examples, stages with and without steps, resuming, messages."""

import csv
import json

import fitted_world
import numpy as np
import pytest
import tiny_world
import torch
from fitted_world import FOUND, MAP, Fitted, Measured, measured, recipe
from safetensors.torch import load_file
from test_resume import interrupt
from tiny_world import STEPS

from emotrace import features
from emotrace.config.declaration import AudioInput, Declaration, FeatureInput
from emotrace.config.recipe import Recipe
from emotrace.delay import LabelDelay
from emotrace.errors import ConfigError, DataError, EmotraceError
from emotrace.evaluation.learning_curves import read_learning_curves
from emotrace.evaluation.learning_figures import development_figure
from emotrace.models import load_checkpoint
from emotrace.training import fitting, predict_partition, train
from emotrace.training import start as start_module
from emotrace.training.fitting import Examples
from emotrace.training.keeper import TIMES, StageKeeper
from emotrace.training.machine import Machine
from emotrace.training.material import gather_material
from emotrace.training.module import TrainingModule
from emotrace.training.plan import plan_stages
from emotrace.training.run_folder import RunFolder
from emotrace.training.stages import log_columns
from emotrace.training.windows import WindowDataset

DELAY = LabelDelay(seconds=0.2, rule="drop")


@pytest.fixture
def enter(monkeypatch):
    """Function that puts a corpus with the toy feature and the systems where training looks for them."""

    def put(prepared=None):
        prepared = prepared or measured()
        fitted_world.enter(prepared, monkeypatch.setattr)
        return prepared

    return put


def found(**training) -> Recipe:
    return recipe("found", **{"steps": 0} | training)


def rows(run):
    with RunFolder(run).metrics_csv.open(newline="") as file:
        return list(csv.DictReader(file))


def go(run, chosen, **options):
    return train(chosen, "prepared", run, progress=False, **options)


def assert_same_best(run, other):
    mine, theirs = (load_file(RunFolder(folder).best) for folder in (run, other))
    assert mine.keys() == theirs.keys() and len(mine) > 2
    assert all(torch.equal(values, theirs[name]) for name, values in mine.items())


def test_examples_are_whole_recordings_with_the_targets_of_training(enter):
    recordings = enter().recordings[:3]
    declaration = Declaration(inputs={"toy": FeatureInput(name="toy", columns=3)})
    examples = Examples(recordings, declaration, 2, DELAY)
    windows = WindowDataset(recordings, declaration, 2, None, 1, DELAY)
    assert [(one.name, one.subject) for one in examples] == [("r0", "s0"), ("r1", "s1"), ("r2", "s2")]
    for one, target, recording in zip(examples, windows.targets, recordings, strict=True):
        np.testing.assert_array_equal(one.target, target)
        assert one.target.dtype == torch.float32 and torch.isnan(one.target[-5:]).all()
        expected = features.assemble(declaration, recording, 0, STEPS)
        assert one.inputs.keys() == expected.keys() == {"toy", "toy_mask"}
        torch.testing.assert_close(one.inputs["toy"], expected["toy"], rtol=0, atol=0, equal_nan=True)
        assert one.inputs["toy"].shape == (STEPS, 3)
        assert not one.inputs["toy_mask"][7] and one.inputs["toy_mask"].sum() == STEPS - 1
        assert one.observed("toy").shape == (STEPS - 1, 3)


def test_examples_are_made_when_asked_for_and_not_kept(enter, monkeypatch):
    made = []
    original = fitting.features.assemble
    monkeypatch.setattr(
        fitting.features, "assemble", lambda *args: made.append(args[1].name) or original(*args)
    )
    declaration = Declaration(inputs={"toy": FeatureInput(name="toy", columns=3)})
    examples = Examples(enter().recordings, declaration, 2)
    assert len(examples) == 5 and examples[-1].name == "r4" and made == []
    assert examples[-1].inputs["toy"].shape == (STEPS, 3) and made == ["r4"]
    some = examples[1:3]
    assert len(some) == 2 and made == ["r4"]
    assert [one.observed("toy").shape for one in [*some, *some]] == [(STEPS - 1, 3)] * 4
    assert made == ["r4", "r1", "r2", "r1", "r2"]
    with pytest.raises(IndexError):
        examples[5]


def test_wide_inputs_are_read_a_piece_at_a_time_and_alone(enter, monkeypatch):
    asked = []
    original = fitting.features.assemble

    def counted(declaration, source, first, last):
        asked.append((tuple(declaration.inputs), first, last))
        return original(declaration, source, first, last)

    monkeypatch.setattr(fitting.features, "assemble", counted)
    monkeypatch.setattr("emotrace.models.example.AT_ONCE", 25)
    both = {"toy": FeatureInput(name="toy", columns=3), "audio": AudioInput(rate_hz=tiny_world.RATE_HZ)}
    (example,) = Examples(enter().recordings[:1], Declaration(inputs=both), 2)
    pieces = list(example.rows("toy"))
    assert asked == [(("toy",), 0, 25), (("toy",), 25, 50), (("toy",), 50, 60)]
    torch.testing.assert_close(torch.cat(pieces), example.observed("toy"), rtol=0, atol=0, equal_nan=True)
    asked.clear()
    thin = torch.cat(list(example.rows("toy", every=7)))  # step 7 is missing
    assert asked == [(("toy",), step, step + 1) for step in range(0, 60, 7)]
    expected = example.inputs["toy"][0:60:7][example.inputs["toy_mask"][0:60:7]]
    torch.testing.assert_close(thin, expected, rtol=0, atol=0, equal_nan=True)
    assert len(thin) == 8


def test_examples_of_clips_hold_the_index_of_the_class():
    clips = tiny_world.corpus_of_classes().recordings
    examples = Examples(clips, Declaration(inputs={}, predicts="class"), 2)
    assert [set(one.target.flatten().tolist()) for one in examples][:2] == [{0.0}, {1.0}]


def test_a_stage_is_fitted_once_on_its_training_recordings(enter, tmp_path):
    enter()
    run = go(tmp_path / "run", recipe(steps=4, delay=LabelDelay(seconds=0.2, rule="hold")))
    assert Fitted.calls == ((["r0", "r1", "r2"], ["r3"]),)
    model, _ = load_checkpoint(RunFolder(run).best)
    toys = np.concatenate([Measured(number)._toy.values for number in range(3)]).astype(float)
    np.testing.assert_allclose(model.scale.mean, np.nanmean(toys, axis=0), rtol=1e-6)
    np.testing.assert_allclose(model.scale.std[:2], np.nanstd(toys, axis=0)[:2], rtol=1e-6)
    assert model.scale.std[2] == 0
    assert RunFolder(run).facts()["stages"][0]["fitted"] == {}


def test_fitting_changes_no_random_number_of_a_model_that_has_nothing_to_fit(enter, tmp_path, trained):
    enter(tiny_world.corpus())
    run = go(tmp_path / "run", tiny_world.recipe())
    assert_same_best(run, trained)
    assert "fitted" not in RunFolder(run).facts()["stages"][0]


def test_a_stage_without_steps_keeps_what_was_found(enter, tmp_path):
    enter()
    run = go(tmp_path / "run", found())
    folder = RunFolder(run)
    facts = folder.facts()
    model, _ = load_checkpoint(folder.best, "fitted/found")
    assert facts["state"] == "done"
    stage = facts["stages"][0]
    assert (stage["state"], stage["ended"]) == ("done", "fitted")
    assert stage["fitted"] == {"gain": round(model.gain.item(), 6)} and 0 < model.gain < 1
    assert facts["best"] == stage["best"] and facts["best"]["step"] == 0
    assert not folder.last_of("joint").exists()
    assert list(rows(run)[0]) == [
        "stage", "step", "development_ccc_arousal", "development_ccc_valence", "development_score",
    ]  # fmt: skip
    assert [(row["stage"], row["step"]) for row in rows(run)] == [("joint", "0")]
    assert float(rows(run)[0]["development_score"]) == pytest.approx(facts["best"]["score"])
    assert facts["best"]["score"] > 0.1
    predict_partition(run)
    assert (run / "predictions" / "r4.csv").exists()
    assert development_figure(read_learning_curves(run), 0) is None
    again = go(tmp_path / "again", found())
    assert_same_best(again, run)
    other = go(tmp_path / "other", found(seed=4))
    assert load_checkpoint(RunFolder(other).best)[0].gain != model.gain


def test_without_development_what_was_found_is_kept_unscored(enter, tmp_path):
    enter(measured(development=0))
    run = go(tmp_path / "run", found())
    assert RunFolder(run).facts()["best"] == {"score": None, "step": 0}
    assert rows(run) == [{"stage": "joint", "step": "0"}]
    assert Fitted.calls == ((["r0", "r1", "r2"], []),)


@pytest.mark.parametrize(
    ("owner", "method", "call", "fits"),
    [
        pytest.param(start_module, "_tell", 1, 3, id="after fitting the first stage"),
        pytest.param(fitting, "plain", 2, 3, id="after fitting the second stage"),
        pytest.param(TrainingModule, "training_step", 1, 3, id="before anything of the second was kept"),
        pytest.param(TrainingModule, "training_step", 6, 2, id="in the second stage"),
        pytest.param(StageKeeper, "on_train_end", 1, 2, id="at the end of the second stage"),
    ],
)
def test_a_resumed_run_ends_the_same_and_fits_no_stage_that_was_begun(
    enter, monkeypatch, tmp_path, owner, method, call, fits
):
    enter()
    chosen = recipe(stages=(FOUND, MAP), steps=8)
    whole = go(tmp_path / "whole", chosen)
    assert len(Fitted.calls) == 2
    Fitted.calls = ()
    with monkeypatch.context() as patch:
        interrupt(patch, owner, method, call)
        with pytest.raises(RuntimeError, match="power cut"):
            go(tmp_path / "run", chosen)
    go(tmp_path / "run", chosen, resume=True)
    assert len(Fitted.calls) == fits
    mine, theirs = RunFolder(tmp_path / "run"), RunFolder(whole)
    assert_same_best(mine.path, theirs.path)
    assert mine.facts()["stages"] == theirs.facts()["stages"]
    for row, other in zip(rows(mine.path), rows(theirs.path), strict=True):
        assert row | dict.fromkeys(TIMES, "") == other | dict.fromkeys(TIMES, "")


def test_killed_between_scoring_and_saving_leaves_one_row(enter, monkeypatch, tmp_path):
    enter()
    with monkeypatch.context() as patch:
        patch.setattr("emotrace.training.run.save_checkpoint", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            go(tmp_path / "run", found())
    assert len(rows(tmp_path / "run")) == 1
    go(tmp_path / "run", found(), resume=True)
    assert len(rows(tmp_path / "run")) == 1


def test_what_is_taken_over_comes_after_what_is_fitted(enter, tmp_path):
    enter()
    run = RunFolder(go(tmp_path / "run", recipe(stages=(FOUND, MAP), steps=4)))
    first, _ = load_checkpoint(run.best_of("found", False))
    model, _ = load_checkpoint(run.best)
    assert torch.equal(model.gain, first.gain)
    assert run.facts()["stages"][1]["taken"] == {"found": 1}
    assert torch.equal(model.scale.std, first.scale.std) and len(Fitted.calls) == 2


def test_a_stage_that_takes_over_all_is_not_fitted(enter, tmp_path):
    enter()
    run = RunFolder(go(tmp_path / "run", recipe(stages=({"name": "short"}, {"name": "long"}), steps=4)))
    assert run.facts()["stages"][1]["taken"] == {"short": 5}
    assert len(Fitted.calls) == 1
    assert "fitted" not in run.facts()["stages"][1]


@pytest.mark.parametrize(
    ("breaks", "error", "message"),
    [
        ("told", DataError, "fitted/trained: stage 'joint' cannot be fitted: the toy is broken"),
        (
            "nan",
            EmotraceError,
            "fitted/trained: stage 'joint': fitting fitted/trained left values that are not finite in gain; "
            "check the features",
        ),
    ],
)
def test_errors_of_fitting_name_the_recipe(enter, tmp_path, breaks, error, message):
    enter()
    with pytest.raises(error, match=message):
        go(tmp_path / "run", recipe().model_copy(update={"model": {"breaks": breaks}}))


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (
            recipe("found", steps=5),
            "fitted/found: stage 'joint': training.steps is 5, but no weight of its model is trained by "
            "gradients; set training.steps=0",
        ),
        (
            tiny_world.recipe(steps=0),
            "tiny/trace: stage 'joint': training.steps is 0, but tiny/trace is trained by gradients alone; "
            "expected at least 1",
        ),
        (
            recipe("whole"),
            "fitted/whole: stage 'joint': training.window_steps is None, but its model reads whole",
        ),
        (
            recipe("found", ({"name": "joint", "freeze": ["heads"]},), steps=0),
            "stage 'joint': freeze names 'heads', but its model has no part of that name",
        ),
    ],
)
def test_steps_that_do_not_suit_the_model_are_refused(enter, tmp_path, chosen, message):
    enter()
    with pytest.raises(ConfigError, match=message):
        go(tmp_path / "run", chosen)
    assert not (tmp_path / "run").exists()


def test_without_steps_losses_play_no_part(enter):
    prepared = enter()
    chosen = found(losses=[{"kind": "cross_entropy"}])
    plans = plan_stages(chosen, gather_material(chosen, prepared, None), Machine())
    assert log_columns(plans)[0] == "development_ccc_arousal"
    both = recipe(stages=(FOUND | {"set": {"steps": 0, "losses": [{"kind": "mae"}]}}, MAP))
    plans = plan_stages(both, gather_material(both, prepared, None), Machine())
    assert log_columns(plans)[:3] == ["loss", "loss_ccc", TIMES[0]]


def test_a_whole_model_is_trained_on_pieces_and_traced_whole(enter, tmp_path):
    enter()
    run = go(tmp_path / "run", recipe("whole", steps=4, window_steps=20, window_stride_steps=10))
    assert json.loads((run / "run.json").read_text())["state"] == "done"
    assert load_checkpoint(RunFolder(run).best)[0].declaration.whole
    predict_partition(run)
