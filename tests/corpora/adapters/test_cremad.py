"""CREMA-D: names, actors, sound and video joined, known faults, stubs, and the votes of raters."""

from pathlib import PurePath

import pytest

from corpus_writers import cremad
from emotrace import corpora
from emotrace.corpora.adapters.cremad import clip_of
from emotrace.errors import ConfigError, DataError
from emotrace.remarks import Remarks


def classes(corpus):
    return {r.name: r.emotion for r in corpus.recordings}


def test_read_as_written(tmp_path):
    corpus = corpora.read("cremad", cremad.write(tmp_path))
    assert classes(corpus) == {
        "1001_DFA_SAD_XX": "sadness",
        "1001_IEO_ANG_HI": "anger",
        "1002_TIE_NEU_XX": "neutral",
        "1040_ITH_SAD_XX": "sadness",
        "1064_TIE_SAD_XX": "sadness",
        "1076_MTI_NEU_XX": "neutral",
        "1076_MTI_SAD_XX": "sadness",
    }
    media = {r.name: (r.video and r.video.suffix, r.audio and r.audio.name) for r in corpus.recordings}
    assert media["1001_IEO_ANG_HI"] == (".flv", "1001_IEO_ANG_HI.wav")
    assert media["1040_ITH_SAD_XX"] == (None, "1040_ITH_SAD_X.wav")  # its video is empty
    assert media["1076_MTI_NEU_XX"] == (None, "1076_MTI_NEU_XX.wav")  # only its wav is whole
    assert media["1076_MTI_SAD_XX"] == (".flv", None)  # it has no sound
    assert corpus.classes == ("anger", "disgust", "fear", "happiness", "neutral", "sadness")
    about = {r.name: r.attributes for r in corpus.recordings}
    assert about["1001_IEO_ANG_HI"] == {
        "sex": "male",
        "age": "51",
        "race": "caucasian",
        "ethnicity": "not hispanic",
        "sentence": "IEO",
        "intensity": "high",
        "language": "English",
    }
    assert "sex" not in about["1040_ITH_SAD_XX"]  # no row
    assert corpus.skipped == ()
    assert corpus.excluded == (
        (
            "1064_IEO_DIS_MD",
            f"{tmp_path / 'AudioWAV/1064_IEO_DIS_MD.wav'} is known to be broken: "
            "it lasts a minute and holds all emotions",
        ),
    )
    for text in (
        "files whose level is X, read as XX: 1 (1040_ITH_SAD_X.wav)",
        "git lfs pull`: 7 (AudioMP3/1001_DFA_SAD_XX.mp3,",
        "this is empty; copy it again: 1 (VideoFlash/1040_ITH_SAD_XX.flv)",
        "found 8 clips; a whole copy has 7442",
        "known to be broken, as it states no duration: 1 (1064_TIE_SAD_XX)",
        "known to be broken, as it breaks off in mp3 and flv, the wav is whole: 1 (1076_MTI_NEU_XX)",
        "known to be broken, as it has no sound: 1 (1076_MTI_SAD_XX)",
    ):
        assert any(text in warning for warning in corpus.warnings), text


def test_votes_of_raters(tmp_path):
    root = cremad.write(tmp_path)
    voice = corpora.read("cremad", root, labels="voice")
    assert classes(voice)["1001_IEO_ANG_HI"] == "disgust"
    assert voice.recordings[1].attributes["intended"] == "anger"
    table = root / "processedResults" / "summaryTable.csv"
    assert (
        dict(voice.skipped)["1040_ITH_SAD_XX"]
        == f"{table} has no row for 1040_ITH_SAD_XX; expected one per clip"
    )

    face = corpora.read("cremad", root, labels="face")
    reasons = dict(face.skipped)
    assert dict(face.excluded)["1001_DFA_SAD_XX"] == "raters of 1001_DFA_SAD_XX are tied, FaceVote is N:S"
    assert reasons["1076_MTI_SAD_XX"] == (
        f"{table}: FaceVote of 1076_MTI_SAD_XX is '?'; expected one of A, D, F, H, N, S"
    )
    assert set(classes(face)) == {"1001_IEO_ANG_HI", "1002_TIE_NEU_XX", "1064_TIE_SAD_XX", "1076_MTI_NEU_XX"}

    both = corpora.read("cremad", root, labels="multimodal")
    assert dict(both.excluded)["1076_MTI_NEU_XX"].endswith("MultiModalVote is A:D:N")
    assert classes(both)["1001_IEO_ANG_HI"] == "anger"


def test_labels_of_another_name(tmp_path):
    with pytest.raises(
        ConfigError, match="labels is 'smell'; expected one of intended, voice, face, multimodal"
    ):
        corpora.read("cremad", tmp_path, labels="smell")


def test_votes_without_their_table(tmp_path):
    root = cremad.write(tmp_path)
    table = root / "processedResults" / "summaryTable.csv"
    table.write_text('"","FileName","FaceVote"\n"1","1001_IEO_ANG_HI","A"\n')
    with pytest.raises(DataError, match="has no column VoiceVote"):
        corpora.read("cremad", root, labels="voice")
    table.unlink()
    with pytest.raises(DataError, match=r"holds no summaryTable\.csv; labels=voice needs it"):
        corpora.read("cremad", root, labels="voice")
    assert corpora.read("cremad", root).recordings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "VideoDemographics.csv is missing: sex and age of the actors are not known"),
        ("ActorID,Age\n1001,51\n", "VideoDemographics.csv has no column sex, race, ethnicity"),
        ("", "VideoDemographics.csv is empty"),
    ],
)
def test_actors_need_not_be_known(tmp_path, text, said):
    root = cremad.write(tmp_path)
    (root / "VideoDemographics.csv").unlink()
    if text is not None:
        (root / "VideoDemographics.csv").write_text(text)
    corpus = corpora.read("cremad", root)
    assert len(corpus.recordings) == 7 and any(said in warning for warning in corpus.warnings)
    assert "sex" not in corpus.recordings[0].attributes


def test_sound_only_one_folder_and_mp3_where_there_is_no_wav(tmp_path):
    for name in ("1001_IEO_ANG_LO.mp3", "1001_IEO_HAP_MD.wav"):
        (tmp_path / name).write_bytes(b"media")
    corpus = corpora.read("cremad", tmp_path)
    assert [r.audio.suffix for r in corpus.recordings] == [".mp3", ".wav"]
    assert [r.attributes["intensity"] for r in corpus.recordings] == ["low", "medium"]


def test_names():
    clip = clip_of(PurePath("1091_WSI_FEA_XX.flv"), Remarks())
    assert (clip.name, clip.subject, clip.emotion) == ("1091_WSI_FEA_XX", "1091", "fear")
    assert clip_of(PurePath("1001_ieo_ang_hi.WAV"), Remarks()).name == "1001_IEO_ANG_HI"
    others = ("2001_WSI_FEA_XX", "1001_ABC_FEA_XX", "1001_WSI_BOR_XX", "1001_WSI_FEA_YY", "1001_WSI_FEA")
    assert [clip_of(PurePath(f"{stem}.wav"), Remarks()) for stem in others] == [None] * 5
