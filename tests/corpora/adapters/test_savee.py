"""SAVEE: folders of speakers and flattened copies, two-letter codes, video beside sound."""

from pathlib import PurePath

import pytest

from corpus_writers import savee
from emotrace import corpora
from emotrace.corpora.adapters.savee import clip_of
from emotrace.remarks import Remarks


def lay_out(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"media")
    return root


def test_read_as_written(tmp_path):
    corpus = corpora.read("savee", savee.write(tmp_path))
    assert len(corpus.recordings) == 28 and {r.subject for r in corpus.recordings} == {"DC", "JE", "JK", "KL"}
    assert [r.emotion for r in corpus.recordings[:7]] == [*corpus.classes[:5], "sadness", "surprise"]
    assert sum(r.video is not None for r in corpus.recordings) == 3
    assert all(r.audio is not None for r in corpus.recordings)
    assert corpus.warnings == ("found 28 clips; a whole copy has 480",) and corpus.skipped == ()


@pytest.mark.parametrize("path", ["AudioData/KL/sa01.wav", "KL_sa01.wav", "KLsa01.wav", "kl/SA01.WAV"])
def test_folders_and_flattened_names(path):
    clip = clip_of(PurePath(path), Remarks())
    assert (clip.name, clip.subject, clip.emotion) == ("KL_sa01", "KL", "sadness")


def test_codes():
    found = [
        clip_of(PurePath(f"DC/{code}15.wav"), Remarks()).emotion for code in ("a", "s", "sa", "su", "n")[2:]
    ]
    assert found == ["sadness", "surprise", "neutral"]
    assert [clip_of(PurePath(f"DC/{name}.wav"), Remarks()) for name in ("s01", "a1", "a001", "sad01")] == [
        None
    ] * 4


def test_the_folder_is_believed(tmp_path):
    corpus = corpora.read("savee", lay_out(tmp_path, "DC/JE_a01.wav", "JE/JE_a01.wav"))
    assert [(r.name, r.subject) for r in corpus.recordings] == [("DC_a01", "DC"), ("JE_a01", "JE")]
    named = f"{tmp_path.name}/DC/JE_a01.wav"
    assert (
        corpus.warnings[0]
        == f"files that name another speaker than their folder, which is believed: 1 ({named})"
    )


def test_a_speaker_that_is_not_known(tmp_path):
    corpus = corpora.read("savee", lay_out(tmp_path, "a01.wav", "DC_a01.wav"))
    assert [r.name for r in corpus.recordings] == ["DC_a01"]
    [(name, reason)] = corpus.skipped
    assert name == "a01.wav" and reason.endswith(
        "its speaker is not known; expected it in a folder DC, JE, JK, KL or named like DC_a01.wav"
    )
