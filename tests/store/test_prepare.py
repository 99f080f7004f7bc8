"""Preparing: what is written, what is reused, what is made again, and what fails alone."""

import csv
import json
import os
from dataclasses import replace

import numpy as np

from emotrace.config.declaration import AudioInput, FaceInput
from emotrace.config.media import FaceSettings
from emotrace.corpora.recording import Recording, Series
from emotrace.store import open_prepared

TWO = {"one": "frames=20 first", "two": "frames=12 second"}
EVERYTHING = ["searched faces", "cut face-8", "decoded audio-16000"]


def test_layout_and_content(make_corpus, prepare_fake, tmp_path, fake_media):
    corpus = make_corpus(TWO)
    result = prepare_fake(corpus)
    assert (result.prepared, result.reused, result.failed) == (["one", "two"], [], [])
    folder = tmp_path / "out" / "recordings" / "one"
    assert {path.name for path in folder.iterdir()} == {
        "recording.json",
        *(f"{track}{end}.npy" for track in ("faces", "face-8") for end in ("", ".times", ".valid")),
        "audio-16000.npy",
        "labels.npy",
        "labels.times.npy",
        "ratings-arousal.npy",
        "ratings-arousal.times.npy",
    }
    source = fake_media.open_fake(corpus.recordings[0], FaceSettings())
    recording = open_prepared(tmp_path / "out").recordings[0]
    for name in ("faces", "face-8", "audio-16000"):
        made, stored = source.track(name), recording.track(name)
        rows = made.values[:] if name == "face-8" else made.values
        np.testing.assert_array_equal(stored.values, rows)
        assert stored.values.dtype == rows.dtype
        np.testing.assert_array_equal(stored.timeline.seconds(), made.timeline.seconds())
        assert stored.attributes == made.attributes
        assert (stored.valid is None) == (made.valid is None)
    np.testing.assert_array_equal(recording.track("faces").valid, source.track("faces").valid)


def test_second_run_reuses_everything(make_corpus, prepare_fake, tmp_path, times_of, log_of):
    corpus = make_corpus(TWO)
    prepare_fake(corpus)
    before = times_of(tmp_path / "out")
    log_of("one")
    result = prepare_fake(corpus)
    assert (result.prepared, result.reused) == ([], ["one", "two"])
    assert times_of(tmp_path / "out") == before | {".lock": times_of(tmp_path / "out")[".lock"]}
    assert log_of("one") == []


def test_touched_but_same_file_is_reused(make_corpus, prepare_fake, tmp_path, log_of):
    corpus = make_corpus(TWO)
    prepare_fake(corpus)
    log_of("one")
    os.utime(corpus.recordings[0].video, ns=(1, 1))
    assert prepare_fake(corpus).reused == ["one", "two"]
    assert log_of("one") == []
    seen = json.loads((tmp_path / "out/recordings/one/recording.json").read_text())["sources"]["video"]
    assert seen["mtime_ns"] == 1


def test_changed_file_rebuilds_its_recording_only(make_corpus, prepare_fake, tmp_path, times_of, log_of):
    prepare_fake(make_corpus(TWO))
    before = times_of(tmp_path / "out/recordings/two")
    log_of("one"), log_of("two")
    result = prepare_fake(make_corpus(TWO | {"one": "frames=20 other"}))
    assert (result.prepared, result.reused) == (["one"], ["two"])
    assert log_of("one") == EVERYTHING and log_of("two") == []
    assert times_of(tmp_path / "out/recordings/two") == before


def test_new_crop_size_searches_no_faces(make_corpus, prepare_fake, tmp_path, times_of, log_of):
    corpus = make_corpus(TWO)
    prepare_fake(corpus)
    folder = tmp_path / "out/recordings/one"
    before = times_of(folder)
    log_of("one")
    prepare_fake(corpus, inputs=(FaceInput(size=12), AudioInput()))
    assert log_of("one") == ["cut face-12"]
    after = times_of(folder)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"recording.json", "face-12.npy", "face-12.times.npy", "face-12.valid.npy"}
    # the older size is still good, and still there for the model that takes it
    assert open_prepared(tmp_path / "out").recordings[0].track("face-8").values.shape == (20, 8, 8, 3)


def test_changed_face_setting_rebuilds_faces_and_crops(make_corpus, prepare_fake, tmp_path, times_of, log_of):
    corpus = make_corpus(TWO)
    prepare_fake(corpus, inputs=(FaceInput(size=8), FaceInput(size=12), AudioInput()))
    folder = tmp_path / "out/recordings/one"
    before = times_of(folder)
    log_of("one")
    result = prepare_fake(corpus, settings=FaceSettings(threshold=0.7))
    assert result.prepared == ["one", "two"]
    assert log_of("one") == ["searched faces", "cut face-8"]
    after = times_of(folder)
    assert {name for name in after if after[name] == before.get(name)} == {
        "audio-16000.npy",
        "labels.npy",
        "labels.times.npy",
        "ratings-arousal.npy",
        "ratings-arousal.times.npy",
    }
    assert not list(folder.glob("face-12*"))  # nobody asked for it, and it is stale


def test_changed_margin_cuts_again_but_searches_no_faces(make_corpus, prepare_fake, log_of):
    corpus = make_corpus(TWO)
    prepare_fake(corpus)
    log_of("one")
    prepare_fake(corpus, settings=FaceSettings(margin=0.3))
    assert log_of("one") == ["cut face-8"]


def test_where_the_detector_lies_does_not_count_but_its_hash_does(make_corpus, prepare_fake, log_of):
    corpus = make_corpus(TWO)
    prepare_fake(corpus, settings=FaceSettings(detector="a.onnx", detector_digest="1"))
    log_of("one")
    moved = prepare_fake(corpus, settings=FaceSettings(detector="b.onnx", detector_digest="1"))
    assert moved.reused == ["one", "two"]
    prepare_fake(corpus, settings=FaceSettings(detector="b.onnx", detector_digest="2"))
    assert log_of("one") == ["searched faces", "cut face-8"]


def test_changed_labels_rewrite_labels_only(make_corpus, prepare_fake, tmp_path, times_of, log_of):
    corpus = make_corpus(TWO)
    prepare_fake(corpus)
    before = times_of(tmp_path / "out/recordings/one")
    log_of("one")
    one = corpus.recordings[0]
    gold = one.gold | {"valence": Series(one.gold["valence"].times_s, one.gold["valence"].values / 2)}
    changed = replace(corpus, recordings=(replace(one, gold=gold), corpus.recordings[1]))
    result = prepare_fake(changed)
    assert (result.prepared, result.reused) == (["one"], ["two"])
    assert log_of("one") == []
    after = times_of(tmp_path / "out/recordings/one")
    assert {name.split(".")[0] for name in after if after[name] != before[name]} == {
        "recording",
        "labels",
        "ratings-arousal",
    }
    values = open_prepared(tmp_path / "out").recordings[0].labels.values
    np.testing.assert_array_equal(values[:, 1], gold["valence"].values)


def test_raters_that_went_leave_no_track(make_corpus, prepare_fake, tmp_path):
    corpus = make_corpus(TWO)
    prepare_fake(corpus)
    prepare_fake(replace(corpus, recordings=tuple(replace(one, ratings={}) for one in corpus.recordings)))
    assert not list((tmp_path / "out/recordings/one").glob("ratings*"))
    assert open_prepared(tmp_path / "out").recordings[0].ratings("arousal") is None


def test_lost_and_damaged_files_are_made_again(make_corpus, prepare_fake, tmp_path, contents_of, log_of):
    corpus = make_corpus(TWO)
    prepare_fake(corpus)
    before = contents_of(tmp_path / "out")
    folder = tmp_path / "out/recordings"
    (folder / "one/face-8.npy").unlink()
    (folder / "two/audio-16000.npy").write_bytes(b"cut off")
    log_of("one"), log_of("two")
    assert prepare_fake(corpus).prepared == ["one", "two"]
    assert (log_of("one"), log_of("two")) == (["cut face-8"], ["decoded audio-16000"])
    assert contents_of(tmp_path / "out") == before
    (folder / "one/recording.json").write_text("{")
    assert prepare_fake(corpus).prepared == ["one"]
    assert contents_of(tmp_path / "out") == before


def test_a_failing_recording_is_listed_and_the_rest_finished(make_corpus, prepare_fake, tmp_path):
    corpus = make_corpus({"bad": "broken", "good": "frames=9", "cut": "frames=9 short"})
    gone = Recording(name="gone", subject="S9", video=tmp_path / "corpus/gone.fake")
    nothing = Recording(name="nothing", subject="S9")
    result = prepare_fake(replace(corpus, recordings=(*corpus.recordings, gone, nothing)))
    assert result.prepared == ["good"]
    reasons = dict(result.failed)
    assert list(reasons) == ["bad", "cut", "gone"]
    assert "is no media file" in reasons["bad"]
    assert "track face-8 gave 8 rows; expected 9" in reasons["cut"]
    assert "gone.fake: cannot be read (No such file or directory)" in reasons["gone"]
    unseen = "nothing has labels but neither media nor tables; expected a video, a sound or a table"
    assert result.skipped == [("nothing", unseen)]
    prepared = open_prepared(tmp_path / "out")
    assert [one.name for one in prepared.recordings] == ["good"]
    assert dict(prepared.skipped) == reasons | dict(result.skipped)
    with open(tmp_path / "out/skipped.csv", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["recording", "reason"], *map(list, [*result.skipped, *result.failed])]
    assert not list((tmp_path / "out").rglob("*.part"))


def test_names_that_are_no_folder_names_fail(make_corpus, prepare_fake):
    corpus = make_corpus({"good": "frames=9"})
    one = corpus.recordings[0]
    names = ["../out", "..", ".hidden", "a/b", ""]
    for jobs in (1, 2):
        bad = tuple(replace(one, name=name) for name in names)
        result = prepare_fake(replace(corpus, recordings=(one, *bad)), jobs=jobs)
        assert [name for name, _ in result.failed] == names
        assert all("expected letters, digits and ._- only" in reason for _, reason in result.failed)


def test_missing_modalities(make_corpus, prepare_fake, tmp_path, log_of):
    corpus = make_corpus({"mute": "frames=9 silent", "unseen": "frames=9"})
    mute, unseen = corpus.recordings
    corpus = replace(corpus, recordings=(mute, replace(unseen, video=None, audio=unseen.video)))
    assert prepare_fake(corpus).failed == []
    mute, unseen = open_prepared(tmp_path / "out").recordings
    assert mute.track("audio-16000") is None and mute.track("face-8") is not None
    assert unseen.track("face-8") is None and unseen.track("audio-16000") is not None
    log_of("mute")
    assert prepare_fake(corpus).reused == ["mute", "unseen"]
    assert log_of("mute") == []


def test_warnings_are_kept_and_told_again(make_corpus, prepare_fake, tmp_path):
    corpus = make_corpus({"long": "frames=100 odd"})
    expected = [
        "long: its sound breaks off",
        "long: labels end at 0.80 s but the media at 4.00 s: 80 steps of 0.04 s are not rated",
    ]
    assert prepare_fake(corpus).warnings == expected
    assert prepare_fake(corpus).warnings == expected
    assert [f"long: {text}" for text in open_prepared(tmp_path / "out").recordings[0].warnings] == expected


def test_progress_tells_tracks_and_recordings(make_corpus, prepare_fake):
    told = []
    prepare_fake(make_corpus(TWO), progress=lambda *facts: told.append(facts))
    assert [facts for facts in told if facts[0] == "recording"] == [
        ("recording", 1, 2, "one"),
        ("recording", 2, 2, "two"),
    ]
    assert ("face-8", 20, 20, "one") in told and ("faces", 0, 0, "one") in told


def test_jobs_give_the_same_bytes(make_corpus, prepare_fake, tmp_path, contents_of):
    corpus = make_corpus({f"r{k}": f"frames={8 + k}" for k in range(4)} | {"bad": "broken"})
    single = prepare_fake(corpus, "single")
    told = []
    double = prepare_fake(corpus, "double", jobs=2, progress=lambda *facts: told.append(facts))
    assert single == double and len(single.failed) == 1
    assert len(list((tmp_path / "corpus/pids").iterdir())) >= 2  # this process and a worker at least
    assert [facts[:3] for facts in told] == [("recording", k, 5) for k in range(1, 6)]
    assert contents_of(tmp_path / "single") == contents_of(tmp_path / "double")
    assert prepare_fake(corpus, "double", jobs=2).reused == single.prepared


def test_a_killed_worker_costs_its_recording_only(make_corpus, prepare_fake, tmp_path):
    corpus = make_corpus({"a": "frames=8", "b": "deadly", "c": "frames=9", "d": "frames=10"})
    result = prepare_fake(corpus, jobs=2)
    # one that was whole on disk when its neighbour died is found there at the second try
    assert sorted([*result.prepared, *result.reused]) == ["a", "c", "d"]
    assert [name for name, _ in result.failed] == ["b"]
    assert "worker process was killed twice" in result.failed[0][1]
    assert [one.name for one in open_prepared(tmp_path / "out").recordings] == ["a", "c", "d"]
