"""eNTERFACE'05: every quirk of its folders and names, and each of them the wrong way round."""

import shutil
from pathlib import PurePath

import pytest

from corpus_writers import enterface05
from emotrace import corpora
from emotrace.corpora.adapters.enterface05 import clip_of
from emotrace.errors import ConfigError, DataError
from emotrace.remarks import Remarks

BELIEVED = "files that name another {} than their folder, which is believed: 1 ({})"


def lay_out(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    return root


def read(path):
    remarks = Remarks()
    return clip_of(PurePath(path), remarks), remarks.texts()


def test_read_as_written(tmp_path):
    corpus = corpora.read("enterface05", enterface05.write(tmp_path))
    assert [r.name for r in corpus.recordings] == [
        "subject11_fear_2",
        "subject12_fear_2",
        "subject16_surprise_3",
        "subject1_anger_1",
        "subject1_anger_2",
        "subject23_happiness_1",
        "subject23_sadness_5",
        "subject3_disgust_4",
    ]
    assert all(r.name.startswith(f"{r.subject}_{r.emotion}_") for r in corpus.recordings)
    assert corpus.recordings[0].video.parent.parent.parent.name == "subject 11"
    assert corpus.recordings[0].attributes == {"language": "English", "sentence": "fear_2"}
    assert corpus.classes == ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
    assert corpus.warnings == (
        BELIEVED.format("subject", "subject 11: s12_fe_2.avi"),
        "file names spelt otherwise than s1_an_1, read as meant: 2 (s16_su_3avi.avi, s_3_di_4.avi)",
        "clips in no folder of their sentence, told by their names: 2 (s23_ha_1.avi, s23_sa_5.avi)",
        "found 14 clips; a whole copy has 1293",
    )
    reason = "subject 6 is not cut into sentences; --option subject6=include reads it"
    assert corpus.excluded[0] == ("subject6_anger_s6_an", reason) and len(corpus.excluded) == 6


def test_subject_6_may_be_included(tmp_path):
    root = enterface05.write(tmp_path)
    corpus = corpora.read("enterface05", root, subject6="include")
    uncut = [r for r in corpus.recordings if r.subject == "subject6"]
    assert len(uncut) == 6 and len(corpus.recordings) == 14 and corpus.skipped == corpus.excluded == ()
    assert uncut[0].attributes == {"language": "English"}
    with pytest.raises(ConfigError, match="subject6 is 'yes'; expected one of leave_out, include"):
        corpora.read("enterface05", root, subject6="yes")


def test_subject_6_alone_cannot_be_used(tmp_path):
    lay_out(tmp_path, "subject 6/anger/s6_an.avi", "subject 6/fear/s6_fe.avi")
    with pytest.raises(DataError, match=r"no recording that can be used.*not cut into sentences"):
        corpora.read("enterface05", tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "subject 3/disgust/sentence 4/s_3_di_4.avi",
        "subject 3/disgust/sentence 4/s3_di_4.avi",
        "subject 3/disgust/s_3_di_4.avi",
        "enterface/Subject 3/Disgust/Sentence 4/clip.avi",
        "subject3/disgust/S3_DI_4.AVI",
        "disgust/s3_di_4.avi",
        "s3_di_4avi.avi",
    ],
)
def test_both_depths_and_every_spelling_of_any_subject(path):
    clip, _ = read(path)
    assert (clip.name, clip.subject, clip.emotion) == ("subject3_disgust_4", "subject3", "disgust")
    assert clip.attributes["sentence"] == "disgust_4"


def test_folders_are_believed_and_conflicts_reported():
    clip, texts = read("subject 1/anger/sentence 1/s1_fe_2.avi")
    assert clip.name == "subject1_anger_1"
    place = "subject 1: s1_fe_2.avi"
    assert texts == (BELIEVED.format("emotion", place), BELIEVED.format("sentence", place))


def test_a_flattened_copy_is_told_by_names_and_says_that_subject_11_is_lost():
    clip, texts = read("s12_fe_2.avi")
    assert clip.subject == "subject12"
    assert texts[0] == (
        "files in no folder of a subject, told by their names (those of subject 11 are named as of 12): 1 "
        "(s12_fe_2.avi)"
    )


def test_a_sentence_that_is_not_known_keeps_its_own_name():
    clip, texts = read("subject 7/anger/s7_an.avi")
    assert clip.name == "subject7_anger_s7_an" and "sentence" not in clip.attributes
    assert texts[0] == "clips whose sentence is not known: 1 (s7_an.avi)"


@pytest.mark.parametrize("path", ["clip.avi", "subject 7/clip.avi", "anger/clip.avi", "s7_xx_1.avi"])
def test_neither_folder_nor_name_tells(path):
    assert read(path) == (None, ())


def test_one_subject_given_as_the_root_is_still_told_by_its_folder(tmp_path):
    names = ("anger/sentence 1/s12_an_1.avi", "fear/sentence 1/s12_fe_1.avi")
    lay_out(tmp_path / "subject 11", *names)
    for root in (tmp_path, tmp_path / "subject 11", tmp_path / "subject 11" / "anger"):
        corpus = corpora.read("enterface05", root)
        assert [r.name for r in corpus.recordings] == ["subject11_anger_1", "subject11_fear_1"]
    shutil.rmtree(tmp_path / "subject 11" / "fear")
    corpus = corpora.read("enterface05", tmp_path / "subject 11" / "anger" / "sentence 1")
    assert [r.name for r in corpus.recordings] == ["subject11_anger_1"]
