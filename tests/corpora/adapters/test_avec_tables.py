"""Features, physiology and frame times beside AVEC's recordings, and the forms of 2015 and 2018."""

import numpy as np
import pytest

from corpus_writers.avec2016 import put, write_2015, write_2018
from emotrace import corpora
from emotrace.errors import DataError


def test_frame_times(tmp_path, write_avec):
    base = write_avec(tmp_path)
    put(base / "recordings_video_frame_time" / "dev_1.csv", "frame;time\n1;0.04\n2;0.04\n")
    corpus = corpora.read("avec2016", base)
    times_s = corpus.recordings[0].frame_times_s
    np.testing.assert_allclose(times_s, np.delete(np.arange(26) * 0.04, 10), atol=1e-9)
    assert corpus.recordings[2].frame_times_s is None
    assert any("broken file" in text and "goes from 0.04 to 0.04 s" in text for text in corpus.warnings)


def test_tables_are_named_by_their_folders(tmp_path, write_avec):
    recording = corpora.read("avec2016", write_avec(tmp_path)).recordings[-1]
    assert sorted(recording.tables) == [
        "features_audio.arousal",
        "features_audio.valence",
        "features_ecg.arousal",
        "features_ecg.valence",
        "features_video_face_bounding_box",
        "recordings_physio",
        "recordings_physio.filtered",
    ]
    assert {name for name, one in recording.tables.items() if one.kind == "signal"} == {
        "recordings_physio",
        "recordings_physio.filtered",
    }
    audio = recording.tables["features_audio.valence"].read()
    np.testing.assert_allclose(audio.times_s, np.arange(25) * 0.04, atol=1e-9)  # as the labels are
    assert audio.columns == ("f0", "f1")
    np.testing.assert_allclose(audio.values[:3, 0], [0.12, 0.12, 0.12])  # rows 1, 2 and 3 of the file
    ecg = recording.tables["features_ecg.arousal"].read()
    assert np.isnan(ecg.values[::2, 0]).all() and np.isfinite(ecg.values[1::2]).all()
    boxes = recording.tables["features_video_face_bounding_box"].read()
    assert boxes.times_s[0] == 0 and len(boxes.times_s) == 26  # of frames, not of labels
    assert boxes.values[:5].sum() == 0 and boxes.values[5].tolist() == [8, 4, 32, 32]
    physio = recording.tables["recordings_physio"].read()
    assert physio.columns == ("EDA", "ECG") and physio.times_s[1] == 0.004
    filtered = recording.tables["recordings_physio.filtered"].read()
    np.testing.assert_array_equal(filtered.values[:, 0], [0.1, np.nan, 0.3])
    np.testing.assert_allclose(filtered.times_s, [0, 0.004, 0.008])


def test_avec_2015(tmp_path):
    corpus = corpora.read("avec2016", write_2015(tmp_path))
    assert [one.name for one in corpus.recordings] == ["train_1", "train_2", "dev_1"]
    tables = corpus.recordings[0].tables
    assert list(tables) == ["features_audio", "features_ecg", "features_eda", "recordings_physio"]
    assert tables["features_ecg"].read().columns == ("f0",)
    assert tables["recordings_physio"].read().columns == ("EDA", "HR")
    assert (
        "features left out, for their names are not train_<n> or such: 1 (train_all.arff)" in corpus.warnings
    )


@pytest.mark.parametrize("asked", [".", "..", "baseline_features", "baseline_features/labels/gs_1/arousal"])
def test_avec_2018(tmp_path, asked):
    base = write_2018(tmp_path / "recola" / "raw")
    corpus = corpora.read("avec2016", (base / asked).resolve())
    assert [one.name for one in corpus.recordings] == ["train_1", "dev_1", "test_1"]
    first = corpus.recordings[0]
    assert first.audio == base / "recordings_audio" / "train_1.wav"
    assert list(first.gold) == list(first.ratings) == ["arousal", "valence"]
    assert list(first.tables) == [
        "features_audio.egemapsfunct.3.0_0.4",
        "features_audio.egemapsfunct.4.0_0.4",
        "features_physio.hrhrv.2.0_0.4",
    ]
    audio = first.tables["features_audio.egemapsfunct.4.0_0.4"].read()
    np.testing.assert_allclose(audio.times_s, [0, 0.4, 0.8])
    without_time = first.tables["features_physio.hrhrv.2.0_0.4"].read()
    np.testing.assert_allclose(without_time.times_s, [0, 0.4, 0.8])
    assert "folders of features that are not read: 1 (eGeMAPSfunct/Norm)" in corpus.warnings


def test_tables_that_cannot_be_listed_do_not_stop_the_rest(tmp_path, write_avec, monkeypatch):
    base = write_avec(tmp_path)
    closed = {base / "features_audio", base / "features_ECG" / "valence", base / "recordings_physio"}
    refuse_to_list(monkeypatch, closed)
    corpus = corpora.read("avec2016", base)
    assert sorted(corpus.recordings[0].tables) == ["features_ecg.arousal", "features_video_face_bounding_box"]
    assert sum("cannot be listed (Permission denied)" in text for text in corpus.warnings) == 3


def test_labels_that_cannot_be_listed_are_an_error(tmp_path, write_avec, monkeypatch):
    base = write_avec(tmp_path)
    refuse_to_list(monkeypatch, {base / "ratings_individual" / "valence"})
    with pytest.raises(DataError, match=r"ratings_individual/valence cannot be listed \(Permission denied\)"):
        corpora.read("avec2016", base)


def refuse_to_list(monkeypatch, closed):
    listed = type(next(iter(closed))).iterdir

    def iterdir(folder):
        if folder in closed:
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr("pathlib.Path.iterdir", iterdir)
