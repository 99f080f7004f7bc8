"""The media of Aff-Wild2: folders of cropped faces, and raw videos, by the name that labels give them."""

import re
from pathlib import Path

from emotrace.corpora.roots import list_or_remark
from emotrace.media_files import is_video
from emotrace.remarks import Remarks

_DEPTH = 3
_SIDE = re.compile(r"(.+)_(left|right)", re.IGNORECASE)
_LABELS = re.compile(r".*(challenge|annotations?|_set)", re.IGNORECASE)


def without_side(name: str) -> str:
    """The video's name without ``_left`` or ``_right``, which tell two people of one video apart.

    Examples
    --------
    >>> without_side("10-60-1280x720_right"), without_side("video5")
    ('10-60-1280x720', 'video5')
    """
    found = _SIDE.fullmatch(name)
    return found[1] if found else name


class Media:
    """Image folders and raw videos around the annotations, found once.

    Parameters
    ----------
    places : list of Path
        Folders that are searched; a folder whose name begins with ``cropped`` holds one folder of images
        per video, directly or in parts, and every file with a video's extension is a raw video.
    """

    def __init__(self, places: list[Path], remarks: Remarks) -> None:
        self._images: dict[str, Path] = {}
        self._unaligned: dict[str, Path] = {}
        self._videos: dict[str, Path] = {}
        self._remarks = remarks
        seen: set[Path] = set()
        for place in places:
            self._search(place, _DEPTH, seen)

    @property
    def is_empty(self) -> bool:
        """Whether there is neither an image folder nor a video."""
        return not (self._images or self._unaligned or self._videos)

    def images_of(self, name: str) -> Path | None:
        """The folder of images, aligned ones first; of this very person, so the side counts."""
        return self._images.get(name) or self._unaligned.get(name)

    def video_of(self, name: str) -> Path | None:
        """The raw video, in which a person to the left and one to the right share a file."""
        return self._videos.get(name) or self._videos.get(without_side(name))

    def remark_on_unlabelled(self, names: set[str]) -> None:
        """Remark on images and videos of none of the videos that labels and lists name."""
        for name in sorted({*self._images, *self._unaligned} - names):
            self._remarks.add("images of videos without labels are left out", name)
        for name in sorted(set(self._videos) - names - {without_side(name) for name in names}):
            self._remarks.add("raw videos without labels are left out", name)

    def _search(self, folder: Path, depth: int, seen: set[Path]) -> None:
        real = folder.resolve()
        if real in seen:
            return
        seen.add(real)
        for path in list_or_remark(folder, self._remarks):
            if path.is_dir():
                if path.name.lower().startswith("cropped"):
                    self._take_images(path, "aligned" in path.name.lower())
                elif depth > 0 and not _LABELS.fullmatch(path.name):
                    self._search(path, depth - 1, seen)
            elif is_video(path):
                self._take(self._videos, path.stem, path)

    def _take_images(self, folder: Path, aligned: bool) -> None:
        for path in list_or_remark(folder, self._remarks):
            if not path.is_dir():
                continue
            if path.name.lower().startswith(("cropped", "batch")):
                self._take_images(path, aligned or "aligned" in path.name.lower())
            else:
                self._take(self._images if aligned else self._unaligned, path.name, path)

    def _take(self, found: dict[str, Path], name: str, path: Path) -> None:
        if name in found:
            self._remarks.add("is there twice, the first is taken", f"{path} beside {found[name]}")
        else:
            found[name] = path
