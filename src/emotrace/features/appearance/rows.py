"""Histograms of LGBP-TOP as rows of a track, made as they are asked for."""

from typing import Any

import numpy as np

from emotrace.features.appearance.gabor import luminance, magnitudes
from emotrace.features.appearance.layout import WIDTH
from emotrace.features.appearance.patterns import block_pixels, count_patterns
from emotrace.features.track import Track

FULL = 255
"""Value of a pattern that all pixels of its block have."""

_AT_ONCE = 64  # frames of faces that are read together


class HistogramRows:
    """Shares of patterns about every frame: each row is over the frame and the two beside it.

    A frame beside that lies outside the recording or holds no face is left out; where one is needed as a
    neighbour in time, the frame itself stands in for it, as if nothing had moved. Faces are read in rising
    order and the last ones are kept, so that the track beneath may decode forward.

    Parameters
    ----------
    faces : Track
        uint8 (time, height, width, 3).

    Source
    ------
    Our choice: the papers leave open how many frames there are to a histogram, and what edges do.
    """

    dtype = np.dtype(np.uint8)
    ndim = 2

    def __init__(self, faces: Track):
        self._faces = faces
        length, height, width, _ = faces.values.shape
        self._valid = np.ones(length, bool) if faces.valid is None else np.asarray(faces.valid, bool)
        self._pixels = block_pixels(height, width)
        self._grey: dict[int, np.ndarray] = {}
        self._responses: dict[int, np.ndarray] = {}
        self._counts: dict[int, np.ndarray] = {}
        self.shape = (length, WIDTH)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Some rows.

        Parameters
        ----------
        rows : slice, or int array, shape (row,)

        Returns
        -------
        uint8 array, shape (row, 50112)
            Share of the pixels of a block that have a pattern, in 1/255, rounded; zeros where there is no
            face. What has a pattern that is not uniform is not counted, so a block may sum to less than 255.
        """
        numbers = np.atleast_1d(np.arange(len(self))[rows])
        out = np.zeros((len(numbers), WIDTH), self.dtype)
        wanted, place = np.unique(numbers, return_inverse=True)
        for begin in range(0, len(wanted), _AT_ONCE):
            part = wanted[begin : begin + _AT_ONCE]
            self._read(part, int(wanted[0]))
            for row in part[self._valid[part]].tolist():
                out[place == begin + np.searchsorted(part, row)] = self._row(row)
        return out  # (row, column)

    def _row(self, row: int) -> np.ndarray:
        for kept in (self._responses, self._counts):
            for number in [each for each in kept if abs(each - row) > 2]:
                del kept[number]
        near = [each for each in (row - 1, row, row + 1) if self._is_face(each)]
        counts = np.zeros((), np.int64) + sum(self._counted(each) for each in near)
        pixels = (self._pixels * len(near))[:, :, None]
        return ((FULL * counts + pixels // 2) // pixels).astype(self.dtype).reshape(-1)

    def _counted(self, row: int) -> np.ndarray:
        """Patterns of one frame, int64 (filter, plane, row of blocks, column of blocks, pattern)."""
        if row not in self._counts:
            around = [each if self._is_face(each) else row for each in (row - 1, row, row + 1)]
            self._counts[row] = count_patterns(*map(self._response, around)).astype(np.int64)
        return self._counts[row]

    def _response(self, row: int) -> np.ndarray:
        if row not in self._responses:
            self._responses[row] = magnitudes(self._grey[row])
        return self._responses[row]

    def _read(self, rows: np.ndarray, first: int) -> None:
        """Keep the grey levels of all frames that some rows are made of, and forget those before `first`."""
        self._grey = {row: grey for row, grey in self._grey.items() if row >= first - 2}
        needed = np.unique(np.concatenate([rows + each for each in range(-2, 3)])).tolist()
        missing = [row for row in needed if self._is_face(row) and row not in self._grey]
        if missing:
            grey = luminance(np.asarray(self._faces.values[np.array(missing)]))
            self._grey |= dict(zip(missing, grey, strict=True))

    def _is_face(self, row: int) -> bool:
        return 0 <= row < len(self) and bool(self._valid[row])
