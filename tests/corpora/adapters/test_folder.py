"""The folder adapter: both forms of labels, subjects, scales, names, and every fault of a user's table."""

from collections import Counter

import numpy as np
import pytest

from emotrace import corpora
from emotrace.errors import ConfigError, DataError

TRACE = "file,time_s,arousal,valence\n"


def media(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def table(root, text, name="labels.csv"):
    (root / name).write_text(text)


def only_reason(root, **options):
    """Why the one bad recording of a corpus with one good was left out."""
    corpus = corpora.read("folder", root, **options)
    assert [recording.name for recording in corpus.recordings] == ["good"]
    assert len(corpus.skipped) == 1
    return corpus.skipped[0][1]


def test_trace_table(tmp_path):
    media(tmp_path, "b/talk.mp4", "a/talk.mkv")
    rows = [
        "b/talk,0,0.1,-0.1,train,s1,Bo",
        "a/talk.mkv,0,0.5,",
        "b/talk,1,,0.2,train,s1,Bo",
        "a/talk.mkv,0.5,1,1",
    ]
    rows[1] += ",test,,"
    rows[3] += ",,,"
    table(tmp_path, "file,time_s,arousal,valence,partition,session,subject\n" + "\n".join(rows))
    corpus = corpora.read("folder", tmp_path)
    a, b = corpus.recordings
    assert (a.name, b.name) == ("a__talk", "b__talk")
    assert (a.subject, a.partition, a.session) == ("a", "test", None)
    assert (b.subject, b.partition, b.session) == ("Bo", "train", "s1")
    assert b.video == tmp_path / "b/talk.mp4" and b.audio is None
    assert corpus.dimensions == ("arousal", "valence") and corpus.value_range == (-1.0, 1.0)
    np.testing.assert_array_equal(b.gold["arousal"].values, [0.1, np.nan])
    np.testing.assert_array_equal(a.gold["valence"].values, [np.nan, 1.0])
    assert a.gold["valence"].times_s.tolist() == [0.0, 0.5]
    assert corpus.warnings == (
        "1 of 2 recordings have no subject given; the folder that its file lies in is taken for it, add a "
        "column subject to labels.csv if people recur under other names",
    )


def test_one_table_beside_each_media_file(tmp_path):
    media(tmp_path, "x/a.mp4", "b.wav", "unlabelled.mp4")
    table(tmp_path, "Time_s;Arousal\r\n0;1\r\n0.04;2\r\n", "x/a.csv")
    table(tmp_path, "time_s,arousal\n0,9\n", "b.csv")
    table(tmp_path, "notes\nnone\n", "notes.csv")
    corpus = corpora.read("folder", tmp_path, value_range="1,9")
    assert [(r.name, r.subject) for r in corpus.recordings] == [("b", "b"), ("x__a", "x")]
    assert corpus.recordings[0].audio == tmp_path / "b.wav" and corpus.recordings[0].video is None
    assert corpus.value_range == (1.0, 9.0) and corpus.dimensions == ("arousal",)
    assert corpus.skipped == (
        ("notes", f"{tmp_path / 'notes.csv'} has no media file of its name beside it, such as notes.mp4"),
    )
    assert corpus.warnings[0] == "1 of 3 media files has no labels, e.g. unlabelled.mp4; left out"


def test_facts_beside_tables_of_their_own(tmp_path):
    media(tmp_path, "a.mp4", "a.wav", "b.mp4", "c.mp4", "d.mp4")
    for name in "abc":
        table(tmp_path, "time_s,arousal\n0,0\n", f"{name}.csv")
    facts = ["a.mp4,Anna,train", "b,Bo,test", "gone,Bo,test", "c.mp4,Cy,train", "c,Di,train", "d,Di,train"]
    table(tmp_path, "file,subject,partition\n" + "\n".join(facts))
    corpus = corpora.read("folder", tmp_path)
    assert [(r.name, r.subject, r.partition) for r in corpus.recordings] == [
        ("a", "Anna", "train"),
        ("b", "Bo", "test"),
    ]
    assert corpus.recordings[0].audio == tmp_path / "a.wav"
    reasons = dict(corpus.skipped)
    assert "line 4: gone is no media file under" in reasons["gone"]
    assert "gives c.mp4 more than one subject: Cy, Di; expected one" in reasons["c.mp4"]
    assert "has no column time_s or emotion and d has no d.csv beside it" in reasons["d"]
    assert len(reasons) == len(corpus.skipped) == 3


def test_classes(tmp_path):
    media(tmp_path, "anna/1.flac", "anna/2.flac", "bo/1.flac")
    table(tmp_path, "file,emotion,intensity\nbo\\1,sad,2\n./anna/2.flac,happy,1\nanna/1,Happy,1\n")
    corpus = corpora.read("folder", tmp_path)
    assert [(r.name, r.subject, r.emotion) for r in corpus.recordings] == [
        ("anna__1", "anna", "Happy"),
        ("anna__2", "anna", "happy"),
        ("bo__1", "bo", "sad"),
    ]
    assert corpus.classes == ("Happy", "happy", "sad") and corpus.dimensions == ()
    assert "columns of " in corpus.warnings[0] and corpus.warnings[0].endswith("not read: intensity")
    assert "classes Happy, happy differ in case only; they are kept apart" in corpus.warnings


def test_video_with_separate_sound_and_file_named_with_extension(tmp_path):
    media(tmp_path, "a.mp4", "a.wav", "b.mp4", "b.wav")
    table(tmp_path, "file,emotion\na,sad\nb.mp4,sad\nb.wav,sad\n")
    corpus = corpora.read("folder", tmp_path)
    pairs = [(r.video is not None, r.audio is not None) for r in corpus.recordings]
    assert pairs == [(True, True), (True, False), (False, True)]
    assert len({r.name for r in corpus.recordings}) == 3


def test_accented_name_in_the_other_spelling(tmp_path):
    media(tmp_path, "Zoe\u0308.mp4")  # as some systems store it: letter and accent apart
    table(tmp_path, "file,emotion\nZo\u00eb.mp4,sad\n")
    assert len(corpora.read("folder", tmp_path).recordings) == 1


def test_labels_elsewhere(tmp_path, monkeypatch):
    media(tmp_path / "clips", "a.mp4")
    table(tmp_path, "file,emotion\na,sad\n", "mine.csv")
    table(tmp_path / "clips", "file,emotion\na,happy\n", "inside.csv")
    monkeypatch.chdir(tmp_path)
    for labels, emotion in (("mine.csv", "sad"), (tmp_path / "mine.csv", "sad"), ("inside.csv", "happy")):
        assert corpora.read("folder", "clips", labels=labels).recordings[0].emotion == emotion
    with pytest.raises(ConfigError, match=r"labels is 'none\.csv'; expected a CSV file, in clips or in the"):
        corpora.read("folder", "clips", labels="none.csv")


def test_csv_beside_media_is_remarked_where_a_table_holds_the_labels(tmp_path):
    media(tmp_path, "a.mp4")
    table(tmp_path, "file,emotion\na,sad\n")
    table(tmp_path, "time_s,arousal\n0,0\n", "a.csv")
    assert corpora.read("folder", tmp_path).warnings[0].startswith("1 CSV files beside media are not read")


@pytest.mark.parametrize(
    ("values", "expected", "warned"),
    [
        ((0, 1), (-1, 1), False),
        ((2, 7.5), (2, 7.5), True),
        ((5, 5), (-1, 5), True),
        ((-3, -3), (-3, 1), True),
    ],
)
def test_scale_from_data(tmp_path, values, expected, warned):
    media(tmp_path, "a.mp4")
    table(tmp_path, f"file,time_s,arousal\na,0,{values[0]}\na,1,{values[1]}\n")
    corpus = corpora.read("folder", tmp_path)
    assert corpus.value_range == expected
    assert any("value_range is taken from the data" in text for text in corpus.warnings) == warned


def test_a_name_of_its_own(tmp_path):
    media(tmp_path, "a.mp4")
    table(tmp_path, "file,emotion\na,sad\n")
    assert corpora.read("folder", tmp_path).name == "folder"
    assert corpora.read("folder", tmp_path, name=" interviews 2026 ").name == "interviews 2026"


@pytest.mark.parametrize("name", ["", "  ", "two\nlines"])
def test_no_name(tmp_path, name):
    media(tmp_path, "a.mp4")
    table(tmp_path, "file,emotion\na,sad\n")
    with pytest.raises(ConfigError, match=r"name is .*; expected a line of text such as interviews 2026"):
        corpora.read("folder", tmp_path, name=name)


@pytest.mark.parametrize("value_range", ["1", "9,1", "a,b", "1,2,3", (0.0, float("inf")), [0.0]])
def test_wrong_scale(tmp_path, value_range):
    media(tmp_path, "a.mp4")
    table(tmp_path, "file,emotion\na,sad\n")
    with pytest.raises(ConfigError, match=r"value_range is .*expected two rising numbers such as 1,9"):
        corpora.read("folder", tmp_path, value_range=value_range)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("bad,0,calm,0\n", r"labels\.csv, line 3, column arousal: 'calm' is not a number"),
        ("bad,x,0,0\n", r"line 3, column time_s: 'x' is not a number"),
        ("bad,,0,0\n", "time_s of bad has empty cells"),
        ("bad,1,0,0\nbad,1,0,0\n", "time_s of bad goes from 1 to 1 s"),
        ("bad,1,0,0\nbad.mp4,0.5,0,0\n", "time_s of bad goes from 1 to 0.5 s"),
        ("bad,-1,0,0\n", "time_s of bad begins at -1 s"),
        ("bad,0,,\n", "no value for bad; expected numbers in arousal, valence"),
        ("baad,0,0,0\n", "line 3: baad is no media file under"),
        ("../bad,0,0,0\n", "is no media file under"),
        ("bad,0,0,3\n", "bad: its values run from 0 to 3; value_range says -1 to 1"),
        ("twin,0,0,0\n", r"twin means several files, twin\.avi, twin\.mp4; say which by its extension"),
    ],
)
def test_one_bad_trace_does_not_stop_the_rest(tmp_path, rows, message):
    media(tmp_path, "good.mp4", "bad.mp4", "twin.avi", "twin.mp4")
    table(tmp_path, TRACE + "good,0,0,0\n" + rows)
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(only_reason(tmp_path, value_range="-1,1"))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("bad,sad,A\nbad,sad,A\n", "lists bad in lines 3, 4; expected one row per clip"),
        ("bad,sad,A\nbad.mp4,happy,A\n", "lists bad in lines 3, 4"),
        ("bad,,A\n", "line 3, column emotion is empty; expected the class of bad"),
        ("bad,sad,A\nbad,sad,B\n", "more than one subject: A, B"),
    ],
)
def test_one_bad_class_does_not_stop_the_rest(tmp_path, rows, message):
    media(tmp_path, "good.mp4", "bad.mp4")
    table(tmp_path, "file,emotion,subject\ngood,sad,G\n" + rows)
    assert message in only_reason(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time_s,valence\n0,0\n", "bad.csv has the dimensions valence; expected arousal, the same in every"),
        ("time_s\n0\n", "bad.csv has the dimensions none"),
        ("seconds,arousal\n0,0\n", "no column time_s; its columns are seconds, arousal"),
        ("time_s,arousal\n0,a\n", "bad.csv, line 2, column arousal: 'a' is not a number"),
        ("", "bad.csv is empty"),
    ],
)
def test_one_bad_table_beside_media_does_not_stop_the_rest(tmp_path, text, message):
    media(tmp_path, "good.mp4", "bad.mp4")
    (tmp_path / "bad.mp4").rename(tmp_path / "zbad.mp4")
    table(tmp_path, "time_s,arousal\n0,0\n", "good.csv")
    table(tmp_path, text, "zbad.csv")
    assert message in only_reason(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,emotion\na,sad\n", "no column file; its columns are name, emotion"),
        (
            "file,arousal\na,1\n",
            "has the columns file, arousal; expected file, time_s and one or more dimensions",
        ),
        ("file,time_s\na,1\n", "has the columns file, time_s; expected"),
        ("file,time_s,emotion\na,1,sad\n", "columns time_s and emotion; expected one"),
        (
            "file,emotion,partition\na,sad,dev\n",
            "line 2, column partition: 'dev'; expected train, development",
        ),
        ("file,emotion\nb,sad\n", "none of 1 recordings under .* first reason: .*line 2: b is no media file"),
        (
            "file,subject\na,Anna\n",
            r"labels\.csv has no column time_s or emotion and a has no a\.csv beside it",
        ),
        (None, r"there is no labels\.csv, and no media file has a CSV of its name beside it"),
    ],
)
def test_a_wrong_corpus_is_refused(tmp_path, text, message):
    media(tmp_path, "a.mp4")
    if text is not None:
        table(tmp_path, text)
    with pytest.raises(DataError, match=message):
        corpora.read("folder", tmp_path)


def test_folder_without_media(tmp_path):
    with pytest.raises(DataError, match="no media files under"):
        corpora.read("folder", tmp_path)


def test_ravdess_speech(shared_data, tmp_path):
    root = shared_data / "ravdess_speech"
    emotions = ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"]
    clips = sorted(root.rglob("*.flac"))
    rows = [f"{p.relative_to(root).as_posix()},{emotions[int(p.stem.split('-')[2]) - 1]}" for p in clips]
    table(tmp_path, "file,emotion\n" + "\n".join(rows), "ravdess.csv")
    corpus = corpora.read("folder", root, labels=str(tmp_path / "ravdess.csv"))
    assert len(corpus.recordings) == 1440 and len({r.name for r in corpus.recordings}) == 1440
    assert Counter(Counter(r.subject for r in corpus.recordings).values()) == {60: 24}
    assert {r.subject for r in corpus.recordings} == {f"Actor_{n:02}" for n in range(1, 25)}
    assert corpus.classes == tuple(sorted(emotions))
    assert Counter(r.emotion for r in corpus.recordings)["neutral"] == 96
    assert corpus.skipped == () and len(corpus.warnings) == 1


def test_real_clips_of_every_container(shared_data, tmp_path):
    root = shared_data / "clips"
    clips = sorted(path.name for path in root.iterdir())
    table(tmp_path, "file,emotion\n" + "\n".join(f"{clip},calm" for clip in clips), "clips.csv")
    corpus = corpora.read("folder", root, labels=tmp_path / "clips.csv")
    assert sorted(r.video.name for r in corpus.recordings) == clips
    assert len(clips) >= 14


@pytest.mark.parametrize("name", ["face_found", "based_on", "gold_arousal"])
def test_dimensions_named_as_columns_of_predictions(tmp_path, name):
    media(tmp_path, "a.mp4")
    table(tmp_path, f"file,time_s,{name}\na,0,0\na,1,1\n")
    with pytest.raises(DataError, match=f"has the dimension {name}; expected another name"):
        corpora.read("folder", tmp_path)
