"""Labels moved earlier to learn from; predictions moved back everywhere, scored on labels as they are."""

import csv

import numpy as np
import pytest
import tiny_world

from emotrace.delay import NO_DELAY, LabelDelay
from emotrace.errors import ConfigError, DataError
from emotrace.inference import Predictor
from emotrace.models import load_checkpoint
from emotrace.training import predict_partition, train
from emotrace.training.development import Development
from emotrace.training.material import gather_material
from emotrace.training.run_folder import RunFolder
from emotrace.training.tracing import trace_prepared
from emotrace.training.windows import WindowDataset, step_targets

STEPS = 5  # of 40 ms


def late(rule, seconds=0.2):
    return LabelDelay(seconds=seconds, rule=rule)


def recipe(delay, **changes):
    return tiny_world.recipe(**changes).model_copy(update={"delay": delay})


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("rule", ["drop", "hold", "zero"])
def test_targets_of_windows_are_moved(rule):
    recording = tiny_world.TinyRecording(0, steps=12)
    declaration = tiny_world.Tiny(tiny_world.TinyConfig(), ("arousal", "valence")).declaration
    windows = WindowDataset([recording], declaration, 2, 12, 1, late(rule))
    plain = WindowDataset([recording], declaration, 2, 12, 1)
    _, target = windows[0]
    _, unmoved = plain[0]
    gold = step_targets(recording, declaration, 2)
    np.testing.assert_array_equal(unmoved, gold)
    np.testing.assert_array_equal(target[:-STEPS], gold[STEPS:])
    end = {
        "drop": np.full((STEPS, 2), np.nan),
        "hold": np.tile(gold[-1], (STEPS, 1)),
        "zero": np.zeros((STEPS, 2)),
    }
    np.testing.assert_array_equal(target[-STEPS:], end[rule])


@pytest.mark.parametrize("rule", ["drop", "hold", "zero"])
def test_a_run_scores_and_writes_on_the_clock_of_the_labels(enter, tmp_path, rule):
    prepared = enter()
    run = train(recipe(late(rule)), "prepared", tmp_path / "run", progress=False)
    model, meta = load_checkpoint(RunFolder(run).best)
    assert meta.delay == late(rule)
    assert RunFolder(run).facts()["delay"] == {"seconds": 0.2, "rule": rule}
    test = prepared.recordings[4]
    raw = trace_prepared(model, test)
    (path,) = predict_partition(run)
    said = rows(path)
    values = np.array([float(row["arousal"]) for row in said])
    gold = np.array([float(row["gold_arousal"]) for row in said])
    first = STEPS if rule == "drop" else 0
    assert said[0]["time_s"] == ("0.200" if rule == "drop" else "0.000")
    assert len(said) == tiny_world.STEPS - first
    np.testing.assert_allclose(gold, test.affect[first:, 0], atol=1e-6)  # six decimals, unshifted
    np.testing.assert_allclose(values[STEPS - first :], raw.values[:-STEPS, 0], atol=1e-6)
    if rule != "drop":
        np.testing.assert_allclose(values[:STEPS], raw.values[0, 0] if rule == "hold" else 0.0, atol=1e-6)
    given = [row["based_on"] for row in said]  # moves with the values, unlike face_found
    assert given.index("audio") == 4 + STEPS - first  # where the face is missing in the recording
    begins = {"drop": "face+audio", "hold": "face+audio", "zero": ""}[rule]
    assert given[0] == begins and (rule != "zero" or given[STEPS] == "face+audio")
    assert said[STEPS - 1 - first]["face_found"] == ("1" if rule == "drop" else "0")  # does not move
    development = Development(prepared.recordings[3:4], model.declaration, model.labels, meta.delay)
    best = RunFolder(run).facts()["best"]["score"]
    assert development.score(model)["development_score"] == pytest.approx(best, abs=1e-6)


def test_a_model_that_follows_late_labels_is_found_right_only_with_its_delay(enter, tmp_path):
    """Labels are 5 steps late: with the delay taken out, the tiny system, which sees no past, learns them."""

    class Late(tiny_world.TinyRecording):
        @property
        def labels(self):
            track = super().labels
            moved = np.concatenate([np.repeat(self.affect[:1], STEPS, axis=0), self.affect[:-STEPS]])
            return type(track)(moved, track.timeline, attributes=track.attributes)

    parts = ["train"] * 3 + ["development", "test"]
    enter(tiny_world.TinyPrepared(tuple(Late(n, part) for n, part in enumerate(parts))))
    scores = {}
    for name, delay in (("none", NO_DELAY), ("late", late("hold"))):
        run = train(recipe(delay, steps=60, validate_every=20), "prepared", tmp_path / name, progress=False)
        scores[name] = RunFolder(run).facts()["best"]["score"]
    assert scores["late"] > scores["none"] + 0.1


def test_inference_moves_its_trace_and_says_so(enter, tmp_path):
    prepared = enter()
    run = train(recipe(late("hold"), steps=2), "prepared", tmp_path / "run", progress=False)
    model, meta = load_checkpoint(RunFolder(run).best)
    predictor = Predictor(model, meta)
    trace, _ = predictor._trace(prepared.recordings[4], tmp_path / "clip.mp4", {}, None)
    np.testing.assert_array_equal(
        trace.values, trace_prepared(model, prepared.recordings[4], meta.delay).values
    )
    assert meta.delay.describe() == (
        "the model learnt labels moved 0.2 s earlier: its trace is moved as much later, onto the clock of "
        "the labels, and the first 0.2 s repeat the first value"
    )
    assert NO_DELAY.describe() is None


def test_delays_that_do_not_suit(enter):
    prepared = enter()
    with pytest.raises(
        ConfigError, match=r"delay.seconds is 0.05; expected a whole number of steps of 0.04 s"
    ):
        gather_material(recipe(late("hold", 0.05)), prepared, None)
    with pytest.raises(DataError, match=r"r0: lasts 2.4 s, and the delay of 2.4 s drops all of it"):
        gather_material(recipe(late("drop", 2.4)), prepared, None)
    with pytest.raises(ConfigError, match=r"delay.seconds is 2.4, but r0 lasts 2.4 s; expected a delay"):
        gather_material(recipe(late("hold", 2.4)), prepared, None)  # would learn constants
    gather_material(recipe(late("hold", 2.36)), prepared, None)
    clips = enter(tiny_world.corpus_of_classes())
    with pytest.raises(ConfigError, match="the model predicts the class of a whole clip, which has no delay"):
        gather_material(recipe(late("hold"), variant="class"), clips, None)


def test_gaps_stay_and_the_end_is_the_last_rated_step():
    gold = np.array([[1, 1], [2, np.nan], [3, 3], [np.nan, 4], [5, np.nan], [np.nan, np.nan]], float)
    moved = late("hold", 1.0).targets(gold, 1.0)
    np.testing.assert_array_equal(moved[:, 0], [2, 3, np.nan, 5, 5, np.nan])
    np.testing.assert_array_equal(moved[:, 1], [np.nan, 3, 4, 4, np.nan, np.nan])
    assert np.isnan(late("drop", 9.0).targets(gold, 1.0)).all()
    np.testing.assert_array_equal(late("zero", 9.0).targets(gold, 1.0)[:, 0], [0, 0, 0, 0, 0, np.nan])
    nothing = np.full((3, 1), np.nan)
    np.testing.assert_array_equal(late("zero", 1.0).targets(nothing, 1.0), nothing)
    assert NO_DELAY.targets(gold, 1.0) is gold
