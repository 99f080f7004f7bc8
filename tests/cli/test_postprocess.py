"""Post-processing and the paper's numbers on the command line: train, evaluate, report, predict, crossval."""

import json

import pytest

REPORTED = """
reported:
  - {table: VI, corpus: RECOLA, partition: test, subjects: 9, metrics: {ccc_arousal: 0.714}}
  - {table: VI, corpus: RECOLA, partition: development, subjects: 9, metrics: {ccc_arousal: 0.731}}
  - {table: II, corpus: folder, partition: test, metrics: {ccc_valence: 0.25}}
"""


@pytest.fixture
def chained(recipe, tmp_path):
    """The recipe of a very small model with a chain and the paper's numbers."""
    path = tmp_path / "chained.yaml"
    path.write_text(f"{recipe.read_text()}\npostprocess: {{kind: chain}}\n{REPORTED}")
    return path


def test_a_run_keeps_and_uses_its_chain(emo, corpus, chained, clip, tmp_path):
    prepared, run = tmp_path / "prepared", tmp_path / "run"
    assert emo("prepare", "folder", corpus, "-o", prepared, "--for", chained).status == 0
    assert emo("train", chained, prepared, "-o", run).status == 0
    assert json.loads((run / "postprocess.json").read_text())["recordings"] == ["b"]
    said = emo("evaluate", run)
    assert said.status == 0, said.err
    assert "before post-processing [95 %]" in said.out
    lines = said.out[said.out.index("beside the paper") :].splitlines()
    assert lines[2].startswith("table II (folder, test)  ")  # rows of another corpus are left out
    assert lines[3].startswith("note 1: Not comparable: the preset is small here.")
    assert "0.731" not in said.out
    said = emo("evaluate", run, "--partition", "development")
    assert "on which post-processing was tuned" in said.out and "0.731" in said.out
    assert emo("report", run).status == 0
    assert "<h2>Post-processing</h2>" in (run / "report.html").read_text(encoding="utf-8")
    outs = [tmp_path / "done", tmp_path / "raw"]
    assert emo("predict", run, clip, "-o", outs[0], "--no-html").status == 0
    assert emo("predict", run, clip, "-o", outs[1], "--no-html", "--raw").status == 0
    assert (outs[0] / "clip.csv").read_text() != (outs[1] / "clip.csv").read_text()
    raw = (run / "predictions" / "raw" / "c.csv").read_text().splitlines()[1].split(",")
    assert (outs[1] / "clip.csv").read_text().splitlines()[1].split(",")[:2] == raw[:2]


def test_where_the_paper_has_no_such_partition_all_its_rows_are_shown(emo, run_folder):
    path = run_folder / "recipe.yaml"
    row = "{table: III, corpus: RECOLA, partition: development, metrics: {rmse_joint: 0.51}}"
    path.write_text(f"{path.read_text()}\nreported: [{row}]\n")
    said = emo("evaluate", run_folder, "--csv-only")
    assert said.status == 0, said.err
    assert "table III (RECOLA, development)" in said.out
    assert "the partition is development there and test here" in said.out


def test_folds_fit_their_own_and_are_pooled(emo, corpus, chained, tmp_path):
    prepared, run = tmp_path / "prepared", tmp_path / "cv"
    assert emo("prepare", "folder", corpus, "-o", prepared, "--for", chained).status == 0
    said = emo("crossval", chained, prepared, "-o", run, "--set", "partition={scheme: kfold, folds: 3}")
    assert said.status == 0, said.err
    assert "before post-processing" in said.out
    assert sorted(path.stem for path in (run / "predictions" / "raw").iterdir()) == ["a", "b", "c"]
    said = emo("evaluate", run)
    assert said.status == 0 and "subjects are split by kfold here" in said.out
    assert emo("report", run).status == 0
    assert "Each fold tuned its own" in (run / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("postprocess.kind=median", "'median' found using 'kind' does not match any of the expected tags"),
        ("postprocess.serch=joint", "unknown key 'postprocess.serch', expected one of: kind, search"),
        (
            "postprocess={kind: smoothing, alpha: 1}",
            "unknown key 'postprocess.alpha', expected one of: direct",
        ),
        (
            "postprocess.search=greedy",
            "postprocess.search is 'greedy': Input should be 'joint' or 'stepwise'",
        ),
    ],
)
def test_wrong_settings_cost_one_line(emo, chained, tmp_path, change, message):
    said = emo("train", chained, tmp_path, "-o", tmp_path / "run", "--set", change)
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert message in said.err


def test_what_every_file_shares_is_said_once():
    from pathlib import Path

    from emotrace.cli.predict import _shared_by_all
    from emotrace.inference import FileResult

    one = FileResult(Path("a.mp4"), warnings=("late", "no face"))
    two = FileResult(Path("b.mp4"), warnings=("late",))
    failed = FileResult(Path("c.mp4"), error="broken")
    assert _shared_by_all([one, failed, two]) == ["late"]
    assert _shared_by_all([one, failed]) == []
