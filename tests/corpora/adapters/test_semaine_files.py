"""Names and contents of SEMAINE's files, one by one: FeelTrace, session.xml, media."""

from pathlib import Path

import numpy as np
import pytest

from emotrace.corpora.adapters.semaine.feeltrace import (
    DIMENSIONS,
    cut_to_shortest,
    parse_trace_name,
    read_trace,
)
from emotrace.corpora.adapters.semaine.media import choose_audio, choose_video, role_of
from emotrace.corpora.adapters.semaine.session_xml import read_session_xml
from emotrace.corpora.recording import Series
from emotrace.errors import DataError


@pytest.mark.parametrize(
    ("name", "rater", "recording", "role", "character", "dimension"),
    [
        ("R5S1TUCPoDA.txt", 5, 1, "user", "Poppy", "arousal"),
        ("R6S1TUCPoDI.txt", 6, 1, "user", "Poppy", "intensity"),
        ("A12R25TOCSp2DV.txt", 12, 25, "operator", "Spike", "valence"),
        ("R1R3TUCObDAn.txt", 1, 3, "user", "Obadiah", "anger"),
        ("R1S3TUCPrDAm.txt", 1, 3, "user", "Prudence", "amusement"),
        ("R1S3TUCPrDAgre.txt", 1, 3, "user", "Prudence", "agreeing"),
        ("R1S3TUCPrDE.txt", 1, 3, "user", "Prudence", "expectation"),
        ("R1S3TUCPrDEase.txt", 1, 3, "user", "Prudence", "at_ease"),
        ("R1S3TUCPrDIntr.txt", 1, 3, "user", "Prudence", "interested"),
        ("R1S3TUCPrDP.txt", 1, 3, "user", "Prudence", "power"),
    ],
)
def test_trace_names(name, rater, recording, role, character, dimension):
    trace = parse_trace_name(Path(name))
    found = (trace.rater, trace.recording, trace.role, trace.character, trace.dimension)
    assert found == (rater, recording, role, character, dimension)


@pytest.mark.parametrize(
    "name",
    ["R5S1TUCPoDX.txt", "R5S1TXCPoDA.txt", "R5S1TUCXxDA.txt", "R5S1TUCPoDA.txt~", "alignedTranscript_1.txt"],
)
def test_names_of_no_trace(name):
    assert parse_trace_name(Path(name)) is None


def test_every_code_is_a_dimension_of_its_own():
    assert len(DIMENSIONS) == len(set(DIMENSIONS.values())) == 32
    for code, dimension in DIMENSIONS.items():
        assert parse_trace_name(Path(f"R1S1TUCPoD{code}.txt")).dimension == dimension


def trace(tmp_path, text):
    path = tmp_path / "R5S1TUCPoDA.txt"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("blanks", [" ", "  ", "\t"])
def test_blank_lines_carriage_returns_missing_values(tmp_path, blanks):
    series = read_trace(trace(tmp_path, f"\r\n0.00 -0.5\r\n\r\n0.02 ?\r\n0.04{blanks}0.25"))
    assert series.times_s.tolist() == [0.0, 0.02, 0.04]
    np.testing.assert_array_equal(series.values, [-0.5, np.nan, 0.25])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.00 0.1\n0.02\n", r"line 2 has 1 values; expected two"),
        ("0.00 0.1 0.2\n", r"line 1 has 3 values"),
        ("0.00 0,1\n", r"line 1, column value: '0,1' is not a number"),
        ("0.02 0.1\n0.02 0.1\n", r"time goes from 0.02 to 0.02 s"),
        ("0 0.1\n20 0.1\n", r"a value every 20 s; expected one every 0.02 s"),
        ("0.00 nan\n0.02 ?\n", r"no rated value"),
        ("\n", r"is empty"),
    ],
)
def test_broken_traces(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read_trace(trace(tmp_path, text))


def test_cut_to_shortest():
    times = np.arange(100) * 0.02
    raters = {f"R{n}": Series(times[:n], np.zeros(n)) for n in (100, 99, 80)}
    cut, lost, shortest = cut_to_shortest(raters)
    assert {len(one.values) for one in cut.values()} == {80}
    assert lost == pytest.approx(0.2) and shortest == "R80"
    assert cut_to_shortest({"R1": Series(times, times)})[1] == 0
    late = Series(times[:50] + 0.02, np.zeros(50))  # another start, and an end 0.02 s later
    cut, lost, _ = cut_to_shortest({"R1": Series(times[:50], np.zeros(50)), "R2": late})
    assert len(cut["R2"].values) == 49 and lost == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("recording 4", "is no XML"),
        ("", "is no XML"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "is no XML"),
    ],
)
def test_broken_session_xml(tmp_path, text, message):
    path = tmp_path / "session.xml"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read_session_xml(path)


def test_session_xml_that_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match=r"session.xml cannot be read \(No such file"):
        read_session_xml(tmp_path / "session.xml")


def test_session_xml_with_traces_and_gaps(tmp_path):
    path = tmp_path / "session.xml"
    path.write_text(
        '<session sessionId="2" recording="" character="Poppy"><subject role="User" id=""/>'
        '<track type="AV"><annotation type="FeelTrace" filename="R5S1TUCPoDA.txt"/>'
        '<annotation type="Transcript" filename="t.txt"/></track></session>'
    )
    facts = read_session_xml(path)
    assert (facts.recording, facts.character, facts.subjects) == (None, "Poppy", {})
    assert facts.traces == ("R5S1TUCPoDA.txt",)
    path.write_text('<session recording="01"/>')
    assert read_session_xml(path).recording == "1"  # as FeelTrace names have it


def test_media_by_the_words_in_their_names():
    assert role_of(Path("t_User HeadMounted_Poppy.wav")) == "user"
    assert role_of(Path("t_OPERATOR-frontal.avi")) == "operator"
    assert role_of(Path("t_User and Operator.avi")) is None
    assert role_of(Path("t_Superuser.avi")) is None
    files = [
        Path(f"t_{kind}.avi")
        for kind in ("User Profile Color", "User Frontal Grey", "Operator Frontal Colour")
    ]
    video, others = choose_video(files, "user")
    assert (video.name, [path.name for path in others]) == (
        "t_User Frontal Grey.avi",
        ["t_User Profile Color.avi"],
    )
    sounds = [Path("t_User Far_Poppy.wav"), Path("t_User HeadMounted_Poppy.wav")]
    assert choose_audio(sounds, "user")[0].name == "t_User HeadMounted_Poppy.wav"
    assert choose_audio(sounds, "operator") == (None, [])
