"""The audio track of a media file: decoded once into a temporary file and read from there."""

import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np

from emotrace.errors import DataError, InputError
from emotrace.features.track import Track
from emotrace.media import SoundReader
from emotrace.timing import Timeline


class SampleRows:
    """Samples in a file as rows of a track; a read leaves nothing in memory, unlike a memory map.

    Parameters
    ----------
    file : binary file
        float32 samples in the machine's byte order.
    count : int
        Number of samples.
    """

    dtype = np.dtype(np.float32)
    ndim = 1

    def __init__(self, file: IO[bytes], count: int):
        self._file = file
        self.shape = (count,)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows) -> np.ndarray:
        """Samples float32 (row,) of a slice or of an int array (row,).

        Raises
        ------
        InputError
            If a row number lies outside the track.
        """
        if isinstance(rows, slice):
            first, last, step = rows.indices(len(self))
            if step == 1:
                return self._read(first, max(last, first))
            rows = np.arange(first, last, step)
        numbers = np.asarray(rows, dtype=np.int64)
        if numbers.size == 0:
            return np.zeros(numbers.shape, np.float32)
        if numbers.min() < 0 or numbers.max() >= len(self):
            raise InputError(
                f"rows of an audio track are {numbers.min()} to {numbers.max()}; "
                f"expected row numbers from 0 to {len(self) - 1}"
            )
        first = int(numbers.min())
        return self._read(first, int(numbers.max()) + 1)[numbers - first]

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return self._read(0, len(self)).astype(dtype or np.float32, copy=False)

    def _read(self, first: int, last: int) -> np.ndarray:
        self._file.seek(first * self.dtype.itemsize)
        return np.frombuffer(bytearray(self._file.read((last - first) * self.dtype.itemsize)), np.float32)


class AudioSpool:
    """All samples of a file on disk, with their mean and standard deviation.

    The temporary file has no name, so it vanishes with the process. The moments are summed in
    float64 chunk by chunk; the standard deviation is the population's (1/n).

    Parameters
    ----------
    path : Path
        Media file with sound.
    rate_hz : int
        Rate to resample to.
    profile : dict
        Seconds spent are added to its key ``audio``.
    warnings : list of str
        Sentences on what could not be read are added to it.

    Attributes
    ----------
    end_s : float
        End of the sound, s.
    track : Track
        values float32 (samples,), read from disk as asked for; attributes mean and std, float.

    Raises
    ------
    DataError
        If the sound cannot be read, or the temporary folder is full.
    """

    def __init__(self, path: Path, rate_hz: int, profile: dict[str, float], warnings: list[str]):
        began = time.perf_counter()
        reader = SoundReader(path, rate_hz, warnings)
        count, total, squares = 0, 0.0, 0.0
        self._file = tempfile.TemporaryFile(prefix="emotrace-audio-")  # noqa: SIM115  # closed by close()
        try:
            for chunk in reader:
                self._write(chunk, path)
                exact = chunk.astype(np.float64)
                count += len(chunk)
                total += float(exact.sum())
                squares += float(np.dot(exact, exact))
            self._write(None, path)
        except BaseException:
            with suppress(OSError):  # a full disk refuses what is still buffered
                self._file.close()
            raise
        mean = total / count
        deviation = float(np.sqrt(max(squares / count - mean * mean, 0.0)))
        self.end_s = reader.end_s
        self.track = Track(
            values=SampleRows(self._file, count),
            timeline=Timeline.regular(count, rate_hz),
            attributes={"mean": mean, "std": deviation},
        )
        profile["audio"] = profile.get("audio", 0.0) + time.perf_counter() - began

    def close(self) -> None:
        """Give the temporary file back; the track cannot be read any more."""
        self._file.close()

    def _write(self, chunk: np.ndarray | None, path: Path) -> None:
        try:
            if chunk is None:
                self._file.flush()
            else:
                self._file.write(np.ascontiguousarray(chunk, np.float32).data)
        except OSError as error:
            raise DataError(
                f"the sound of {path} cannot be kept in the temporary folder {tempfile.gettempdir()} "
                f"({error.strerror}); make room there or set TMPDIR to another folder"
            ) from error
