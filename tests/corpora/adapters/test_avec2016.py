"""The AVEC 2016 adapter on a small corpus with every quirk, and with every fault."""

import numpy as np
import pytest

from corpus_writers.avec2016 import gold_text, put, ratings_text, six_ratings
from emotrace import corpora
from emotrace.corpora.adapters.avec2016.labels import read_gold
from emotrace.corpora.label_steps import step_series
from emotrace.errors import DataError


def test_whole_corpus(tmp_path, write_avec):
    corpus = corpora.read("avec2016", write_avec(tmp_path / "AVEC2016"))
    assert [r.name for r in corpus.recordings] == ["train_1", "train_2", "dev_1", "dev_2", "test_1", "test_2"]
    assert [r.partition for r in corpus.recordings] == ["train"] * 2 + ["development"] * 2 + ["test"] * 2
    assert [r.subject for r in corpus.recordings] == [r.name for r in corpus.recordings]
    assert (corpus.name, corpus.dimensions, corpus.classes) == ("avec2016", ("arousal", "valence"), ())
    assert corpus.value_range == (-1.0, 1.0)
    assert corpus.skipped == ()
    assert corpus.warnings == (
        "physiology without a column time, 250 Hz are taken: 6 (dev_1.csv, dev_2.csv, test_1.csv, ...)",
        "no gold standard, can be predicted but not trained or evaluated on: 2 (test_1, test_2)",
    )
    first, last = corpus.recordings[0], corpus.recordings[-1]
    assert first.video.name == "train_1.mp4" and first.audio.name == "train_1.wav"
    assert last.gold == {} and last.ratings == {}
    assert list(first.ratings["valence"]) == ["FM1", "FM2", "FM3", "FF1", "FF2", "FF3"]


def test_label_at_zero_is_dropped_and_the_rest_moves_one_step(tmp_path, write_avec):
    base = write_avec(tmp_path, features=False)  # one long recording is enough
    long = gold_text("train_1", np.arange(7501) / 100 + 0.1)
    put(base / "ratings_gold_standard" / "valence" / "train_1.arff", long)
    gold = corpora.read("avec2016", base).recordings[0].gold["valence"]
    assert len(gold.values) == 7500
    np.testing.assert_allclose(gold.times_s, np.arange(7500) * 0.04, atol=1e-9)
    np.testing.assert_allclose(gold.values, np.arange(1, 7501) / 100 + 0.1, atol=1e-3)  # written with %g


def test_ratings_are_aligned_like_gold(tmp_path, write_avec):
    recording = corpora.read("avec2016", write_avec(tmp_path)).recordings[0]
    rater = recording.ratings["arousal"]["FF3"]
    np.testing.assert_array_equal(rater.times_s, recording.gold["arousal"].times_s)
    np.testing.assert_allclose(rater.values, recording.gold["arousal"].values + 0.05, atol=1e-9)


def test_one_bad_recording_does_not_stop_the_rest(tmp_path, write_avec):
    base = write_avec(tmp_path / "AVEC2016", features=False)
    gold = base / "ratings_gold_standard"
    (gold / "arousal" / "train_1.arff").write_text("@relation x\n")
    (gold / "valence" / "train_2.arff").unlink()
    (base / "ratings_individual" / "valence" / "train_2.csv").unlink()
    (base / "ratings_individual_centred" / "valence" / "train_2.csv").unlink()
    (base / "recordings_video" / "dev_1.mp4").unlink()
    (base / "recordings_audio" / "dev_1.wav").unlink()
    (base / "ratings_individual" / "arousal" / "dev_2.csv").write_text("time;FM1 \n0;calm\n")
    (base / "ratings_individual_centred" / "arousal" / "dev_2.csv").unlink()
    (base / "recordings_video" / "train_9.mp4").touch()
    (gold / "arousal" / "train_all.arff").touch()
    corpus = corpora.read("avec2016", base)
    assert [recording.name for recording in corpus.recordings] == ["dev_1", "dev_2", "test_1", "test_2"]
    assert dict(corpus.skipped).keys() == {"train_1", "train_2", "train_9"}
    reasons = dict(corpus.skipped)
    assert "no @data line" in reasons["train_1"]
    assert "no gold standard of valence" in reasons["train_2"]
    assert "train_9 has no labels" in reasons["train_9"]
    assert not corpus.recordings[0].is_observed
    assert list(corpus.recordings[1].ratings) == ["valence"] and len(corpus.recordings[1].gold) == 2
    warnings = "\n".join(corpus.warnings)
    assert "labels but neither media nor tables, can be checked but not prepared: 1 (dev_1)" in warnings
    assert "ratings of dev_2 are left out" in warnings and "line 2, column FM1: 'calm'" in warnings
    assert "not train_<n>, dev_<n> or test_<n>: 1 (arousal/train_all.arff)" in warnings


def test_a_missing_gold_standard_is_made_of_the_raters(tmp_path, write_avec):
    base = write_avec(tmp_path)
    (base / "ratings_gold_standard" / "valence" / "train_2.arff").unlink()
    corpus = corpora.read("avec2016", base)
    assert corpus.skipped == ()
    np.testing.assert_allclose(
        corpus.recordings[1].gold["valence"].values, np.arange(1, 26) / 100 + 0.1 + 0.025, atol=1e-3
    )  # six raters 0.01 apart, the outer ones agreeing least
    assert "gold standard made of the raters by ccc_centring: 1 (train_2 valence)" in corpus.warnings


def test_modalities_and_scale_are_remarked(tmp_path, write_avec):
    base = write_avec(tmp_path, labels=120)
    (base / "recordings_audio" / "train_1.wav").unlink()
    corpus = corpora.read("avec2016", base)
    assert corpus.recordings[0].audio is None
    assert "no audio file: 1 (train_1)" in corpus.warnings
    assert "arousal leaves its scale of -1 to 1: 4 (train_1, train_2, dev_1, ...)" in corpus.warnings


def test_ratings_without_gold_make_one(tmp_path, write_avec):
    base = write_avec(tmp_path / "AVEC2016")
    (base / "ratings_gold_standard").rename(base / "somewhere_else")
    corpus = corpora.read("avec2016", base)
    assert len(corpus.recordings) == 6
    assert corpus.recordings[0].ratings and list(corpus.recordings[0].gold) == ["arousal", "valence"]
    assert corpus.recordings[-1].gold == {} and corpus.recordings[-1].ratings == {}
    assert corpus.dimensions == ("arousal", "valence")
    assert any(
        text.startswith("gold standard made of the raters by ccc_centring: 8 (") for text in corpus.warnings
    )


def test_individual_ratings_come_before_centred_ones(tmp_path, write_avec):
    base = write_avec(tmp_path)
    both = corpora.read("avec2016", base).recordings[0].ratings["arousal"]
    assert np.ptp([one.values.mean() for one in both.values()]) > 0.04
    for stem in ("train_1", "dev_2"):
        (base / "ratings_individual" / "arousal" / f"{stem}.csv").unlink()
    corpus = corpora.read("avec2016", base)
    centred = corpus.recordings[0].ratings["arousal"]
    assert np.ptp([one.values.mean() for one in centred.values()]) < 1e-5
    assert (
        "individual ratings are missing or broken, centred ones are taken: 2 (train_1 arousal, dev_2 arousal)"
        in corpus.warnings
    )


@pytest.mark.parametrize("fault", ["values", "raters", "length", "agreement"])
def test_centred_ratings_that_centring_does_not_give(tmp_path, write_avec, fault):
    base = write_avec(tmp_path)
    ratings = six_ratings(np.arange(26) / 100)
    if fault == "agreement":  # three raters turned over: their agreements sum to less than 0
        text = ratings_text(ratings * np.array([[1, -1, 1, -1, 1, -1]]).T)
        put(base / "ratings_individual" / "valence" / "dev_1.csv", text)
    else:
        text = ratings_text(ratings[:, :20] if fault == "length" else ratings)
        text = text.replace("FF3", "FF4") if fault == "raters" else text
        put(base / "ratings_individual_centred" / "valence" / "dev_1.csv", text)
    wanted = "centred ratings are not what CCC centring makes of the individual ones: 1 (dev_1 valence)"
    assert wanted in corpora.read("avec2016", base).warnings


def test_missing_raters_and_unequal_lengths_are_counted(tmp_path, write_avec):
    base = write_avec(tmp_path)
    individual = base / "ratings_individual"
    text = (individual / "arousal" / "train_2.csv").read_text()
    short = "\r\n".join(line.rpartition(";")[0] for line in text.splitlines()[:20])
    (individual / "arousal" / "train_2.csv").write_text(short)
    nothing = ratings_text(np.where(np.arange(6)[:, None] == 2, np.nan, six_ratings(np.arange(26) / 100)))
    put(individual / "valence" / "dev_1.csv", nothing.replace("nan", "?"))
    warnings = corpora.read("avec2016", base).warnings
    assert "ratings of arousal are missing of rater FF3: 1 (train_2)" in warnings
    assert "its ratings are not of one length: 1 (train_2)" in warnings
    assert "rater FM3 rated nothing of valence: 1 (dev_1)" in warnings


def test_one_dimension_alone(tmp_path, write_avec):
    base = write_avec(tmp_path)
    for part in ("ratings_gold_standard", "ratings_individual", "ratings_individual_centred"):
        (base / part / "valence").rename(base / f"{part}_old")
    corpus = corpora.read("avec2016", base)
    assert corpus.dimensions == ("arousal",)
    assert corpus.skipped == ()


def test_nothing_usable(tmp_path):
    for folder in ("recordings_video", "ratings_gold_standard"):
        (tmp_path / folder).mkdir()
    with pytest.raises(DataError, match=r"no recording that can be used, no file matched"):
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
    from emotrace.annotation import ccc_centring, centre_ratings
    from emotrace.demo.layout import frame_times_text, gold_text, ratings_text, recording_files

    ratings = np.linspace(-0.5, 0.5, 6 * 51).reshape(6, 51) / 3
    texts = {
        "frame_time": frame_times_text(50),
        "ratings": ratings_text(ratings),
        "centred": ratings_text(centre_ratings(ratings)),
        "gold": gold_text("train_1", ccc_centring(ratings)),
    }
    for key, path in recording_files("train_1").items():
        put(tmp_path / path, texts.get(key.replace("_arousal", "").replace("_valence", ""), ""))
    corpus = corpora.read("avec2016", tmp_path)
    assert (corpus.skipped, corpus.warnings) == ((), ())
    (recording,) = corpus.recordings
    np.testing.assert_allclose(recording.gold["arousal"].values, ccc_centring(ratings)[1:], atol=1e-6)
    np.testing.assert_allclose(recording.ratings["valence"]["FF3"].values, ratings[5, 1:], atol=1e-6)
    np.testing.assert_allclose(recording.gold["arousal"].times_s, np.arange(50) * 0.04, atol=1e-9)
    np.testing.assert_allclose(recording.frame_times_s, np.arange(50) * 0.04, atol=1e-9)


def test_the_demo_in_this_layout_does_not_pass_for_recola(tmp_path, write_avec):
    root = write_avec(tmp_path / "AVEC2016")
    (root / "demo.json").write_text("{}")
    assert corpora.read("avec2016", root).name == "demo corpus of made faces"
