"""Folders of images that are the frames of a video: the numbers in their names, and the option of a rate."""

from pathlib import Path

import numpy as np

from emotrace.errors import ConfigError, DataError
from emotrace.media_files import numbered_images


def image_numbers(folder: Path) -> np.ndarray:
    """The numbers of the images in a folder, int64 (image,), in the order in which the images are decoded.

    Raises
    ------
    DataError
        If the folder cannot be listed, has no such image, or names in their order do not count up
        (``9.jpg`` comes after ``10.jpg``).

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("00002.jpg", "00005.jpg", "Thumbs.db"):
    ...     (folder / name).touch()
    >>> image_numbers(folder)
    array([2, 5])
    """
    images = numbered_images(folder)
    if not images:
        raise DataError(f"{folder} has no image named by a number; expected such as 00001.jpg")
    numbers = np.array([int(image.stem) for image in images])
    falls = np.flatnonzero(np.diff(numbers) <= 0)
    if len(falls):
        before, after = images[falls[0]].name, images[falls[0] + 1].name
        raise DataError(
            f"{folder}: {after} comes after {before} by name but not by number; expected numbers of one "
            "length, such as 00009.jpg and 00010.jpg"
        )
    return numbers


def parse_fps(fps: str | float | None, default: float) -> float:
    """Frames per second from an option's text; None is `default`.

    Raises
    ------
    ConfigError
        If it is no positive number.

    Examples
    --------
    >>> parse_fps(None, 30.0), parse_fps("29.97", 30.0)
    (30.0, 29.97)
    """
    if fps is None:
        return default
    try:
        value = float(fps)
    except ValueError:
        value = np.nan
    if not (np.isfinite(value) and value > 0):
        raise ConfigError(f"fps is {fps!r}; expected frames per second such as 30")
    return value
