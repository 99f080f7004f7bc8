"""A folder of images as a film: one frame per file, sorted by name, at the times that the corpus states."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from emotrace.media.pictures import Pictures
from emotrace.media_files import numbered_images

_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
)  # of broken bytes


class ImageFilm:
    """The images of a folder; a `Film`.

    An image that does not decode is left out with its time, as a broken packet of a video is, and counted
    in a warning. An image of another size than the first is scaled to fit into it, keeping its shape, and
    its edges are repeated where it does not fill it.

    Parameters
    ----------
    pictures : Pictures
        A folder with frame times.
    scale_width : int, px, or None
    warn : function of a str

    Source
    ------
    Our choice.
    """

    def __init__(self, pictures: Pictures, scale_width: int | None, warn: Callable[[str], None]):
        self._pictures, self._scale_width, self._warn = pictures, scale_width, warn
        self.stated_end_s = pictures.stated_end_s
        self.width = self.height = self.rotation = 0

    def frames(self) -> Iterator[tuple[float, float, Image.Image]]:
        """(start, end, image) of every image that decodes."""
        files = numbered_images(self._pictures.path)
        times = self._pictures.times_s
        assert times is not None  # a folder without times is no film
        broken = odd = 0
        for file, time_s in zip(files, times.tolist(), strict=False):
            image = _decoded(file)
            if image is None:
                broken += 1
                continue
            if not self.width:
                self.width, self.height = image.size
            odd += image.size != (self.width, self.height)
            yield time_s, time_s + self._pictures.period_s, image
        miscount = self._pictures.miscount(len(files))
        if miscount is not None:
            self._warn(miscount)
        if broken:
            self._warn(f"{broken} of {len(files)} images do not decode and had to be left out")
        if odd:
            self._warn(
                f"{odd} of {len(files)} images have another size than the first ({self.width}x{self.height} "
                "px); they are scaled to fit it"
            )

    def convert(self, image: Image.Image) -> np.ndarray:
        """The image as uint8 RGB (height, width, 3)."""
        shrink = min(1.0, self._scale_width / self.width) if self._scale_width else 1.0
        size = max(1, round(self.width * shrink)), max(1, round(self.height * shrink))
        return _fitted(image, size)


def _decoded(file: Path) -> Image.Image | None:
    try:
        with Image.open(file) as image:
            upright = ImageOps.exif_transpose(image)
            return upright.convert("RGB")
    except _ERRORS:
        return None


def _fitted(image: Image.Image, size: tuple[int, int]) -> np.ndarray:
    shrink = min(size[0] / image.width, size[1] / image.height)
    width = max(1, min(size[0], round(image.width * shrink)))
    height = max(1, min(size[1], round(image.height * shrink)))
    if (width, height) != image.size:
        image = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    around = ((top, size[1] - height - top), (left, size[0] - width - left), (0, 0))
    return np.pad(np.asarray(image), around, mode="edge")  # (height, width, 3)
