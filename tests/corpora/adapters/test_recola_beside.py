"""What lies beside media and labels in RECOLA: users, features, physiology, speech and times of frames."""

import pickle

import numpy as np
import pytest

from corpus_writers import recola
from corpus_writers.avec2016 import put
from emotrace import corpora
from emotrace.errors import DataError


@pytest.fixture
def base(tmp_path):
    return recola.write(tmp_path / "RECOLA")


def read(root, **options):
    return corpora.read("recola", root, **options)


def test_dyads_and_facts(base):
    people = {one.name: one for one in read(base).recordings}
    assert people["P16"].session == people["P17"].session == "dyad 1"
    assert people["P19"].session == "dyad 2"
    assert people["P16"].attributes == {"sex": "female", "age": "21", "language": "French"}
    assert people["P17"].attributes == {"sex": "male", "age": "24", "language": "Italian"}
    assert people["P19"].attributes == {"sex": "male", "language": "French"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            None,
            "dyads are not known: recola_user_info.csv is missing; people of one call may",
        ),
        ("User;Sex\n16;F\n", "has the columns user, sex; expected at least User and Group_id"),
        ("", "recola_user_info.csv is empty"),
        ("User;Group_id\nP16;1\n17;1\n", "no dyad in recola_user_info.csv: 1 (P19)"),
        (
            "User;Group_id\n16;1\n16;2\n17;1\n19;?\n",
            "listed twice in recola_user_info.csv, the first row",
        ),
        ("User;Group_id\n16;1\n17;1\n19;?\n", "no dyad in recola_user_info.csv: 1 (P19)"),
    ],
)
def test_wrong_metadata(base, text, says):
    path = base / "RECOLA-Metadata" / "recola_user_info.csv"
    path.unlink() if text is None else path.write_text(text)
    corpus = read(base)
    assert any(says in warning for warning in corpus.warnings), corpus.warnings
    assert corpus.recordings[2].session is None
    if text is not None and "16;1" in text:
        assert corpus.recordings[0].session == "dyad 1"


def test_metadata_as_a_spreadsheet(base):
    folder = base / "RECOLA-Metadata"
    (folder / "recola_user_info.csv").rename(folder / "recola_user_info.xls")
    assert any("recola_user_info.xls is no CSV, save it as one" in text for text in read(base).warnings)


def test_words_for_sex(base):
    users = "Group_id,User,Gender\n7,16,F\n7,17,Male\n8,19,?\n"
    put(base / "RECOLA-Metadata" / "recola_user_info.csv", users)
    corpus = read(base)
    assert [one.attributes.get("sex") for one in corpus.recordings] == ["female", "male", None]
    assert not any("sex is given" in text for text in corpus.warnings)


def test_tables(base):
    corpus = read(base)
    tables = corpus.recordings[0].tables
    assert list(tables) == ["audio", "audio_probas", "video", "speech", "biosignals", "ecg", "eda"]
    assert list(corpus.recordings[1].tables) == ["audio", "audio_probas", "video", "speech"]
    assert [name for name, one in tables.items() if one.kind == "signal"] == ["biosignals"]
    audio = tables["audio"].read()
    np.testing.assert_allclose(audio.times_s, np.arange(24) * 0.04, atol=1e-9)  # file: 0.04 to 0.96 s
    np.testing.assert_allclose(audio.values[0], [0.08, 0.12])  # the row of 0.04 s, as the label of it
    assert tables["audio_probas"].read().columns == ("voiced", "silent")  # whose first column is the time
    assert np.isnan(tables["eda"].read().values[::2, 0]).all()
    signals = tables["biosignals"].read()
    assert signals.columns == ("EDA", "ECG")
    np.testing.assert_allclose(signals.times_s, np.arange(100) / 1000)
    assert signals.values[1].tolist() == [0.501, -0.1]
    assert pickle.loads(pickle.dumps(tables["biosignals"])).read().columns == signals.columns


def test_biosignals_in_another_order_and_without_time(base):
    put(base / "RECOLA-Biosignals-recordings" / "P16.csv", "ECG ;EDA\n?;1\n0.5;2\n")
    signals = read(base).recordings[0].tables["biosignals"].read()
    assert signals.columns == ("ECG", "EDA") and signals.times_s.tolist() == [0.0, 0.001]
    np.testing.assert_array_equal(signals.values, [[np.nan, 1], [0.5, 2]])


def test_speech_as_shares_of_steps(base):
    speech = read(base).recordings[0].tables["speech"].read()
    assert speech.columns == ("speech",) and len(speech.times_s) == 7500
    np.testing.assert_allclose(speech.values[:8, 0], [0, 0, 0.5, 1, 1, 1, 1, 0.5])  # 0.1 to 0.3 s
    np.testing.assert_allclose(speech.values[:, 0].sum() * 0.04, 0.2 + 0.68)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("start;stop\n1;0.5\n", "line 2: a segment from 1 to 0.5 s; expected times from 0 s on"),
        ("start;stop\n0;?\n", "line 2: a segment from 0 to nan s"),
        ("begin;end\n0;1\n", "no column start, stop"),
    ],
)
def test_wrong_speech(base, text, message):
    put(base / "RECOLA-Audio_timings" / "P16.csv", text)
    with pytest.raises(DataError, match=message):
        read(base).recordings[0].tables["speech"].read()


def test_speech_that_overlaps_and_goes_on(base):
    put(base / "RECOLA-Audio_timings" / "P16.csv", "start;stop\n300.02;400\n0;0.08\n0.04;0.1\n")
    speech = read(base).recordings[0].tables["speech"].read()
    assert len(speech.times_s) == 10000
    np.testing.assert_allclose(speech.values[[0, 1, 2, 3, 7500, 7501], 0], [1, 1, 0.5, 0, 0.5, 1])


def test_frame_times(base):
    nested = base / "RECOLA-Video-timings" / "RECOLA-Video-timings"
    times_s = read(base).recordings[0].frame_times_s
    np.testing.assert_allclose(times_s, np.delete(np.arange(36) * 0.04, 10), atol=1e-9)
    put(nested / "P17.csv", "0;0.04\n1;0.08\n")
    (nested / "P19.csv").unlink()
    corpus = read(base)
    assert [one.frame_times_s is None for one in corpus.recordings] == [False, True, True]
    assert any("P17.csv begins with the cells 0, 0.04; expected a header" in text for text in corpus.warnings)


def test_frame_times_not_nested(base):
    outer = base / "RECOLA-Video-timings"
    (outer / outer.name).rename(base / "inner")
    outer.rmdir()
    (base / "inner").rename(outer)
    assert len(read(base).recordings[0].frame_times_s) == 35
