"""The folders of the SEWA database: frames to times, subjects, unknown keys, and what is missing."""

import numpy as np
import pytest

from corpus_writers import sewa
from emotrace import corpora
from emotrace.corpora.adapters.sewa.frame_labels import parse_label_name, read_frame_labels
from emotrace.corpora.adapters.sewa.frame_rates import parse_frame_rates
from emotrace.corpora.adapters.sewa.metadata import read_metadata
from emotrace.errors import ConfigError, DataError


def read(root, **options):
    return corpora.read("sewa", root, **options)


def metadata(root, name, text):
    (root / name / "metadata.ini").write_text(text)


def test_whole_database(tmp_path):
    corpus = read(sewa.write_database(tmp_path / "sewa"))
    assert [one.name for one in corpus.recordings] == ["S01_P01", "S01_P02", "S02_P03"]
    assert [one.subject for one in corpus.recordings] == ["01", "02", "03"]
    assert [one.session for one in corpus.recordings] == ["1", "1", "2"]
    assert corpus.dimensions == ("arousal", "valence")
    first, _, last = corpus.recordings
    assert first.attributes == {"sex": "female", "age": "31", "culture": "German"}
    assert corpus.recordings[1].attributes["sex"] == "male"
    assert first.video.name == "S01_P01.avi" and first.audio.name == "S01_P01.wav"
    for one in (first, last):  # frames counted from 1, and from 0
        np.testing.assert_allclose(one.gold["valence"].times_s, np.arange(10) / 25)
        np.testing.assert_allclose(one.gold["valence"].values, np.arange(10) / 20 - 0.2, atol=1e-4)
    assert "holds no media and no labels" in dict(corpus.skipped)["S09_P09"]
    text = "\n".join(corpus.warnings)
    assert "valence as rated from sound (A): 3" in text and "no labels of liking: 3" in text
    assert "no metadata.ini: 1 (S09_P09)" in text


def test_frame_rate_from_the_option_where_metadata_says_nothing(tmp_path):
    root = sewa.write_database(tmp_path / "sewa", fps="")
    with pytest.raises(DataError, match=r"neither in metadata.ini nor given; expected the option fps"):
        read(root)
    metadata(root, "S01_P01", sewa.metadata_text("1", "01", "F", "25 fps"))
    corpus = read(root)
    assert [one.name for one in corpus.recordings] == ["S01_P01"]
    assert set(dict(corpus.skipped)) == {"S01_P02", "S02_P03", "S09_P09"}
    corpus = read(root, fps="20")
    steps = [one.gold["valence"].times_s[1] for one in corpus.recordings]
    np.testing.assert_allclose(steps, [0.04, 0.05, 0.05])
    rates = tmp_path / "rates.csv"
    rates.write_text("recording,fps\nS01_P02,12.5\n")
    corpus = read(root, fps=rates)
    assert [one.name for one in corpus.recordings] == ["S01_P01", "S01_P02"]
    assert any("frame rate outside 20 to 30 per second: 1 (S01_P02)" in text for text in corpus.warnings)


def test_which_ratings(tmp_path):
    root = sewa.write_database(tmp_path)
    for dimension in ("Valence", "Liking"):
        text = sewa.frames_text(10, shift=0.1)
        (root / "S01_P01" / f"S01_P01_{dimension}_AV_Aligned.csv").write_text(text)
    (root / "S01_P01" / "S01_P01_Valence_A.csv").write_text(sewa.frames_text(10, shift=0.5))
    corpus = read(root)
    assert corpus.recordings[0].gold["valence"].values[0] == pytest.approx(-0.2)  # most folders have A
    assert "liking" in corpus.recordings[0].gold and corpus.dimensions == ("arousal", "valence", "liking")
    text = "\n".join(corpus.warnings)
    assert "liking as rated from sound and picture (AV): 1 (S01_P01)" in text
    assert "second label files of one kind, not read: 1 (S01_P01/S01_P01_Valence_A.csv)" in text
    chosen = read(root, rated_from="av")
    assert [one.name for one in chosen.recordings] == ["S01_P01"]
    assert chosen.recordings[0].gold["valence"].values[0] == pytest.approx(0.1)
    assert "arousal" not in chosen.recordings[0].gold
    assert any("the range of the database's scale was not published" in text for text in chosen.warnings)


def test_label_files_of_other_names_in_a_folder(tmp_path):
    root = sewa.write_database(tmp_path / "SEWA")
    text = sewa.frames_text(10, shift=0.5)
    (root / "S01_P01" / "A copy_Valence_A_Aligned.csv").write_text(text)
    (root / "S01_P01" / "S01_P01_Valence_B_Aligned.csv").write_text(text)
    corpus = read(root)
    assert corpus.recordings[0].gold["valence"].values[0] == pytest.approx(-0.2)
    told = "\n".join(corpus.warnings)
    assert "second label files of one kind, not read: 1 (S01_P01/A copy_Valence_A_Aligned.csv)" in told
    assert "named like labels in an unknown way, not read: 1 (S01_P01/S01_P01_Valence_B_Aligned.csv)" in told


def test_labels_of_all_recordings_in_one_folder(tmp_path):
    root = sewa.write_database(tmp_path / "SEWA")
    names = [one.name for one in read(root).recordings]
    (root / "all").mkdir()
    for path in root.glob("S0?_P0?/**/*_A_Aligned.csv"):
        (root / "all" / path.name).write_bytes(path.read_bytes())
    corpus = read(root)
    assert [one.name for one in corpus.recordings] == names
    reason = dict(corpus.skipped)["all"]
    assert "all holds labels of several recordings, S0" in reason and "expected a folder for each" in reason


def test_several_raters_in_one_file(tmp_path):
    root = sewa.write_database(tmp_path)
    path = root / "S01_P01" / "S01_P01_Valence_A_Aligned.csv"
    path.write_text("Frame;r1;r2\n0;0.1;0.3\n1;0.2;?\n2;-0.1;0.1\n")
    one = read(root).recordings[0]
    assert list(one.ratings["valence"]) == ["r1", "r2"]
    assert one.gold["valence"].values[0] == pytest.approx(0.2)


def test_subjects(tmp_path):
    root = sewa.write_database(tmp_path)
    metadata(root, "S02_P03", "Subject ID = 01\nsession = 2\nFPS = 25\n")
    assert [one.subject for one in read(root).recordings] == ["1-01", "1-02", "2-01"]
    assert any("the same two subject numbers recur" in text for text in read(root).warnings)
    metadata(root, "S01_P02", "Subject = 77\nsession = 2\nFPS = 25\n")
    metadata(root, "S01_P01", "Subject = 5\nsession = 2\nFPS = 25\n")
    (root / "S03_P01").mkdir()
    metadata(root, "S03_P01", "Subject = 5\nsession = 3\nFPS = 25\n")
    (root / "S03_P01" / "S03_P01_Valence_A_Aligned.csv").write_text(sewa.frames_text(4))
    corpus = read(root)  # three numbers are people's own
    assert [one.subject for one in corpus.recordings] == ["5", "77", "01", "5"]
    metadata(root, "S01_P01", "fps = 25\n")
    metadata(root, "S01_P02", "nonsense without a sign [\n= 3\n")
    corpus = read(root, fps=25)
    assert [one.subject for one in corpus.recordings][:2] == ["S01_P01", "S01_P02"]
    text = "\n".join(corpus.warnings)
    assert "no single subject in metadata.ini, the folder counts as a person: 2 (S01_P01, S01_P02)" in text


def test_media_packed_or_twice(tmp_path):
    root = sewa.write_database(tmp_path)
    folder = root / "S01_P01"
    (folder / "S01_P01.avi").rename(folder / "S01_P01-Video.zip")
    (folder / "advert.wav").touch()
    corpus = read(root)
    assert corpus.recordings[0].video is None and corpus.recordings[0].audio.name == "S01_P01.wav"
    text = "\n".join(corpus.warnings)
    assert "video still packed in a zip file, unpack it: 1 (S01_P01)" in text
    assert "several audio files, the one named like the folder is taken: 1 (S01_P01)" in text


def test_one_broken_folder_does_not_stop_the_rest(tmp_path, monkeypatch):
    from emotrace.corpora import walk

    root = sewa.write_database(tmp_path)
    (root / "S01_P01" / "S01_P01_Valence_A_Aligned.csv").write_text("frame,value\n1,happy\n")
    listed = walk.list_folder

    def refuse(folder):
        if folder.name == "S02_P03":
            raise DataError(f"{folder} cannot be listed (Permission denied); check its permissions")
        return listed(folder)

    monkeypatch.setattr(walk, "list_folder", refuse)
    corpus = read(root)
    assert [one.name for one in corpus.recordings] == ["S01_P02"]
    reasons = dict(corpus.skipped)
    assert "line 2, column value: 'happy'" in reasons["S01_P01"] and "cannot be listed" in reasons["S02_P03"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("x_Valence_A_Aligned.csv", ("valence", "A")),
        ("x_Arousal_AV_Aligned.csv", ("arousal", "AV")),
        ("x_liking_v.csv", ("liking", "V")),
        ("Liking.csv", ("liking", "AV")),
        ("x_Valence_A_Aligned.txt", None),
        ("x_Valence_B_Aligned.csv", None),
    ],
)
def test_label_names(tmp_path, name, found):
    label = parse_label_name(tmp_path / name)
    assert (label and (label.dimension, label.shown)) == found


@pytest.mark.parametrize(
    ("text", "first_frame", "times"),
    [
        ("frame,v\n0,1\n1,1\n", None, [0, 0.05]),
        ("frame,v\n1,1\n2,1\n", None, [0, 0.05]),
        ("frame,v\n100,1\n101,1\n", 100, [0, 0.05]),
        ("frame,v\n100,1\n101,1\n", None, [5, 5.05]),
        ("Frame Number,v,time_s\n100,1,7\n101,1,7.5\n", None, [7, 7.5]),
    ],
)
def test_times_of_frames(tmp_path, text, first_frame, times):
    path = tmp_path / "x_Valence_A_Aligned.csv"
    path.write_text(text)
    np.testing.assert_allclose(read_frame_labels(path, 20, first_frame)["v"].times_s, times)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time,v\n0,1\n", r"has the columns time, v; expected one named frame, and one of values"),
        ("frame\n0\n", r"has the columns frame; expected one named frame"),
        ("frame,v\n1,1\n1,1\n", r"frame goes from 0 to 0 s"),
        ("frame,v\n1,?\n", r"has no rated value; expected numbers in v"),
    ],
)
def test_broken_labels(tmp_path, text, message):
    path = tmp_path / "x_Valence_A_Aligned.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read_frame_labels(path, 20)


@pytest.mark.parametrize("fps", ["fast", "0", "-25", "nan"])
def test_wrong_frame_rates(fps):
    with pytest.raises(ConfigError, match=r"fps is .*; expected a (positive )?number"):
        parse_frame_rates(fps)


def test_wrong_frame_rates_in_a_table(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("recording,fps\na,25\nb,0\n")
    with pytest.raises(ConfigError, match=r"line 3: fps is 0; expected a positive number"):
        parse_frame_rates(path)
    path.write_text("recording,rate\na,25\n")
    with pytest.raises(DataError, match="has no column fps"):
        parse_frame_rates(path)


def test_metadata_with_unknown_keys(tmp_path):
    path = tmp_path / "metadata.ini"
    path.write_text(
        "; made by hand\nfirst frame: 120\nSex = x\nSex=m\nvideo_file\n[a]\nSubjectNumber = 7\nRate = ?\n"
    )
    facts = read_metadata(path)
    assert (facts.subject, facts.first_frame, facts.fps) == ("7", 120, None)
    assert facts.attributes == {"sex": "male"}
    path.write_text("[First]\nSubject ID = 5\nSession = 2\n[Second]\nSubject ID = 9\nSession = 2\n")
    facts = read_metadata(path)
    assert facts.subject is None and facts.session == "2"  # of two people neither is taken
    path.write_text("[unclosed\n= 3\n")
    with pytest.raises(DataError, match=r"metadata.ini is no list of keys and values"):
        read_metadata(path)


@pytest.mark.parametrize("inside", [".", "sewa", "sewa/S01_P01", "sewa/S02_P03", "sewa/S02_P03/valence"])
def test_found_from_above_and_inside(tmp_path, inside):
    root = sewa.write_database(tmp_path / "downloads" / "sewa")
    corpus = read(tmp_path / "downloads" / inside)
    assert corpus.root == root and len(corpus.recordings) == 3
