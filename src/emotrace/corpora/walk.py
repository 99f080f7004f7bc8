"""All files below a folder, with a remark on every folder that cannot be listed."""

from pathlib import Path

from emotrace.corpora.roots import is_folder, list_folder
from emotrace.errors import DataError
from emotrace.remarks import Remarks


def files_below(folder: Path, remarks: Remarks) -> list[Path]:
    """Files in a folder and its sub-folders, folder by folder, sorted; hidden ones are left out.

    A sub-folder that cannot be listed is remarked and left out; linked folders are followed once.

    Raises
    ------
    DataError
        If `folder` itself cannot be listed.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "valence").mkdir()
    >>> for name in ("b.avi", "valence/a.csv", ".DS_Store"):
    ...     (folder / name).touch()
    >>> [path.name for path in files_below(folder, Remarks())]
    ['b.avi', 'a.csv']
    """
    files: list[Path] = []
    waiting = [folder]
    seen = {folder.resolve()}
    while waiting:
        here = waiting.pop(0)
        try:
            inside = list_folder(here)
        except DataError as error:
            if here == folder:
                raise
            remarks.note(f"left out: {error}")
            continue
        files += [
            path for path in inside if not is_folder(path)
        ]  # a link to nothing is a file that is missing
        for path in inside:
            if is_folder(path) and path.resolve() not in seen:
                seen.add(path.resolve())
                waiting.append(path)
    return files
