"""The files of a folder whose stems follow a pattern, with a remark on each that does not."""

import re
from collections.abc import Collection
from pathlib import Path

from emotrace.corpora.roots import list_folder
from emotrace.remarks import Remarks


def files_named(
    folder: Path | None, stem: re.Pattern[str], expected: str, suffixes: Collection[str], remarks: Remarks
) -> dict[str, Path]:
    """Files with one of the suffixes, by stem, in the order of their names.

    Parameters
    ----------
    folder : Path or None
        None: there is none, and so no file.
    stem : pattern
        That the stem of a name begins with.
    expected : str
        The pattern in words, for the remark on files of other names.
    suffixes : collection of str
        In lower case, with their dots.
    remarks : Remarks

    Raises
    ------
    DataError
        If the folder cannot be listed.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("P16.wav", "P17.WAV", "readme.wav", "P16.txt"):
    ...     (folder / name).touch()
    >>> remarks = Remarks()
    >>> list(files_named(folder, re.compile(r"P\\d\\d$"), "P and two digits", {".wav"}, remarks))
    ['P16', 'P17']
    >>> len(remarks.texts())
    1
    """
    files: dict[str, Path] = {}
    for path in list_folder(folder) if folder is not None else []:
        if path.suffix.lower() not in suffixes or not path.is_file():
            continue
        shown = f"{path.parent.name}/{path.name}"
        if not stem.match(path.stem):
            remarks.add(f"left out, for their names are not {expected}", shown)
        elif path.stem in files:
            remarks.add("left out, for another file of the folder has the same stem", shown)
        else:
            files[path.stem] = path
    return files
