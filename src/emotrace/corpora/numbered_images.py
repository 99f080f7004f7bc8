"""Folders of images that are the frames of a video, told apart by the number in their names."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.errors import ConfigError, DataError

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp")


@dataclass(frozen=True)
class NumberedImages:
    """The images of one folder.

    Parameters
    ----------
    folder : Path
    numbers : int array, shape (image,)
        In the order of their names; rising.
    others : tuple of str
        Files that are no numbered images, hidden ones left out.
    """

    folder: Path
    numbers: np.ndarray
    others: tuple[str, ...] = ()


def numbered_images(folder: Path) -> NumberedImages:
    """The numbers of the images in a folder, such as 1, 2, 5 of ``00001.jpg 00002.jpg 00005.jpg``.

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
    >>> found = numbered_images(folder)
    >>> found.numbers.tolist(), found.others
    ([2, 5], ('Thumbs.db',))
    """
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError as error:
        raise DataError(f"{folder} cannot be listed ({error.strerror}); check its permissions") from error
    images: list[str] = []
    others: list[str] = []
    for name in names:
        stem, suffix = os.path.splitext(name)
        is_image = suffix.lower() in IMAGE_SUFFIXES and stem.isascii() and stem.isdigit()
        (images if is_image else others).append(name)
    if not images:
        raise DataError(f"{folder} has no image named by a number; expected such as 00001.jpg")
    numbers = np.array([int(os.path.splitext(name)[0]) for name in images])
    falls = np.flatnonzero(np.diff(numbers) <= 0)
    if len(falls):
        before, after = images[falls[0]], images[falls[0] + 1]
        raise DataError(
            f"{folder}: {after} comes after {before} by name but not by number; expected numbers of one "
            "length, such as 00009.jpg and 00010.jpg"
        )
    return NumberedImages(folder, numbers, tuple(others))


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
