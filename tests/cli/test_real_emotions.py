"""Classes of real clips through the command line: from files of RAVDESS to a run, scores and a timeline."""

import csv

import pytest

SMALL = (
    "--set", "preset=small", "--set", "partition.scheme=clips", "--set", "partition.folds=5",
    "--set", "partition.development=none",
    "--set", "training.steps=2", "--set", "training.validate_every=2", "--set", "training.workers=0",
)  # fmt: skip


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_attention_over_sound_and_faces_of_real_clips(emo, shared_data, tmp_path):
    root, prepared, run = shared_data / "ravdess_av", tmp_path / "prepared", tmp_path / "run"
    recipe = "priyasad2019/attention"
    made = emo("prepare", "ravdess", root, "-o", prepared, "--for", recipe, *SMALL[:2])
    assert made.status == 0, made.err
    trained = emo("train", recipe, prepared, "-o", run, *SMALL, "--fold", "0")
    assert trained.status == 0, trained.err
    scored = emo("evaluate", run, "--partition", "test")
    assert scored.status == 0, scored.err
    assert "subjects shared with training" in scored.out

    (known,) = (run / "predictions").glob("*.csv")
    (clip,) = root.glob(f"*{known.stem}*.mp4")
    said = emo("predict", run, clip, "-o", tmp_path / "traces")
    assert said.status == 0, said.err
    rows, scored_rows = read(tmp_path / "traces" / f"{clip.stem}.csv"), read(known)
    assert {row["face_found"] for row in rows} == {"1"}
    heard = [row["based_on"] for row in rows[:-2]]  # the last segments reach beyond the sound
    assert set(heard) == {"audio+video"}
    assert len({row["neutral"] for row in rows}) > 1  # speech votes, what is before and after it does not
    for one, other in zip(rows, scored_rows, strict=True):
        for label in ("neutral", "surprise"):
            assert float(one[label]) == pytest.approx(float(other[label]), abs=2e-4)
