"""The media files under a folder, found by the names that a table of labels gives them."""

import unicodedata
from pathlib import Path, PurePath
from posixpath import normpath

from emotrace.errors import DataError
from emotrace.media_files import files_under, is_audio, is_video

Pair = tuple[Path | None, Path | None]  # video, audio


class MediaIndex:
    """Media files of a folder by relative path, with and without extension; keeps account of use.

    Raises
    ------
    DataError
        If there is no media file under `root`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tables: list[Path] = []
        self._by_path: dict[str, Path] = {}
        self._by_stem: dict[str, list[Path]] = {}
        self._table_by_stem: dict[str, Path] = {}
        self.closed: list[str] = []
        for path in files_under(root, self.closed):
            if is_video(path) or is_audio(path):
                self._by_path[_key(path.relative_to(root).as_posix())] = path
                self._by_stem.setdefault(self.stem_of(path), []).append(path)
            elif path.suffix.lower() == ".csv":
                self.tables.append(path)
                self._table_by_stem[self.stem_of(path)] = path
        if not self._by_path:
            raise DataError(
                f"no media files under {root}; expected video or audio files such as .mp4 or .wav"
                + "".join(f" ({text})" for text in self.closed)
            )
        self._used: set[Path] = set()

    def relative(self, path: Path | None) -> PurePath:
        """Path below the root."""
        assert path is not None
        return PurePath(path.relative_to(self.root))

    def find(self, name: str) -> Pair:
        """Video and audio that a relative path names, and mark them as used.

        With an extension it is that file alone; without, a video, an audio file, or a video and its
        separate sound.

        Raises
        ------
        DataError
            If nothing has that name, or two videos or two audio files have it.
        """
        key = _key(name)
        paths = [self._by_path[key]] if key in self._by_path else self._by_stem.get(key, [])
        if not paths:
            raise DataError(f"{name} is no media file under {self.root}; expected a path relative to it")
        videos = [path for path in paths if is_video(path)]
        audios = [path for path in paths if is_audio(path)]
        if len(videos) > 1 or len(audios) > 1:
            several = ", ".join(path.name for path in paths)
            raise DataError(f"{name} means several files, {several}; say which by its extension")
        self._used.update(paths)
        return (videos[0] if videos else None), (audios[0] if audios else None)

    def stems(self) -> list[str]:
        """Relative paths without extension, one per recording, in stable order."""
        return list(self._by_stem)

    def stem_of(self, path: Path) -> str:
        """Relative path without extension, as in `stems`."""
        return _key(path.relative_to(self.root).with_suffix("").as_posix())

    def table_of(self, stem: str) -> Path | None:
        """The CSV beside the media files of that stem."""
        return self._table_by_stem.get(stem)

    def unlisted(self) -> list[str]:
        """Remarks on folders that cannot be listed, and on the media files that no label uses, counted."""
        rest = [path for path in self._by_path.values() if path not in self._used]
        if not rest:
            return list(self.closed)
        verb = "has" if len(rest) == 1 else "have"
        example = self.relative(rest[0]).as_posix()
        counts = f"{len(rest)} of {len(self._by_path)} media files {verb}"
        return [*self.closed, f"{counts} no labels, e.g. {example}; left out"]


def _key(name: str) -> str:
    """A path as its file system may spell it: composed letters, forward slashes, no ``./``."""
    return normpath(unicodedata.normalize("NFC", name.replace("\\", "/")))
