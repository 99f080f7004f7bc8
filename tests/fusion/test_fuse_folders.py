"""Anyone's prediction CSVs: the reader, folders with a gold standard, and the real predictions of SEWA."""

import numpy as np
import pytest
from made_runs import write_folders

from emotrace.config.fusion import FusionSettings
from emotrace.errors import DataError, InputError
from emotrace.evaluation import evaluate
from emotrace.fusion import fuse, read_folders, read_subjects, refresh
from emotrace.fusion.series import read_series


@pytest.fixture
def root(tmp_path):
    return write_folders(tmp_path / "anyone")


def fold(root, **more):
    return read_folders([root / "one", root / "two"], root / "gold", **more)


def test_cross_fitted_all_are_test_and_otherwise_what_they_were(root, tmp_path):
    said = fuse(fold(root), tmp_path / "fused", FusionSettings(cross_fit=4))
    assert evaluate(tmp_path / "fused")["partitions"]["test"]["recordings"] == 4
    assert any("each of 2 systems (one, two) says more than" in text for text in said["warnings"])
    assert len(refresh(tmp_path / "fused")) == 4
    fuse(fold(root), tmp_path / "split", FusionSettings(split=3))
    assert evaluate(tmp_path / "split")["partitions"]["test"]["recordings"] == 1
    assert evaluate(tmp_path / "split", "development")["partitions"]["development"]["recordings"] == 3
    fuse(fold(root), tmp_path / "whole")
    assert evaluate(tmp_path / "whole", "development")["partitions"]["development"]["recordings"] == 4


def test_subjects_stay_together(root, tmp_path):
    (tmp_path / "people.csv").write_text("recording,subject\nr1,A\nr2,B\nr3,A\nr4,B\n")
    subjects = read_subjects(tmp_path / "people.csv")
    said = fuse(
        fold(root, subjects=subjects), tmp_path / "fused", FusionSettings(cross_fit=2, regression="linear")
    )
    assert [fit["applied_to"] for fit in said["fits"]] == [["r1", "r3"], ["r2", "r4"]]
    assert "subjects are not known" not in " ".join(said["warnings"])
    with pytest.raises(InputError, match=r"subjects are not known of: 1 \(r4\)"):
        fold(root, subjects={"r1": "A", "r2": "B", "r3": "A"})


def test_dimensions_can_be_chosen(root):
    assert fold(root, labels=["valence"]).labels == ("valence",)
    with pytest.raises(DataError, match=r"gold/r1.csv: has no column liking; its labels are arousal"):
        fold(root, labels=["liking"])


def test_a_shorter_prediction_is_missing_steps(root, tmp_path):
    path = root / "one" / "r2.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:60]))
    said = fuse(fold(root), tmp_path / "fused")
    assert any("one says nothing about some steps" in text and "(r2)" in text for text in said["warnings"])


def test_folders_that_do_not_fit_are_told(root, tmp_path):
    with pytest.raises(InputError, match="nowhere: there is no such folder"):
        read_folders([root / "one", root / "two"], root / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"empty: holds no \*.csv"):
        read_folders([root / "one", root / "two"], tmp_path / "empty")
    (root / "one" / "r9.csv").write_text((root / "one" / "r1.csv").read_text())
    told = " ".join(fold(root).facts["warnings"])
    assert "without gold standard, which is left out: 1 (r9)" in told
    (root / "one" / "r1.csv").unlink()
    with pytest.raises(DataError, match=r"one: lacks recordings that the gold standard has: 1 \(r1\)"):
        fold(root)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("when,arousal\n0,1\n", "has the columns when, arousal; expected a column of seconds named time_s"),
        ("time_s,face_found\n0,1\n", "has no column of a label; its labels are none"),
        ("time_s,arousal\n0,1\n0,1\n", "line 3: its time is 0; expected seconds that rise"),
        ("time_s,arousal\n,1\n", "line 2: its time is nan"),
        ("time_s,arousal\n0,high\n", "'high' is not a number"),
    ],
)
def test_a_damaged_file_is_told(tmp_path, text, says):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(DataError, match=says):
        read_series(tmp_path / "a.csv")


def test_one_row_is_a_series_too(tmp_path):
    (tmp_path / "a.csv").write_text("time\tarousal\n0\t1\n")
    series = read_series(tmp_path / "a.csv")
    assert np.isnan(series.step_s) and series.values.tolist() == [[1.0]] and series.face_found is None


def test_on_real_predictions_the_fusion_is_above_every_system(shared_data, tmp_path):
    root = shared_data / "sewa_ces_devel_de"
    systems = [path for path in sorted(root.iterdir()) if path.name not in ("labels", "svr")]
    said = fuse(read_folders(systems, root / "labels"), tmp_path / "fused", FusionSettings(cross_fit=14))
    (scores,) = said["scores"].values()
    fused = scores.pop("fusion")
    assert len(scores) == 9
    for label, least in (("arousal", 0.63), ("valence", 0.67)):
        best = max(cells[f"ccc_{label}"] for cells in scores.values())
        assert fused[f"ccc_{label}"] > max(best, least)


def test_what_a_trace_was_based_on_is_no_label(tmp_path):
    (path := tmp_path / "a.csv").write_text(
        "time_s,face_found,arousal,based_on\n0,1,0.5,face+audio\n1,0,0.25,\n"
    )
    series = read_series(path)
    assert series.labels == ("arousal",) and series.values.tolist() == [[0.5], [0.25]]
