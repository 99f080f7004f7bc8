"""The adapter of eNTERFACE'05, and its quirks: names that say another subject, clips that are not cut."""

import re
from functools import partial
from pathlib import Path, PurePath

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.clips import Clip, ClipFolder, one_of
from emotrace.corpora.recording import Corpus
from emotrace.corpora.recording_names import recording_names
from emotrace.corpora.remarks import Remarks

EMOTION_OF = {
    "an": "anger",
    "di": "disgust",
    "fe": "fear",
    "ha": "happiness",
    "sa": "sadness",
    "su": "surprise",
}
UNCUT = "subject6"  # one file per emotion holds all five sentences
WHOLE = 1293  # clips, with those of subject 6
_SUBJECT = re.compile(r"subject[ _-]*0*(\d+)", re.IGNORECASE)
_SENTENCE = re.compile(r"sentence[ _-]*0*(\d+)", re.IGNORECASE)
_STEM = re.compile(r"s_?0*(\d+)_(an|di|fe|ha|sa|su)(?:_?(\d)\D*)?", re.IGNORECASE)
_USUAL = re.compile(r"s\d+_(an|di|fe|ha|sa|su)_\d", re.IGNORECASE)


def read_enterface05(root: Path, subject6: str = "leave_out") -> Corpus:
    """Read the clips under a folder.

    Parameters
    ----------
    root : Path
    subject6 : {"leave_out", "include"}
        The recordings of subject 6 are not cut into sentences.

    Raises
    ------
    ConfigError
        If `subject6` is something else.
    DataError
        If there is no clip.
    """
    one_of("subject6", subject6, ("leave_out", "include"))
    parts = ("subject *", *EMOTION_OF.values(), "sentence *")
    like = "subject 1/anger/sentence 1/s1_an_1.avi"
    folder = ClipFolder(root, ADAPTER.name, parts, like)
    clips = folder.clips(partial(clip_of, remarks=folder.remarks))
    folder.expect(len(clips), WHOLE)
    kept = []
    for clip in clips:
        if clip.subject == UNCUT and subject6 == "leave_out":
            folder.skip(clip, "subject 6 is not cut into sentences; --option subject6=include reads it")
        else:
            kept.append(clip)
    return folder.corpus(kept, EMOTION_OF.values())


def clip_of(path: PurePath, remarks: Remarks) -> Clip | None:
    """What a path says; folders are believed before file names, and differences are remarked on.

    Returns
    -------
    Clip or None
        None if subject or emotion is not known.

    Source
    ------
    CORPORA 6.

    Examples
    --------
    >>> remarks = Remarks()
    >>> clip = clip_of(PurePath("subject 11/fear/sentence 2/s12_fe_2.avi"), remarks)
    >>> clip.name, clip.subject, clip.emotion
    ('subject11_fear_2', 'subject11', 'fear')
    >>> remarks.texts()
    ('files that name another subject than their folder, which is believed: 1 (subject 11: s12_fe_2.avi)',)
    """
    stem = _STEM.fullmatch(path.stem)
    subject = _innermost(path, _SUBJECT)
    emotion = next((part.lower() for part in path.parts[-2::-1] if part.lower() in EMOTION_OF.values()), None)
    sentence = _innermost(path, _SENTENCE)
    named = stem.groups() if stem else (None, None, None)
    named_emotion = EMOTION_OF[named[1].lower()] if named[1] else None
    believed = {
        "subject": (subject, named[0]),
        "emotion": (emotion, named_emotion),
        "sentence": (sentence, named[2]),
    }
    if not (subject or named[0]) or not (emotion or named_emotion):
        return None
    place = f"subject {subject}: {path.name}" if subject else path.name
    for what, (by_folder, by_name) in believed.items():
        if by_folder and by_name and by_folder != by_name:
            remarks.add(f"files that name another {what} than their folder, which is believed", place)
    if not subject:
        remarks.add(
            "files in no folder of a subject, told by their names (those of subject 11 are named as of 12)",
            path.name,
        )
    known_subject, known_emotion, known_sentence = (first or second for first, second in believed.values())
    uncut = f"subject{known_subject}" == UNCUT
    if not uncut:
        _remark_on_form(path, sentence, known_sentence, remarks)
    [plain] = recording_names([PurePath(path.name)])
    attributes = {"language": "English"}
    if known_sentence and not uncut:
        attributes["sentence"] = f"{known_emotion}_{known_sentence}"  # each emotion has its own five
    return Clip(
        name=f"subject{known_subject}_{known_emotion}_{plain if uncut else known_sentence or plain}",
        subject=f"subject{known_subject}",
        emotion=str(known_emotion),
        attributes=attributes,
    )


def _innermost(path: PurePath, pattern: re.Pattern[str]) -> str | None:
    found = [match[1] for part in path.parts[:-1] if (match := pattern.fullmatch(part))]
    return found[-1] if found else None


def _remark_on_form(path: PurePath, in_folder: str | None, sentence: str | None, remarks: Remarks) -> None:
    if not sentence:
        remarks.add("clips whose sentence is not known", path.name)
    elif not in_folder:
        remarks.add("clips in no folder of their sentence, told by their names", path.name)
    if not _USUAL.fullmatch(path.stem):
        remarks.add("file names spelt otherwise than s1_an_1, read as meant", path.name)


ADAPTER = Adapter(
    name="enterface05",
    title="eNTERFACE'05 audio-visual emotion database",
    modalities=("video", "audio"),
    labels="one of 6 elicited emotions per clip",
    subjects="44 people, of whom 42 in its paper; no official partitions",
    licence="free for research",
    ask="the pages of the eNTERFACE'05 workshop, project 2",
    tree="""\
enterface database/subject 1/anger/sentence 1/s1_an_1.avi
enterface database/subject 1/anger/s1_an_1.avi               if the folder of the sentence is missing
subjects and emotions are told by folders: files of subject 11 are named s12_...""",
    read=read_enterface05,
    options={
        "subject6": "include: read the recordings of subject 6 too, which are not cut into sentences; "
        "leave_out if not given",
    },
)
