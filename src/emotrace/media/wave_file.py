"""Writes samples as a WAV file."""

import wave
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from emotrace.writing import written_whole


def write_sound(path: str | Path, chunks: Iterable[np.ndarray], rate_hz: int) -> None:
    """Write mono 16-bit sound; it appears under its name only when it is whole.

    Parameters
    ----------
    path : path
        Replaced if it exists.
    chunks : iterable of float arrays, shape (samples,), in [-1, 1]
        One after the other; what lies outside the range is clipped.
    rate_hz : int
        Samples per second.

    Raises
    ------
    DataError
        If the file cannot be written (full disk, no such folder).
    """
    with written_whole(Path(path)) as part, wave.open(str(part), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        for chunk in chunks:
            file.writeframes(np.round(np.clip(chunk, -1, 1) * 32767).astype("<i2").tobytes())
