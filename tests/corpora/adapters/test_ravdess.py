"""RAVDESS: codes of names, one recording per take whatever there is of it, options, and the real clips."""

from collections import Counter
from pathlib import PurePath

import pytest

from corpus_writers import ravdess
from emotrace import corpora
from emotrace.corpora.adapters.ravdess import clip_of
from emotrace.errors import ConfigError, DataError
from emotrace.remarks import Remarks


def lay_out(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"media")
    return root


def media(corpus):
    return {r.name: (r.video and r.video.name, r.audio and r.audio.name) for r in corpus.recordings}


def test_read_as_written(tmp_path):
    corpus = corpora.read("ravdess", ravdess.write(tmp_path))
    assert media(corpus) == {
        "01-01-01-01-01-01": ("01-01-01-01-01-01-01.mp4", None),
        "01-01-01-01-01-02": (None, "03-01-01-01-01-01-02.wav"),
        "01-05-01-02-01-01": ("02-01-05-01-02-01-01.mp4", "03-01-05-01-02-01-01.wav"),
        "01-05-01-02-01-02": (None, "03-01-05-01-02-01-02.wav"),
        "01-08-02-01-02-01": (None, "03-01-08-02-01-02-01.wav"),
        "01-08-02-01-02-02": (None, "03-01-08-02-01-02-02.wav"),
        "02-02-01-01-01-01": ("01-02-02-01-01-01-01.mp4", None),
        "02-02-01-01-01-02": (None, "03-02-02-01-01-01-02.wav"),
    }
    assert corpus.warnings == (
        "takes with video and audio files besides, not read (see modality): 1 (01-01-01-01-01-01)",
        "takes whose video and sound are files of their own, joined: 1 (01-05-01-02-01-01)",
        "found 6 takes of speech; a whole copy has 1440",
        "found 2 takes of song; a whole copy has 1012",
    )
    assert corpus.skipped == ()


@pytest.mark.parametrize(("modality", "count", "left"), [("av", 2, 6), ("video", 2, 6), ("audio", 7, 1)])
def test_one_modality(tmp_path, modality, count, left):
    corpus = corpora.read("ravdess", ravdess.write(tmp_path), modality=modality)
    assert len(corpus.recordings) == count
    assert all((r.audio is None) == (modality != "audio") for r in corpus.recordings)
    assert any(
        f"takes without a file of modality={modality}, left out: {left} (" in w for w in corpus.warnings
    )


def test_one_channel(tmp_path):
    root = ravdess.write(tmp_path)
    speech, song = (corpora.read("ravdess", root, channel=name) for name in ("speech", "song"))
    assert len(speech.recordings) == 6 and len(song.recordings) == 2
    assert {r.attributes["channel"] for r in song.recordings} == {"song"}
    assert "takes of song, left out by channel: 2 (02-02-01-01-01-01, 02-02-01-01-01-02)" in speech.warnings
    assert not any("a whole copy has 1012" in warning for warning in speech.warnings)


def test_options_of_other_values(tmp_path):
    with pytest.raises(ConfigError, match="modality is 'smell'; expected one of av, video, audio"):
        corpora.read("ravdess", tmp_path, modality="smell")
    with pytest.raises(ConfigError, match="channel is 'hum'; expected one of speech, song, both"):
        corpora.read("ravdess", tmp_path, channel="hum")


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"channel": "song"}, "channel=song"),
        ({"modality": "video"}, "channel=both and modality=video"),
    ],
)
def test_options_that_leave_nothing(tmp_path, options, asked):
    lay_out(tmp_path, "03-01-01-01-01-01-01.wav")
    with pytest.raises(DataError, match=f"holds 1 takes, none with {asked}; ask for others"):
        corpora.read("ravdess", tmp_path, **options)


def test_codes():
    found = [clip_of(PurePath(f"03-01-0{n}-01-01-01-01.wav"), Remarks()).emotion for n in range(1, 9)]
    assert found == ["neutral", "calm", "happiness", "sadness", "anger", "fear", "disgust", "surprise"]
    clip = clip_of(PurePath("02-02-06-02-02-02-24.mp4"), Remarks())
    assert clip.subject == "Actor_24" and clip.attributes == {
        "sex": "female",
        "channel": "song",
        "intensity": "strong",
        "sentence": "dogs",
        "repetition": "2",
        "language": "English",
    }


@pytest.mark.parametrize(
    "stem",
    [
        "04-01-01-01-01-01-01",
        "03-03-01-01-01-01-01",
        "03-01-09-01-01-01-01",
        "03-01-01-01-01-01-25",
        "03-01-01-01-01-01-00",
        "03-01-01-01-01-01",
        "03-01-01-01-01-01-01-copy",
    ],
)
def test_other_names_are_not_its(stem):
    assert clip_of(PurePath(f"{stem}.wav"), Remarks()) is None


def test_the_folder_is_believed(tmp_path):
    corpus = corpora.read("ravdess", lay_out(tmp_path, "Actor_03/03-01-01-01-01-01-04.wav"))
    [recording] = corpus.recordings
    assert (recording.name, recording.subject, recording.attributes["sex"]) == (
        "01-01-01-01-01-03",
        "Actor_03",
        "male",
    )
    assert corpus.warnings[0].startswith(
        "files that name another actor than their folder, which is believed: 1"
    )


def test_downloads_beside_each_other_and_a_copy_within(tmp_path):
    lay_out(
        tmp_path,
        "Audio_Speech_Actors_01-24/Actor_01/03-01-01-01-01-01-01.wav",
        "Audio_Speech_Actors_01-24/again/Actor_01/03-01-01-01-01-01-01.wav",
        "Video_Speech_Actor_01/Actor_01/01-01-01-01-01-01-01.mp4",
        "Video_Speech_Actor_02/01-01-01-01-01-01-02.mp4",
    )
    assert media(corpora.read("ravdess", tmp_path)) == {
        "01-01-01-01-01-01": ("01-01-01-01-01-01-01.mp4", None),
        "01-01-01-01-01-02": ("01-01-01-01-01-01-02.mp4", None),
    }
    heard = corpora.read("ravdess", tmp_path, modality="audio")
    assert len(heard.recordings) == 1
    assert any(warning.startswith("second copies of a clip, not read: 1") for warning in heard.warnings)


def test_a_broken_file_gives_way_to_another_modality(tmp_path):
    lay_out(tmp_path, "03-01-01-01-01-01-01.wav", "01-01-01-01-01-01-01.mp4")
    (tmp_path / "01-01-01-01-01-01-01.mp4").write_bytes(b"")
    assert media(corpora.read("ravdess", tmp_path)) == {
        "01-01-01-01-01-01": (None, "03-01-01-01-01-01-01.wav"),
    }


def test_real_speech(shared_data):
    corpus = corpora.read("ravdess", shared_data / "ravdess_speech")
    assert len(corpus.recordings) == 1440 and corpus.warnings == corpus.skipped == ()
    assert Counter(Counter(r.subject for r in corpus.recordings).values()) == {60: 24}
    counts = Counter(r.emotion for r in corpus.recordings)
    assert counts.pop("neutral") == 96 and set(counts.values()) == {192}
    assert all(r.audio.suffix == ".flac" and r.video is None for r in corpus.recordings)


def test_real_videos_in_one_flat_folder(shared_data):
    corpus = corpora.read("ravdess", shared_data / "ravdess_av")
    assert len(corpus.recordings) == 5 and {r.subject for r in corpus.recordings} == {"Actor_01"}
    assert all(r.video.suffix == ".mp4" and r.audio is None for r in corpus.recordings)
    assert corpus.warnings == ("found 5 takes of speech; a whole copy has 1440",)
