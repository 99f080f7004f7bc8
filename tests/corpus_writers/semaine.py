"""Lays out a small SEMAINE database with its quirks, or its form for AVEC 2012."""

from pathlib import Path

import numpy as np

from corpus_writers.media import write_video, write_wav

STAMP = "2008.12.05.16.03.15"
DIMENSIONS = ("A", "V", "P", "E", "I")

ALIGNED = """\
00:01:200 00:03:050 Operator\tHello, I'm Poppy.
00:03:400 00:05:900 User\tHi Poppy.
"""
WORDS = """\
---recording 1 turn 1---
3400 3600 HI
3600 3950 POPPY
.
---recording 1 turn 2---
.
"""


def trace_text(count: int = 20, shift: float = 0.0, blank: bool = False) -> str:
    """Lines of time and value, with blank lines in between where asked for."""
    rows = [f"{i * 0.02:.2f} {np.sin(i / 5) / 2 + shift:.4f}" for i in range(count)]
    return ("\n\n" if blank else "\n").join(rows) + "\n"


def xml_text(number: int, recording: int, character: str, user: str, operator: str, traces=()) -> str:
    """session.xml as the database has it."""
    named = "".join(f'<annotation type="FeelTrace" filename="{name}"/>' for name in traces)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<session sessionId="{number}" recording="{recording}" character="{character}">\n'
        f'<subject id="{user}" role="User"/><subject id="{operator}" role="Operator"/>\n'
        f'<track type="AV" filename="a.avi">{named}</track></session>\n'
    )


def write_session(
    sessions: Path,
    number: int,
    recording: int,
    character: str = "Poppy",
    user: str = "2",
    operator: str = "7",
    raters: tuple[int, ...] = (5, 6),
    code: str = "Po",
) -> Path:
    """One session folder; the operator's traces are of one rater and of arousal only."""
    folder = sessions / str(number)
    folder.mkdir(parents=True)
    traces = [f"R{rater}S{recording}TUC{code}D{d}.txt" for rater in raters for d in DIMENSIONS]
    traces.append(f"R{raters[0]}S{recording}TOC{code}DA.txt")
    (folder / "session.xml").write_text(xml_text(number, recording, character, user, operator, traces))
    for i, name in enumerate(traces):
        (folder / name).write_text(trace_text(20 + i % 2, shift=i / 100, blank=i % 3 == 0))
    write_wav(folder / f"{STAMP}_User HeadMounted_{character}.wav", seed=number)
    write_wav(folder / f"{STAMP}_Operator HeadMounted_{character}.wav", seed=100 + number)
    write_video(folder / f"{STAMP}_User Frontal Colour_{character}.avi", shade=number)
    return folder


def write(root: Path) -> Path:
    """A database of four sessions: two of one recording, one of a beginning, one with every oddity."""
    sessions = root / "Sessions"
    first = write_session(sessions, 2, 1)
    (first / "alignedTranscript_03.4Poppy.txt").write_text(ALIGNED)
    (first / "wordLevel_alignedTranscript_03.4Poppy_user").write_text(WORDS)
    for kind in ("User Frontal Grey", "User Profile Colour", "Operator Frontal Colour", "Composite"):
        (first / f"{STAMP}_{kind}_Poppy.avi").touch()
    write_session(sessions, 3, 1, "Spike", code="Sp2", raters=(5, 6, 12))
    opening = sessions / "1"
    opening.mkdir()
    (opening / "session.xml").write_text(xml_text(1, 1, "Beginning", "2", "7"))
    odd = write_session(sessions, 10, 4, "Obadiah", user="9", operator="2", code="Ob", raters=(1, 2, 3))
    (odd / "R1S4TUCObDV.txt").unlink()
    for name in ("R1S4TUCObDI.txt", "R2S4TUCObDI.txt", "R3S4TUCObDI.txt"):
        (odd / name).unlink()
    (odd / "A2R4TUCObDAn.txt").write_text(trace_text())
    (odd / "A2R4TUCObDAgre.txt").write_text(trace_text())
    (odd / "R2S4TUCObDA.txt").write_text(trace_text(12))
    (odd / "R3S4TUCObDXyz.txt").write_text(trace_text())
    (odd / "R3S4TUCObDP.txt").write_text("0.00 calm\n")
    (sessions / "Thumbs.db").touch()
    return root


def write_challenge(root: Path) -> Path:
    """AVEC 2012: two recordings a partition; the files of folder ``test`` begin with ``tests``."""
    for folder, prefix in (("train", "train"), ("devel", "devel"), ("test", "tests")):
        labels = root / "emotion labels" / folder / f"FC_{folder}_labels"
        labels.mkdir(parents=True)
        for number in (1, 2):
            for i, dimension in enumerate(("arousal", "expectancy", "power", "valence")):
                values = np.sin(np.arange(20) / 7 + number) / (2 + i)
                name = f"labels_continuous_{prefix}{number:03d}_{dimension}.dat"
                (labels / name).write_text("".join(f"{value:.6f}\n" for value in values))
            write_wav(root / "audio" / folder / f"{prefix}_audio{number:03d}.wav", seed=number)
            transcript = root / "transcripts" / "original" / folder / f"{prefix}_transcript{number:03d}.txt"
            transcript.parent.mkdir(parents=True, exist_ok=True)
            transcript.write_text("0 1200 HELLO\n")
        words = root / "emotion labels" / folder / f"WLSC_{folder}_labels"
        words.mkdir()
        (words / f"labels_continuous_{prefix}001_arousal.dat").write_text("0.5\n")
    return root
