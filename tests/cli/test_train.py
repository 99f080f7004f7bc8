"""`emotrace train` of a recipe in stages: one after the other, on from a stage, from the user's weights."""

import json

import pytest
import torch

from emotrace.models import build

STAGED = """
system: nguyen2020
variant: 2d1dconv-lstm
preset: small
model: {face_size: 32, visual_features: 16, audio_filters: 4, audio_hidden: 16, hidden: 8}
training:
  steps: 2
  validate_every: 2
  losses: [{kind: ccc}]
  workers: 0
stages:
  - {name: voice, variant: 1dconv-lstm}
  - {name: face, variant: 2dconv-lstm, model: {face_size: 16}}
  - {name: both, take: [encoders.audio, encoders.face.blocks], freeze: [encoders.audio]}
"""


@pytest.fixture
def staged(tmp_path):
    """The recipe as a file."""
    path = tmp_path / "staged.yaml"
    path.write_text(STAGED)
    return path


def test_stages_one_after_the_other(emo, corpus, staged, tmp_path):
    prepared, run = tmp_path / "prepared", tmp_path / "run"
    said = emo("prepare", "folder", corpus, "-o", prepared, "--for", staged)
    assert said.status == 0, said.err
    tracks = {path.stem for path in prepared.rglob("face-*.npy")}
    assert {"face-16", "face-32"} <= {name.split(".")[0] for name in tracks}  # those of every stage

    trunk = tmp_path / "voice.pth"
    sizes = json.loads(json.dumps({"audio_filters": 4, "audio_hidden": 16}))
    torch.save(build("nguyen2020/1dconv-lstm", "small", **sizes).encoders["audio"].state_dict(), trunk)
    weights = ("--weights", f"encoders.audio={trunk}")
    said = emo("train", staged, prepared, "-o", run, "--until", "voice", *weights)
    assert said.status == 0, said.err
    assert said.out.endswith("next: add --resume to go on with stage face\n")
    said = emo("train", staged, prepared, "-o", run, "--resume")
    assert (said.status, "weights is {} but was" in said.err) == (2, True)
    said = emo("train", staged, prepared, "-o", run, "--resume", *weights)
    assert said.status == 0, said.err
    assert said.out.endswith(f"next: emotrace evaluate {run}\n")
    facts = json.loads((run / "run.json").read_text())
    assert [stage["state"] for stage in facts["stages"]] == ["done"] * 3
    assert set(facts["stages"][2]["taken"]) == {"voice", "face"}
    assert emo("evaluate", run).status == 0
    assert emo("report", run).status == 0


def test_resuming_where_there_is_no_run_begins_one_and_says_so(emo, corpus, recipe, tmp_path):
    prepared, run = tmp_path / "prepared", tmp_path / "runn"
    assert emo("prepare", "folder", corpus, "-o", prepared, "--for", recipe).status == 0
    said = emo("train", recipe, prepared, "-o", run, "--resume", "--set", "training.seed=4")
    assert said.status == 0, said.err
    assert f"warning: --resume found no run in {run}: a new one begins there" in said.err
    facts = json.loads((run / "run.json").read_text())
    assert facts["recipe"] == "tiny.yaml with training.seed=4"
    assert f"Recipe tiny.yaml with training.seed=4 (digest {facts['recipe_digest']})" in (
        (run / "card.md").read_text(encoding="utf-8")
    )
    said = emo("train", recipe, prepared, "-o", run, "--resume", "--set", "training.seed=4")
    assert (said.status, "found no run" in said.err) == (0, False)


def test_a_run_that_stopped_after_a_stage_says_what_it_lacks(emo, corpus, staged, clip, tmp_path):
    prepared, run = tmp_path / "prepared", tmp_path / "run"
    assert emo("prepare", "folder", corpus, "-o", prepared, "--for", staged).status == 0
    assert emo("train", staged, prepared, "-o", run, "--until", "voice").status == 0
    for words in (("evaluate", run), ("insight", run), ("predict", run, clip, "-o", tmp_path / "out")):
        said = emo(*words)
        lacking = f"{run}: training has not come to an end: face, both still to be trained (voice done), so"
        assert (said.status, lacking in said.err) == (2, True), said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--weights", "trunk"), "--weights 'trunk': expected KEY=VALUE"),
        (("--weights", "trunk="), "--weights trunk= names no file; expected KEY=FILE"),
        (("--weights", "trunk=x.pth"), "--weights trunk=x.pth: no stage's model has a part of that name"),
        (("--until", "end"), "has no stage 'end'; it has: joint"),
    ],
)
def test_wrong_options_cost_one_line(emo, corpus, recipe, tmp_path, words, message):
    prepared = tmp_path / "prepared"
    assert emo("prepare", "folder", corpus, "-o", prepared, "--for", recipe).status == 0
    said = emo("train", recipe, prepared, "-o", tmp_path / "run", *words)
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert message in said.err
    assert not (tmp_path / "run").exists()
