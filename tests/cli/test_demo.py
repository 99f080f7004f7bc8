"""`emotrace demo` and `emotrace demo --clips` as a user would call them, on the fewest recordings."""

import json
from functools import partial

import pytest

import emotrace.demo
from emotrace.demo import clips, write_demo_clips, write_demo_corpus

TINY = {"blocks": [1], "widths": [4], "connected": [4, 4], "cells": 4, "pool": 1}
SMALLEST = ("training.steps=2", "training.validate_every=2", "training.workers=0")


def changes(*settings):
    return [word for one in (*SMALLEST, *settings) for word in ("--set", one)]


@pytest.fixture
def few(monkeypatch):
    """Corpora of three people, a second or two of each."""
    monkeypatch.setattr(clips, "_SPANS_S", ((0.1, 0.1), (0.8, 0.8), (0.1, 0.1)))
    monkeypatch.setattr(emotrace.demo, "write_demo_clips", partial(write_demo_clips, speakers=3, takes=1))
    three = {"train": 1, "development": 1, "test": 1, "duration_s": 2.0}
    monkeypatch.setattr(emotrace.demo, "write_demo_corpus", partial(write_demo_corpus, **three))


def test_clips_are_made_learnt_scored_and_predicted(emo, few, tmp_path):
    model = [f"model.{name}={json.dumps(value)}" for name, value in TINY.items()]
    said = emo(
        "demo",
        "--clips",
        "-o",
        tmp_path,
        "-j",
        1,
        *changes("partition.folds=3", "training.batch_size=4", *model),
    )
    assert said.status == 0, said.err
    assert "18 recordings used (18 prepared, 0 reused), 0 left out" in said.out
    scores = json.loads((tmp_path / "run" / "metrics.json").read_text())["partitions"]
    assert (scores["test"]["recordings"], scores["test"]["subjects"]) == (6, 1)
    facts = json.loads((tmp_path / "run" / "run.json").read_text())
    assert facts["corpus"] == "demo corpus of made clips"
    assert [stage["name"] for stage in facts["stages"]] == ["audio", "video", "fusion"]
    assert "it knows no person" in (tmp_path / "run" / "card.md").read_text(encoding="utf-8")
    assert len(list((tmp_path / "traces").glob("*.html"))) == 1
    assert "done in" in said.out


def test_recordings_are_made_learnt_scored_and_traced(emo, few, tmp_path):
    said = emo("demo", "-o", tmp_path, "-j", 1, *changes("training.batch_size=4"))
    assert said.status == 0, said.err
    scores = json.loads((tmp_path / "run" / "metrics.json").read_text())["partitions"]
    assert (scores["test"]["recordings"], scores["test"]["subjects"]) == (1, 1)
    assert (tmp_path / "traces" / "test_1.html").is_file()


def test_a_setting_that_does_not_fit_is_told_before_work(emo, tmp_path):
    said = emo("demo", "--clips", "-o", tmp_path / "new", "--set", "training.stepps=3")
    assert said.status == 2
    assert "training.stepps" in said.err and not (tmp_path / "new").exists()
