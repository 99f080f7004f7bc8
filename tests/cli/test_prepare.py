"""`emotrace prepare`: what it says of recordings used, reused and left out, and its options."""

import csv
import json
import re

import pytest

from emotrace.cli.reasons import grouped
from emotrace.store import open_prepared


@pytest.fixture
def prepare(emo, corpus, recipe, tmp_path):
    def run(*words):
        return emo("prepare", "folder", corpus, "-o", tmp_path / "prepared", "--for", recipe, *words)

    return run


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def test_used_reused_and_left_out_are_counted(prepare, corpus, tmp_path):
    said = prepare()
    assert said.status == 0
    assert "3 recordings used (3 prepared, 0 reused), 0 left out; in " in said.out
    (corpus / "b.mp4").write_bytes(b"")
    said = prepare()
    listed = tmp_path / "prepared" / "skipped.csv"
    assert said.status == 1
    assert f"2 recordings used (0 prepared, 2 reused), 1 left out (all reasons in {listed}); in" in said.out
    with open(listed, newline="") as file:
        ((name, reason),) = list(csv.reader(file))[1:]
    assert name == "b" and "b.mp4 is empty" in reason


def test_equal_reasons_are_one_line(prepare, corpus):
    for name in "abc":
        (corpus / f"{name}.mp4").write_bytes(b"")
    said = prepare()
    assert said.status == 1
    (line,) = [line for line in lines_of(said.err) if "left out" in line]

    assert re.match(r"left out: 3 recordings \(a, b, c\): .*a\.mp4 is empty", line)
    assert "0 recordings used (0 prepared, 0 reused), 3 left out" in said.out


def test_a_thousand_reasons_are_one_line():
    reasons = [(f"P{k}", f"P{k} ends at {k / 7:.2f} s in /data/P{k}.wav") for k in range(1000)]
    assert grouped(reasons) == [
        "1000 recordings (P0, P1, P2, ...): e.g. P0: P0 ends at 0.00 s in /data/P0.wav"
    ]
    reasons = [("a", "a is a cat"), ("t", "t is a cat"), ("cat", "cat is a cat")]  # one of them is a word
    assert grouped(reasons) == ["2 recordings (a, t): e.g. a: a is a cat", "cat: cat is a cat"]
    assert grouped([("a", "one"), ("a", "one"), ("b", "two")]) == ["a: one", "b: two"]


def test_own_partitions(prepare, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("subject,partition\na,test\nb,train\nz,train\n")
    said = prepare("--partitions", mine)
    assert said.status == 0  # c is left out on purpose
    assert "2 recordings used (2 prepared, 0 reused), 1 left out" in said.out
    assert f"warning: {mine} names a subject that the corpus has not: 1 (z)" in said.err
    assert "left out: c: c is not in the partition list" in said.err
    found = {one.name: one.partition for one in open_prepared(tmp_path / "prepared").recordings}
    assert found == {"a": "test", "b": "train"}


def test_options_that_do_not_fit(prepare):
    said = prepare("--tables", "egemaps")
    assert said.status == 2 and "'egemaps' matches no table of the corpus" in said.err
    said = prepare("--engine", "spark")
    assert said.status == 2 and "engine is 'spark'; expected one of local, ray" in said.err


def test_ray_from_the_command_line_gives_the_same(prepare, tmp_path, monkeypatch):
    asked = []

    def fake(name, jobs, address):
        from emotrace.store.engines.workers import LocalEngine

        asked.append((name, jobs, address))
        return LocalEngine(2)

    import sys

    monkeypatch.setattr(sys.modules["emotrace.store.prepare"], "open_engine", fake)
    said = prepare("--engine", "ray", "--ray-address", "h:1")
    assert said.status == 0 and asked == [("ray", None, "h:1")]
    facts = json.loads((tmp_path / "prepared" / "corpus.json").read_text())
    assert [one["name"] for one in facts["recordings"]] == ["a", "b", "c"]
    assert prepare("--jobs", "1").status == 0
    monkeypatch.setenv("RAY_ADDRESS", "of:another")  # of no concern to the engine local
    assert prepare("--jobs", "2").status == 0 and asked[-1] == ("local", 2, None)


def test_modalities_that_are_wanting_are_counted(prepare, corpus):
    from corpus_writers import media

    media.write_video(corpus / "b.mp4", 1.0)  # no sound
    wanting = [line for line in lines_of(prepare().err) if "for want of sound" in line]
    assert len(wanting) == 1 and wanting[0].endswith("for want of sound: 1 (b)")


def test_what_is_wanting_of_all_systems_takes_a_line_for_each_kind(emo, tmp_path):
    from corpus_writers import media

    root = tmp_path / "sounds"
    root.mkdir()
    media.write_wav(root / "a.wav", 1.0)
    (root / "labels.csv").write_text("file,emotion\na.wav,anger\n")
    said = emo("prepare", "folder", root, "-o", tmp_path / "prepared")
    pictures, tables = (line for line in lines_of(said.err) if "without" in line)
    assert "face-96" in pictures and pictures.endswith(", for want of pictures: 1 (a)")
    assert "without the tables features_audio, " in tables
    assert tables.endswith(" (no table is stored): 1 (a)")


def test_settings_of_the_recipe_shape_what_is_made(prepare, corpus, emo, tmp_path):
    assert prepare("--set", "model.face_size=48").status == 0
    first, *_ = open_prepared(tmp_path / "prepared").recordings
    assert "face-48" in first.track_names and "face-32" not in first.track_names
    said = emo("prepare", "folder", corpus, "-o", tmp_path / "other", "--set", "preset=small")
    assert said.status == 2 and "--set preset=small changes no recipe; name the recipe with --for" in said.err
