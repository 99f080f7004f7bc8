"""Computed features in a prepared corpus: what is kept, and when they are made again."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

import toy_features
from emotrace.config.declaration import AudioInput, FaceInput, FeatureInput
from emotrace.corpora.recording import Recording
from emotrace.corpora.tables import TableFile
from emotrace.errors import ConfigError, DataError
from emotrace.features.derived import registry
from emotrace.store import open_prepared, prepared, refuse_other_versions

LOUDNESS = FeatureInput(name="loudness", columns=2)


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    """Toy features in place of all others; call it for those of another version."""

    def put(version: int = 1) -> None:
        found = toy_features.toys(version)
        monkeypatch.setattr(registry, "available", lambda: found)

    put()
    return put


def stored(tmp_path):
    return open_prepared(tmp_path / "out").recordings


def test_what_only_a_feature_needs_is_not_kept(make_corpus, prepare_fake, tmp_path):
    corpus = make_corpus({"one": "frames=20 first"})
    prepare_fake(corpus, inputs=(FeatureInput(name="doubled-loudness", columns=2),))
    (one,) = stored(tmp_path)
    assert one.track_names == ("feature-doubled-loudness", "labels", "ratings-arousal")
    assert prepare_fake(corpus, inputs=(FeatureInput(name="doubled-loudness", columns=2),)).reused == ["one"]
    prepare_fake(corpus, inputs=(LOUDNESS, AudioInput()))
    (one,) = stored(tmp_path)
    doubled, plain = one.track("feature-doubled-loudness"), one.track("feature-loudness")
    np.testing.assert_array_equal(doubled.values, 2 * np.asarray(plain.values))
    assert "audio-16000" in one.track_names


def test_short_features_are_read_into_memory_and_long_ones_mapped(
    make_corpus, prepare_fake, tmp_path, monkeypatch
):
    prepare_fake(make_corpus({"one": "frames=20 first"}), inputs=(LOUDNESS, AudioInput()))
    (one,) = stored(tmp_path)
    short = one.track("feature-loudness")
    assert short.values.base is None and not short.values.flags.writeable
    assert one.track("feature-loudness") is short
    monkeypatch.setattr(prepared, "_SHORT_BYTES", 100)
    (again,) = stored(tmp_path)
    assert isinstance(again.track("feature-loudness").values.base, np.memmap)
    np.testing.assert_array_equal(again.track("feature-loudness").values, short.values)
    assert isinstance(one.track("audio-16000").values.base, np.memmap)  # however short


def test_faces_stay_beside_a_feature_of_them(make_corpus, prepare_fake, tmp_path):
    prepare_fake(
        make_corpus({"one": "frames=20 first"}), inputs=(FeatureInput(name="brightness", columns=3),)
    )
    (one,) = stored(tmp_path)
    assert {"faces", "feature-brightness"} <= set(one.track_names) and "face-8" not in one.track_names
    assert one.track("feature-brightness").valid is not None


def test_another_version_of_a_feature_is_made_again_with_what_is_made_of_it(
    make_corpus, prepare_fake, tmp_path, toys
):
    corpus = make_corpus({"one": "frames=20 first"})
    inputs = (FeatureInput(name="doubled-loudness", columns=2), FeatureInput(name="brightness", columns=3))
    prepare_fake(corpus, inputs=inputs)
    before = {name: entry["key"] for name, entry in stored(tmp_path)[0].entries.items()}
    toys(2)
    assert prepare_fake(corpus, inputs=inputs).prepared == ["one"]
    after = {name: entry["key"] for name, entry in stored(tmp_path)[0].entries.items()}
    assert {name for name in before if before[name] != after[name]} == {"feature-doubled-loudness"}


def test_features_of_tables_with_and_without_media(make_corpus, fake_media, prepare_fake, tmp_path):
    import fake_tables

    made = make_corpus({"one": "frames=20 first"})
    (made.root / "one.txt").write_text("1\n2\nnan\n4")
    table = TableFile(made.root / "one.txt", fake_tables.read_rows, "signal")
    (one,) = made.recordings
    bare = Recording(name="two", subject="S2", gold=one.gold, tables={"ecg": table}, partition="train")
    corpus = replace(made, recordings=(replace(one, tables={"ecg": table}), bare))
    inputs = (FeatureInput(name="doubled-signal", columns=2), LOUDNESS)
    prepare_fake(corpus, inputs=inputs)
    one, two = stored(tmp_path)
    for recording in (one, two):
        values = np.asarray(recording.track("feature-doubled-signal").values)
        np.testing.assert_array_equal(values[:, 0], [2, 4, np.nan, 8])
    assert two.track("feature-loudness") is None and one.track("feature-loudness") is not None
    (made.root / "one.txt").write_text("1\n2\n3\n4")
    assert prepare_fake(corpus, inputs=inputs).prepared == ["one", "two"]
    assert np.isfinite(np.asarray(stored(tmp_path)[1].track("feature-doubled-signal").values)).all()


def test_a_feature_of_a_table_that_the_input_names(make_corpus, fake_media, prepare_fake, tmp_path):
    import fake_tables

    made = make_corpus({"one": "frames=20 first"})
    (made.root / "heart.txt").write_text("1\n2")
    table = TableFile(made.root / "heart.txt", fake_tables.read_rows, "feature")
    corpus = replace(made, recordings=(replace(made.recordings[0], tables={"heart": table}),))
    spec = FeatureInput(name="doubled-signal", columns=2, of="table-heart")
    prepare_fake(corpus, inputs=(spec,))
    (one,) = stored(tmp_path)
    assert "table-heart" in one.track_names
    assert np.asarray(one.track(spec.track).values)[:, 0].tolist() == [2, 4]


def test_a_feature_that_is_gone_is_taken_out_and_an_unknown_one_refused(
    make_corpus, prepare_fake, tmp_path, monkeypatch
):
    corpus = make_corpus({"one": "frames=20 first"})
    prepare_fake(corpus, inputs=(LOUDNESS, AudioInput()))
    monkeypatch.setattr(registry, "available", lambda: {})
    prepare_fake(corpus, inputs=(AudioInput(),))
    assert "feature-loudness" not in stored(tmp_path)[0].track_names
    with pytest.raises(ConfigError, match="no feature is called 'loudness'"):
        prepare_fake(corpus, inputs=(LOUDNESS,))


def test_another_version_on_disk_is_refused_until_it_is_prepared_again(
    make_corpus, prepare_fake, tmp_path, toys
):
    corpus = make_corpus({"one": "frames=20 first"})
    prepare_fake(corpus, inputs=(LOUDNESS,))
    refuse_other_versions("out", [LOUDNESS], stored(tmp_path))
    toys(version=2)
    with pytest.raises(DataError, match="feature-loudness of one was made by version 1 of that feature, and"):
        refuse_other_versions("out", [LOUDNESS], stored(tmp_path))
    prepare_fake(corpus, inputs=(LOUDNESS,))
    refuse_other_versions("out", [LOUDNESS], stored(tmp_path))


def test_a_sound_that_is_silent_throughout_counts_as_none(make_corpus, prepare_fake, tmp_path):
    corpus = make_corpus({"one": "frames=20 hushed", "two": "frames=20 first"})
    inputs = (FaceInput(size=8), AudioInput(), LOUDNESS)
    prepare_fake(corpus, inputs=inputs)
    one, two = stored(tmp_path)
    assert one.entries["feature-loudness"]["missing"] and two.track("feature-loudness") is not None
    assert one.track("feature-loudness") is one.track("audio-16000") is None
    assert one.stored("audio-16000").values.shape == (12800,) and two.track("audio-16000") is not None
    assert one.track("face-8") is not None and one.labels is not None and one.ratings("arousal") is not None
    assert one.warnings == (
        "the sound is silent throughout, so features of it are missing as if there were none",
    )
    assert two.warnings == () and prepare_fake(corpus, inputs=inputs).reused == ["one", "two"]


def test_a_feature_made_of_silence_before_that_was_so_counts_as_none_beside_its_sound(
    make_corpus, prepare_fake, tmp_path, monkeypatch
):
    with monkeypatch.context() as before:
        before.setattr("emotrace.store.build.WithoutSilence.is_silent", lambda *_: False)
        corpus = make_corpus({"one": "frames=20 hushed"})
        prepare_fake(corpus, inputs=(AudioInput(), LOUDNESS))
    (one,) = stored(tmp_path)
    assert one.stored("feature-loudness") is not None and one.track("feature-loudness") is None


def test_whether_a_sound_is_silent_is_found_once_and_goes_along_to_another_process(
    make_corpus, prepare_fake, tmp_path, monkeypatch
):
    prepare_fake(make_corpus({"one": "frames=20 hushed"}))
    (one,) = stored(tmp_path)
    assert one.track("audio-16000") is None
    again = pickle.loads(pickle.dumps(one))
    monkeypatch.setattr("emotrace.features.silence.np", None)  # looking would fail
    assert one.track("audio-16000") is again.track("audio-16000") is None
