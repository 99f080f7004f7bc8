"""`emotrace fuse`, and evaluate and report on what it leaves."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fusion"))
from made_runs import write_clips, write_folders, write_run


@pytest.fixture
def runs(tmp_path):
    return write_run(tmp_path / "a", 1), write_run(tmp_path / "b", 2)


def test_runs_are_fused_evaluated_and_reported(emo, runs, tmp_path):
    said = emo("fuse", *runs, "-o", tmp_path / "f")
    assert said.status == 0, said.err
    assert "fitted on, 4 of development" in said.out
    assert "weights" in said.out and "penalty" in said.out
    assert said.out.splitlines()[-1].startswith(f"next: emotrace evaluate {tmp_path / 'f'} --csv-only")
    assert emo("evaluate", tmp_path / "f", "--csv-only").status == 0
    assert "ccc_mean" in emo("evaluate", tmp_path / "f", "--partition", "development").out
    assert emo("report", tmp_path / "f").status == 0
    page = (tmp_path / "f" / "report.html").read_text()
    assert "<h2>Fusion</h2>" in page and "on 4 recordings of development" in page and "<b>fused</b>" in page
    assert "no learning curves" not in page
    (tmp_path / "f" / "fusion.json").unlink()
    said = emo("report", tmp_path / "f")
    assert said.status == 2 and "fusion.json" in said.err and "run `emotrace fuse` again" in said.err


def test_folders_are_cross_fitted(emo, tmp_path):
    root = write_folders(tmp_path / "anyone")
    words = ["fuse", root / "one", root / "two", "--gold", root / "gold", "--labels", "arousal"]
    said = emo(*words, "--cross-fit", 4, "--choose", "forward", "-o", tmp_path / "f")
    assert said.status == 0, said.err
    assert "cross-fitted in 4 parts" in said.out and "of 4 fits" in said.out
    page_of = emo("evaluate", tmp_path / "f").status or emo("report", tmp_path / "f").status
    assert page_of == 0
    assert "cross-fitted in 4 parts: mean and standard" in (tmp_path / "f" / "report.html").read_text()
    assert "valence" not in said.out
    assert emo("evaluate", tmp_path / "f").status == 0
    said = emo(*words, "-o", tmp_path / "g")
    assert "--partition development --csv-only" in said.out


def test_clips_are_fused(emo, tmp_path):
    said = emo("fuse", write_clips(tmp_path / "a", 1), write_clips(tmp_path / "b", 2), "-o", tmp_path / "f")
    assert said.status == 0, said.err
    assert "uar" in said.out
    assert (emo("evaluate", tmp_path / "f").status, emo("report", tmp_path / "f").status) == (0, 0)
    assert "mean of the log-probabilities of 2 systems" in (tmp_path / "f" / "report.html").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--regression", "cubic"], "emotrace: emotrace fuse: regression is 'cubic'"),
        (["--cross-fit", "1"], "emotrace: emotrace fuse: cross_fit is 1"),
        (["--subjects", "people.csv"], "emotrace: --subjects people.csv is for --gold"),
    ],
)
def test_wrong_use_is_one_line(emo, runs, tmp_path, words, says):
    said = emo("fuse", *runs, "-o", tmp_path / "f", *words)
    assert said.status == 2
    assert said.err.startswith(says)
    assert len(said.err.splitlines()) == 1
    assert not (tmp_path / "f").exists()
