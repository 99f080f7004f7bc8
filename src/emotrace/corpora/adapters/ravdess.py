"""The adapter of RAVDESS, the Ryerson audio-visual database of emotional speech and song."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.clips import Clip, ClipFolder, folder_first, innermost, one_of
from emotrace.corpora.recording import Corpus
from emotrace.errors import DataError
from emotrace.remarks import Remarks

EMOTIONS = ("neutral", "calm", "happiness", "sadness", "anger", "fear", "disgust", "surprise")  # 01 to 08
CHANNELS = {"01": "speech", "02": "song"}
MODALITIES = {"av": ("01",), "video": ("02",), "audio": ("03",)}
BEST = (("01",), ("02", "03"))  # audio-visual, else video and sound of the same take
WHOLE = {"speech": 1440, "song": 1012}  # takes
_STEM = re.compile(r"0[123]-0[12]-0[1-8]-0[12]-0[12]-0[12]-(?:0[1-9]|1\d|2[0-4])")
_FOLDER = re.compile(r"actor[ _-]?(\d\d)", re.IGNORECASE)


def read_ravdess(root: Path, modality: str | None = None, channel: str = "both") -> Corpus:
    """Read the takes under a folder, one recording per take.

    A recording is named by the file name without its first field, which says the modality, so a take
    has one name whatever is read of it.

    Parameters
    ----------
    root : Path
        Folders of actors, at any depth, or one flat folder.
    modality : {"av", "video", "audio"} or None
        Read these files only: audio-visual (01), video without sound (02), sound (03). None: audio-visual,
        else video and sound of the same take together, else the one there is.
    channel : {"speech", "song", "both"}

    Raises
    ------
    ConfigError
        If an option has another value.
    DataError
        If there is no take, or none that the options ask for.
    """
    wanted: tuple[tuple[str, ...], ...] = BEST
    if modality is not None:
        wanted = (MODALITIES[one_of("modality", modality, tuple(MODALITIES))],)
    one_of("channel", channel, ("speech", "song", "both"))
    folder = ClipFolder(root, ADAPTER.name, ("actor_??",), "Actor_01/03-01-05-01-02-01-01.wav")
    clips = folder.clips(partial(clip_of, remarks=folder.remarks))
    chosen = []
    for clip in clips:
        if channel not in (clip.attributes["channel"], "both"):
            folder.remarks.add(f"takes of {clip.attributes['channel']}, left out by channel", clip.name)
            continue
        files = _files_of(clip, wanted)
        if files:
            _remark_on_files(clip, files, folder.remarks)
            chosen.append(replace(clip, files=files))
        else:
            folder.remarks.add(f"takes without a file of modality={modality}, left out", clip.name)
    if clips and not chosen:
        asked = " and ".join([f"channel={channel}", *([f"modality={modality}"] if modality else [])])
        raise DataError(f"{folder.base} holds {len(clips)} takes, none with {asked}; ask for others")
    for name, whole in WHOLE.items():
        count = sum(clip.attributes["channel"] == name for clip in clips)
        if count and channel in (name, "both"):
            folder.expect(count, whole, f"takes of {name}")
    return folder.corpus(chosen, EMOTIONS)


def clip_of(path: PurePath, remarks: Remarks) -> Clip | None:
    """What a path says: the actor from the folder, else from the file name; None for other names.

    Source
    ------
    CORPORA 7.

    Examples
    --------
    >>> clip = clip_of(PurePath("Actor_16/03-01-05-01-02-01-16.wav"), Remarks())
    >>> clip.name, clip.subject, clip.emotion, clip.attributes["sex"], clip.attributes["sentence"]
    ('01-05-01-02-01-16', 'Actor_16', 'anger', 'female', 'dogs')
    """
    if not _STEM.fullmatch(path.stem):
        return None
    _, channel, emotion, intensity, statement, repetition, actor = path.stem.split("-")
    actor = folder_first("actor", innermost(path, _FOLDER), actor, remarks, str(path)) or actor
    return Clip(
        name="-".join([channel, emotion, intensity, statement, repetition, actor]),
        subject=f"Actor_{actor}",
        emotion=EMOTIONS[int(emotion) - 1],
        attributes={
            "sex": "male" if int(actor) % 2 else "female",
            "channel": CHANNELS[channel],
            "intensity": ("normal", "strong")[int(intensity) - 1],
            "sentence": ("kids", "dogs")[int(statement) - 1],
            "repetition": str(int(repetition)),
            "language": "English",
        },
    )


def _files_of(clip: Clip, wanted: Iterable[tuple[str, ...]]) -> tuple[Path, ...]:
    for modalities in wanted:
        files = tuple(path for path in clip.files if path.stem[:2] in modalities)
        if files:
            return files
    return ()


def _remark_on_files(clip: Clip, files: tuple[Path, ...], remarks: Remarks) -> None:
    if len({path.stem[:2] for path in files}) > 1:
        remarks.add("takes whose video and sound are files of their own, joined", clip.name)
    rest = {path.stem[:2] for path in clip.files} - {path.stem[:2] for path in files}
    names = [name for name, codes in MODALITIES.items() if rest & set(codes)]
    if names:
        remarks.add(f"takes with {' and '.join(names)} files besides, not read (see modality)", clip.name)


ADAPTER = Adapter(
    name="ravdess",
    title="RAVDESS, Ryerson audio-visual database of emotional speech and song",
    modalities=("video", "audio"),
    labels="one of 8 acted emotions per clip (song: 6), in one or two intensities",
    subjects="24 actors, 12 women and 12 men; no official partitions",
    licence="CC BY-NC-SA 4.0",
    ask="Zenodo, where it is free to download",
    tree="""\
Actor_01/03-01-05-01-02-01-01.wav      modality-channel-emotion-intensity-statement-repetition-actor
Actor_01/01-01-05-01-02-01-01.mp4      folders of actors may lie deeper, or all files in one folder""",
    read=read_ravdess,
    options={
        "modality": "av, video or audio: read these files only; if not given, av where there is one, else "
        "video and sound of the take",
        "channel": "speech, song or both; both if not given",
    },
)
