"""Opening a prepared corpus: what it says, how it is read, and what is refused."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.config.media import FaceSettings
from emotrace.corpora.recording import Corpus
from emotrace.errors import ConfigError, DataError
from emotrace.features import assemble, targets
from emotrace.store import open_prepared
from emotrace.store import prepared as prepared_module
from emotrace.store.record import read_json


@pytest.fixture
def folder(make_corpus, prepare_fake, tmp_path):
    prepare_fake(make_corpus({"one": "frames=20", "two": "frames=12"}, value_range=(-2.0, 2.0)))
    return tmp_path / "out"


def test_says_what_it_holds(folder):
    corpus = open_prepared(folder)
    assert (corpus.name, corpus.dimensions, corpus.classes) == ("fake", ("arousal", "valence"), ())
    assert corpus.value_range == (-2.0, 2.0) and corpus.settings == FaceSettings()
    one, two = corpus.recordings
    assert (one.name, one.subject, one.partition, one.session) == ("one", "S0", "train", None)
    assert one.duration_s == pytest.approx(0.8) and two.duration_s == pytest.approx(0.48)
    assert one.track_names == ("audio-16000", "face-8", "faces", "labels", "ratings-arousal")


def test_tracks_are_memory_mapped_and_opened_once(folder):
    recording = open_prepared(folder).recordings[0]
    track = recording.track("face-8")
    assert isinstance(track.values.base, np.memmap) and not track.values.flags.writeable
    assert recording.track("face-8") is track
    assert recording.labels.values.shape == (20, 2)


def test_ratings_of_each_rater(folder):
    ratings = open_prepared(folder).recordings[0].ratings("arousal")
    assert ratings.values.shape == (20, 2) and ratings.attributes == {"raters": ["R0", "R1"]}
    assert open_prepared(folder).recordings[0].ratings("valence") is None


def test_a_recording_reaches_another_process_small(folder):
    recording = open_prepared(folder).recordings[0]
    recording.track("face-8")
    again = pickle.loads(pickle.dumps(recording))
    assert len(pickle.dumps(recording)) < 20_000
    np.testing.assert_array_equal(again.track("face-8").values, recording.track("face-8").values)


def test_makes_tensors_and_targets(folder):
    recording = open_prepared(folder).recordings[0]
    declaration = Declaration(inputs={"face": FaceInput(size=8), "audio": AudioInput()})
    tensors = assemble(declaration, recording, -2, 22)
    assert tensors["face"].shape == (24, 3, 8, 8) and tensors["audio"].shape == (24, 640)
    assert targets(recording.labels, declaration, 0, 20).isfinite().all()


def test_recordings_of_classes_and_without_labels(make_corpus, prepare_fake, tmp_path):
    corpus = make_corpus({"one": "frames=9", "two": "frames=9"})
    plain = [replace(one, gold={}, ratings={}) for one in corpus.recordings]
    recordings = (replace(plain[0], emotion="happy"), plain[1])
    prepare_fake(replace(corpus, recordings=recordings, dimensions=(), classes=("angry", "happy")))
    one, two = open_prepared(tmp_path / "out").recordings
    assert one.labels.attributes["class"] == one.emotion == "happy"
    assert "class" not in two.labels.attributes and two.emotion is None
    assert one.labels.values.shape == (0, 0)
    grid = Declaration(inputs={}, predicts="class")
    assert targets(one.labels, grid, 0, 2).tolist() == [[1.0], [1.0]]
    assert targets(two.labels, grid, 0, 2).isnan().all()


def test_more_recordings_than_files_may_be_open(make_corpus, prepare_fake, tmp_path):
    resource = pytest.importorskip("resource")
    corpus = make_corpus({f"r{k}": "frames=9" for k in range(150)})
    prepare_fake(corpus)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    prepared_module._opener.cache_clear()
    try:
        prepared = open_prepared(tmp_path / "out")
        rows = [
            one.track(name).values[0:1] + 0
            for one in prepared.recordings
            for name in ("face-8", "audio-16000", "faces", "labels")
        ]
        assert len(rows) == 600
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        prepared_module._opener.cache_clear()


def test_refuses_a_track_never_prepared(folder):
    with pytest.raises(DataError, match="has no track face-64, only audio-16000, face-8"):
        open_prepared(folder).recordings[0].track("face-64")


def test_refuses_other_folders(folder, tmp_path):
    with pytest.raises(
        DataError, match=r"nowhere: is not a prepared corpus \(no corpus.json\); run .* first"
    ):
        open_prepared(tmp_path / "nowhere")
    (folder / "corpus.json").unlink()
    with pytest.raises(DataError, match=r"its preparation was not finished; run `emotrace prepare` again"):
        open_prepared(folder)


def test_refuses_damaged_json(folder):
    (folder / "recordings/two/recording.json").write_text('{"format": 1')
    with pytest.raises(DataError, match=r"recording.json: is damaged \(.*\); delete it"):
        open_prepared(folder)
    (folder / "corpus.json").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match=r"corpus.json: is damaged"):
        open_prepared(folder)


def test_refuses_json_of_another_kind(folder):
    for text in ("[]", "{}", '{"format": 1, "name": "x"}'):
        (folder / "corpus.json").write_text(text)
        with pytest.raises(DataError, match=r"corpus.json: lacks .*recordings; delete it"):
            open_prepared(folder)


def test_refuses_another_format(folder):
    facts = json.loads((folder / "corpus.json").read_text())
    (folder / "corpus.json").write_text(json.dumps(facts | {"format": 2}))
    with pytest.raises(DataError, match="has format 2; this emotrace reads format 1"):
        open_prepared(folder)


def test_refuses_unreadable_json(folder):
    with pytest.raises(DataError, match=r"recording.json: cannot be read \(No such file or directory\)"):
        read_json(folder / "recordings/gone/recording.json", ())


def test_refuses_wrong_settings(folder):
    facts = json.loads((folder / "corpus.json").read_text())
    (folder / "corpus.json").write_text(json.dumps(facts | {"settings": {"margins": 1}}))
    with pytest.raises(ConfigError, match=r"corpus.json: settings: unknown key 'margins'"):
        open_prepared(folder)


def test_refuses_missing_and_cut_off_files(folder):
    path = folder / "recordings/one/face-8.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match=r"face-8.npy: is missing or cut off; run `emotrace prepare` again"):
        open_prepared(folder)
    path.unlink()
    with pytest.raises(DataError, match=r"face-8.npy: is missing or cut off"):
        open_prepared(folder)


def test_refuses_a_preparation_that_was_not_finished(folder, make_corpus, prepare_fake):
    listed = (folder / "corpus.json").read_bytes()
    corpus: Corpus = make_corpus({"one": "frames=20", "two": "frames=12"})
    prepare_fake(corpus, settings=FaceSettings(threshold=0.7))
    (folder / "corpus.json").write_bytes(listed)  # as if killed before the list was written
    with pytest.raises(DataError, match="was prepared anew, but not to the end"):
        open_prepared(folder)


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("corpus.json", "recordings", None),
        ("corpus.json", "recordings", [{"name": "one"}]),
        ("corpus.json", "value_range", "x"),
        ("recordings/one/recording.json", "tracks", []),
        ("recordings/one/recording.json", "tracks", {"labels": {}}),
    ],
)
def test_refuses_values_of_another_kind(folder, file, key, value):
    facts = json.loads((folder / file).read_text())
    (folder / file).write_text(json.dumps(facts | {key: value}))
    with pytest.raises(DataError, match=r"\.json: is damaged \(.*\); delete it and prepare the corpus again"):
        open_prepared(folder)


@pytest.mark.parametrize("noise", [b"\x80\x04pickle", b"\x93NUMPY", b"\0"])
def test_refuses_a_track_whose_file_holds_something_else(folder, noise):
    path = folder / "recordings/one/face-8.npy"
    path.write_bytes(noise.ljust(path.stat().st_size, b"?"))
    with pytest.raises(DataError, match=r"face-8.npy: is damaged \(.*\); delete it and prepare"):
        open_prepared(folder).recordings[0].track("face-8")
