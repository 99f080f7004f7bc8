"""`emotrace crossval`: all folds, pooled; killed and run again it ends as if nothing had happened."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

LOSO = ("--set", "partition.scheme=loso")
LONGER = ("--set", "training.steps=12", "--set", "training.validate_every=3")


@pytest.fixture
def prepared(emo, corpus, recipe, tmp_path):
    """The folder corpus of three subjects, prepared."""
    assert emo("prepare", "folder", corpus, "-o", tmp_path / "prepared", "--for", recipe).status == 0
    return tmp_path / "prepared"


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_from_corpus_to_report(emo, prepared, recipe, tmp_path):
    run = tmp_path / "cv"
    said = emo("crossval", recipe, prepared, "-o", run, *LOSO)
    assert said.status == 0, said.err
    assert "test: 3 recordings of 3 subjects" in said.out
    assert "3 folds trained, 0 left as they were, 0 failed; 3 of 3 pooled" in said.out
    assert [row["fold"] for row in rows(run / "folds.csv")] == [
        "0",
        "1",
        "2",
        "mean",
        "standard deviation (1/n)",
    ]
    assert [(row["subject"], row["folds"]) for row in rows(run / "subjects.csv")] == [
        ("a", "0"), ("b", "1"), ("c", "2"),
    ]  # fmt: skip
    assert sorted(path.name for path in (run / "predictions").iterdir()) == ["a.csv", "b.csv", "c.csv"]
    numbers = (run / "metrics.json").read_bytes()

    said = emo("evaluate", run)
    assert (said.status, "fold 2" in said.out) == (0, True)
    assert emo("evaluate", run, "--csv-only").status == 0
    assert (run / "metrics.json").read_bytes() == numbers
    assert emo("report", run).status == 0
    assert "By subject" in (run / "report.html").read_text(encoding="utf-8")
    assert emo("evaluate", run / "fold_1").status == 0

    said = emo("predict", run, prepared, "-o", tmp_path / "out")
    assert (said.status, said.out) == (2, "")
    assert "is a cross-validation and has a model for each fold; give the folder of one fold" in said.err
    assert f"{run}/fold_0" in said.err
    said = emo("evaluate", run, "--partition", "development")
    assert (said.status, "a cross-validation is scored on test alone" in said.err) == (2, True)
    said = emo("crossval", recipe, prepared, "-o", run, *LOSO, "--set", "training.learning_rate=1")
    assert (said.status, "training.learning_rate is 1.0 but was" in said.err) == (2, True)
    said = emo("crossval", recipe, prepared, "-o", run, *LOSO)
    assert "0 folds trained, 3 left as they were" in said.out
    names = {json.loads((one / "run.json").read_text())["recipe"] for one in (run, run / "fold_2")}
    assert names == {"tiny.yaml with partition.scheme=loso"}
    for words in ((), ("--resume",)):
        said = emo("train", recipe, prepared, "-o", run, *LOSO, "--fold", 0, *words)
        assert (said.status, "holds a cross-validation, which has a run for each fold" in said.err) == (
            2,
            True,
        )


def test_some_folds_first(emo, prepared, recipe, tmp_path):
    run = tmp_path / "cv"
    said = emo("crossval", recipe, prepared, "-o", run, *LOSO, "--folds", "2, 0")
    assert "2 folds trained, 0 left as they were, 0 failed; 2 of 3 pooled" in said.out
    assert emo("report", run).status == 0
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Not finished, and not in the numbers: fold 1" in page
    assert "pooled over 2 of 3 folds" in page
    said = emo("crossval", recipe, prepared, "-o", run, *LOSO)
    assert "1 folds trained, 2 left as they were, 0 failed; 3 of 3 pooled" in said.out
    assert len(rows(run / "subjects.csv")) == 3


@pytest.mark.parametrize("folds", ["0;1", "", "-1", "0,,1"])
def test_folds_that_are_no_numbers(emo, prepared, recipe, tmp_path, folds):
    said = emo("crossval", recipe, prepared, "-o", tmp_path / "cv", *LOSO, f"--folds={folds}")
    assert (said.status, "expected whole numbers with commas between them" in said.err) == (2, True)


def test_clips_say_everywhere_that_subjects_are_shared(emo, prepared, recipe, tmp_path):
    run = tmp_path / "cv"
    clips = ("--set", "partition.scheme=clips", "--set", "partition.folds=3")
    said = emo("crossval", recipe, prepared, "-o", run, *clips)
    assert "subjects shared with training" in said.out
    assert "warning: subjects shared: the partition allows it" in said.err  # each has one clip
    assert json.loads((run / "partition.json").read_text())["subjects_shared"] is True
    assert json.loads((run / "fold_0" / "partition.json").read_text())["subjects_shared"] is True
    assert "subjects shared" in json.loads((run / "run.json").read_text())["warnings"][0]
    assert json.loads((run / "metrics.json").read_text())["partitions"]["test"]["subjects_shared"] is True
    emo("report", run)
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "clips, 3 folds, subjects shared" in page
    assert "subjects shared with training" in page


def test_a_fold_that_fails_stops_no_other(emo, prepared, recipe, tmp_path):
    run = tmp_path / "cv"
    emo("crossval", recipe, prepared, "-o", run, *LOSO)
    (run / "fold_1" / "run.json").write_text("{")
    shutil.rmtree(run / "fold_2")
    said = emo("crossval", recipe, prepared, "-o", run, *LOSO)
    assert said.status == 1
    assert "1 folds trained, 1 left as they were, 1 failed; 2 of 3 pooled" in said.out
    assert "failed: fold 1:" in said.err and "run.json: not readable" in said.err
    assert len(rows(run / "subjects.csv")) == 2


def test_killed_with_two_jobs_and_gone_on_with_one(emo, prepared, recipe, tmp_path):
    words = ["crossval", recipe, prepared, *LOSO, *LONGER, "-o", tmp_path / "killed"]
    process = subprocess.Popen(
        [sys.executable, "-m", "emotrace", *map(str, words), "--jobs", "2"],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
    )
    try:
        until = time.monotonic() + 120
        while not list((tmp_path / "killed").glob("fold_*/checkpoints/*/last.ckpt")):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < until, "no checkpoint appeared"
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    states = [json.loads(path.read_text())["state"] for path in (tmp_path / "killed").glob("fold_*/run.json")]
    assert "running" in states
    time.sleep(0.5)  # its two processes end with it, and let go of their folders
    assert json.loads((tmp_path / "killed" / "run.json").read_text())["threads"] == 1
    torch_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    for run in ("killed", "whole"):
        said = emo(*words[:-1], tmp_path / run)
        assert said.status == 0, said.err
    torch.set_num_threads(torch_threads)
    for fold in ("fold_0", "fold_1", "fold_2"):
        mine, theirs = (tmp_path / run / fold for run in ("killed", "whole"))
        best, other = (load_file(one / "checkpoints" / "best.safetensors") for one in (mine, theirs))
        assert len(best) == len(other) > 0
        assert all(torch.equal(values, other[name]) for name, values in best.items())
    for file in ("folds.csv", "subjects.csv", "metrics.json", "predictions/a.csv"):
        assert (tmp_path / "killed" / file).read_text() == (tmp_path / "whole" / file).read_text(), file
