"""Tables of a corpus: what is stored, when it is made again, and recordings that have nothing else."""

import os
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from emotrace.config.declaration import AudioInput, Declaration, TableInput
from emotrace.corpora.recording import Recording
from emotrace.corpora.tables import TableFile
from emotrace.errors import DataError, InputError
from emotrace.features import assemble
from emotrace.store import open_prepared

INPUTS = (AudioInput(),)


@pytest.fixture
def readers(fake_media):
    """The module of the readers, importable in worker processes too."""
    import fake_tables

    return fake_tables


@pytest.fixture
def corpus(make_corpus, readers, tmp_path):
    """Recording one has a signal, two features and events; two has the signal only."""
    made = make_corpus({"one": "frames=20 first", "two": "frames=12 second"})
    one, two = made.recordings
    for name, rows in {"one": "1 2 3 4", "two": "5 nan", "events": "0 0.1 0.4"}.items():
        (made.root / f"{name}.txt").write_text(rows.replace(" ", "\n"))
    signal = TableFile(made.root / "one.txt", readers.read_rows, "signal")
    tables = {
        "ecg": signal,
        "egemaps": TableFile(signal.path, partial(readers.read_rows, columns=("f0",), rate_hz=25.0)),
        "events": TableFile(made.root / "events.txt", readers.read_events),
    }
    two_tables = {"ecg": replace(signal, path=made.root / "two.txt")}
    return replace(made, recordings=(replace(one, tables=tables), replace(two, tables=two_tables)))


def test_signals_are_stored_always_and_features_when_asked(corpus, prepare_fake, tmp_path):
    prepare_fake(corpus, inputs=INPUTS)
    one, two = open_prepared(tmp_path / "out").recordings
    assert [name for name in one.track_names if name.startswith("table-")] == ["table-ecg"]
    track = one.track("table-ecg")
    assert track.values.dtype == np.float32 and track.values.tolist() == [[k, k] for k in (1, 2, 3, 4)]
    assert (track.timeline.rate_hz, track.timeline.start_s) == (10.0, 0.0)
    assert track.attributes == {"columns": ["a", "b"], "kind": "signal"}
    np.testing.assert_array_equal(two.track("table-ecg").values, [[5, 5], [np.nan, np.nan]])
    with pytest.raises(DataError, match="has no track table-egemaps"):
        one.track("table-egemaps")

    result = prepare_fake(corpus, inputs=INPUTS, tables=("e*",))
    assert result.prepared == ["one", "two"]
    one, two = open_prepared(tmp_path / "out").recordings
    assert one.track("table-egemaps").timeline.rate_hz == 25.0
    assert one.track("table-egemaps").attributes == {"columns": ["f0"], "kind": "feature"}
    events = one.track("table-events")
    assert events.timeline.rate_hz is None and events.timeline.seconds().tolist() == [0, 0.1, 0.4]
    assert two.track("table-egemaps") is None  # it lacks the table, and says so
    assert set(one.source_hashes) == {"video", "audio", "table-ecg", "table-egemaps", "table-events"}
    # what nobody asks for any more stays while it is good
    assert prepare_fake(corpus, inputs=INPUTS).reused == ["one", "two"]
    assert "table-egemaps" in open_prepared(tmp_path / "out").recordings[0].track_names


def test_a_system_declares_a_table(corpus, prepare_fake, tmp_path):
    spec = TableInput(name="egemaps", columns=1)
    prepare_fake(corpus, inputs=(spec,))
    one, two = open_prepared(tmp_path / "out").recordings
    declaration = Declaration(inputs={"x": spec})
    assert assemble(declaration, one, 0, 6)["x"][:, 0].tolist() == [1, 2, 3, 4, 4, 0]
    assert not assemble(declaration, two, 0, 6)["x_mask"].any()


def test_a_pattern_that_matches_none_is_refused(corpus, make_corpus, prepare_fake):
    with pytest.raises(InputError, match=r"tables 'mfcc' matches no table .* of: ecg, egemaps, events"):
        prepare_fake(corpus, tables=("*", "mfcc"))
    with pytest.raises(InputError, match="of: none, it brings no tables"):
        prepare_fake(make_corpus({"one": "frames=20 first"}), tables=("*",))


def test_only_what_changed_is_read_again(corpus, prepare_fake, tmp_path, times_of, log_of, readers):
    prepare_fake(corpus, tables=("*",))
    folder = tmp_path / "out/recordings/one"
    log_of("one")
    before = times_of(folder)
    os.utime(corpus.root / "events.txt", ns=(1, 1))
    assert prepare_fake(corpus, tables=("*",)).reused == ["one", "two"]

    (corpus.root / "events.txt").write_text("0\n0.5")
    assert prepare_fake(corpus, tables=("*",)).prepared == ["one"]
    changed = {name for name, time in times_of(folder).items() if time != before.get(name)}
    assert changed == {"table-events.npy", "table-events.times.npy", "recording.json"}

    one, two = corpus.recordings
    wider = replace(one.tables["ecg"], reader=partial(readers.read_rows, columns=("a", "b", "c")))
    corpus = replace(corpus, recordings=(replace(one, tables={**one.tables, "ecg": wider}), two))
    assert prepare_fake(corpus, tables=("*",)).prepared == ["one"]
    assert open_prepared(tmp_path / "out").recordings[0].track("table-ecg").values.shape == (4, 3)
    assert log_of("one") == []  # no media was opened for it


def test_a_reader_of_another_version_reads_again(corpus, prepare_fake, monkeypatch):
    prepare_fake(corpus)
    monkeypatch.setattr("emotrace.store.tables.inspect.getsource", lambda module: "another version")
    assert prepare_fake(corpus).prepared == ["one", "two"]
    monkeypatch.setattr("emotrace.store.tables.inspect.getsource", _no_source)
    assert prepare_fake(corpus).prepared == ["one", "two"]


def _no_source(module):
    raise OSError("could not get source code")


def test_tables_that_went_leave_no_track(corpus, prepare_fake, tmp_path):
    prepare_fake(corpus, tables=("*",))
    one, two = corpus.recordings
    kept = {"ecg": one.tables["ecg"]}
    prepare_fake(replace(corpus, recordings=(replace(one, tables=kept), two)))
    assert not list((tmp_path / "out/recordings/one").glob("table-e[gv]*"))


def test_a_broken_or_missing_table_costs_itself_only(corpus, prepare_fake, tmp_path):
    (corpus.root / "events.txt").write_text("0.2\n0.1")
    (corpus.root / "two.txt").unlink()
    result = prepare_fake(corpus, tables=("*",))
    assert (result.prepared, result.failed) == (["one", "two"], [])
    first, second = result.warnings
    assert first.startswith("one: the table events is left out: ") and "holds times that do not rise" in first
    assert second.startswith("two: the table ecg is left out: ") and "No such file or directory" in second
    one, two = open_prepared(tmp_path / "out").recordings
    assert one.track("table-events") is None and two.track("table-ecg") is None
    again = prepare_fake(corpus, tables=("*",))
    assert (again.reused, again.warnings) == (["one", "two"], result.warnings)
    (corpus.root / "two.txt").write_text("1")
    assert prepare_fake(corpus, tables=("*",)).prepared == ["two"]


def without_media(corpus):
    return replace(corpus, recordings=tuple(replace(one, video=None) for one in corpus.recordings))


@pytest.mark.parametrize("jobs", [1, 2])
def test_physiology_alone_can_be_prepared(corpus, prepare_fake, tmp_path, jobs):
    alone = without_media(corpus)
    result = prepare_fake(alone, jobs=jobs)
    assert (result.prepared, result.failed) == (["one", "two"], [])
    one, two = open_prepared(tmp_path / "out").recordings
    # the signal counts, not the features, of which the events go on for longer
    assert (one.duration_s, two.duration_s) == (pytest.approx(0.4), pytest.approx(0.2))
    assert one.track("face-8") is None and one.track("audio-16000") is None
    assert one.labels.values.shape == (20, 2) and one.source_hashes.keys() == {"table-ecg"}
    assert prepare_fake(alone, jobs=jobs).reused == ["one", "two"]
    (alone.root / "two.txt").write_text("1\n2\n3")
    assert prepare_fake(alone, jobs=jobs).prepared == ["two"]
    assert open_prepared(tmp_path / "out").recordings[1].duration_s == pytest.approx(0.3)


def test_without_signals_all_tables_say_how_long_it_is(corpus, prepare_fake, tmp_path, readers):
    one = without_media(corpus).recordings[0]
    events = {"events": one.tables["events"]}
    prepare_fake(replace(corpus, recordings=(replace(one, tables=events),)))
    (one,) = open_prepared(tmp_path / "out").recordings
    assert one.duration_s == pytest.approx(0.4 + 0.2)
    assert "table-events" not in one.track_names  # read for its end, not asked for


def test_nothing_that_can_be_read_fails_alone(corpus, prepare_fake):
    (corpus.root / "two.txt").write_text("")
    result = prepare_fake(without_media(corpus))
    assert result.prepared == ["one"]
    ((name, reason),) = result.failed
    assert name == "two" and "has no media and no table that can be read: the table ecg is left" in reason


def test_labels_alone_are_skipped_and_a_corpus_of_them_refused(corpus, prepare_fake, tmp_path):
    bare = Recording(name="bare", subject="S9", gold=corpus.recordings[0].gold)
    result = prepare_fake(replace(corpus, recordings=(*corpus.recordings, bare)))
    assert (result.prepared, result.failed) == (["one", "two"], [])
    assert [name for name, _ in result.skipped] == ["bare"]
    assert open_prepared(tmp_path / "out").skipped == tuple(result.skipped)
    assert 'bare,"bare has labels but neither media' in (tmp_path / "out/skipped.csv").read_text()
    prepare_fake(corpus)
    assert not (tmp_path / "out/skipped.csv").exists()
    with pytest.raises(DataError, match="its 1 recordings have labels but neither media nor tables"):
        prepare_fake(replace(corpus, recordings=(bare,)), "other")


def test_attributes_are_kept(corpus, prepare_fake, tmp_path):
    one, two = corpus.recordings
    facts = {"sex": "female", "culture": "German"}
    prepare_fake(replace(corpus, recordings=(replace(one, attributes=facts), two)))
    assert [item.attributes for item in open_prepared(tmp_path / "out").recordings] == [facts, {}]
