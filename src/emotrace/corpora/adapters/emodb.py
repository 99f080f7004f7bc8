"""The adapter of EMO-DB, the Berlin database of emotional speech."""

import re
from pathlib import Path, PurePath

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.clips import Clip, ClipFolder
from emotrace.corpora.recording import Corpus

EMOTION_OF = {
    "W": "anger",
    "L": "boredom",
    "E": "disgust",
    "A": "fear",
    "F": "happiness",
    "T": "sadness",
    "N": "neutral",
}
SPEAKERS = {
    "03": ("male", "31"),
    "08": ("female", "34"),
    "09": ("female", "21"),
    "10": ("male", "32"),
    "11": ("male", "26"),
    "12": ("male", "30"),
    "13": ("female", "32"),
    "14": ("female", "35"),
    "15": ("male", "25"),
    "16": ("female", "31"),
}
WHOLE = 535  # clips
_STEM = re.compile(rf"({'|'.join(SPEAKERS)})([ab]\d\d)([WLEAFTN])([a-z])", re.IGNORECASE)


def read_emodb(root: Path) -> Corpus:
    """Read the clips under a folder.

    Raises
    ------
    DataError
        If there is none.
    """
    folder = ClipFolder(root, ADAPTER.name, ("wav", "wav_corpus"), "wav/03a01Fa.wav")
    clips = folder.clips(clip_of)
    folder.expect(len(clips), WHOLE)
    return folder.corpus(clips, EMOTION_OF.values())


def clip_of(path: PurePath) -> Clip | None:
    """What a file name says; None if it is not one of EMO-DB.

    Source
    ------
    CORPORA 7. Sex and age of the speakers: as the database's own pages list them.

    Examples
    --------
    >>> clip = clip_of(PurePath("wav/03a01Fa.wav"))
    >>> clip.name, clip.subject, clip.emotion, clip.attributes["sex"], clip.attributes["sentence"]
    ('03a01Fa', '03', 'happiness', 'male', 'a01')
    """
    match = _STEM.fullmatch(path.stem)
    if match is None:
        return None
    speaker, text, code, version = match[1], match[2].lower(), match[3].upper(), match[4].lower()
    sex, age = SPEAKERS[speaker]
    return Clip(
        name=f"{speaker}{text}{code}{version}",
        subject=speaker,
        emotion=EMOTION_OF[code],
        attributes={"sex": sex, "age": age, "sentence": text, "repetition": version, "language": "German"},
    )


ADAPTER = Adapter(
    name="emodb",
    title="EMO-DB, the Berlin database of emotional speech",
    modalities=("audio",),
    labels="one of 7 acted emotions per clip",
    subjects="10 actors, no official partitions",
    licence="free to download; see the database's page for its terms",
    ask="the pages of EMO-DB (Technical University of Berlin)",
    tree="""\
wav/03a01Fa.wav         speaker, text, emotion, version; the folder may be called wav_corpus""",
    read=read_emodb,
)
