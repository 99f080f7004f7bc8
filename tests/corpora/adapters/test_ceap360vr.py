"""The CEAP-360VR adapter: people named three ways, tables in their time, no leak of a target, faults."""

import gzip
import json
import pickle

import numpy as np
import pytest

from corpus_writers import ceap360vr as writer
from emotrace import corpora
from emotrace.corpora.adapters.ceap360vr import json_files, tables
from emotrace.errors import DataError


def test_one_recording_per_person_and_video(tmp_path, monkeypatch):
    loads = []
    load = json_files._load
    monkeypatch.setattr(json_files, "_load", lambda path: loads.append(path.name) or load(path))
    corpus = corpora.read("ceap360vr", writer.write(tmp_path))
    assert len(loads) == len(set(loads)) == 2  # once per person, and no table
    assert [one.name for one in corpus.recordings] == ["P2_V1", "P2_V2", "P10_V1", "P10_V2"]
    assert (corpus.value_range, corpus.skipped) == ((1.0, 9.0), ())
    one = corpus.recordings[-1]
    assert (one.subject, one.attributes, one.session) == ("P10", {"stimulus": "V2"}, None)
    assert one.gold["arousal"].values.tolist() == [2.0] * 300
    assert one.ratings["valence"]["self"] is one.gold["valence"]
    assert list(one.tables) == ["pupil", "head", "windows"]


def test_tables_lie_in_time(tmp_path):
    corpus = corpora.read("ceap360vr", writer.write(tmp_path))
    one = corpus.recordings[-1]
    pupil, head, windows = (pickle.loads(pickle.dumps(table)).read() for table in one.tables.values())
    assert [table.kind for table in one.tables.values()] == ["signal", "signal", "feature"]
    assert pupil.columns == ("LPD", "PD_Mean") and np.isnan(pupil.values[0, 1])
    np.testing.assert_allclose(pupil.times_s, one.gold["valence"].times_s, atol=0.0006)  # rounded to ms there
    assert head.columns == ("Pitch", "Yaw") and head.values[:2].tolist() == [[-1, 2], [-2, 4]]
    np.testing.assert_allclose(head.times_s, np.arange(49) / 5)
    assert windows.times_s.tolist() == [0.0, 5.0] and windows.values[:, 1].tolist() == [0.25, 1.25]
    assert windows.values[0, 0] == 0.1  # of person 10: "0.10"


def test_no_target_is_a_feature(tmp_path):
    corpus = corpora.read("ceap360vr", writer.write(tmp_path))
    assert corpus.recordings[0].tables["windows"].read().columns == ("EDA_Mean", "HR_Mean")
    (warning,) = corpus.warnings
    assert "columns PUPIL_Mean, PUPILEMO_Std of windows_5s.csv are left out: they take 125 rows" in warning


def test_real_data(shared_data):
    corpus = corpora.read("ceap360vr", shared_data / "ceap360vr")
    assert len(corpus.recordings) == 256 and corpus.skipped == ()
    assert len({one.subject for one in corpus.recordings}) == 32
    header = (shared_data / "ceap360vr" / "windows_5s.csv").read_text().splitlines()[0].split(",")
    targets = {name for name in header if name[:2] in ("V_", "A_", "SA") and name != "SA"} - {"Saccade"}
    targets = {name for name in targets if not name.startswith("Saccade")}
    targets |= {name for name in header if name.startswith(("Valence", "Arousal"))}
    assert len(targets) == 13
    one = corpus.recordings[8]
    windows, head = one.tables["windows"].read(), one.tables["head"].read()
    assert not targets & set(windows.columns) and len(windows.columns) == 43
    assert windows.values.shape == (12, 43) and windows.times_s[-1] == 55
    # The windows' own means of pitch say where the head's rows lie in time; the trace is resampled.
    means = [
        head.values[(head.times_s >= t) & (head.times_s < t + 5), 0].mean() for t in windows.times_s[:11]
    ]
    np.testing.assert_allclose(means, windows.values[:11, windows.columns.index("HM_Pitch_Mean")], atol=0.05)


def test_missing_and_second_files(tmp_path):
    root = writer.write(tmp_path)
    (root / "pupil" / "P2_PD_ProcessedData.json.gz").unlink()
    (root / "windows_5s.csv").unlink()
    (root / "annotations" / "P10_Annotation_FrameData.json.gz").rename(root / "old.gz")
    annotations = root / "annotations" / "P2_Annotation_FrameData.json.gz"
    (root / "annotations" / "P02_Annotation_FrameData.json").write_bytes(
        gzip.decompress(annotations.read_bytes())
    )
    (root / "annotations" / "Somebody_Annotation_FrameData.json.gz").touch()
    corpus = corpora.read("ceap360vr", root)
    assert [one.name for one in corpus.recordings] == ["P2_V1", "P2_V2"]
    text = "\n".join(corpus.warnings)
    assert "windows_5s.csv is not there" in text
    assert "has no table pupil: 2 (P2_V1, P2_V2)" in text
    assert "pupil or head traces without annotations are left out: 1 (P10)" in text
    assert "second files of a person are left out" in text and "named otherwise than P<n>_" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"ParticipantID": "7", "x": [{"VideoID": "V1"}]}, "holds data of P7; expected P2"),
        (
            {"ParticipantID": "2", "x": [{"VideoID": "V1"}, {"VideoID": 1}]},
            "holds the VideoID 1; expected V1",
        ),
        ({"ParticipantID": "2", "x": []}, "holds no VideoID"),
    ],
)
def test_broken_person(tmp_path, content, message):
    root = writer.write(tmp_path)
    writer.dump(root / "annotations" / "P2_Annotation_FrameData.json.gz", content)
    corpus = corpora.read("ceap360vr", root)
    assert message in dict(corpus.skipped)["P2"] and len(corpus.recordings) == 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (None, "holds no TimeStamp_Valence_Arousal of V1"),
        ([{"TimeStamp": 0, "Valence": 5}], "expected rows of TimeStamp, Valence and Arousal"),
        ([{"TimeStamp": 0, "Valence": "5", "Arousal": 5}], "holds '5' in Valence; expected numbers"),
        ([{"TimeStamp": 0, "Valence": None, "Arousal": None}], "holds no value of V1"),
        (
            [{"TimeStamp": t, "Valence": 5, "Arousal": 5} for t in (1, 0)],
            "TimeStamp of V1 goes from 1 to 0 s",
        ),
    ],
)
def test_broken_video(tmp_path, rows, message):
    root = writer.write(tmp_path)
    fine = [{"TimeStamp": 0.0, "Valence": 5, "Arousal": 5}]
    videos = [{"VideoID": "V1", "TimeStamp_Valence_Arousal": rows}]
    videos.append({"VideoID": "V2", "TimeStamp_Valence_Arousal": fine})
    writer.dump(root / "annotations" / "P2_Annotation_FrameData.json.gz", {"ParticipantID": "2", "v": videos})
    corpus = corpora.read("ceap360vr", root)
    assert message in dict(corpus.skipped)["P2_V1"]
    assert [one.name for one in corpus.recordings] == ["P2_V2", "P10_V1", "P10_V2"]


def test_broken_tables(tmp_path):
    root = writer.write(tmp_path)
    pupil = root / "pupil" / "P2_PD_ProcessedData.json.gz"
    with pytest.raises(DataError, match="holds nothing of V9; it has V1, V2"):
        tables.read_pupil(pupil, "V9", 0.04)
    writer.dump(pupil, {"v": [{"VideoID": "V1", "LPD": [1, 2], "RPD": [1]}]})
    with pytest.raises(DataError, match="unequal length: LPD 2, RPD 1"):
        tables.read_pupil(pupil, "V1", 0.04)
    with pytest.raises(DataError, match="holds no ID_Pitch_Yaw of V1"):
        tables.read_head(pupil, "V1")
    with pytest.raises(DataError, match="has no row of P3 and V1"):
        tables.read_windows(root / "windows_5s.csv", "P3", "V1")
    pupil.write_bytes(gzip.compress(json.dumps({}).encode())[:-9])
    with pytest.raises(DataError, match=r"cannot be read .*copy it again"):
        tables.read_pupil(pupil, "V1", 0.04)
    pupil.write_bytes(gzip.compress(b"{"))
    with pytest.raises(DataError, match="is no JSON"):
        tables.read_pupil(pupil, "V1", 0.04)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("EDA_Mean,VID,win\n1,1,0\n", "has no column pid"),
        ("Valence_Mean,pid,VID,win\n1,2,1,0\n", "has no column of features"),
    ],
)
def test_broken_windows_are_left_out(tmp_path, text, message):
    root = writer.write(tmp_path)
    (root / "windows_5s.csv").write_text(text)
    corpus = corpora.read("ceap360vr", root)
    assert len(corpus.recordings) == 4
    assert any("windows_5s.csv is left out" in one and message in one for one in corpus.warnings)


def test_as_published(tmp_path):
    root = writer.write(tmp_path / "CEAP-360VR")
    whole = corpora.read("ceap360vr", root)
    (root / "3_AnnotationData").mkdir()
    (root / "annotations").rename(root / "3_AnnotationData" / "Frame")
    (root / "4_BehaviorData").mkdir()
    (root / "head" / "HM_ScanPath").rename(root / "4_BehaviorData" / "HM_ScanPath")
    (root / "windows_5s.csv").unlink()
    for path in (*(root / "3_AnnotationData" / "Frame").iterdir(), *(root / "4_BehaviorData").glob("*/*")):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    corpus = corpora.read("ceap360vr", root / "3_AnnotationData" / "Frame")
    assert [one.name for one in corpus.recordings] == [one.name for one in whole.recordings]
    assert [list(one.tables) for one in corpus.recordings] == [["pupil", "head"]] * 4
    assert corpus.recordings[0].tables["head"].read().values[0].tolist() == [-1, 2]
