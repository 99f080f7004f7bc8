"""The SEMAINE adapter on a small database with its quirks, and on every quirk the wrong way round."""

import numpy as np
import pytest

from corpus_writers import semaine
from emotrace import corpora
from emotrace.errors import ConfigError, DataError

FULL = ("arousal", "valence", "power", "expectation", "intensity")


def read(root, **options):
    return corpora.read("semaine", root, **options)


def by_name(corpus):
    return {one.name: one for one in corpus.recordings}


def warning(corpus, part):
    (found,) = [text for text in corpus.warnings if part in text]
    return found


def test_whole_database(tmp_path):
    corpus = read(semaine.write(tmp_path / "semaine"))
    found = by_name(corpus)
    assert list(found) == ["s2_user", "s3_user", "s10_user"]
    assert corpus.dimensions == FULL and corpus.value_range == (-1.0, 1.0)
    assert [one.subject for one in found.values()] == ["2", "2", "9"]
    assert [one.session for one in found.values()] == ["recording-1", "recording-1", "recording-4"]
    assert [one.attributes["stimulus"] for one in found.values()] == ["Poppy", "Spike", "Obadiah"]
    first = found["s2_user"]
    assert first.audio.name == "2008.12.05.16.03.15_User HeadMounted_Poppy.wav"
    assert first.video.name == "2008.12.05.16.03.15_User Frontal Colour_Poppy.avi"
    assert list(found["s3_user"].ratings["arousal"]) == ["R5", "R6", "R12"]
    assert set(first.gold) == set(FULL)
    np.testing.assert_allclose(np.diff(first.gold["arousal"].times_s), 0.02)
    assert [name for name, _ in corpus.excluded] == ["s1"] and corpus.skipped == ()
    assert "gives the character Beginning" in corpus.excluded[0][1]
    assert warning(
        corpus, "'User Frontal Colour' rather than User Frontal Grey, User Profile Colour: 1 (s2_user)"
    )
    assert warning(
        corpus, "name neither User nor Operator, or both, not taken: 1 (s2/2008.12.05.16.03.15_Composite_"
    )
    assert warning(corpus, "sessions with transcripts, which are not read: 1 (s2)")


def test_gold_is_the_mean_of_raters_cut_to_the_shortest(tmp_path):
    corpus = read(semaine.write(tmp_path))
    one = by_name(corpus)["s10_user"]
    raters = one.ratings["arousal"]
    assert [len(trace.values) for trace in raters.values()] == [12, 12, 12]
    np.testing.assert_allclose(
        one.gold["arousal"].values, np.mean([r.values for r in raters.values()], axis=0)
    )
    assert "cut to the shortest: 14 (s2_user arousal: 5% lost to R5, " in warning(
        corpus, "cut to the shortest"
    )
    assert "intensity" not in one.ratings
    assert warning(corpus, "no trace of intensity: 1 (s10_user)")
    assert warning(corpus, "not all raters") == (
        "not all raters of a recording rated each of its dimensions: 2 (s10_user valence: 2 of 3, s10_user "
        "power: 2 of 3)"
    )
    assert "R3S4TUCObDP.txt, line 1, column value: 'calm'" in warning(
        corpus, "one trace of s10_user is left out"
    )
    assert warning(corpus, "named like FeelTrace in an unknown way").endswith("1 (s10/R3S4TUCObDXyz.txt)")
    assert warning(corpus, "traces that session.xml names are missing: 4 (s10/R1S4TUCObDI.txt")


def test_both_roles_of_a_conversation_stay_together(tmp_path):
    corpus = read(semaine.write(tmp_path), role="both")
    found = by_name(corpus)
    assert list(found) == ["s2_user", "s2_operator", "s3_user", "s3_operator", "s10_user", "s10_operator"]
    assert found["s2_user"].session == found["s2_operator"].session
    assert found["s2_operator"].subject == "7"
    assert found["s10_operator"].subject == found["s2_user"].subject  # the same person in both roles
    assert found["s2_operator"].video.name.endswith("Operator Frontal Colour_Poppy.avi")
    assert found["s2_operator"].audio.name.endswith("Operator HeadMounted_Poppy.wav")
    assert list(found["s2_operator"].ratings) == ["arousal"]
    assert warning(corpus, "no video file of the operator: 2 (s3_operator, s10_operator)")
    assert list(by_name(read(tmp_path, role="operator"))) == ["s2_operator", "s3_operator", "s10_operator"]


def test_dimensions_by_name_and_all(tmp_path):
    root = semaine.write(tmp_path)
    assert warning(read(root), "read with the option dimensions=all: 2 (s10_user agreeing, s10_user anger)")
    everything = read(root, dimensions="all")
    assert everything.dimensions == (*FULL, "anger", "agreeing")
    assert list(by_name(everything)["s10_user"].ratings["anger"]) == ["R2"]
    some = read(root, dimensions="valence, anger")
    assert some.dimensions == ("valence", "anger")
    assert read(root, dimensions=["expectancy"]).dimensions == ("expectation",)


def test_wrong_options(tmp_path):
    root = semaine.write(tmp_path / "a")
    with pytest.raises(ConfigError, match=r"role is 'avatar'; expected one of user, operator, both"):
        read(root, role="avatar")
    with pytest.raises(ConfigError, match=r"dimensions is 'joy'; expected all, or some of arousal"):
        read(root, dimensions="joy")
    with pytest.raises(ConfigError, match=r"dimensions is \[\]; expected all"):
        read(root, dimensions=[])


def test_without_session_xml_people_of_one_recording_count_as_one(tmp_path):
    root = semaine.write(tmp_path)
    for folder in ("2", "3"):
        (root / "Sessions" / folder / "session.xml").unlink()
    (root / "Sessions" / "10" / "session.xml").write_text("<session recording='4'>")
    corpus = read(root)
    found = by_name(corpus)
    assert [one.subject for one in found.values()] == [
        "recording-1-user",
        "recording-1-user",
        "recording-4-user",
    ]
    assert found["s2_user"].session == found["s3_user"].session == "recording-1"
    assert warning(corpus, "no session.xml: 2 (s2, s3)")
    assert warning(corpus, "no identity of the user, taken for one person in all of a recording: 3")
    assert "session.xml is no XML" in warning(corpus, "session.xml of s10 is not read")


def test_session_xml_in_another_encoding_and_namespace(tmp_path):
    root = semaine.write(tmp_path)
    text = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><session xmlns="urn:x" recording="1" character="poppy">'
        '<subject role="user" id=" 31 "/><note text="é"/></session>'
    )
    (root / "Sessions" / "2" / "session.xml").write_bytes(text.encode("latin-1"))
    assert by_name(read(root))["s2_user"].subject == "31"


def test_recording_numbers_that_contradict_session_xml(tmp_path):
    root = semaine.write(tmp_path)
    folder = root / "Sessions" / "2"
    (folder / "R6S1TUCPoDA.txt").rename(folder / "R6S8TUCPoDA.txt")
    corpus = read(root)
    assert by_name(corpus)["s2_user"].session == "recording-1"
    assert warning(corpus, "FeelTrace names give two recording numbers, or another than session.xml: 1 (s2)")
    (folder / "session.xml").unlink()
    assert by_name(read(root))["s2_user"].session == "s2"


def test_several_characters_in_one_folder(tmp_path):
    root = semaine.write(tmp_path)
    folder = root / "Sessions" / "2"
    (folder / "R5S1TUCSpDA.txt").write_text(semaine.trace_text())
    (folder / f"{semaine.STAMP}_User HeadMounted_Spike.wav").touch()
    corpus = read(root)
    found = by_name(corpus)
    assert list(found) == ["s2_user", "s2_Spike_user", "s3_user", "s10_user"]
    assert found["s2_Spike_user"].audio.name.endswith("_Spike.wav") and found["s2_Spike_user"].video is None
    assert list(found["s2_Spike_user"].ratings) == ["arousal"]
    assert found["s2_user"].audio.name.endswith("_Poppy.wav")
    assert found["s2_Spike_user"].subject == found["s2_user"].subject
    assert warning(corpus, "files of several characters in one session, a recording each: 1 (s2)")
    xml = semaine.xml_text(2, 1, "Prudence", "2", "7")
    (folder / "session.xml").write_text(xml)
    assert warning(read(root), "session.xml gives a character that no file has: 1 (s2)")


def test_two_traces_of_one_rater(tmp_path):
    root = semaine.write(tmp_path)
    (root / "Sessions" / "2" / "A5R1TUCPoDA.txt").write_text(semaine.trace_text())
    corpus = read(root)
    assert list(by_name(corpus)["s2_user"].ratings["arousal"]) == ["R5", "R6"]
    assert warning(corpus, "second traces of one rater, not read: 1 (s2_user/R5S1TUCPoDA.txt)")


def test_a_session_without_traces_or_without_anything(tmp_path):
    root = semaine.write(tmp_path)
    for path in (root / "Sessions" / "3").glob("R*.txt"):
        path.unlink()
    (root / "Sessions" / "5").mkdir()
    corpus = read(root)
    reasons = dict(corpus.skipped)
    assert "has no labels" in reasons["s3_user"]
    assert "holds no media and no FeelTrace of the user;" in reasons["s5"]
    assert "no FeelTrace of the user or operator;" in dict(read(root, role="both").skipped)["s5"]


def test_sessions_nested_once_more(tmp_path):
    root = semaine.write(tmp_path / "whole")
    names = list(by_name(read(root)))
    (tmp_path / "Sessions").mkdir()
    (root / "Sessions").rename(tmp_path / "Sessions" / "Sessions")
    corpus = read(tmp_path)
    assert list(by_name(corpus)) == names and corpus.root == tmp_path / "Sessions"


def test_extensions_in_capitals(tmp_path):
    root = semaine.write(tmp_path)
    for path in (root / "Sessions" / "2").iterdir():
        path.rename(path.with_suffix(path.suffix.upper()))
    one = by_name(read(root))["s2_user"]
    assert list(one.ratings["arousal"]) == ["R5", "R6"] and one.audio is not None and one.subject == "2"


def test_a_session_folder_that_cannot_be_listed(tmp_path, monkeypatch):
    from emotrace.corpora import walk

    root = semaine.write(tmp_path)
    listed = walk.list_folder

    def refuse(folder):
        if folder.name == "3":
            raise DataError(f"{folder} cannot be listed (Permission denied); check its permissions")
        return listed(folder)

    monkeypatch.setattr(walk, "list_folder", refuse)
    corpus = read(root)
    assert list(by_name(corpus)) == ["s2_user", "s10_user"]
    assert "cannot be listed" in dict(corpus.skipped)["s3"]


def test_one_session_alone(tmp_path):
    semaine.write_session(tmp_path / "Sessions", 7, 3, raters=(1,))
    corpus = read(tmp_path / "Sessions" / "7")
    assert list(by_name(corpus)) == ["s7_user"]
    assert corpus.recordings[0].gold["power"].values.shape == (20,)
