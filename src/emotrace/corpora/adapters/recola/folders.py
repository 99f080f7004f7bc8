"""Where the parts of a RECOLA download lie, under any of their names, and its files by subject."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from emotrace.corpora.named_files import files_named
from emotrace.corpora.roots import find_base, matching
from emotrace.errors import DataError
from emotrace.remarks import Remarks

SUBJECT = re.compile(r"^P\d{2}$")
PARTS = {  # the names of each, the distribution's first; hyphen and underscore both occur in them
    "annotation": ("RECOLA[-_]Annotation",),
    "centred": ("Ratings_affective_behaviour_CCC_centred",),
    "video": ("RECOLA[-_]Video[-_]recordings", "Video_recordings_MP4"),
    "audio": ("RECOLA[-_]Audio[-_]recordings",),
    "frame_times": ("RECOLA[-_]Video[-_]timings",),
    "speech": ("RECOLA[-_]Audio[-_]timings",),
    "audio_features": ("RECOLA[-_]Audio[-_]features",),
    "audio_probas": ("RECOLA[-_]Audio[-_]probas",),
    "video_features": ("RECOLA[-_]Video[-_]features",),
    "biosignals": ("RECOLA[-_]Biosignals[-_]recordings",),
    "biosignal_features": ("RECOLA[-_]Biosignals[-_]features",),
    "metadata": ("RECOLA[-_]Metadata",),
}
_MAIN = ("annotation", "centred", "video", "audio", "biosignals")  # any of them alone is a corpus


def find_parts(root: Path) -> tuple[Path, dict[str, Path]]:
    """The folder of the corpus, and that of each part that is there; doubly nested ones are entered.

    Raises
    ------
    DataError
        If there is no such corpus in or near `root`, or a folder cannot be listed.
    """
    every = tuple(name for names in PARTS.values() for name in names)
    try:
        base = find_base(root, every, "RECOLA", least=2)
    except DataError:
        base = find_base(root, tuple(name for part in _MAIN for name in PARTS[part]), "RECOLA")
    parts = {}
    for part, names in PARTS.items():
        found = [folder for name in names for folder in matching(base, name) if folder.is_dir()]
        if found:
            inner = found[0] / found[0].name
            parts[part] = inner if inner.is_dir() else found[0]
    return base, parts


def files_by_subject(folder: Path | None, suffixes: Collection[str], remarks: Remarks) -> dict[str, Path]:
    """Files named ``P16`` and so on with one of the suffixes; a remark on each that is not taken.

    Raises
    ------
    DataError
        If the folder cannot be listed.
    """
    return files_named(folder, SUBJECT, "P and two digits", suffixes, remarks)


def files_if_listed(folder: Path | None, suffix: str, remarks: Remarks) -> Mapping[str, Path]:
    """As `files_by_subject`; a folder that cannot be listed becomes a remark: others can do without it."""
    try:
        return files_by_subject(folder, {suffix}, remarks)
    except DataError as error:
        remarks.note(f"left out: {error}")
        return {}
