"""The adapter of CREMA-D, the crowd-sourced emotional multimodal actors dataset."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.clips import Clip, ClipFolder, one_of
from emotrace.corpora.recording import Corpus
from emotrace.corpora.table import read_table
from emotrace.errors import DataError
from emotrace.remarks import Remarks

EMOTION_OF = {
    "ANG": "anger",
    "DIS": "disgust",
    "FEA": "fear",
    "HAP": "happiness",
    "NEU": "neutral",
    "SAD": "sadness",
}
EMOTION_OF_VOTE = {code[0]: emotion for code, emotion in EMOTION_OF.items()}
INTENSITY_OF = {"LO": "low", "MD": "medium", "HI": "high", "XX": "unspecified"}
VOTES = {"voice": "VoiceVote", "face": "FaceVote", "multimodal": "MultiModalVote"}
# Known to be broken: what is wrong, and the kinds of files that are not to be read for it.
BROKEN = {
    "1064_IEO_DIS_MD": ("lasts a minute and holds all emotions", {".wav", ".mp3", ".flv"}),
    "1064_TIE_SAD_XX": ("states no duration", set()),
    "1076_MTI_NEU_XX": ("breaks off in mp3 and flv, the wav is whole", {".mp3", ".flv"}),
    "1076_MTI_SAD_XX": ("has no sound", {".wav", ".mp3"}),
}
WHOLE = 7442  # clips
_STEM = re.compile(
    r"(1\d{3})_(IEO|TIE|IOM|IWW|TAI|MTI|IWL|ITH|DFA|ITS|TSI|WSI)_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX?)"
)


def read_cremad(root: Path, labels: str = "intended") -> Corpus:
    """Read the clips under a folder; video and separate sound of one clip become one recording.

    Parameters
    ----------
    root : Path
    labels : {"intended", "voice", "face", "multimodal"}
        What the actor meant to show, or what most raters took it for who heard the voice, saw the face or
        did both (``summaryTable.csv``; clips with a tie are skipped). Votes of single raters are not read.

    Raises
    ------
    ConfigError
        If `labels` is something else.
    DataError
        If there is no clip, or the table of votes is missing or broken where it is asked for.
    """
    one_of("labels", labels, ("intended", *VOTES))
    parts = ("audiowav", "audiomp3", "videoflash", "videodemographics.csv", "processedresults")
    folder = ClipFolder(root, ADAPTER.name, parts, "AudioWAV/1001_IEO_ANG_HI.wav")
    clips = folder.clips(partial(clip_of, remarks=folder.remarks))
    folder.expect(len(clips), WHOLE)
    actors = _actors(folder)
    known = [replace(one, attributes={**actors.get(one.subject, {}), **one.attributes}) for one in clips]
    whole = [fine for clip in known if (fine := _without_broken(clip, folder))]
    if labels != "intended":
        whole = _as_rated(whole, labels, folder)
    return folder.corpus(whole, EMOTION_OF.values())


def clip_of(path: PurePath, remarks: Remarks) -> Clip | None:
    """What a file name says; None for other names.

    Source
    ------
    CORPORA 7.

    Examples
    --------
    >>> clip = clip_of(PurePath("AudioWAV/1001_IEO_ANG_HI.wav"), Remarks())
    >>> clip.name, clip.subject, clip.emotion
    ('1001_IEO_ANG_HI', '1001', 'anger')
    >>> dict(clip.attributes)
    {'sentence': 'IEO', 'intensity': 'high', 'language': 'English'}
    """
    match = _STEM.fullmatch(path.stem.upper())
    if match is None:
        return None
    actor, sentence, code, level = match.groups()
    if level == "X":  # so some mirrors name 1040_ITH_SAD_XX
        remarks.add("files whose level is X, read as XX", path.name)
        level = "XX"
    return Clip(
        name=f"{actor}_{sentence}_{code}_{level}",
        subject=actor,
        emotion=EMOTION_OF[code],
        attributes={"sentence": sentence, "intensity": INTENSITY_OF[level], "language": "English"},
    )


def _actors(folder: ClipFolder) -> dict[str, dict[str, str]]:
    """Sex, age, race and ethnicity by actor, where the corpus's table of them is there."""
    path = folder.named("VideoDemographics.csv")
    if path is None:
        folder.remarks.note("VideoDemographics.csv is missing: sex and age of the actors are not known")
        return {}
    names = ("actorid", "sex", "age", "race", "ethnicity")
    try:
        table = read_table(path, lower_case_header=True)
        table.require(*names)
    except DataError as error:
        folder.remarks.note(f"sex and age of the actors are not known: {error}")
        return {}
    rows = zip(*(table.columns[name] for name in names), strict=True)
    return {
        actor: {name: cell.lower() for name, cell in zip(names[1:], cells, strict=True)}
        for actor, *cells in rows
    }


def _without_broken(clip: Clip, folder: ClipFolder) -> Clip | None:
    """The clip without files that are known to be broken; None if no other is left."""
    if clip.name not in BROKEN:
        return clip
    reason, suffixes = BROKEN[clip.name]
    files = tuple(path for path in clip.files if path.suffix.lower() not in suffixes)
    if not files:
        folder.exclude(clip, f"{clip.files[0]} is known to be broken: it {reason}")
        return None
    folder.remarks.add(f"known to be broken, as it {reason}", clip.name)
    return replace(clip, files=files)


def _as_rated(clips: list[Clip], labels: str, folder: ClipFolder) -> list[Clip]:
    """Clips with the class that most raters gave; those without one are skipped."""
    path = folder.named("summaryTable.csv")
    if path is None:
        raise DataError(
            f"{folder.base} holds no summaryTable.csv; labels={labels} needs it (processedResults/ in the "
            "corpus), give labels=intended to do without"
        )
    table = read_table(path)
    column = VOTES[labels]
    table.require("FileName", column)
    votes = dict(zip(table.columns["FileName"], table.columns[column], strict=True))
    rated = []
    for clip in clips:
        vote = votes.get(clip.name)
        if vote in EMOTION_OF_VOTE:
            attributes = {**clip.attributes, "intended": clip.emotion}
            rated.append(replace(clip, emotion=EMOTION_OF_VOTE[vote], attributes=attributes))
        elif vote is None:
            folder.skip(clip, f"{path} has no row for {clip.name}; expected one per clip")
        elif set(vote.split(":")) <= set(EMOTION_OF_VOTE):
            folder.exclude(clip, f"raters of {clip.name} are tied, {column} is {vote}")
        else:
            letters = ", ".join(EMOTION_OF_VOTE)
            folder.skip(clip, f"{path}: {column} of {clip.name} is {vote!r}; expected one of {letters}")
    return rated


ADAPTER = Adapter(
    name="cremad",
    title="CREMA-D, crowd-sourced emotional multimodal actors dataset",
    modalities=("video", "audio"),
    labels="one of 6 emotions per clip, as intended, or as most raters took voice, face or both for",
    subjects="91 actors, no official partitions",
    licence="Open Database License",
    ask="GitHub, CheyneyComputerScience/CREMA-D (with git-lfs)",
    tree="""\
AudioWAV/1001_IEO_ANG_HI.wav          actor, sentence, emotion, level
AudioMP3/1001_IEO_ANG_HI.mp3          read where there is no wav
VideoFlash/1001_IEO_ANG_HI.flv
VideoDemographics.csv                 sex and age of the actors
processedResults/summaryTable.csv     what most raters took each clip for""",
    read=read_cremad,
    options={
        "labels": "intended, or by raters: voice, face or multimodal (clips with a tie are skipped); "
        "intended if not given",
    },
)
