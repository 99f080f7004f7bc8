"""The RECOLA adapter on a small copy with every quirk, each also the wrong way round."""

import numpy as np
import pytest

from corpus_writers import recola
from corpus_writers.avec2016 import put, ratings_text, six_ratings
from emotrace import corpora
from emotrace.annotation import ccc_centring
from emotrace.errors import ConfigError, DataError


@pytest.fixture
def base(tmp_path):
    return recola.write(tmp_path / "RECOLA")


def read(root, **options):
    return corpora.read("recola", root, **options)


def emotional(base, dimension, subject="P16"):
    return base / "RECOLA-Annotation" / "emotional_behaviour" / dimension / f"{subject}.csv"


def test_whole_corpus(base):
    corpus = read(base)
    assert [one.name for one in corpus.recordings] == [one.subject for one in corpus.recordings]
    assert [one.name for one in corpus.recordings] == ["P16", "P17", "P19"]
    assert (corpus.dimensions, corpus.classes) == (("arousal", "valence"), ())
    assert corpus.value_range == (-1.0, 1.0)
    assert corpus.skipped == ()
    assert {one.partition for one in corpus.recordings} == {None}
    assert corpus.warnings == (
        "social behaviour (agreement, dominance, engagement, performance, rapport) is not read; name it to "
        "read it, as in --option dimensions=arousal,valence,rapport",
        "sex is given as 0 and 1, read as female and male",
        "gold standard made of the raters by ccc_centring: 6 (P16 arousal, P16 valence, P17 arousal, ...)",
    )
    first = corpus.recordings[0]
    assert (first.video.name, first.audio.name) == ("P16.mp4", "P16.wav")
    assert list(first.ratings["valence"]) == ["FM1", "FM2", "FM3", "FF1", "FF2", "FF3"]


def test_label_at_zero_is_dropped_and_gold_is_centred(base):
    recording = read(base).recordings[0]
    rater = recording.ratings["arousal"]["FF3"]
    np.testing.assert_allclose(rater.times_s, np.arange(25) * 0.04, atol=1e-9)
    np.testing.assert_allclose(rater.values, np.arange(1, 26) / 100 + 0.05, atol=1e-9)
    raters = np.stack([one.values for one in recording.ratings["arousal"].values()])
    np.testing.assert_allclose(recording.gold["arousal"].values, ccc_centring(raters), atol=1e-9)


def test_the_literal_snippet_and_the_full_length(base):
    path = emotional(base, "arousal")
    text = ratings_text(six_ratings(np.sin(np.arange(7501) / 500)))
    assert text.startswith("time;FM1 ;FM2 ;FM3 ;FF1 ;FF2 ;FF3\r\n0;")
    put(path, text)
    series = read(base).recordings[0].gold["arousal"]
    assert len(series.times_s) == 7500 and series.times_s[-1] == pytest.approx(299.96)


def test_hyphens_and_underscores(base):
    for folder in list(base.iterdir()):
        folder.rename(base / folder.name.replace("-", "_"))
    assert list(read(base).recordings[0].tables)[-4:] == ["speech", "biosignals", "ecg", "eda"]


def test_social_behaviour_if_asked_for(base):
    corpus = read(base, dimensions="arousal, valence,agreement,rapport")
    assert corpus.dimensions == ("arousal", "valence", "agreement", "rapport")
    first = corpus.recordings[0]
    agreement = {rater: one.values[0] for rater, one in first.ratings["agreement"].items()}
    np.testing.assert_array_equal([agreement[r] for r in ("FM1", "FM2", "FF1")], [4, 5, np.nan])
    assert first.ratings["rapport"]["FM2"].values.tolist() == [6]
    for name in ("agreement", "rapport"):
        assert (first.gold[name].values.tolist(), first.gold[name].times_s.tolist()) == ([4.5], [0])
    mean = "the gold standard of rapport is the raters' mean over the clip: 3 (P16, P17, P19)"
    assert mean in corpus.warnings
    assert any(text.startswith("no one has described the files of social") for text in corpus.warnings)
    assert not any("is not read" in text for text in corpus.warnings)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("time;FM1 ;FM2\n0;0.1;0.2\n0.04;0.1;0.3\n0.08;0.2;0.2\n", [0, 0.04]),
        ("Time;FM1 ;FM2\n0;0.1;0.2\n5;0.1;0.3\n", [0, 5]),
    ],
)
def test_social_behaviour_over_time(base, text, times):
    put(base / "RECOLA-Annotation" / "social_behaviour" / "rapport" / "P16.csv", text)
    raters = read(base, dimensions=["rapport"]).recordings[0].ratings["rapport"]
    assert list(raters) == ["FM1", "FM2"]
    np.testing.assert_allclose(raters["FM2"].times_s, times, atol=1e-9)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("FM1;FM2\n1;2\n3;4\n", "the columns FM1, FM2 and 2 rows, which is not understood"),
        ("who;value\nFM1;2\nFM1;4\n", "the columns who, value and 2 rows, which is not understood"),
        ("time\n0\n", "no column besides time"),
        ("time;FM1\n0.4;1\n0;1\n", "time goes from 0.4 to 0 s"),
    ],
)
def test_social_behaviour_that_is_not_understood(base, text, says):
    put(base / "RECOLA-Annotation" / "social_behaviour" / "rapport" / "P16.csv", text)
    corpus = read(base, dimensions="valence,rapport")
    assert list(corpus.recordings[0].ratings) == ["valence"]
    assert any("social behaviour of P16 is left out" in one and says in one for one in corpus.warnings)


@pytest.mark.parametrize("asked", ["", "joy", "arousal,joy"])
def test_wrong_dimensions(base, asked):
    with pytest.raises(ConfigError, match="expected some of arousal, valence, agreement"):
        read(base, dimensions=asked)


def test_one_bad_recording_does_not_stop_the_rest(base):
    emotional(base, "valence", "P16").write_text("time;FM1 \n0;calm\n")
    emotional(base, "arousal", "P17").unlink()
    put(base / "RECOLA-Video-recordings" / "P99.mp4", "")
    put(base / "RECOLA-Video-recordings" / "P7_cut.mp4", "")
    put(base / "RECOLA-Audio-recordings" / "P16.flac", "")
    (base / "RECOLA-Audio-recordings" / "P19.wav").unlink()
    corpus = read(base)
    assert [one.name for one in corpus.recordings] == ["P19"]
    reasons = dict(corpus.skipped)
    assert "line 2, column FM1: 'calm'" in reasons["P16"]
    assert "P17 has no ratings of arousal; expected P17.csv" in reasons["P17"]
    assert "P99 has no labels" in reasons["P99"]
    warnings = "\n".join(corpus.warnings)
    assert "not P and two digits: 1 (RECOLA-Video-recordings/P7_cut.mp4)" in warnings
    assert "another file of the folder has the same stem: 1 (RECOLA-Audio-recordings/P16.wav)" in warnings
    assert "no audio file: 2 (P19, P99)" in warnings


def test_question_marks_missing_raters_and_unequal_lengths(base):
    lines = emotional(base, "arousal").read_text().splitlines()[:20]
    assert lines[10].startswith("0.36;0.09;")
    put(emotional(base, "arousal"), "\n".join(lines).replace("0.36;0.09;", "0.36;?;"))
    lines = emotional(base, "arousal", "P17").read_text().splitlines()
    put(emotional(base, "arousal", "P17"), "\n".join(line.rpartition(";")[0] for line in lines))
    corpus = read(base)
    assert np.isnan(corpus.recordings[0].ratings["arousal"]["FM1"].values[8])
    assert "ratings of arousal are missing of rater FF3: 1 (P17)" in corpus.warnings
    assert "its ratings are not of one length: 1 (P16)" in corpus.warnings
    assert np.isfinite(corpus.recordings[0].gold["arousal"].values).all()


def test_one_subject_alone(base):
    for subject in ("P17", "P19"):
        for path in base.rglob(f"{subject}.*"):
            path.unlink()
    corpus = read(base)
    assert [one.name for one in corpus.recordings] == ["P16"] and corpus.recordings[0].gold


def test_labels_alone_can_be_checked(base):
    for folder in [child for child in base.iterdir() if child.name != "RECOLA-Annotation"]:
        folder.rename(base.parent / folder.name)
    corpus = read(base)
    assert len(corpus.recordings) == 3
    assert any("labels but neither media nor tables" in text for text in corpus.warnings)


@pytest.mark.parametrize(
    "asked", [".", "..", "RECOLA-Annotation", "RECOLA-Annotation/emotional_behaviour", "RECOLA-Video-timings"]
)
def test_root_near_the_corpus(base, asked):
    assert read((base / asked).resolve()).root == base


@pytest.mark.parametrize("header", [True, False])
def test_the_older_naming(tmp_path, header):
    corpus = read(recola.write_older(tmp_path / "old", header=header))
    assert [one.name for one in corpus.recordings] == ["P16", "P17", "P19"]
    first = corpus.recordings[0]
    assert first.video.parent.name == "Video_recordings_MP4" and first.audio is None
    raters = first.ratings["arousal"]
    assert list(raters) == ([f"R{r}" for r in range(6)] if header else [f"rater_{r}" for r in range(1, 7)])
    np.testing.assert_allclose(next(iter(raters.values())).values[:2], [0.01, 0.02])
    assert any("the centred ones of the older distribution" in text for text in corpus.warnings)


def test_the_older_naming_with_one_column(tmp_path):
    corpus = read(recola.write_older(tmp_path / "old", columns=1))
    first = corpus.recordings[0]
    assert first.ratings == {} and len(first.gold["arousal"].values) == 25
    assert any(
        text.startswith("one column of ratings is taken for the gold standard: 6 (P16 arousal")
        for text in corpus.warnings
    )


@pytest.mark.parametrize("text", ["0,0.1\n0.04\n", "0\n0.04\n", "0,0.1\n0.04,calm\n"])
def test_broken_older_ratings(tmp_path, text):
    base = recola.write_older(tmp_path / "old")
    put(base / "Ratings_affective_behaviour_CCC_centred" / "arousal" / "P16.csv", text)
    corpus = read(base)
    assert [name for name, _ in corpus.skipped] == ["P16"]
    reason = dict(corpus.skipped)["P16"]
    assert "expected a time and one or more ratings" in reason or "'calm' is not a number" in reason


def test_both_namings_at_once(base):
    recola.write_older(base)
    corpus = read(base)
    assert next(iter(corpus.recordings[0].ratings["arousal"])) == "FM1"
    assert any("Ratings_affective_behaviour_CCC_centred is not read" in text for text in corpus.warnings)


@pytest.mark.parametrize(
    ("closed", "fails"),
    [
        ("RECOLA-Annotation/emotional_behaviour/arousal", True),
        ("RECOLA-Audio-recordings", True),
        ("RECOLA-Audio_timings", False),
        ("RECOLA-Biosignals-features", False),
        ("RECOLA-Metadata", False),
    ],
)
def test_folders_that_cannot_be_listed(base, monkeypatch, closed, fails):
    listed = type(base).iterdir

    def iterdir(folder):
        if folder == base / closed:
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr("pathlib.Path.iterdir", iterdir)
    if fails:
        with pytest.raises(DataError, match=rf"{closed} cannot be listed \(Permission denied\)"):
            read(base)
    else:
        assert any("cannot be listed (Permission denied)" in text for text in read(base).warnings)
