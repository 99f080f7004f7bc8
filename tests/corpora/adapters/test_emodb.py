"""EMO-DB: codes of names, speakers, and the names of its folder."""

from pathlib import PurePath

import pytest

from corpus_writers import emodb
from emotrace import corpora
from emotrace.corpora.adapters.emodb import clip_of
from emotrace.errors import DataError


@pytest.mark.parametrize("folder", ["wav", "wav_corpus", "anything"])
def test_read_as_written(tmp_path, folder):
    corpus = corpora.read("emodb", emodb.write(tmp_path, folder))
    assert [r.name for r in corpus.recordings] == sorted(emodb.CLIPS)
    assert {r.subject for r in corpus.recordings} == set(emodb.SPEAKERS)
    assert corpus.classes == ("anger", "boredom", "disgust", "fear", "happiness", "neutral", "sadness")
    assert corpus.warnings == ("found 15 clips; a whole copy has 535",) and corpus.skipped == ()


def test_codes():
    found = {code: clip_of(PurePath(f"03a01{code}a.wav")).emotion for code in "WLEAFTN"}
    words = ("anger", "boredom", "disgust", "fear", "happiness", "sadness", "neutral")
    assert tuple(found.values()) == words
    men = {s for s in emodb.SPEAKERS if clip_of(PurePath(f"{s}a01Na.wav")).attributes["sex"] == "male"}
    assert men == {"03", "10", "11", "12", "15"}
    assert clip_of(PurePath("03A01FA.WAV")).name == "03a01Fa"
    assert clip_of(PurePath("14b09Ab.wav")).attributes == {
        "sex": "female",
        "age": "35",
        "sentence": "b09",
        "repetition": "b",
        "language": "German",
    }


@pytest.mark.parametrize("stem", ["04a01Fa", "03c01Fa", "03a01Xa", "03a01F", "03a01Fab", "x03a01Fa"])
def test_other_names_are_not_its(stem):
    assert clip_of(PurePath(f"{stem}.wav")) is None


def test_one_speaker_only_and_other_files(tmp_path):
    for name in ("03a01Fa.wav", "03a01Na.wav", "song.wav"):
        (tmp_path / name).write_bytes(b"media")
    corpus = corpora.read("emodb", tmp_path)
    assert {r.subject for r in corpus.recordings} == {"03"}
    assert "not named as in emodb (wav/03a01Fa.wav), left out: 1 (song.wav)" in corpus.warnings[0]


def test_no_clip(tmp_path):
    (tmp_path / "song.wav").write_bytes(b"media")
    with pytest.raises(DataError, match=r"no emodb corpus .*03a01Fa.wav, and saw song.wav"):
        corpora.read("emodb", tmp_path)
