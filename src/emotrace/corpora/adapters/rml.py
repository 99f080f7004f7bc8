"""The adapter of the RML emotion database of Ryerson Multimedia Lab."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

from emotrace.corpora.adapter import NO_LICENCE, Adapter
from emotrace.corpora.clips import Clip, ClipFolder
from emotrace.corpora.emotions import SIX_CODES
from emotrace.corpora.recording import Corpus
from emotrace.corpora.recording_names import recording_names
from emotrace.errors import DataError

WHOLE = 720  # clips
MADE = "demo corpus of made clips"  # what `emotrace demo` lays out in this form; no RML
_STEM = re.compile(rf"({'|'.join(SIX_CODES)})\D*(\d+).*", re.IGNORECASE)
_SPEAKER = re.compile(r"s[1-9]\d?", re.IGNORECASE)
_DOWNLOAD = re.compile(r"rml\W?[12]", re.IGNORECASE)


def read_rml(root: Path) -> Corpus:
    """Read the clips under a folder, at any depth.

    What the digits of a file name mean is not published, so a recording is named after its path
    from the speaker's folder on.

    Raises
    ------
    DataError
        If there is none.
    """
    folder = ClipFolder(root, ADAPTER.name, ("rml?1", "rml?2", "s[1-9]"), "rml-1/s1/an1.avi")
    stems = sorted({_from_speaker(path).with_suffix("") for path in folder.media})
    names = dict(zip(stems, recording_names([_as_file(stem) for stem in stems]), strict=True))
    clips = folder.clips(partial(clip_of, names=names))
    if folder.named("demo.json") is not None:
        return replace(folder.corpus(clips, SIX_CODES.values()), name=MADE, licence=NO_LICENCE)
    folder.expect(len(clips), WHOLE)
    return folder.corpus(clips, SIX_CODES.values())


def clip_of(path: PurePath, names: dict[PurePath, str]) -> Clip | None:
    """What a path says: speaker from its folder ``s1``, language from a folder below that.

    Raises
    ------
    DataError
        If no folder names the speaker.

    Source
    ------
    CORPORA 5.
    """
    match = _STEM.fullmatch(path.stem)
    if match is None:
        return None
    from_speaker = _from_speaker(path)
    if from_speaker == PurePath(path.name):
        raise DataError(f"{path}: its speaker is not known; expected it below a folder s1 to s8")
    speaker, languages = from_speaker.parts[0].lower(), from_speaker.parts[1:-1]
    attributes = {"language": languages[-1]} if languages else {}
    downloads = [part.lower() for part in path.parts if _DOWNLOAD.fullmatch(part)]
    if downloads:
        attributes["download"] = downloads[-1]
    return Clip(
        name=names[from_speaker.with_suffix("")],
        subject=speaker,
        emotion=SIX_CODES[match[1].lower()],
        attributes=attributes,
    )


def _from_speaker(path: PurePath) -> PurePath:
    """The part of a path from the innermost folder of a speaker on; the file's name if there is none."""
    at = [i for i, part in enumerate(path.parts[:-1]) if _SPEAKER.fullmatch(part)]
    return PurePath(*path.parts[at[-1] :]) if at else PurePath(path.name)


def _as_file(stem: PurePath) -> PurePath:
    return stem.with_name(f"{stem.name}.avi")  # so that a dot in the stem is not taken for a suffix


ADAPTER = Adapter(
    name="rml",
    title="RML emotion database",
    modalities=("video", "audio"),
    labels="one of 6 acted emotions per clip",
    subjects="8 people, six languages; no official partitions",
    licence="research only",
    ask="Ryerson Multimedia Lab (Toronto Metropolitan University)",
    tree="""\
rml-1/s1 ... s5/an1.avi         an di fe ha sa su and digits
rml-2/s6 ... s8/an1.avi
some speakers have a folder per language: s1/English/an1.avi""",
    read=read_rml,
)
