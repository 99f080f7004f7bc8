"""What a stage does not change is computed once: edges, files, keys, rules, what is left alone."""

import json
import pickle

import numpy as np
import pytest
import tiny_world
import torch
from fitted_world import measured
from tiny_world import STEPS
from trunk_world import SIZE, Trunked, components, condensed, conditions, count, put_in, trunked

from emotrace import features
from emotrace.errors import InputError
from emotrace.features import CondensedRecording
from emotrace.training import condensed_files, condensing
from emotrace.training.condensing import condense_stage, stands_still
from emotrace.training.machine import Machine
from emotrace.training.run_folder import RunFolder


@pytest.fixture(autouse=True)
def world(monkeypatch):
    """The corpus and the systems where training looks for them, and small chunks."""
    put_in(measured(), monkeypatch.setattr)
    monkeypatch.setattr(condensing, "CHUNK_STEPS", 25)


@pytest.mark.parametrize(
    ("first", "last"), [(-2, 3), (20, 40), (STEPS - 3, STEPS + 4), (-5, STEPS + 5), (-3, -1)]
)
def test_windows_are_those_of_the_inputs_also_past_the_edges(tmp_path, first, last):
    model, train_on, development = condensed(tmp_path)
    assert [one.name for one in train_on] == ["r0", "r1", "r2"] and [one.name for one in development] == [
        "r3"
    ]
    for recording in (*train_on, *development):
        assert isinstance(recording, CondensedRecording)
        raw = features.assemble(model.declaration, recording.source, first, last)
        with torch.inference_mode():
            expected = model.eval().condense({name: value[None] for name, value in raw.items()})
        found = features.assemble(model.declaration, recording, first, last)
        assert found.keys() == expected.keys() == {"condensed/face", "face_mask", "toy", "toy_mask"}
        for name, values in found.items():
            torch.testing.assert_close(values, expected[name][0], rtol=0, atol=1e-6, equal_nan=True)
            assert values.dtype == expected[name].dtype
    assert not found["face_mask"].all() or not first <= 4 < last


def test_what_is_written_lies_under_the_recording_and_nothing_half_written(tmp_path):
    condensed(tmp_path)
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert files == [
        f"condensed/{name}/{file}"
        for name in ("r0", "r1", "r2", "r3")
        for file in ("condensed.json", "face.npy", "face_mask.npy")
    ]
    rows = np.load(tmp_path / "condensed/r0/face.npy")
    assert rows.shape == (STEPS, 4) and rows.dtype == np.float32


def test_other_parameters_buffers_tracks_or_files_are_condensed_anew(monkeypatch, tmp_path):
    model, plan, machine = conditions(trunked())
    folder, made = RunFolder(tmp_path), count(monkeypatch, condensing, "_condense")

    def again() -> int:
        made.clear()
        condense_stage(model, plan, folder, machine)
        return len(made)

    assert again() == 12 and again() == 0
    model.head.weight.data.add_(1)
    assert again() == 0
    model.trunk[0].bias.data[0] += 1e-3
    assert again() == 12
    model.trunk[1].running_mean[0] += 1e-3
    assert again() == 12
    entries = tiny_world.TinyRecording.entries.fget
    changed = property(lambda one: entries(one) | {f"face-{SIZE}": {"key": "new" * (one.number == 2)}})
    monkeypatch.setattr(tiny_world.TinyRecording, "entries", changed)
    assert again() == 12 and again() == 0
    path = tmp_path / "condensed" / "r1" / "face.npy"
    whole = path.read_bytes()
    for damaged in (whole[:-4], b"", b"\x93NUMPY rubbish"):
        path.write_bytes(damaged)
        assert again() == 3
        assert path.read_bytes() == whole
    path.unlink()
    assert again() == 3
    facts = path.with_name("condensed.json")
    for text in ("", "[]", "{}", json.dumps({"key": json.loads(facts.read_text())["key"], "files": 3})):
        facts.write_text(text)
        assert again() == 3
    assert again() == 0


def test_a_trunk_that_is_trained_or_not_at_rest_is_not_condensed(tmp_path):
    model, plan, machine = conditions(trunked(), frozen=False)
    assert not stands_still(model)
    train_on, development = condense_stage(model, plan, RunFolder(tmp_path), machine)
    assert not any(isinstance(one, CondensedRecording) for one in (*train_on, *development))
    assert list(tmp_path.iterdir()) == []
    model.trunk.requires_grad_(False)
    assert not stands_still(model)  # its batch norm measures on, its dropout drops
    model.trunk[1].eval()
    assert not stands_still(model)
    model.trunk[3].eval()
    assert stands_still(model)
    model.trunk[0].bias.requires_grad_(True)
    assert not stands_still(model)
    assert stands_still(conditions(components())[0])
    assert not stands_still(tiny_world.Tiny(tiny_world.TinyConfig(), ("arousal",)))


def test_what_training_is_to_see_anew_in_every_step_is_condensed_for_development_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(Trunked, "learns_condensed", False)
    _, train_on, development = condensed(tmp_path)
    assert [one.name for one in train_on] == ["r0", "r1", "r2"]
    assert not any(isinstance(one, CondensedRecording) for one in train_on)
    assert [one.name for one in development] == ["r3"] and isinstance(development[0], CondensedRecording)
    assert [path.name for path in (tmp_path / "condensed").iterdir()] == ["r3"]


def test_modes_and_random_numbers_are_left_alone(tmp_path):
    model, plan, machine = conditions(trunked())
    before = [module.training for module in model.modules()]
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    condense_stage(model, plan, RunFolder(tmp_path), machine)
    assert torch.rand(1) == expected
    assert [module.training for module in model.modules()] == before and True in before


@pytest.mark.parametrize(
    ("breaks", "message"),
    [
        ("name", r"Trunked.condense gave 'coded' of shape \(1, 25, 4\); expected a name that begins with"),
        ("steps", r"gave 'condensed/face' of shape \(1, 24, 4\); expected .* a row for each step, \(1, 25"),
        ("mask", "Trunked.condense gave no 'face_mask'; expected all masks, unchanged"),
    ],
)
def test_what_breaks_the_rules_is_refused(tmp_path, breaks, message):
    with pytest.raises(InputError, match=message):
        condensed(tmp_path, trunked(breaks=breaks))
    assert not list(tmp_path.rglob("*.npy")) and not list(tmp_path.rglob("*.part"))


def test_a_condensed_recording_is_otherwise_the_recording_and_goes_to_other_processes(tmp_path):
    model, (first, *_), _ = condensed(tmp_path)
    assert (first.name, first.subject, first.duration_s) == ("r0", "s0", STEPS * 0.04)
    assert first.track("feature-toy") is first.source.track("feature-toy")
    with pytest.raises(AttributeError, match="colour"):
        _ = first.colour
    copied = pickle.loads(pickle.dumps(first))
    mine, theirs = (features.assemble(model.declaration, one, 3, 9) for one in (first, copied))
    assert torch.equal(mine["condensed/face"], theirs["condensed/face"])
    assert copied.rows["condensed/face"].shape == (STEPS, 4)


def test_no_more_files_stay_open_than_allowed(tmp_path):
    condensed_files.forget_open_files()
    _, train_on, _ = condensed(tmp_path)
    assert condensed_files._opened.cache_info().maxsize == 120
    assert condensed_files._opened.cache_info().currsize == 0  # opened when rows are asked for
    assert train_on[0].rows["face_mask"][:6].tolist() == [True] * 4 + [False, True]
    condensing.remove_condensed(tmp_path / "condensed")
    assert condensed_files._opened.cache_info().currsize == 0 and not (tmp_path / "condensed").exists()
    condensing.remove_condensed(tmp_path / "condensed")


def test_each_of_two_processes_begins_with_its_own_recordings(monkeypatch, tmp_path):
    model, plan, _ = conditions(trunked())
    made = count(monkeypatch, condensing, "_condense")
    monkeypatch.setattr(condensing, "process_number", lambda: 1)
    condense_stage(model, plan, RunFolder(tmp_path), Machine(devices=2, progress=False))
    assert [args[1].name for args in made][::3] == ["r2", "r3", "r0", "r1"]


def test_the_trace_condenses_each_step_once(monkeypatch):
    from emotrace.models import trace_recording

    model, _, _ = conditions(trunked())
    model.eval()
    steps = []
    model.trunk.register_forward_hook(lambda module, given, made: steps.append(len(made)))
    (recording, *_) = measured().recordings
    values = trace_recording(
        model, lambda *where: features.assemble(model.declaration, recording, *where), 60
    )
    assert values.shape == (60, 2) and steps == [63]


def test_progress_is_shown_on_standard_error(capsys, tmp_path):
    model, plan, _ = conditions(trunked())
    condense_stage(model, plan, RunFolder(tmp_path), Machine())
    out, err = capsys.readouterr()
    assert out == "" and "condense after" in err and "4/4" in err


@pytest.mark.parametrize(("normalise", "made_again"), [("recording", 0), ("subject", 3)])
def test_other_recordings_of_a_subject_decide_only_on_z_scores_by_subject(
    monkeypatch, tmp_path, normalise, made_again
):
    model, plan, machine = conditions(trunked())
    toy = model.declaration.inputs["toy"].model_copy(update={"normalise": normalise})
    inputs = model.declaration.inputs | {"toy": toy}
    model.declaration = model.declaration.model_copy(update={"inputs": inputs})
    condense_stage(model, plan, RunFolder(tmp_path), machine)
    first, second, *_ = plan.material.recordings("train")
    others = property(lambda one: (first, second) if one.name == "r0" else ())
    monkeypatch.setattr(type(first), "of_subject", others, raising=False)
    made = count(monkeypatch, condensing, "_condense")
    condense_stage(model, plan, RunFolder(tmp_path), machine)
    assert len(made) == made_again
