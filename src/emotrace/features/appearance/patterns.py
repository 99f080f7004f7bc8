"""Uniform local binary patterns on three orthogonal planes, counted in blocks of the picture."""

import numpy as np

from emotrace.compiling import compiled
from emotrace.features.appearance.layout import PATTERNS, PLANES, SIDE

# A diagonal neighbour on the circle of radius 1 lies 0.70711 px off both axes; it is interpolated between
# four pixels, one of which is the centre. It is not darker than that where NEAR * (corner - centre) +
# FAR * (both straight neighbours - 2 * centre) >= 0: the weights without their common factor 0.70711, in
# whole numbers.
_NEAR, _FAR = 70711, 29289


def pattern_numbers() -> np.ndarray:
    """Number of the pattern of every code.

    Returns
    -------
    uint8 array, shape (256,)
        Bit i of a code is set where neighbour i is not darker than the centre; neighbours go round from the
        right by way of above. Uniform patterns, whose ones stand in one piece, are 0 to 57: none, then by the
        number of ones and the turn, then all; 58: any other.

    Source
    ------
    Ojala, Pietikainen and Maenpaa (2002), without rotation invariance.

    Examples
    --------
    >>> numbers = pattern_numbers()
    >>> int(numbers[0]), int(numbers[0b10000001]), int(numbers[255]), int(numbers[0b101])
    (0, 10, 57, 58)
    """
    numbers = np.full(256, PATTERNS, np.uint8)
    numbers[0], numbers[255] = 0, PATTERNS - 1
    for ones in range(1, 8):
        for start in range(8):
            code = sum(1 << (start + each) % 8 for each in range(ones))
            numbers[code] = 1 + (ones - 1) * 8 + (-start) % 8
    return numbers


def block_edges(length: int) -> np.ndarray:
    """Where the blocks of a side begin and end, int64 (5,); the first and the last pixel lie in none.

    Examples
    --------
    >>> block_edges(96).tolist()
    [1, 24, 48, 72, 95]
    """
    edges = np.arange(SIDE + 1) * length // SIDE
    edges[0], edges[-1] = 1, length - 1
    return edges


def block_pixels(height: int, width: int) -> np.ndarray:
    """How many pixels each block counts, int64 (4, 4): less at the rim, whose pixels have no neighbours."""
    return np.outer(np.diff(block_edges(height)), np.diff(block_edges(width)))


def count_patterns(before: np.ndarray, now: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How often every uniform pattern occurs in each block of one frame, on each plane.

    Parameters
    ----------
    before, now, after : int16 arrays, shape (filter, height, width), in [0, 16383]
        Responses of the filters to the frame and its neighbours in time.

    Returns
    -------
    uint16 array, shape (filter, 3, 4, 4, 58)
        By filter, plane (xy; xt, of x and time; yt, of y and time), row and column of the block, pattern. On
        the planes of time, what was before counts as above.

    Source
    ------
    Zhao and Pietikainen (2007), "Dynamic texture recognition using local binary patterns with an application
    to facial expressions": planes, radius 1, eight neighbours.

    Examples
    --------
    >>> even = np.full((1, 12, 12), 7, np.int16)
    >>> counts = count_patterns(even, even, even)
    >>> counts.shape, counts[0, 0, 0, :, -1].tolist()
    ((1, 3, 4, 4, 58), [4, 6, 6, 4])
    """
    height, width = now.shape[1:]
    counts = np.zeros((len(now), len(PLANES), SIDE, SIDE, PATTERNS + 1), np.uint16)
    _count(before, now, after, _NUMBERS, block_edges(height), block_edges(width), counts)
    return counts[..., :PATTERNS]


@compiled
def _count(before, now, after, numbers, rows, columns, counts):
    width = now.shape[2]
    codes = np.zeros((3, width), np.uint8)
    for which in range(len(now)):
        for block_row in range(len(rows) - 1):
            for y in range(rows[block_row], rows[block_row + 1]):
                here = now[which, y]
                up, down = now[which, y - 1], now[which, y + 1]
                past, future = before[which, y], after[which, y]
                _codes_along_x(up, here, down, codes[0])
                _codes_along_x(past, here, future, codes[1])
                _codes_along_y(
                    before[which, y - 1], past, before[which, y + 1],
                    up, here, down,
                    after[which, y - 1], future, after[which, y + 1],
                    codes[2],
                )  # fmt: skip
                for plane in range(3):
                    for block in range(len(columns) - 1):
                        counted = counts[which, plane, block_row, block]
                        for x in range(columns[block], columns[block + 1]):
                            counted[numbers[codes[plane, x]]] += 1


@compiled
def _codes_along_x(above, here, below, codes):
    """Codes of a row of pixels whose right and left neighbours stand in the same row."""
    for x in range(1, len(here) - 1):
        centre = here[x]
        codes[x] = _code(
            here[x + 1] - centre, above[x + 1] - centre, above[x] - centre, above[x - 1] - centre,
            here[x - 1] - centre, below[x - 1] - centre, below[x] - centre, below[x + 1] - centre,
        )  # fmt: skip


@compiled
def _codes_along_y(past_up, past, past_down, up, here, down, future_up, future, future_down, codes):
    """Codes of a row of pixels on the plane of y (to the right: down) and time (upwards: the past)."""
    for x in range(1, len(here) - 1):
        centre = here[x]
        codes[x] = _code(
            down[x] - centre, past_down[x] - centre, past[x] - centre, past_up[x] - centre,
            up[x] - centre, future_up[x] - centre, future[x] - centre, future_down[x] - centre,
        )  # fmt: skip


@compiled
def _code(right, up_right, up, up_left, left, down_left, down, down_right):
    """Code of one pixel from the differences of its eight neighbours to it."""
    code = np.uint8(right >= 0)
    code |= np.uint8(_diagonal(up_right, up, right) >= 0) << np.uint8(1)
    code |= np.uint8(up >= 0) << np.uint8(2)
    code |= np.uint8(_diagonal(up_left, up, left) >= 0) << np.uint8(3)
    code |= np.uint8(left >= 0) << np.uint8(4)
    code |= np.uint8(_diagonal(down_left, down, left) >= 0) << np.uint8(5)
    code |= np.uint8(down >= 0) << np.uint8(6)
    code |= np.uint8(_diagonal(down_right, down, right) >= 0) << np.uint8(7)
    return code


@compiled
def _diagonal(corner, one, other):
    """Sign of an interpolated neighbour's difference; int32 holds it for differences within 16383."""
    return np.int32(_NEAR * corner + _FAR * (one + other))


_NUMBERS = pattern_numbers()
