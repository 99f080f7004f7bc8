"""SEWA in its forms for AVEC 2017, 2018 and 2019: labels, features, predictions, and real labels."""

import numpy as np
import pytest

from corpus_writers import sewa
from emotrace import corpora
from emotrace.corpora.adapters.sewa.challenge import read_labels
from emotrace.errors import ConfigError, DataError
from emotrace.metrics import ccc

REAL_LENGTHS = [1742, 1648, 975, 1753, 1648, 1753, 1750, 974, 1741, 1755, 1755, 1742, 1750, 1741]


def read(root, **options):
    return corpora.read("sewa", root, **options)


def test_avec2019(tmp_path):
    corpus = read(sewa.write(tmp_path / "AVEC2019"))
    assert [one.name for one in corpus.recordings] == [
        *(
            "Train_DE_01",
            "Train_DE_02",
            "Train_HU_01",
            "Devel_DE_01",
            "Devel_HU_01",
            "Test_CN_01",
            "Test_DE_01",
        )
    ]
    partitions = [one.partition for one in corpus.recordings]
    assert partitions == ["train"] * 3 + ["development"] * 2 + ["test"] * 2
    assert corpus.dimensions == ("arousal", "valence", "liking") and corpus.value_range == (-1.0, 1.0)
    first, last = corpus.recordings[0], corpus.recordings[-1]
    assert (
        first.attributes == {"culture": "German"}
        and corpus.recordings[2].attributes["culture"] == "Hungarian"
    )
    assert first.video.name == "Train_DE_01.avi" and first.audio.name == "Train_DE_01.wav"
    np.testing.assert_allclose(
        first.gold["valence"].times_s, np.arange(6) / 10
    )  # a label at t is of t to t + 0.1 s
    np.testing.assert_allclose(first.gold["valence"].values, np.sin(np.arange(6) + 1) / 2, atol=1e-6)
    assert last.gold == {} and set(last.tables) == set(first.tables)
    assert corpus.skipped == ()
    assert corpus.warnings == (
        "files with a name that is not of the challenge, not taken: 1 (labels/all.csv)",
        "folders with the columns of labels, so predictions, not read: 1 (predictions_svr)",
        "turns (who speaks when) are not read, recordings that have them: 7 (Devel_DE_01, Devel_HU_01, "
        "Test_CN_01, ...)",
        "cultures: 2 German in train, 1 Hungarian in train, 1 German in development, 1 Hungarian in "
        "development, 1 Chinese in test, 1 German in test",
        "no gold standard, can be predicted but not trained or evaluated on: 2 (Test_CN_01, Test_DE_01)",
    )


def test_features_with_and_without_header_go_on_after_the_labels(tmp_path):
    first = read(sewa.write(tmp_path)).recordings[0]
    assert set(first.tables) == {"visual_features", "audio_features_egemaps_xbow"}
    visual = first.tables["visual_features"].read()
    assert visual.columns == ("confidence", "AU01_r")
    assert visual.values.shape == (9, 2) and len(first.gold["arousal"].values) == 6
    bags = first.tables["audio_features_egemaps_xbow"].read()
    assert bags.columns == ("f1", "f2", "f3") and bags.values[2].tolist() == [2.0, 2.1, 2.2]
    np.testing.assert_allclose(bags.times_s, np.arange(8) / 10)


def test_avec2017(tmp_path):
    corpus = read(sewa.write_2017(tmp_path / "AVEC_17_Emotion_Sub-Challenge"))
    assert [one.name for one in corpus.recordings] == ["Train_01", "Train_02", "Devel_01", "Test_01"]
    one = corpus.recordings[0]
    assert one.attributes == {"culture": "German"} and one.video is None
    np.testing.assert_allclose(one.gold["liking"].values, np.sin(np.arange(6) + 2) / 2, atol=1e-6)
    assert set(one.tables) == {"audio_features_functionals_6s"}  # three columns, but its name says features
    text = "\n".join(corpus.warnings)
    assert "so predictions, not read: 1 (test_predictions)" in text
    assert "transcriptions (what is said) are not read, recordings that have them: 4" in text
    assert "cultures" not in text


def test_labels_alone_and_from_inside(tmp_path):
    sewa.write(tmp_path / "all")
    root = tmp_path / "AVEC"
    root.mkdir()
    (tmp_path / "all" / "labels").rename(root / "labels")
    corpus = read(root / "labels")
    assert corpus.root == root and len(corpus.recordings) == 5
    assert any("labels but neither media nor tables" in text for text in corpus.warnings)


def test_real_labels_and_predictions_that_are_no_features(shared_data):
    corpus = read(shared_data / "sewa_ces_devel_de")
    assert [len(one.gold["arousal"].values) for one in corpus.recordings] == REAL_LENGTHS
    assert {one.partition for one in corpus.recordings} == {"development"}
    assert all(one.tables == {} for one in corpus.recordings)
    lowest = min(series.values.min() for one in corpus.recordings for series in one.gold.values())
    highest = max(series.values.max() for one in corpus.recordings for series in one.gold.values())
    assert (round(lowest, 2), round(highest, 2)) == (-0.79, 0.99)
    assert any("so predictions, not read: 10 (deepspectrum, " in text for text in corpus.warnings)


def test_real_predictions_score_as_published(shared_data):
    root = shared_data / "sewa_ces_devel_de"
    gold, predicted = [], []
    for one in read(root).recordings:
        values = one.gold["arousal"].values
        gold.append(values)
        predicted.append(
            read_labels(root / "egemaps-func_STD" / f"{one.name}.csv")["arousal"].values[: len(values)]
        )
    assert round(ccc(np.concatenate(gold), np.concatenate(predicted)), 3) == 0.396


def test_missing_and_broken_files(tmp_path):
    root = sewa.write(tmp_path)
    labels = root / "labels"
    (labels / "Train_DE_01.csv").write_text(sewa.labels_text("Train_DE_02"))
    (labels / "Train_DE_02.csv").unlink()
    (labels / "Train_HU_01.csv").write_text(
        "name;timestamp;arousal\n'Train_HU_01';0.0;0.5\n'Train_HU_01';0.1;?\n"
    )
    (root / "video" / "Devel_DE_01.avi").unlink()
    (root / "audio" / "devel_de_01.wav").touch()
    (root / "audio" / "Devel_HU_01.wav").unlink()
    corpus = read(root)
    reasons = dict(corpus.skipped)
    assert "holds rows of Train_DE_02; expected Train_DE_01 only" in reasons["Train_DE_01"]
    assert "has no labels" in reasons["Train_DE_02"]
    found = {one.name: one for one in corpus.recordings}
    assert np.isnan(found["Train_HU_01"].gold["arousal"].values).tolist() == [False, True]
    text = "\n".join(corpus.warnings)
    assert "no labels of valence: 1 (Train_HU_01)" in text
    assert "no video file: 1 (Devel_DE_01)" in text and "no sound file: 1 (Devel_HU_01)" in text
    assert "second files of one recording, not taken: 1 (audio/devel_de_01.wav)" in text


def test_folders_that_are_no_features(tmp_path):
    root = sewa.write(tmp_path)
    for name, text in (
        ("subtitles", "0.0;1.2;hallo;A\n"),
        ("egemaps lld", "name;frameTime;F0\n'Train_DE_01';0.0;1\n"),
        ("features_svr", sewa.labels_text("Train_DE_01")),
        ("svr", sewa.labels_text("Train_DE_01", header=False)),
        ("empty", "\n"),
    ):
        (root / name).mkdir()
        (root / name / "Train_DE_01.csv").write_text(text)
    corpus = read(root)
    assert set(corpus.recordings[0].tables) == {
        "visual_features",
        "audio_features_egemaps_xbow",
        "egemaps-lld",
    }
    text = "\n".join(corpus.warnings)
    assert "so predictions, not read: 3 (features_svr, predictions_svr, svr)" in text
    assert "folders with files that are no features, not read: 2 (empty, subtitles)" in text


def test_a_folder_that_cannot_be_listed(tmp_path, monkeypatch):
    from emotrace.corpora import walk

    root = sewa.write(tmp_path)
    listed = walk.list_folder

    def refuse(folder):
        if folder.name == "audio":
            raise DataError(f"{folder} cannot be listed (Permission denied); check its permissions")
        return listed(folder)

    monkeypatch.setattr(walk, "list_folder", refuse)
    corpus = read(root)
    assert len(corpus.recordings) == 7 and corpus.recordings[0].audio is None
    assert any("left out: " in text and "cannot be listed" in text for text in corpus.warnings)


def test_labels_without_a_rated_value(tmp_path):
    root = sewa.write(tmp_path)
    for name in ("Train_DE_01", "Test_DE_01"):
        (root / "labels" / f"{name}.csv").write_text(f"{name};0;?;;nan\n{name};0.1;?;;nan\n")
    (root / "labels" / "Train_DE_02.csv").write_text("Train_DE_02;0;0.5;0.25;?\n")
    corpus = read(root)
    found = {one.name: one for one in corpus.recordings}
    assert found["Test_DE_01"].gold == {} and found["Test_DE_01"].tables  # can be predicted all the same
    assert list(found["Train_DE_02"].gold) == ["arousal", "valence"]
    assert "has no labels" in dict(corpus.skipped)["Train_DE_01"]
    assert any(text.startswith("no labels of liking: 3 (") for text in corpus.warnings)


def test_folders_nested_once_more_and_files_beside_them(tmp_path):
    root = sewa.write(tmp_path)
    for name in ("video", "visual_features"):
        (root / name).rename(root / "moved")
        (root / name).mkdir()
        (root / "moved").rename(root / name / name)
    (root / "audio" / "Train_DE_01.wav").rename(root / "Train_DE_01.wav")
    again = root / "visual_features" / "Train_DE_01.csv"
    again.write_text("name;frameTime;AU01_r\n'Train_DE_01';0.0;1\n")
    (root / "features" / "mfcc").mkdir(parents=True)
    (root / "features" / "mfcc" / "Train_DE_01.csv").write_text(again.read_text())
    corpus = read(root)
    first = corpus.recordings[0]
    assert first.video == root / "video" / "video" / "Train_DE_01.avi"
    assert first.audio == root / "Train_DE_01.wav"
    assert set(first.tables) == {"visual_features", "audio_features_egemaps_xbow", "features__mfcc"}
    assert first.tables["visual_features"].path == again
    text = "\n".join(corpus.warnings)
    assert "second files of one recording, not taken: 1 (visual_features/Train_DE_01.csv)" in text


def test_options_of_the_database_do_not_matter(tmp_path):
    corpus = read(sewa.write(tmp_path / "a"), fps="25")
    assert any("fps and rated_from are of the database only" in text for text in corpus.warnings)
    with pytest.raises(ConfigError, match=r"rated_from is 'X'; expected one of AV, A, V"):
        read(tmp_path / "a", rated_from="X")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "name;timestamp;mood\n'a';0;1\n",
            r"1 columns after the time, mood; expected arousal, valence, liking",
        ),
        (
            "a;0;1;2\na;0.1;1;2\n",
            r"2 columns after the time and no header; expected arousal, valence, liking",
        ),
        ("a;0;1;2;3\na;0.5;1;2;3\n", r"a label every 0.5 s; expected one every 0.1 s"),
        ("a;0.1;1;2;3\na;0;1;2;3\n", r"time goes from 0.1 to 0 s"),
    ],
)
def test_broken_labels(tmp_path, text, message):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read_labels(path)
