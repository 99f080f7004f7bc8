"""The run folder: what is in it, and whose run it is."""

import errno
import json
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
import tiny_world
import yaml

from emotrace.config.base import validate
from emotrace.config.recipe import Recipe
from emotrace.errors import CheckpointError, DataError, EmotraceError
from emotrace.training import train
from emotrace.training.journal import Journal
from emotrace.training.run_folder import RunFolder, text_written_whole
from emotrace.writing import part_of


def go(run, recipe=None, **options):
    return train(recipe or tiny_world.recipe(), "prepared", run, progress=False, **options)


def test_what_a_run_leaves(trained):
    folder = RunFolder(trained)
    found = {str(path.relative_to(trained)) for path in trained.rglob("*") if path.is_file()}
    found = {name for name in found if not name.startswith("predictions/")}
    board = {name for name in found if name.startswith("logs/tensorboard/joint/")}
    assert any("tfevents" in name for name in board)
    assert found - board == {
        ".lock",
        "card.md",
        "run.json",
        "recipe.yaml",
        "partition.json",
        "checkpoints/best.safetensors",
        "checkpoints/joint/last.ckpt",
        "logs/metrics.csv",
    }
    facts = folder.facts()
    assert facts["state"] == "done"
    assert facts["labels"] == ["arousal", "valence"]
    assert facts["recipe_digest"] == tiny_world.recipe().digest()
    assert facts["best"]["step"] in (4, 8, 12)
    assert facts["versions"].keys() == {"emotrace", "python", "torch", "lightning", "numpy"}
    assert facts["warnings"] == []
    assert folder.partition()["parts"]["test"] == ["r4"]
    recipe = validate(Recipe, yaml.safe_load(folder.recipe_yaml.read_text()), "recipe.yaml")
    assert recipe == tiny_world.recipe()


def test_metrics_have_the_named_columns(trained):
    lines = RunFolder(trained).metrics_csv.read_text().splitlines()
    assert lines[0] == (
        "stage,step,loss,loss_ccc,data_wait_share,step_seconds,validation_seconds,"
        "development_ccc_arousal,development_ccc_valence,development_score"
    )
    assert len(lines) == 1 + 12
    assert lines[1].endswith(",,,")
    assert not lines[4].endswith(",")


def test_a_folder_with_a_run_is_not_trained_over(enter, trained, tmp_path):
    enter()
    with pytest.raises(CheckpointError, match="holds a finished run already; resume it with --resume"):
        go(trained)
    go(tmp_path / "run")
    RunFolder(tmp_path / "run").update(state="running")
    with pytest.raises(CheckpointError, match="holds an unfinished run already"):
        go(tmp_path / "run")


def test_other_folders_and_files_are_left_alone(enter, tmp_path):
    enter()
    (tmp_path / "thesis.txt").write_text("years of work")
    for resume in (False, True):
        with pytest.raises(CheckpointError, match="is not empty and no run"):
            go(tmp_path, resume=resume)
    with pytest.raises(CheckpointError, match="is a file; expected a folder"):
        go(tmp_path / "thesis.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_of_a_run_that_was_killed_at_birth_is_taken(enter, tmp_path):
    enter()
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "recipe.yaml").write_text("whole")
    part_of(tmp_path / "partition.json").write_text("half")
    go(tmp_path, resume=True)
    assert RunFolder(tmp_path).facts()["state"] == "done"
    assert not part_of(tmp_path / "partition.json").exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"learning_rate": 0.5},
            "training.learning_rate is 0.5 but was 0.02; use the same",
        ),
        ({"seed": 4}, "training.seed is 4 but was 3"),
        ({"early_stopping": {"patience": 2}}, "training.early_stopping is None but was|patience is 2"),
        ({"losses": [{"kind": "mse"}]}, "training.losses.0.kind is 'mse' but was 'ccc'"),
    ],
)
def test_another_recipe_is_refused(enter, trained, changed, message):
    enter()
    with pytest.raises(CheckpointError, match=message):
        go(trained, tiny_world.recipe(**changed), resume=True)


def test_another_partition_or_corpus_is_refused(enter, trained):
    enter(tiny_world.corpus(train=4))
    with pytest.raises(CheckpointError, match=r"parts is .* but was"):
        go(trained, resume=True)
    enter(replace(tiny_world.corpus(), name="other"))
    with pytest.raises(CheckpointError, match=r'corpus is "other" but was "tiny"'):
        go(trained, resume=True)


def test_another_number_of_workers_is_no_other_recipe(enter, trained):
    enter()
    go(trained, tiny_world.recipe(workers=1), resume=True)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("run.json", "{", "run.json: not readable"),
        ("run.json", "[]", "run.json: holds no JSON object"),
        ("partition.json", None, "partition.json: not readable"),
        ("recipe.yaml", "a: [", "recipe.yaml: not readable"),
    ],
)
def test_a_damaged_folder_is_named(enter, tmp_path, file, content, message):
    enter()
    go(tmp_path / "run")
    damaged = tmp_path / "run" / file
    damaged.write_text(content) if content else damaged.unlink()
    with pytest.raises(CheckpointError, match=message):
        go(tmp_path / "run", resume=True)


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text("old")
    with pytest.raises(TypeError, match="not JSON serializable"), text_written_whole(path) as file:
        json.dump({"first": 1, "second": object()}, file)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with text_written_whole(path) as file:
        json.dump({}, file)
    assert path.read_text() == "{}"


def test_a_full_disk_is_named(enter, monkeypatch, tmp_path):
    enter()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Journal, "write", full)
    with pytest.raises(DataError, match=r"run: cannot be written .*train with --resume"):
        go(tmp_path / "run")
    monkeypatch.setattr(Journal, "write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        go(tmp_path / "run", resume=True)
    monkeypatch.undo()
    enter()
    go(tmp_path / "run", resume=True)
    assert RunFolder(tmp_path / "run").facts()["state"] == "done"


def test_other_system_errors_keep_their_words(enter, monkeypatch, tmp_path):
    enter()

    def broken(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Journal, "write", broken)
    with pytest.raises(OSError, match="Input/output error"):
        go(tmp_path / "run")


def test_two_processes_do_not_train_into_one_folder(enter, tmp_path):
    enter()
    go(tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    folder.update(state="running")
    hold = "import sys, pathlib; from emotrace.lock import locked\n"
    hold += "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(folder.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(EmotraceError, match="run: another process is working in it; wait for it"):
            go(folder.path, resume=True)
        other.kill()
    go(folder.path, resume=True)
    assert folder.facts()["state"] == "done"


def test_a_run_goes_on_with_the_media_it_began_with(enter, trained, tmp_path, monkeypatch):
    enter()
    folder = RunFolder(shutil.copytree(trained, tmp_path / "run"))
    folder.update(state="running")
    partition = folder.partition()
    monkeypatch.setattr(tiny_world.TinyRecording, "source_hashes", {"video": "another"})
    with pytest.raises(CheckpointError, match=r"another recipe or partition: media is .* but was"):
        go(folder.path, resume=True)
    del partition["media"]  # a run that began before it was written down
    folder.partition_json.write_text(json.dumps(partition))
    go(folder.path, resume=True)


def test_of_many_differences_the_telling_ones_are_named(enter, trained, tmp_path):
    enter()
    folder = RunFolder(shutil.copytree(trained, tmp_path / "run"))
    values = {f"reading_{i}": i for i in range(9)}
    facts = folder.facts()
    with pytest.raises(CheckpointError, match=r"preset is 'small' but was None; .* and \d+ differences more"):
        folder.check_same(tiny_world.recipe().model_copy(update={"preset": "small"}), values, facts)
