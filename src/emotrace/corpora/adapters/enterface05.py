"""The adapter of eNTERFACE'05, and its quirks: names that say another subject, clips that are not cut."""

import re
from functools import partial
from pathlib import Path, PurePath

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.clips import Clip, ClipFolder, folder_first, innermost, one_of
from emotrace.corpora.emotions import SIX_CODES
from emotrace.corpora.recording import Corpus
from emotrace.corpora.recording_names import recording_names
from emotrace.remarks import Remarks

UNCUT = "subject6"  # one file per emotion holds all five sentences
WHOLE = 1293  # clips, with those of subject 6
_SUBJECT = re.compile(r"subject[ _-]*0*(\d+)", re.IGNORECASE)
_EMOTION = re.compile(rf"({'|'.join(SIX_CODES.values())})", re.IGNORECASE)
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
    parts = ("subject *", *SIX_CODES.values(), "sentence *")
    like = "subject 1/anger/sentence 1/s1_an_1.avi"
    folder = ClipFolder(root, ADAPTER.name, parts, like)
    clips = folder.clips(partial(clip_of, remarks=folder.remarks))
    folder.expect(len(clips), WHOLE)
    kept = []
    for clip in clips:
        if clip.subject == UNCUT and subject6 == "leave_out":
            folder.exclude(clip, "subject 6 is not cut into sentences; --option subject6=include reads it")
        else:
            kept.append(clip)
    return folder.corpus(kept, SIX_CODES.values())


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
    number, code, digit = stem.groups() if stem else (None, None, None)
    person, acted, spoken = (innermost(path, pattern) for pattern in (_SUBJECT, _EMOTION, _SENTENCE))
    place = f"subject {person}: {path.name}" if person else path.name
    subject = folder_first("subject", person, number, remarks, place)
    emotion = folder_first(
        "emotion", acted and acted.lower(), code and SIX_CODES[code.lower()], remarks, place
    )
    sentence = folder_first("sentence", spoken, digit, remarks, place)
    if not subject or not emotion:
        return None
    if not person:
        remarks.add(
            "files in no folder of a subject, told by their names (those of subject 11 are named as of 12)",
            path.name,
        )
    uncut = f"subject{subject}" == UNCUT
    if not uncut:
        _remark_on_form(path, spoken, sentence, remarks)
    [plain] = recording_names([PurePath(path.name)])
    attributes = {"language": "English"}
    if sentence and not uncut:
        attributes["sentence"] = f"{emotion}_{sentence}"  # each emotion has its own five
    return Clip(
        name=f"subject{subject}_{emotion}_{plain if uncut else sentence or plain}",
        subject=f"subject{subject}",
        emotion=emotion,
        attributes=attributes,
    )


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
