"""The AVEC 2016 adapter on a small corpus with every quirk, and with every fault."""

import numpy as np
import pytest

from emotrace import corpora
from emotrace.corpora.adapters.avec2016 import read_gold, step_series
from emotrace.errors import DataError


def test_whole_corpus(tmp_path, write_avec):
    corpus = corpora.read("avec2016", write_avec(tmp_path / "AVEC2016"))
    assert [r.name for r in corpus.recordings] == ["train_1", "train_2", "dev_1", "dev_2", "test_1", "test_2"]
    assert [r.partition for r in corpus.recordings] == ["train"] * 2 + ["development"] * 2 + ["test"] * 2
    assert [r.subject for r in corpus.recordings] == [r.name for r in corpus.recordings]
    assert (corpus.name, corpus.dimensions, corpus.classes) == ("avec2016", ("arousal", "valence"), ())
    assert corpus.value_range == (-1.0, 1.0)
    assert corpus.skipped == ()
    assert corpus.warnings == tuple(
        f"{stem} has no gold standard; it can be predicted, not trained or evaluated on"
        for stem in ("test_1", "test_2")
    )
    first, last = corpus.recordings[0], corpus.recordings[-1]
    assert first.video.name == "train_1.mp4" and first.audio.name == "train_1.wav"
    assert last.gold == {} and last.ratings == {}
    assert list(first.ratings["valence"]) == ["FM1", "FM2", "FM3", "FF1", "FF2", "FF3"]


def test_label_at_zero_is_dropped_and_the_rest_moves_one_step(tmp_path, write_avec):
    gold = corpora.read("avec2016", write_avec(tmp_path, labels=7501)).recordings[0].gold["valence"]
    assert len(gold.values) == 7500
    np.testing.assert_allclose(gold.times_s, np.arange(7500) * 0.04, atol=1e-9)
    np.testing.assert_allclose(gold.values, np.arange(1, 7501) / 100 + 0.1, atol=1e-3)  # written with %g


def test_ratings_are_aligned_like_gold(tmp_path, write_avec):
    recording = corpora.read("avec2016", write_avec(tmp_path)).recordings[0]
    rater = recording.ratings["arousal"]["FF3"]
    np.testing.assert_array_equal(rater.times_s, recording.gold["arousal"].times_s)
    np.testing.assert_allclose(rater.values, recording.gold["arousal"].values + 0.05, atol=1e-9)


def test_one_bad_recording_does_not_stop_the_rest(tmp_path, write_avec):
    base = write_avec(tmp_path / "AVEC2016")
    gold = base / "ratings_gold_standard"
    (gold / "arousal" / "train_1.arff").write_text("@relation x\n")
    (gold / "valence" / "train_2.arff").unlink()
    (base / "recordings_video" / "dev_1.mp4").unlink()
    (base / "recordings_audio" / "dev_1.wav").unlink()
    (base / "ratings_individual" / "arousal" / "dev_2.csv").write_text("time;FM1 \n0;calm\n")
    (base / "recordings_video" / "train_9.mp4").touch()
    (gold / "arousal" / "train_all.arff").touch()
    corpus = corpora.read("avec2016", base)
    assert [recording.name for recording in corpus.recordings] == ["dev_2", "test_1", "test_2"]
    assert dict(corpus.skipped).keys() == {"train_1", "train_2", "train_9", "dev_1"}
    reasons = dict(corpus.skipped)
    assert "no @data line" in reasons["train_1"]
    assert "no gold standard of valence" in reasons["train_2"]
    assert "train_9 has no labels" in reasons["train_9"]
    assert "dev_1 has labels but neither video nor audio" in reasons["dev_1"]
    assert list(corpus.recordings[0].ratings) == ["valence"]
    warnings = "\n".join(corpus.warnings)
    assert "ratings of dev_2 are left out" in warnings and "line 2, column FM1: 'calm'" in warnings
    assert "train_all.arff is left out" in warnings


def test_modalities_and_scale_are_remarked(tmp_path, write_avec):
    base = write_avec(tmp_path, labels=120)
    (base / "recordings_audio" / "train_1.wav").unlink()
    corpus = corpora.read("avec2016", base)
    assert corpus.recordings[0].audio is None
    assert "train_1 has no audio file" in corpus.warnings
    assert any("arousal of train_1 is 0.01 to 1.19, outside -1 to 1" in text for text in corpus.warnings)


def test_ratings_without_gold_are_kept(tmp_path, write_avec):
    base = write_avec(tmp_path / "AVEC2016")
    (base / "ratings_gold_standard").rename(base / "somewhere_else")
    corpus = corpora.read("avec2016", base)
    assert len(corpus.recordings) == 6
    assert corpus.recordings[0].gold == {} and corpus.recordings[0].ratings
    assert corpus.dimensions == ("arousal", "valence")


def test_one_dimension_alone(tmp_path, write_avec):
    base = write_avec(tmp_path)
    for part in ("ratings_gold_standard", "ratings_individual"):
        (base / part / "valence").rename(base / f"{part}_old")
    corpus = corpora.read("avec2016", base)
    assert corpus.dimensions == ("arousal",)
    assert corpus.skipped == ()


def test_nothing_usable(tmp_path):
    for folder in ("recordings_video", "ratings_gold_standard"):
        (tmp_path / folder).mkdir()
    with pytest.raises(DataError, match=r"no recording that can be used.*no file is named train_<n>"):
        corpora.read("avec2016", tmp_path)
    (tmp_path / "recordings_video" / "train_1.mp4").touch()
    with pytest.raises(DataError, match=r"the first reason is: train_1 has no labels"):
        corpora.read("avec2016", tmp_path)


def gold_file(
    tmp_path, rows, attributes=("Instance_name string", "frameTime numeric", "GoldStandard numeric")
):
    path = tmp_path / "dev_1.arff"
    lines = ["@relation x", *(f"@attribute {text}" for text in attributes), "@data", *rows]
    path.write_text("\n".join(lines))
    return path


def test_gold_without_name_or_with_another_value_name(tmp_path):
    path = gold_file(tmp_path, ["0,1", "0.04,0.5"], ("time numeric", "arousal numeric"))
    assert read_gold(path).values.tolist() == [0.5]


@pytest.mark.parametrize(
    ("rows", "attributes", "message"),
    [
        (["dev_2,0,1", "dev_2,0.04,1"], None, "holds rows of dev_2; expected dev_1 only"),
        (["dev_1,0,1", "dev_1,0.04,?"], None, "no rated value"),
        (["dev_1,0,1"], None, "no label later than 0 s"),
        (["dev_1,0,1", "dev_1,0.5,1"], None, "a label every 0.5 s; expected one every 0.04 s"),
        (["dev_1,0.08,1", "dev_1,0.04,1"], None, "time goes from 0.08 to 0.04 s"),
        (
            ["0,1,2"],
            ("time numeric", "a numeric", "b numeric"),
            "numeric attributes time, a, b; expected frameTime",
        ),
        (["0,1"], ("a numeric", "b numeric"), "expected frameTime and GoldStandard"),
    ],
)
def test_broken_gold(tmp_path, rows, attributes, message):
    path = gold_file(tmp_path, rows, attributes) if attributes else gold_file(tmp_path, rows)
    with pytest.raises(DataError, match=message):
        read_gold(path)


def test_missing_values_stay_missing(tmp_path):
    times = np.array([0, 0.04, 0.08, 0.12])
    series = step_series(times, np.array([0, np.nan, 1, 2]), tmp_path)
    np.testing.assert_array_equal(series.values, [np.nan, 1, 2])
    assert series.times_s.tolist() == [0.0, 0.04, 0.08]


def test_what_the_demo_writes_is_read_back(tmp_path):
    from emotrace.demo.layout import gold_text, ratings_text, recording_files

    ratings = np.linspace(-0.5, 0.5, 6 * 51).reshape(6, 51)
    files = recording_files("train_1")
    for key, path in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        text = gold_text("train_1", ratings[0]) if key.startswith("gold") else ratings_text(ratings)
        (tmp_path / path).write_bytes(text.encode() if key.startswith(("gold", "ratings")) else b"")
    corpus = corpora.read("avec2016", tmp_path)
    assert (corpus.skipped, corpus.warnings) == ((), ())
    (recording,) = corpus.recordings
    np.testing.assert_allclose(recording.gold["arousal"].values, ratings[0, 1:], atol=1e-6)
    np.testing.assert_allclose(recording.ratings["valence"]["FF3"].values, ratings[5, 1:], atol=1e-6)
    np.testing.assert_allclose(recording.gold["arousal"].times_s, np.arange(50) * 0.04, atol=1e-9)
