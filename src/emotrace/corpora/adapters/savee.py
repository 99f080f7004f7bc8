"""The adapter of SAVEE, the Surrey audio-visual expressed emotion database."""

import re
from functools import partial
from pathlib import Path, PurePath

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.clips import Clip, ClipFolder, folder_first, innermost
from emotrace.corpora.recording import Corpus
from emotrace.errors import DataError
from emotrace.remarks import Remarks

EMOTION_OF = {
    "sa": "sadness",  # before the single letters, of which it begins with one of other codes
    "su": "surprise",
    "a": "anger",
    "d": "disgust",
    "f": "fear",
    "h": "happiness",
    "n": "neutral",
}
SPEAKERS = ("DC", "JE", "JK", "KL")
WHOLE = 480  # clips
_STEM = re.compile(rf"(?:({'|'.join(SPEAKERS)})_?)?({'|'.join(EMOTION_OF)})(\d\d)", re.IGNORECASE)
_FOLDER = re.compile(rf"({'|'.join(SPEAKERS)})", re.IGNORECASE)


def read_savee(root: Path) -> Corpus:
    """Read the clips under a folder; video and separate sound of one clip become one recording.

    Raises
    ------
    DataError
        If there is none.
    """
    parts = ("dc", "je", "jk", "kl", "audiodata", "audiovisualclip")
    folder = ClipFolder(root, ADAPTER.name, parts, "AudioData/DC/a01.wav")
    clips = folder.clips(partial(clip_of, remarks=folder.remarks))
    folder.expect(len(clips), WHOLE)
    return folder.corpus(clips, EMOTION_OF.values())


def clip_of(path: PurePath, remarks: Remarks) -> Clip | None:
    """What a path says: the speaker from the folder, else from the file name of a flattened copy.

    Raises
    ------
    DataError
        If neither names the speaker.

    Source
    ------
    CORPORA 7.

    Examples
    --------
    >>> clip = clip_of(PurePath("SAVEE/DC/sa01.wav"), Remarks())
    >>> clip.name, clip.subject, clip.emotion
    ('DC_sa01', 'DC', 'sadness')
    """
    match = _STEM.fullmatch(path.stem)
    if match is None:
        return None
    in_folder, in_name = (text and text.upper() for text in (innermost(path, _FOLDER), match[1]))
    speaker = folder_first("speaker", in_folder, in_name, remarks, str(path))
    if speaker is None:
        expected = f"expected it in a folder {', '.join(SPEAKERS)} or named like DC_{path.name}"
        raise DataError(f"{path}: its speaker is not known; {expected}")
    code = match[2].lower()
    return Clip(
        name=f"{speaker}_{code}{match[3]}",
        subject=speaker,
        emotion=EMOTION_OF[code],
        attributes={"sex": "male", "sentence": f"{code}{match[3]}", "language": "English"},
    )


ADAPTER = Adapter(
    name="savee",
    title="SAVEE, Surrey audio-visual expressed emotion",
    modalities=("video", "audio"),
    labels="one of 7 acted emotions per clip",
    subjects="4 men, no official partitions",
    licence="free for research, after registration",
    ask="the University of Surrey's page of SAVEE",
    tree="""\
AudioData/DC/a01.wav            speakers DC JE JK KL; a d f h n sa su and two digits
AudioVisualClip/DC/a01.avi      if there; video and sound of one name are joined
or DC/a01.wav, or all in one folder as DC_a01.wav or DCa01.wav""",
    read=read_savee,
)
