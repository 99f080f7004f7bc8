"""Training from corpus to run folder: it learns, repeats itself, stops in time, and says what it did."""

import csv
import logging
import math

import numpy as np
import pytest
import tiny_world
import torch
from safetensors.torch import load_file

from emotrace import metrics
from emotrace.config.recipe import Optimiser
from emotrace.errors import EmotraceError
from emotrace.models import load_checkpoint
from emotrace.training import predict_partition, train
from emotrace.training.development import Development
from emotrace.training.module import make_optimiser
from emotrace.training.run_folder import RunFolder
from emotrace.training.tracing import trace_prepared


def go(run, recipe, **options):
    return train(recipe, "prepared", run, progress=False, **options)


def column(run, name):
    """The numbers of a column of metrics.csv."""
    with RunFolder(run).metrics.open(newline="") as file:
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


def test_classes(enter, tmp_path):
    prepared = enter(tiny_world.corpus_of_classes())
    run = go(tmp_path / "run", tiny_world.recipe("class", steps=40, validate_every=20))
    assert column(run, "development_uar")[-1] == 1.0
    paths = predict_partition(run)
    assert [path.name for path in paths] == ["r6.csv", "r7.csv"]
    with paths[1].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["time_s", "face_found", "angry", "calm", "gold_angry", "gold_calm"]
    assert len(rows) == tiny_world.STEPS
    assert float(rows[0]["angry"]) + float(rows[0]["calm"]) == pytest.approx(1, abs=1e-5)
    assert (rows[0]["gold_angry"], rows[0]["gold_calm"]) == ("0.000000", "1.000000")
    assert prepared.classes == tuple(RunFolder(run).facts()["labels"])


def test_predictions_of_a_partition(enter, trained):
    prepared = enter()
    (path,) = predict_partition(trained, "elsewhere", partition="development")
    assert path == RunFolder(trained).predictions / "r3.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["time_s", "face_found", "arousal", "valence", "gold_arousal", "gold_valence"]
    assert [row["time_s"] for row in rows[:2]] == ["0.000", "0.040"]
    assert [row["face_found"] for row in rows[:6]] == ["1", "1", "1", "1", "0", "1"]
    gold = np.array([[float(row["gold_arousal"]), float(row["gold_valence"])] for row in rows])
    np.testing.assert_allclose(gold, prepared.recordings[3].affect, atol=1e-6)  # six decimals
    said = np.array([float(row["arousal"]) for row in rows])
    score = column(trained, "development_ccc_arousal")[
        int(RunFolder(trained).facts()["best"]["step"] / 4) - 1
    ]
    assert metrics.ccc(gold[:, 0], said) == pytest.approx(score, abs=1e-4)  # six decimals


@pytest.mark.parametrize("rated", [True, False])
def test_recordings_without_gold_have_empty_cells(enter, trained, rated):
    enter(tiny_world.corpus(rated=rated))
    (path,) = predict_partition(trained)
    assert path.read_text().splitlines()[-1].endswith(",,") != rated


def test_partitions_that_are_not_there_are_refused(enter, trained, tmp_path):
    enter(tiny_world.corpus(test=0))
    with pytest.raises(EmotraceError, match="partition is 'exam'; expected one of: train, development, test"):
        predict_partition(trained, partition="exam")
    with pytest.raises(EmotraceError, match="lacks 1 recordings of the partition test, the first is r4"):
        predict_partition(trained)
    run = go(tmp_path / "run", tiny_world.recipe(steps=2))
    with pytest.raises(EmotraceError, match="the partition test of this run is empty"):
        predict_partition(run)
    RunFolder(run).best.unlink()
    with pytest.raises(
        EmotraceError, match=r"best.safetensors: does not exist, the run is 'done'; finish it"
    ):
        predict_partition(run, partition="train")
    with pytest.raises(EmotraceError, match=r"run\.json: not readable"):
        predict_partition(tmp_path)


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
    assert "development" not in folder.metrics.read_text()


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
        "loss": r"training diverged: the loss is nan at step 6 of stage 'joint'; .* lower training.optimiser",
        "weight": r"training diverged: a weight is not finite at step 8 of stage 'joint'",
    }
    with pytest.raises(EmotraceError, match=message[what]):
        go(tmp_path / "run", tiny_world.recipe())
    folder = RunFolder(tmp_path / "run")
    assert torch.load(folder.last_of("joint"), weights_only=True)["steps_done"] == 4
    assert all(torch.isfinite(values).all() for values in load_file(folder.best).values())
    assert folder.facts()["state"] == "running"


def test_a_missing_decoder_is_named(enter, tmp_path):
    enter()
    recipe = tiny_world.recipe("no-decoder", losses=[{"kind": "reconstruction", "of": "face"}])
    with pytest.raises(EmotraceError, match="choose a variant with that decoder or remove the loss"):
        go(tmp_path / "run", recipe)


@pytest.mark.parametrize(
    ("name", "kind"), [("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW), ("sgd", torch.optim.SGD)]
)
def test_optimisers(name, kind):
    settings = Optimiser(name=name, learning_rate=0.3, weight_decay=0.1, momentum=0.5, betas=(0.5, 0.9))
    optimiser = make_optimiser(settings, [torch.nn.Parameter(torch.zeros(2))])
    assert type(optimiser) is kind
    group = optimiser.param_groups[0]
    assert (group["lr"], group["weight_decay"]) == (0.3, 0.1)
    assert group["momentum"] == 0.5 if name == "sgd" else group["betas"] == (0.5, 0.9)


def test_gradients_are_clipped(enter, tmp_path):
    enter()
    run = go(
        tmp_path / "run", tiny_world.recipe(clip_gradient=1e-9, optimiser={"name": "sgd", "learning_rate": 1})
    )
    scores = column(run, "development_score")
    assert scores[0] == pytest.approx(scores[-1], abs=1e-5)  # hardly moved


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


def test_nothing_but_the_bar_is_said(enter, tmp_path, capfd, recwarn):
    enter()
    train(tiny_world.recipe(workers=1), "prepared", tmp_path / "run", progress=True)
    said = capfd.readouterr()
    assert said.out == ""
    (line,) = (line for line in said.err.splitlines() if line.strip())
    assert "12/12" in line
    assert "best" in line
    assert [str(warning.message) for warning in recwarn] == []


def test_the_log_level_of_lightning_is_left_as_it_was(trained):
    assert logging.getLogger("lightning.pytorch").level != logging.ERROR
