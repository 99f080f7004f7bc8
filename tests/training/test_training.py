"""Training from corpus to run folder: it learns, repeats itself, stops in time, and says what it did."""

import csv
import errno
import logging
import math
import signal

import numpy as np
import pytest
import tiny_world
import torch
from lightning import Trainer
from safetensors.torch import load_file

from emotrace import metrics
from emotrace.config.recipe import Optimiser, TrainingSettings
from emotrace.errors import DataError, EmotraceError
from emotrace.models import load_checkpoint
from emotrace.training import train
from emotrace.training.development import Development
from emotrace.training.module import make_optimiser
from emotrace.training.run_folder import RunFolder
from emotrace.training.tracing import trace_prepared


def go(run, recipe, **options):
    return train(recipe, "prepared", run, progress=False, **options)


def column(run, name):
    """The numbers of a column of metrics.csv."""
    with RunFolder(run).metrics_csv.open(newline="") as file:
        return [float(row[name]) for row in csv.DictReader(file) if row[name]]


def test_the_loss_falls_and_twice_gives_the_same_numbers(enter, tmp_path):
    enter()
    recipe = tiny_world.recipe(
        steps=40, validate_every=10, losses=[{"kind": "ccc"}, {"kind": "reconstruction", "of": "face"}]
    )
    for run in ("one", "two"):
        torch.rand(3)  # what was drawn before must not matter
        go(tmp_path / run, recipe)
    losses = column(tmp_path / "one", "loss_ccc")
    assert np.mean(losses[-3:]) < 0.5 * np.mean(losses[:3])
    assert column(tmp_path / "one", "development_score")[-1] > 0.7
    for name in ("loss", "loss_ccc", "loss_reconstruction_face", "development_score"):
        assert column(tmp_path / "one", name) == column(tmp_path / "two", name) != []
    one, two = (load_file(RunFolder(tmp_path / run).best) for run in ("one", "two"))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_another_seed_gives_other_weights(enter, tmp_path, trained):
    enter()
    go(tmp_path / "run", tiny_world.recipe(seed=4))
    one, two = (load_file(RunFolder(run).best) for run in (tmp_path / "run", trained))
    assert not torch.equal(one["head.weight"], two["head.weight"])


def test_the_best_checkpoint_has_the_best_score(enter, trained):
    prepared = enter()
    facts = RunFolder(trained).facts()
    scores = column(trained, "development_score")
    assert facts["best"]["score"] == pytest.approx(max(scores))
    assert facts["best"]["step"] == 4 * (1 + int(np.argmax(scores)))
    model, meta = load_checkpoint(RunFolder(trained).best)
    development = Development(prepared.recordings[3:4], model.declaration, model.labels)
    assert development.score(model.eval())["development_score"] == pytest.approx(max(scores), abs=1e-6)
    assert meta.name == "tiny/trace"
    assert meta.labels == ("arousal", "valence")
    assert meta.corpus == "tiny"
    assert tuple(meta.value_range) == (-1.0, 1.0)
    assert meta.recipe_digest == tiny_world.recipe().digest()


def test_a_stage_starts_from_the_best_weights_of_the_one_before(enter, monkeypatch, tmp_path):
    from emotrace.training import run

    enter()
    starts = []
    original = run.train_stage

    def watched(model, *args):
        starts.append({name: values.clone() for name, values in model.state_dict().items()})
        return original(model, *args)

    monkeypatch.setattr(run, "train_stage", watched)
    recipe = tiny_world.recipe(stages=[{"name": "first"}, {"name": "second", "set": {"steps": 4}}])
    go(tmp_path / "run", recipe)
    folder = RunFolder(tmp_path / "run")
    best = load_file(folder.best_of("first", is_final=False))
    assert len(starts) == 2
    assert best.keys() == starts[1].keys()
    assert all(torch.equal(best[name], starts[1][name]) for name in best)
    assert [stage["state"] for stage in folder.facts()["stages"]] == ["done", "done"]
    assert folder.facts()["best"] == folder.facts()["stages"][1]["best"]


def test_without_development_the_latest_weights_are_used(enter, tmp_path, caplog):
    enter(tiny_world.corpus(development=0))
    run = go(tmp_path / "run", tiny_world.recipe(early_stopping={"patience": 1}))
    folder = RunFolder(run)
    assert folder.facts()["best"] == {"score": None, "step": 12}
    assert folder.facts()["warnings"] == [message for message in caplog.messages if "development" in message]
    assert len(folder.facts()["warnings"]) == 1
    last = torch.load(folder.last_of("joint"), weights_only=True)["state_dict"]
    best = load_file(folder.best)
    assert all(torch.equal(values, last[f"model.{name}"]) for name, values in best.items())
    assert "development" not in folder.metrics_csv.read_text()


def test_undefined_scores_still_leave_a_checkpoint(enter, tmp_path):
    prepared = tiny_world.corpus()
    recordings = [*prepared.recordings[:3], tiny_world.TinyRecording(3, "development", rated=False)]
    enter(tiny_world.TinyPrepared(tuple(recordings)))
    run = go(tmp_path / "run", tiny_world.recipe())
    assert RunFolder(run).facts()["best"] == {"score": None, "step": 4}


@pytest.mark.parametrize("what", ["loss", "weight"])
def test_divergence_stops_and_keeps_the_last_good_checkpoint(enter, monkeypatch, tmp_path, what):
    enter()
    original = tiny_world.Tiny.forward

    def astray(self, inputs):
        outputs = original(self, inputs)
        if self.training:
            astray.calls += 1
            if astray.calls == 6 and what == "loss":
                outputs["prediction"] = outputs["prediction"] * math.nan
            if astray.calls == 8 and what == "weight":
                outputs["prediction"].register_hook(lambda gradient: gradient * math.inf)
        return outputs

    astray.calls = 0
    monkeypatch.setattr(tiny_world.Tiny, "forward", astray)
    message = {
        "loss": r"training diverged: the loss is nan at step 6 .*; the checkpoint of step 4 is kept, lower "
        r"training.learning_rate",
        "weight": r"training diverged: a weight is not finite at step 8 of stage 'joint'; the checkpoint of "
        r"step 4 is kept",
    }
    with pytest.raises(EmotraceError, match=message[what]):
        go(tmp_path / "run", tiny_world.recipe())
    folder = RunFolder(tmp_path / "run")
    assert torch.load(folder.last_of("joint"), weights_only=True)["steps_done"] == 4
    assert all(torch.isfinite(values).all() for values in load_file(folder.best).values())
    assert folder.facts()["state"] == "running"


def test_divergence_before_the_first_validation_promises_no_checkpoint(enter, monkeypatch, tmp_path):
    enter()
    original = tiny_world.Tiny.forward

    def astray(self, inputs):
        outputs = original(self, inputs)
        return outputs | {"prediction": outputs["prediction"] * math.nan}

    monkeypatch.setattr(tiny_world.Tiny, "forward", astray)
    message = r"the loss is nan at step 1 of stage 'joint'; this stage has no checkpoint yet, lower"
    with pytest.raises(EmotraceError, match=message):
        go(tmp_path / "run", tiny_world.recipe())
    assert not RunFolder(tmp_path / "run").last_of("joint").exists()


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_stays_one(enter, monkeypatch, tmp_path, end):
    def ended(*_):
        raise end("enough")

    enter()
    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(tiny_world.Tiny, "forward", ended)
    with pytest.raises(end):
        go(tmp_path / "run", tiny_world.recipe())
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_checkpoint_that_cannot_be_written_leaves_nothing(enter, monkeypatch, tmp_path):
    def full(_, path, *args):
        path.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    enter()
    monkeypatch.setattr(Trainer, "save_checkpoint", full)
    with pytest.raises(DataError, match=r"cannot be written \(No space"):
        go(tmp_path / "run", tiny_world.recipe())
    assert list(RunFolder(tmp_path / "run").checkpoints.rglob("*.part")) == []


def test_a_missing_decoder_is_named(enter, tmp_path):
    enter()
    recipe = tiny_world.recipe("no-decoder", losses=[{"kind": "reconstruction", "of": "face"}])
    with pytest.raises(EmotraceError, match="choose a variant with that decoder or remove the loss"):
        go(tmp_path / "run", recipe)


@pytest.mark.parametrize(
    ("name", "kind"), [("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW), ("sgd", torch.optim.SGD)]
)
def test_optimisers(name, kind):
    chosen = Optimiser(name=name, weight_decay=0.1, momentum=0.5, betas=(0.5, 0.9))
    settings = TrainingSettings(learning_rate=0.3, optimiser=chosen)
    optimiser = make_optimiser(settings, [torch.nn.Parameter(torch.zeros(2))])
    assert type(optimiser) is kind
    group = optimiser.param_groups[0]
    assert (group["lr"], group["weight_decay"]) == (0.3, 0.1)
    assert group["momentum"] == 0.5 if name == "sgd" else group["betas"] == (0.5, 0.9)


def test_gradients_are_clipped(enter, tmp_path):
    enter()
    run = go(
        tmp_path / "run", tiny_world.recipe(clip_gradient=1e-9, learning_rate=1, optimiser={"name": "sgd"})
    )
    scores = column(run, "development_score")
    assert scores[0] == pytest.approx(scores[-1], abs=1e-5)  # hardly moved


def test_a_resumed_run_uses_as_many_threads_as_it_began_with(enter, monkeypatch, tmp_path):
    enter()
    used = []
    original = tiny_world.Tiny.forward

    def watched(self, inputs):
        used.append(torch.get_num_threads())
        return original(self, inputs)

    monkeypatch.setattr(tiny_world.Tiny, "forward", watched)
    run = go(tmp_path / "run", tiny_world.recipe())
    assert RunFolder(run).facts()["threads"] == 1
    RunFolder(run).update(threads=2, state="running")
    RunFolder(run).last_of("joint").unlink()
    stages = RunFolder(run).facts()["stages"]
    RunFolder(run).update(stages=[stages[0] | {"state": "waiting"}])
    go(run, tiny_world.recipe(), resume=True)
    assert set(used) == {1, 2}
    assert torch.get_num_threads() == 1


def test_windows_of_a_given_length(enter, tmp_path):
    enter()
    run = go(tmp_path / "run", tiny_world.recipe(window_steps=80, window_stride_steps=5, batch_size=2))
    assert RunFolder(run).facts()["state"] == "done"


def test_scores_of_development_are_over_the_concatenation(enter):
    prepared = enter(tiny_world.corpus(development=2))
    model = tiny_world.Tiny(tiny_world.TinyConfig(), ("arousal", "valence")).train()
    recordings = prepared.recordings[3:5]
    scores = Development(recordings, model.declaration, model.labels).score(model)
    assert model.training
    said = np.concatenate([trace_prepared(model.eval(), recording).values for recording in recordings])
    gold = np.concatenate([recording.affect for recording in recordings])
    expected = [metrics.ccc(gold[:, i], said[:, i]) for i in range(2)]
    assert scores["development_ccc_arousal"] == pytest.approx(expected[0], abs=1e-6)
    assert scores["development_score"] == pytest.approx(np.mean(expected), abs=1e-6)


def test_a_log_gets_a_line_per_validation_and_nothing_else(enter, tmp_path, capfd, recwarn):
    enter()
    train(tiny_world.recipe(workers=1), "prepared", tmp_path / "run", progress=True)
    said = capfd.readouterr()
    assert said.out == ""
    first, second, bar = (line for line in said.err.splitlines() if line.strip())
    assert first.endswith("step 4 of 12") and second.endswith("step 8 of 12")
    assert "12/12" in bar
    assert "best" in bar
    assert [str(warning.message) for warning in recwarn] == []


def test_the_log_level_of_lightning_is_left_as_it_was(trained):
    assert logging.getLogger("lightning.pytorch").level != logging.ERROR
