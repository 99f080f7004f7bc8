"""The CASE adapter: alignment of physiology and joystick, its other forms, and faults."""

import pickle

import numpy as np
import pytest

from corpus_writers import case as writer
from emotrace import corpora
from emotrace.corpora.adapters.case.physiology import SIGNALS, first_time_ms, read_raw, to_unit
from emotrace.corpora.adapters.case.sorted_rows import read_header, rows_between
from emotrace.corpora.adapters.case.stimuli import CONTENTS, Schedule
from emotrace.errors import ConfigError, DataError


def test_one_recording_per_subject_and_stimulus(tmp_path):
    corpus = corpora.read("case", writer.write(tmp_path))
    names = [f"sub_{s}_vid_{v}" for s in (1, 2, 10) for v in (5, 1)]
    assert [one.name for one in corpus.recordings] == names
    assert (corpus.dimensions, corpus.value_range, corpus.skipped) == (("arousal", "valence"), (0.5, 9.5), ())
    first = corpus.recordings[0]
    assert (first.subject, first.session, first.partition) == ("sub_1", None, None)
    assert first.attributes == {"stimulus": "5", "content": "relaxing"}
    assert list(first.ratings["valence"]) == ["self"]
    assert first.ratings["valence"]["self"] is first.gold["valence"]
    np.testing.assert_allclose(first.gold["arousal"].values, 5.35)
    assert corpus.warnings == (
        "start and end clips and blue screens are left out: 3 (sub_1, sub_2, sub_10)",
        "some of the 8 stimuli are missing: 3 (sub_1, sub_2, sub_10)",
    )


def test_physiology_and_joystick_keep_their_common_clock(tmp_path):
    corpus = corpora.read("case", writer.write(tmp_path))
    for one in corpus.recordings:
        table = one.tables["physiology"]
        assert table.kind == "signal"
        read = pickle.loads(pickle.dumps(table)).read()
        assert read.columns == SIGNALS
        video = int(one.attributes["stimulus"])
        # ecg is the time in the session in ms, valence 4.75 + that time in s: both say the same zero.
        zero_s = read.values[0, 0] / 1000
        np.testing.assert_allclose(read.times_s, read.values[:, 0] / 1000 - zero_s, atol=1e-9)
        valence = one.gold["valence"]
        np.testing.assert_allclose(valence.times_s, valence.values - 4.75 - zero_s, atol=1e-9)
        shown = [writer.video_at(t) for t in read.values[:, 0]]
        assert set(shown) == {video}
        assert read.times_s[0] == 0
        assert writer.video_at(read.values[-1, 0] + 1) != video  # up to the last row of the stimulus


def test_non_interpolated_and_raw_are_fallbacks(tmp_path):
    uneven = corpora.read("case", writer.write(tmp_path / "a", "non-interpolated"))
    assert len(uneven.recordings) == 6 and "uneven times" in uneven.warnings[0]
    raw = corpora.read("case", writer.write_raw(tmp_path / "b"))
    assert [one.name for one in raw.recordings] == [f"sub_{s}_vid_{v}" for s in (1, 2) for v in (5, 1)]
    assert "data/interpolated is to be preferred" in raw.warnings[0]
    one = raw.recordings[0]
    np.testing.assert_allclose(one.gold["valence"].values, 0.5)
    np.testing.assert_allclose(one.gold["arousal"].values, 9.5)
    # Shown from 350 ms on; the joystick's rows are at 3, 53, ... ms of the session, the signals' at half ms.
    np.testing.assert_allclose(one.gold["valence"].times_s, [0.003, 0.053, 0.103, 0.153], atol=1e-9)
    read = one.tables["physiology"].read()
    np.testing.assert_allclose(read.times_s[:2], [0.0005, 0.0015], atol=1e-9)
    assert len(read.times_s) == 175
    expected = [1.0, 2.834, 1.2, 2.836, 31.938, 100.0, 100.0, 0.0]
    np.testing.assert_allclose(read.values[7], expected, atol=1e-9)


def test_raw_units_of_the_corpus_page():
    volts = np.array([2.0, 3.0])
    for name, expected in {
        "ecg": (volts - 2.8) / 50 * 1000,
        "bvp": 58.962 * volts - 115.09,
        "gsr": 24 * volts - 49.2,
        "rsp": 58.923 * volts - 115.01,
        "skt": 21.341 * volts - 32.085,
        "emg_zygo": (volts - 2.0) / 4000 * 1e6,
    }.items():
        np.testing.assert_allclose(to_unit(name, volts), expected, atol=1e-9)


def test_all_eight_stimuli_have_a_content():
    assert list(CONTENTS) == list(range(1, 9))
    kinds = ("amusing", "boring", "relaxing", "scary")
    assert (
        [CONTENTS[video] for video in (1, 3, 5, 7)] == [CONTENTS[video] for video in (2, 4, 6, 8)] == [*kinds]
    )


def test_form_is_chosen(tmp_path):
    root = writer.write_raw(writer.write(tmp_path / "x", "non-interpolated").parent / "y")
    (root / "data" / "interpolated").mkdir()
    assert len(corpora.read("case", root, form="raw").recordings) == 4
    with pytest.raises(ConfigError, match=r"form is 'interpolated'; .* holds raw, choose one"):
        corpora.read("case", root, form="interpolated")


def test_epic_by_scenario_and_fold(tmp_path):
    root = writer.write_epic(tmp_path)
    corpus = corpora.read("case", root)
    assert [one.name for one in corpus.recordings] == ["sub_1_vid_7_train", "sub_1_vid_7_test"]
    train, test = corpus.recordings
    assert (train.partition, test.partition, test.gold) == ("train", "test", {})
    assert train.gold["valence"].values.tolist() == [5.5] * 4
    read = test.tables["physiology"].read()
    assert read.times_s[0] == 0 and read.values[0, 0] == 300 and read.columns == ("ecg", "skt")
    text = "\n".join(corpus.warnings)
    assert (
        "test annotations are kept back" in text and "subjects in more than one partition: 1 (sub_1)" in text
    )
    folded = corpora.read("case", root, scenario="2", fold=1)
    assert [one.name for one in folded.recordings] == ["sub_3_vid_9_train", "sub_3_vid_9_test"]
    with pytest.raises(ConfigError, match="scenario is '4'; expected one of 1, 2"):
        corpora.read("case", root, scenario="4")
    with pytest.raises(ConfigError, match=r"fold is '0' but .*scenario_1 has no folds"):
        corpora.read("case", root, scenario="1", fold="0")


def test_epic_annotations_of_a_test_part_count_from_its_physiology(tmp_path):
    root = writer.write_epic(tmp_path)
    path = root / "scenario_1" / "test" / "annotations" / "sub_1_vid_7.csv"
    path.write_text(path.read_text().replace("-1,-1", "2,3"))
    (root / "scenario_1" / "train" / "annotations" / "notes.csv").write_text("time,valence,arousal\n0,1,1\n")
    corpus = corpora.read("case", root)
    test = corpus.recordings[1]
    np.testing.assert_allclose(test.gold["valence"].times_s, [0.1, 0.15])  # 400 and 450 of 300 ms on
    assert "is not named sub_<n>_vid_<m>.csv" in dict(corpus.skipped)["notes_train"]
    (root / "scenario_1" / "train" / "physiology" / "sub_1_vid_7.csv").write_text("time,ecg\nsoon,1\n")
    path.unlink()
    corpus = corpora.read("case", root)
    assert "line 2 begins with 'soon'" in dict(corpus.skipped)["sub_1_vid_7_train"]
    assert corpus.recordings[0].name == "sub_1_vid_7_test" and not corpus.recordings[0].gold


def test_faults_of_one_subject_do_not_stop_the_others(tmp_path):
    root = writer.write(tmp_path)
    annotations = root / "data" / "interpolated" / "annotations"
    (annotations / "sub_1.csv").write_text(f"{writer.ANNOTATIONS}\n0,5,5,1\n50,5,5,11\n100,5,5,1\n")
    (annotations / "sub_10.csv").unlink()
    (annotations / "sub_3.csv").write_text(f"{writer.ANNOTATIONS}\n0,5,5,11\n50,5,?,12\n")
    (annotations / "sub_4.csv").write_text(f"{writer.ANNOTATIONS}\n0,5,5,2\n50,5,?,2\n")
    (annotations / "sub_four.csv").touch()
    corpus = corpora.read("case", root)
    assert [one.name for one in corpus.recordings] == ["sub_2_vid_5", "sub_2_vid_1", "sub_4_vid_2"]
    assert np.isnan(corpus.recordings[-1].gold["arousal"].values[1])
    reasons = dict(corpus.skipped)
    assert "shows video 1 more than once, first in line 2" in reasons["sub_1"]
    assert "sub_10.csv has no annotations" in reasons["sub_10"]
    assert "has no row of the videos 1 to 8" in reasons["sub_3"]
    text = "\n".join(corpus.warnings)
    assert "files with odd names are left out: 1 (sub_four.csv)" in text
    assert "labels but neither media nor tables, can be checked but not prepared: 1 (sub_4_vid_2)" in text


def test_faults_of_physiology(tmp_path):
    root = writer.write(tmp_path)
    corpus = corpora.read("case", root)
    table = corpus.recordings[0].tables["physiology"]
    lines = table.path.read_text().splitlines()
    table.path.write_text("\n".join([*lines[:400], lines[400].replace(",33,", ",warm,"), *lines[401:]]))
    with pytest.raises(DataError, match=r"sub_1.csv, line 401, column skt: 'warm' is not a number"):
        table.read()
    table.path.write_text("\n".join([*lines[:400], lines[400] + ",7", *lines[401:]]))
    with pytest.raises(DataError, match="line 401 has 11 cells; expected 10"):
        table.read()
    table.path.write_text("\n".join(line.replace("daqtime", "clock") for line in lines))
    with pytest.raises(DataError, match="expected daqtime or time first, then signals and video"):
        table.read()
    table.path.write_text("\n".join(lines[:300]))
    with pytest.raises(DataError, match="has no row of video 5 between 350 and 500 ms"):
        table.read()
    table.path.write_text("\n".join([lines[0], *(f"late{line}" for line in lines[1:])]))
    with pytest.raises(DataError, match=r"its first cell is 'late.*expected a time"):
        table.read()
    table.path.unlink()
    with pytest.raises(DataError, match="cannot be read"):
        table.read()


def test_faults_of_raw_files(tmp_path):
    root = writer.write_raw(tmp_path)
    joystick = root / "data" / "raw" / "annotations" / "sub1_joystick.txt"
    joystick.write_text("0.1\t5\n")
    corpus = corpora.read("case", root)
    assert "line 1 has 2 cells; expected time, X and Y" in dict(corpus.skipped)["sub_1"]
    with pytest.raises(DataError, match="has no row between 90 and 91 s"):
        read_raw(root / "data" / "raw" / "physiological" / "sub1_DAQ.txt", 90000, 91000)
    with pytest.raises(DataError, match="expected sub_7"):
        Schedule(root / "metadata").of(7)
    durations = root / "metadata" / "videos_duration.txt"
    durations.write_text('"video_name"\t"duration"\n"startVid"\t175\n')
    with pytest.raises(DataError, match="names 'bluVid', which has no duration"):
        Schedule(root / "metadata").of(1)
    durations.write_text("video_name\nstartVid\n")
    with pytest.raises(DataError, match="has one column; expected the name and the duration"):
        Schedule(root / "metadata")
    durations.unlink()
    with pytest.raises(DataError, match=r"videos_duration.txt cannot be read"):
        corpora.read("case", root)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n"])
def test_rows_are_found_as_reading_them_all_would(tmp_path, rng, newline):
    path = tmp_path / "sub_1.csv"
    times = np.cumsum(rng.integers(1, 300, 200))
    rows = [f"{t},{'?' if i % 7 == 0 else i}" for i, t in enumerate(times)]
    path.write_bytes(newline.join(["t,v", *rows]).encode())
    whole = np.array([[t, np.nan if i % 7 == 0 else i] for i, t in enumerate(times)], dtype=np.float64)
    for first, last in [(0, 1), (-5, 1e9), *rng.integers(0, times[-1] + 300, (60, 2)).tolist()]:
        found = rows_between(path, first, last, ["t", "v"])
        chosen = whole[(whole[:, 0] >= first) & (whole[:, 0] < last)]
        np.testing.assert_array_equal(found, chosen)


def test_headers_and_first_rows(tmp_path):
    with pytest.raises(DataError, match=r"none.csv cannot be read"):
        read_header(tmp_path / "none.csv", ",")
    with pytest.raises(DataError, match=r"none.csv cannot be read"):
        rows_between(tmp_path / "none.csv", 0, 1, ["t"])
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbftime ,ecg\r\n40,1\r\n")
    assert first_time_ms(path) == 40
    path.write_text("t,v\n0,1,\n1,2,\n")  # empty cells past the last column
    np.testing.assert_array_equal(rows_between(path, 0, 5, ["t", "v"]), [[0, 1], [1, 2]])
    path.write_text("t,v\n0,1,\n1\n")
    np.testing.assert_array_equal(rows_between(path, 0, 5, ["t", "v"]), [[0, 1], [1, np.nan]])


def test_epic_reads_the_scenario_and_fold_that_the_root_names(tmp_path):
    root = writer.write_epic(tmp_path)
    corpus = corpora.read("case", root / "scenario_2" / "fold_1")
    assert [one.name for one in corpus.recordings] == ["sub_3_vid_9_train", "sub_3_vid_9_test"]
    assert not any("names another" in text for text in corpus.warnings)
    second = corpora.read("case", root / "scenario_2")
    assert second.recordings[0].name == "sub_2_vid_8_train"
    other = corpora.read("case", root / "scenario_2" / "fold_1", scenario="1")
    assert other.recordings[0].name == "sub_1_vid_7_train"


def test_epic_files_without_a_partner(tmp_path):
    root = writer.write_epic(tmp_path)
    train, test = root / "scenario_1" / "train", root / "scenario_1" / "test"
    table = (test / "physiology" / "sub_1_vid_7.csv").read_text()
    (test / "physiology" / "sub_8_vid_7.csv").write_text(table)  # beside one that has annotations
    for path in (train / "physiology").iterdir():
        path.unlink()
    (train / "physiology").rmdir()
    corpus = corpora.read("case", root)
    names = ["sub_1_vid_7_train", "sub_1_vid_7_test", "sub_8_vid_7_test"]
    assert [one.name for one in corpus.recordings] == names and corpus.skipped == ()
    assert corpus.recordings[0].gold and not corpus.recordings[0].tables
    assert corpus.recordings[2].tables and not corpus.recordings[2].gold


def test_options_of_the_other_kind_of_copy_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="form is 'raw', but is an option of a copy of CASE itself"):
        corpora.read("case", writer.write_epic(tmp_path / "epic"), form="raw")
    root = writer.write(tmp_path / "case")
    for name in ("scenario", "fold"):
        with pytest.raises(ConfigError, match=f"{name} is '2', but is an option of EPiC 2023"):
            corpora.read("case", root, **{name: "2"})


def test_second_file_of_a_subject(tmp_path):
    root = writer.write(tmp_path)
    annotations = root / "data" / "interpolated" / "annotations"
    (annotations / "sub_01.csv").write_text(f"{writer.ANNOTATIONS}\n0,1,1,1\n50,1,1,1\n")
    corpus = corpora.read("case", root)
    assert "second files of a subject are left out, sub_01.csv is read: 1 (sub_1.csv)" in corpus.warnings
