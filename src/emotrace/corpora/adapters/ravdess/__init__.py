"""The adapter of RAVDESS, the Ryerson audio-visual database of emotional speech and song."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.ravdess.summary import NAME, clips_of, read_summary
from emotrace.corpora.clips import Clip, ClipFolder, folder_first, innermost, one_of
from emotrace.corpora.recording import Corpus
from emotrace.corpora.tables import TableFile
from emotrace.errors import DataError
from emotrace.remarks import Remarks

EMOTIONS = ("neutral", "calm", "happiness", "sadness", "anger", "fear", "disgust", "surprise")  # 01 to 08
CHANNELS = {"01": "speech", "02": "song"}
MODALITIES = {"av": ("01",), "video": ("02",), "audio": ("03",)}
BEST = (("01",), ("02", "03"))  # audio-visual, else video and sound of the same take
WHOLE = {"speech": 1440, "song": 1012}  # takes
_STEM = re.compile(r"0[123]-0[12]-0[1-8]-0[12]-0[12]-0[12]-(?:0[1-9]|1\d|2[0-4])")
_FOLDER = re.compile(r"actor[ _-]?(\d\d)", re.IGNORECASE)


def read_ravdess(
    root: Path, modality: str | None = None, channel: str = "both", features: str | None = None
) -> Corpus:
    """Read the takes under a folder, one recording per take.

    A recording is named by the file name without its first field, which says the modality, so a take
    has one name whatever is read of it. Where a table of features per clip lies there or is named, each take
    brings its row as the table ``summary``; takes of which there is no more than that are recordings too,
    unless a modality is asked for.

    Parameters
    ----------
    root : Path
        Folders of actors, at any depth, or one flat folder.
    modality : {"av", "video", "audio"} or None
        Read these files only: audio-visual (01), video without sound (02), sound (03). None: audio-visual,
        else video and sound of the same take together, else the one there is.
    channel : {"speech", "song", "both"}
    features : str or None
        A table of features, a row per clip, wherever it lies. None: ``combined_summary.csv`` in the folder.

    Raises
    ------
    ConfigError
        If an option has another value.
    DataError
        If there is no take, or none that the options ask for, or the table of features is broken.
    """
    wanted: tuple[tuple[str, ...], ...] = BEST
    if modality is not None:
        wanted = (MODALITIES[one_of("modality", modality, tuple(MODALITIES))],)
    one_of("channel", channel, ("speech", "song", "both"))
    folder = ClipFolder(root, ADAPTER.name, ("actor_??",), "Actor_01/03-01-05-01-02-01-01.wav")
    table = Path(features).expanduser().absolute() if features else folder.named(NAME)
    if table is not None and not table.is_file():
        raise DataError(f"{table} is not there; expected features=FILE to name a table, a row per clip")
    told = _told(table, folder.remarks) if table is not None else {}
    clips = folder.clips(partial(clip_of, remarks=folder.remarks)) if folder.media or not told else []
    if modality is None:
        found = {clip.name for clip in clips}
        clips += [clip for clip, _ in told.values() if clip.name not in found]
    chosen = []
    for clip in clips:
        if channel not in (clip.attributes["channel"], "both"):
            folder.remarks.add(f"takes of {clip.attributes['channel']}, left out by channel", clip.name)
            continue
        files = _files_of(clip, wanted)
        if not clip.files:
            chosen.append(clip)
        elif files:
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
    if table is None:
        return folder.corpus(chosen, EMOTIONS)
    return _with_rows(folder.corpus(sorted(chosen, key=lambda clip: clip.name), EMOTIONS), table, told)


def _told(table: Path, remarks: Remarks) -> dict[str, tuple[Clip, str]]:
    """Clips that a table tells of, and what it calls them, by the name of the recording."""
    told = {}
    for stem in clips_of(table):
        clip = clip_of(PurePath(stem), remarks)
        if clip is None:
            remarks.add(f"rows of {table.name} that name no take, left out", stem)
        else:
            told[clip.name] = clip, stem
    return told


def _with_rows(corpus: Corpus, table: Path, told: dict[str, tuple[Clip, str]]) -> Corpus:
    """The corpus with the row of each take that the table tells of."""
    recordings = tuple(
        replace(one, tables={"summary": TableFile(table, partial(read_summary, clip=told[one.name][1]))})
        if one.name in told
        else one
        for one in corpus.recordings
    )
    without = sum(not one.tables for one in recordings)
    said = (f"takes that {table.name} does not tell of: {without}",) if without else ()
    return replace(corpus, recordings=recordings, warnings=(*corpus.warnings, *said))


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
Actor_01/01-01-05-01-02-01-01.mp4      folders of actors may lie deeper, or all files in one folder
combined_summary.csv                   if there: features of clips, a row each, named in the column file""",
    read=read_ravdess,
    options={
        "modality": "av, video or audio: read these files only; if not given, av where there is one, else "
        "video and sound of the take",
        "channel": "speech, song or both; both if not given",
        "features": f"a table of features, a row per clip, as the table summary; {NAME} in the folder if not "
        "given",
    },
)
