"""The adapter of IEMOCAP: utterances of acted dialogues with class, valence, arousal and dominance."""

import re
from pathlib import Path

import numpy as np

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.iemocap.evaluation import (
    DIMENSIONS,
    EMOTIONS,
    Utterance,
    read_evaluation,
    read_transcription,
)
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.corpora.roots import find_base, matching
from emotrace.errors import ConfigError, DataError
from emotrace.remarks import Remarks

_FOUR = {"anger": "anger", "happiness": "happiness", "excitement": "happiness"}
_FOUR |= {"sadness": "sadness", "neutral": "neutral"}
CLASSES = {"all": {name: name for name in EMOTIONS.values()}, "four": _FOUR}
_NAME = re.compile(r"Ses0(\d)[MF]_.+_([MF])[^_]+")
_USUAL = re.compile(r"Ses0[1-5][MF]_(impro|script)0[1-9][ab]?(_\db?)?_[MF](\d{3}|X\w\d)")


def read_iemocap(root: Path, classes: str = "all") -> Corpus:
    """Read one recording per utterance: its sound, its class, and single values for the whole of it.

    Parameters
    ----------
    root : Path
    classes : {"all", "four"}
        "four": anger, happiness (with excitement), sadness, neutral, as most papers do; other utterances
        keep their dimensions and have no class.

    Raises
    ------
    ConfigError
        If `classes` is neither.
    DataError
        If the folder holds no such corpus.
    """
    if classes not in CLASSES:
        raise ConfigError(f"classes is {classes!r}; expected one of {', '.join(CLASSES)}")
    base = find_base(root, ["session?/dialog/emoevaluation/*.txt", "session?/sentences/wav/*"], "iemocap")
    remarks = Remarks()
    recordings: list[Recording] = []
    skipped: list[tuple[str, str]] = []
    for session in matching(base, "session[0-9]"):
        found, left_out = _read_session(session, CLASSES[classes], remarks)
        recordings += found
        skipped += left_out
    if matching(base, "session?/dialog/avi"):
        remarks.note("videos show whole dialogues of two people; they are not read, sound is")
    return Corpus(
        name=ADAPTER.name,
        root=base,
        recordings=tuple(recordings),
        dimensions=DIMENSIONS,
        classes=tuple(sorted(set(CLASSES[classes].values()))),
        value_range=(1.0, 5.0),
        skipped=tuple(skipped),
        warnings=remarks.texts(),
    )


def _read_session(
    session: Path, classes: dict[str, str], remarks: Remarks
) -> tuple[list[Recording], list[tuple[str, str]]]:
    sounds: dict[str, Path] = {}
    for path in matching(session, "sentences/wav/*/*.wav", remarks):
        if path.stem in sounds:
            remarks.add("sound of one name is there twice, the first is taken", path.stem)
        sounds.setdefault(path.stem, path)
    utterances: dict[str, Utterance] = {}
    texts: dict[str, str] = {}
    skipped: list[tuple[str, str]] = []
    unreadable: set[str] = set()
    for path in matching(session, "dialog/emoevaluation/*.txt", remarks):
        try:
            found, odd = read_evaluation(path)
        except DataError as error:
            skipped.append((path.stem, str(error)))
            unreadable |= {name for name in sounds if name.startswith(f"{path.stem}_")}
            continue
        utterances |= {one.name: one for one in found}
        for line in odd:
            remarks.add("lines of evaluations that are not understood", line)
    for path in matching(session, "dialog/transcriptions/*.txt", remarks):
        try:
            texts |= read_transcription(path)
        except DataError as error:
            remarks.note(f"transcription is left out: {error}")
    recordings: list[Recording] = []
    for name in sorted({*sounds, *utterances} - unreadable):
        match = _NAME.fullmatch(name)
        if match is None:
            skipped.append((name, f"{name} does not say who speaks; expected such as Ses01F_impro01_F000"))
            continue
        if not _USUAL.fullmatch(name):
            remarks.add("named otherwise than usual", name)
        if f"session{match[1]}" != session.name.lower():
            remarks.add(f"named as of session {match[1]}, taken as of {session.name}", name)
        one = utterances.get(name)
        recordings.append(
            _recording(name, match[2], session.name, sounds.get(name), one, texts, classes, remarks)
        )
    return recordings, skipped


def _recording(
    name: str,
    letter: str,
    session: str,
    sound: Path | None,
    utterance: Utterance | None,
    texts: dict[str, str],
    classes: dict[str, str],
    remarks: Remarks,
) -> Recording:
    number = session[-1]
    attributes = {"sex": {"F": "female", "M": "male"}[letter]}
    attributes["dialogue"] = name.rpartition("_")[0]
    attributes["elicitation"] = "script" if "_script" in name else "improvisation"
    if name in texts:
        attributes["text"] = texts[name]
    gold, ratings, emotion = {}, {}, None
    if utterance is not None:
        gold = {dimension: _whole(value) for dimension, value in utterance.values.items()}
        ratings = {
            dimension: {rater: _whole(value) for rater, value in utterance.ratings[dimension].items()}
            for dimension in DIMENSIONS
            if dimension in utterance.ratings
        }
        emotion = None if utterance.emotion is None else classes.get(utterance.emotion)
        if utterance.emotion is None:
            remarks.add("raters agree on no class, dimensions are kept", name)
        elif emotion is None:
            remarks.add(f"of class {utterance.emotion}, which is none of the four, dimensions are kept", name)
        if any(set(raters) != set(ratings["valence"]) for raters in ratings.values() if "valence" in ratings):
            remarks.add("a rater left out a dimension", name)
        if utterance.votes:
            attributes["votes"] = "; ".join(f"{rater} {vote}" for rater, vote in utterance.votes.items())
    return Recording(
        name=name,
        subject=f"Ses0{number}{letter}",
        audio=sound,
        gold=gold,
        ratings=ratings,
        emotion=emotion,
        session=f"Session{number}",
        attributes=attributes,
    )


def _whole(value: float) -> Series:
    """One value for a whole clip."""
    return Series(np.zeros(1), np.array([value]))


ADAPTER = Adapter(
    name="iemocap",
    title="IEMOCAP: interactive emotional dyadic motion capture database",
    modalities=("audio",),
    labels="one of ten classes, and arousal, valence and dominance of 1 to 5, of each utterance, by three "
    "to four raters and in part by the speakers themselves",
    subjects="10 actors in 5 sessions of two, no official partition; usually one session is left out",
    licence="release form of the University of Southern California; see its terms",
    ask="SAIL, University of Southern California",
    tree="""\
Session1/sentences/wav/<dialogue>/<utterance>.wav          such as Ses01F_impro01/Ses01F_impro01_F000.wav
Session1/dialog/EmoEvaluation/<dialogue>.txt               summary, raters; its sub-folders are not read
Session1/dialog/transcriptions/<dialogue>.txt              optional
... Session5""",
    read=read_iemocap,
    options={"classes": "all (ten), or four: anger, happiness with excitement, sadness, neutral"},
)
