"""Corpora of clips: files joined by name, stubs and copies, roots that are parts, and what is said of it."""

import re
from pathlib import Path, PurePath

import pytest

from corpus_writers.cremad import POINTER
from emotrace.corpora import clips as clips_module
from emotrace.corpora.account import take_account
from emotrace.corpora.clips import Clip, ClipFolder, folder_first, innermost, one_of
from emotrace.errors import ConfigError, DataError
from emotrace.remarks import Remarks

LIKE = "who_1/happy.wav"
PARTS = ("who_?",)


def clip_of(path: PurePath) -> Clip | None:
    if path.stem == "faulty":
        raise DataError("it is faulty")
    return None if path.stem.startswith("x") else Clip(path.stem, path.parent.name, "happiness")


def lay_out(root: Path, *names: str, content: bytes = b"media") -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def read(root: Path, classes=("surprise", "happiness", "anger")):
    folder = ClipFolder(root, "clips", PARTS, LIKE)
    return folder.corpus(folder.clips(clip_of), classes)


def test_video_and_sound_of_one_name_are_one_recording(tmp_path):
    lay_out(tmp_path, "v/a.avi", "s/a.wav", "s/b.mp3", "c.flv", "notes.txt", ".hidden.wav")
    corpus = read(tmp_path)
    media = [(r.name, r.video and r.video.name, r.audio and r.audio.name) for r in corpus.recordings]
    assert media == [("a", "a.avi", "a.wav"), ("b", None, "b.mp3"), ("c", "c.flv", None)]
    assert corpus.classes == ("anger", "happiness", "surprise") and corpus.dimensions == ()
    assert corpus.warnings == corpus.skipped == () and corpus.root == tmp_path


def test_lossless_sound_is_read_before_other_formats(tmp_path):
    corpus = read(lay_out(tmp_path, "1/a.mp3", "2/a.flac", "3/a.wav"))
    assert corpus.recordings[0].audio == tmp_path / "3" / "a.wav"
    assert corpus.warnings == ("other formats of the same clip, not read: 2 (2/a.flac, 1/a.mp3)",)


def test_copies_are_remarked_on_and_other_files_of_one_name_skipped(tmp_path):
    lay_out(tmp_path, "1/a.wav", "2/a.wav", "1/b.wav")
    lay_out(tmp_path, "2/b.wav", content=b"another")
    corpus = read(tmp_path)
    assert [r.audio.parent.name for r in corpus.recordings] == ["1", "1"]
    assert corpus.warnings == ("second copies of a clip, not read: 1 (2/a.wav)",)
    [(name, reason)] = corpus.skipped
    assert name == "b" and reason == (
        f"{tmp_path / '2/b.wav'} has the name of the same clip as {tmp_path / '1/b.wav'} but is another "
        "file; only the latter is read, remove the wrong one"
    )


def test_of_two_files_of_one_clip_the_plainer_name_is_read(tmp_path):
    lay_out(tmp_path, "a.wav")
    lay_out(tmp_path, "a copy.wav", content=b"another")
    folder = ClipFolder(tmp_path, "clips", PARTS, LIKE)
    clips = folder.clips(lambda path: Clip(path.stem.split()[0], "who", "anger"))
    [one] = folder.corpus(clips, ("anger",)).recordings
    assert one.audio == tmp_path / "a.wav"


def test_folders_are_believed_before_names():
    path, pattern = PurePath("who_1/who_2/more/3.wav"), re.compile(r"who_(\d)")
    assert innermost(path, pattern) == "2" and innermost(PurePath("who_1"), pattern) is None
    remarks = Remarks()
    assert folder_first("person", "2", "3", remarks, "3.wav") == "2"
    assert folder_first("person", None, "3", remarks, "3.wav") == "3"
    assert folder_first("person", "2", "2", remarks, "2.wav") == "2"
    assert folder_first("person", None, None, remarks, "x.wav") is None
    assert remarks.texts() == (
        "files that name another person than their folder, which is believed: 1 (3.wav)",
    )


def test_stubs_empty_files_and_links_to_nothing(tmp_path):
    lay_out(tmp_path, "a.wav", "b.wav", "c.avi", content=POINTER)
    lay_out(tmp_path, "a.avi", "big.wav", content=POINTER * 9)  # too long for a pointer
    lay_out(tmp_path, "d.wav", content=b"")
    (tmp_path / "e.wav").symlink_to(tmp_path / "annexed")
    corpus = read(tmp_path)
    assert [(r.name, r.audio) for r in corpus.recordings] == [("a", None), ("big", tmp_path / "big.wav")]
    assert corpus.warnings == (
        "another file of the clip is read, for this is a git-lfs pointer in place of the file; fetch it with "
        "`git lfs pull`: 1 (a.wav)",
    )
    reasons = dict(corpus.skipped)
    assert set(reasons) == {"b", "c", "d", "e"}
    assert reasons["b"].startswith(f"{tmp_path / 'b.wav'} is a git-lfs pointer")
    assert reasons["d"] == f"{tmp_path / 'd.wav'} is empty; copy it again"
    assert reasons["e"].endswith("cannot be read (No such file or directory); check its permissions")


def test_all_stubs_is_an_error_that_says_so(tmp_path):
    lay_out(tmp_path, "a.wav", "b.wav", content=POINTER)
    with pytest.raises(DataError, match=r"no recording that can be used.*a\.wav is a git-lfs pointer"):
        take_account(read(tmp_path))


def test_other_names_are_counted_and_faults_do_not_stop_the_others(tmp_path):
    corpus = read(lay_out(tmp_path, "a.wav", "x1.wav", "x2.avi", "deep/faulty.wav"))
    assert [r.name for r in corpus.recordings] == ["a"]
    assert corpus.warnings == (
        f"media files that are not named as in clips ({LIKE}), left out: 2 (x1.wav, x2.avi)",
    )
    assert corpus.skipped == (("deep/faulty.wav", "it is faulty"),)


def test_nothing_found_says_what_was_looked_for_and_seen(tmp_path):
    lay_out(tmp_path, "x1.wav", *(f"folder_{n:02}/notes.txt" for n in range(13)))
    with pytest.raises(
        DataError, match=r"no clips corpus at .*such as who_1/happy.wav, and saw folder_00, "
    ) as e:
        read(tmp_path)
    assert "folder_11, ... (media files that are not named as in clips" in str(e.value)


def test_a_folder_that_cannot_be_listed(tmp_path, monkeypatch):
    lay_out(tmp_path, "open/a.wav", "shut/b.wav")
    whole = Path.iterdir

    def refusing(folder):
        if folder.name in locked:
            raise PermissionError(13, "Permission denied")
        return whole(folder)

    monkeypatch.setattr(Path, "iterdir", refusing)
    locked = {"shut"}
    corpus = read(tmp_path)
    assert [r.name for r in corpus.recordings] == ["a"]
    assert corpus.warnings == (
        f"left out: {tmp_path / 'shut'} cannot be listed (Permission denied); check its permissions",
    )
    locked |= {"open"}
    with pytest.raises(DataError, match=r"no clips corpus .*saw open, shut \(left out: .*cannot be listed"):
        read(tmp_path)
    locked |= {tmp_path.name}
    with pytest.raises(DataError, match=f"{tmp_path.name} cannot be listed"):
        read(tmp_path)


def test_links_that_run_in_circles_are_followed_once(tmp_path):
    lay_out(tmp_path, "who_1/a.wav")
    (tmp_path / "who_1" / "back").symlink_to(tmp_path)
    assert len(read(tmp_path).recordings) == 1


def test_a_root_that_is_a_part_leads_to_the_whole(tmp_path):
    lay_out(tmp_path / "all", "who_1/a.wav", "who_2/b.wav", "other/c.wav")
    corpus = read(tmp_path / "all" / "who_1")
    assert [r.name for r in corpus.recordings] == ["a", "b", "c"] and corpus.root == tmp_path / "all"
    assert corpus.warnings == (
        f"{tmp_path / 'all/who_1'} is a part of the corpus; all of {tmp_path / 'all'} is read",
    )
    assert [r.name for r in read(tmp_path / "all" / "other").recordings] == ["c"]


def test_a_part_alone_is_read_alone(tmp_path, monkeypatch):
    lay_out(tmp_path, "downloads/who_1/a.wav", "downloads/music/b.wav")
    corpus = read(tmp_path / "downloads" / "who_1")
    assert [(r.name, r.subject) for r in corpus.recordings] == [("a", "who_1")] and corpus.warnings == ()

    lay_out(tmp_path, "downloads/who_2/c.wav")
    above = clips_module.list_folder
    monkeypatch.setattr(clips_module, "list_folder", lambda folder: _refuse(folder, "downloads", above))
    assert [r.name for r in read(tmp_path / "downloads" / "who_1").recordings] == ["a"]  # not ours to read


def _refuse(folder, name, otherwise):
    if folder.name == name:
        raise DataError(f"{folder} cannot be listed")
    return otherwise(folder)


def test_parts_within_parts(tmp_path):
    lay_out(tmp_path, "who_1/who_a/a.wav", "who_2/who_a/b.wav")
    assert len(read(tmp_path / "who_1" / "who_a").recordings) == 2


def test_a_part_of_a_corpus_is_remarked_on_once(tmp_path):
    folder = ClipFolder(lay_out(tmp_path, "a.wav"), "clips", PARTS, LIKE)
    folder.expect(1, 1)
    folder.expect(1, 480)
    assert folder.remarks.texts() == ("found 1 clips; a whole copy has 480",)


def test_files_that_are_no_media_are_found_by_name(tmp_path):
    folder = ClipFolder(lay_out(tmp_path, "a.wav", "in/Votes.CSV"), "clips", PARTS, LIKE)
    assert folder.named("votes.csv") == tmp_path / "in" / "Votes.CSV"
    assert folder.named("absent.csv") is None


def test_options():
    assert one_of("modality", "av", ("av", "audio")) == "av"
    with pytest.raises(ConfigError, match="modality is 'smell'; expected one of av, audio"):
        one_of("modality", "smell", ("av", "audio"))


def test_an_unreadable_small_file(tmp_path, monkeypatch):
    lay_out(tmp_path, "a.wav", "b.wav")

    def refuse(path):
        if path.name == "a.wav":
            raise PermissionError(13, "Permission denied")
        return b"media"

    monkeypatch.setattr(Path, "read_bytes", refuse)
    corpus = read(tmp_path)
    assert [r.name for r in corpus.recordings] == ["b"]
    assert corpus.skipped[0][1].endswith("a.wav cannot be read (Permission denied); check its permissions")
