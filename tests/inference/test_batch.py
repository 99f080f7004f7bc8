"""Many files: results in order, failures told and not spread, names, and clean folders."""

from dataclasses import replace

import numpy as np
import pytest

from emotrace.errors import DataError, InputError
from emotrace.inference import predict_files
from emotrace.postprocess.majority_vote import majority_vote
from emotrace.trace import Trace


class Pretender:
    """A predictor that gives made-up predictions, and fails on the files named in `broken`."""

    def __init__(self, make, broken=()):
        self.make, self.broken, self.settings = make, broken, []

    def analyse(self, path, **settings):
        self.settings.append(settings)
        if path.name in self.broken:
            raise DataError(f"{path}: is broken")
        return self.make(path=path)


@pytest.fixture
def clips(face_clip, tmp_path):
    """A folder of two clips with one stem, and one in a folder below."""
    for name in ("a.mp4", "a.m4v", "deeper/b.mp4"):
        path = tmp_path / "clips" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(face_clip.read_bytes())
    return tmp_path / "clips"


def test_every_file_gets_a_csv_and_a_page(make_prediction, clips, tmp_path):
    results = predict_files(Pretender(make_prediction), [clips], tmp_path / "out")
    assert [result.path.name for result in results] == ["a.m4v", "a.mp4", "b.mp4"]
    assert [result.csv.name for result in results] == ["a.csv", "a-2.csv", "b.csv"]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "a-2.csv",
        "a-2.html",
        "a.csv",
        "a.html",
        "b.csv",
        "b.html",
    ]
    assert all(result.error is None and result.profile["page"] > 0 for result in results)
    trace = Trace.from_csv(results[0].csv)
    assert len(trace.times_s) == 30
    assert results[0].csv.read_text().splitlines()[0] == "time_s,face_found,arousal,valence"


def test_what_decided_is_written_beside(make_prediction, clips, tmp_path):
    def told(**settings):
        prediction = make_prediction(**settings)
        gate = {"gate": np.linspace(0, 1, len(prediction.trace.times_s))}
        return replace(prediction, trace=replace(prediction.trace, shown=gate))

    for _ in range(2):  # a second time over the first
        (result,) = predict_files(Pretender(told), [clips / "deeper"], tmp_path / "out", html=False)
        assert result.error is None
    assert (tmp_path / "out" / "b_shown.csv").read_text().startswith("time_s,gate\n0.000,0.000000\n")
    (tmp_path / "out" / "b_shown.csv").write_text("time_s,face_found,arousal\n")  # the trace of b_shown.mp4
    (result,) = predict_files(Pretender(told), [clips / "deeper"], tmp_path / "out", html=False)
    assert "b_shown.csv: is there already and is no result" in result.error


def test_the_class_of_a_file_is_told(make_prediction, clips, tmp_path):
    def of_class(**settings):
        prediction = make_prediction(labels=("happy", "sad"), predicts="class", **settings)
        return replace(prediction, decision=majority_vote(prediction.trace.values))

    (told,) = predict_files(Pretender(of_class), [clips / "deeper"], tmp_path / "out", html=False)
    (silent,) = predict_files(Pretender(make_prediction), [clips / "deeper"], tmp_path / "out", html=False)
    assert told.decision == "happy, confidence 52 %, 19 of 30 votes"
    assert silent.decision == ""


def test_a_failing_file_stops_no_other(make_prediction, clips, tmp_path):
    pretender = Pretender(make_prediction, broken=("a.mp4",))
    results = predict_files(pretender, [clips, tmp_path / "gone.mp4"], tmp_path / "out")
    assert [bool(result.error) for result in results] == [False, True, False, True]
    assert results[1].error.count("a.mp4") == 1
    assert results[1].csv is None
    assert results[1].html is None
    assert "there is no such file" in results[3].error


def test_a_full_disk_is_one_sentence_and_leaves_nothing(make_prediction, clips, tmp_path, monkeypatch):
    def fail(self, path):
        path.write_text("time_s,ha")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Trace, "to_csv", fail)
    (result,) = predict_files(Pretender(make_prediction), [clips / "a.mp4"], tmp_path / "out")
    csv = tmp_path / "out" / "a.csv"
    assert result.error.startswith(f"{clips / 'a.mp4'}: {csv}: cannot be written (No space left on device); ")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_defect_of_ours_is_not_hidden(clips, tmp_path):
    def make(path):
        raise ZeroDivisionError("a defect")

    with pytest.raises(ZeroDivisionError, match="a defect"):
        predict_files(Pretender(make), [clips], tmp_path / "out")


def test_without_pages_only_csv_is_written(make_prediction, clips, tmp_path):
    (result,) = predict_files(Pretender(make_prediction), clips / "a.mp4", tmp_path / "out", html=False)
    assert result.html is None
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["a.csv"]


def test_a_second_time_overwrites_ours_and_spares_what_is_not(make_prediction, clips, tmp_path):
    out = tmp_path / "out"
    predict_files(Pretender(make_prediction), [clips], out)
    (out / "b.csv").write_text("time,label\n")
    results = predict_files(Pretender(make_prediction), [clips], out)
    assert [bool(result.error) for result in results] == [False, False, True]
    assert "is no result of emotrace" in results[2].error
    assert (out / "b.csv").read_text() == "time,label\n"


def test_settings_and_progress_are_handed_on(make_prediction, clips, tmp_path):
    pretender, calls = Pretender(make_prediction), []
    predict_files(
        pretender,
        [clips],
        tmp_path / "out",
        face=1,
        detector="x.onnx",
        progress=lambda *call: calls.append(call),
    )
    assert pretender.settings[0]["face"] == 1
    assert pretender.settings[0]["detector"] == "x.onnx"
    pretender.settings[1]["progress"](0.5, 1.0, "faces")
    assert calls[0] == (0.0, 3, "a.m4v")
    assert calls[-2] == (3, 3, "")
    assert calls[-1] == (1.5, 3, "a.mp4")


def test_no_paths_are_refused(tmp_path):
    with pytest.raises(InputError, match="paths is empty"):
        predict_files(Pretender(None), [], tmp_path)


def test_an_output_folder_that_is_a_file_is_refused(tmp_path):
    (file := tmp_path / "out").touch()
    with pytest.raises(DataError, match="cannot be made a folder"):
        predict_files(Pretender(None), [tmp_path], file)


def test_an_output_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(DataError, match="is not writable"):
        predict_files(Pretender(None), [tmp_path], tmp_path)
