"""How the 50,112 columns of LGBP-TOP lie: filters, planes, blocks of the picture, patterns."""

FREQUENCIES = (1 / 4, 1 / 8, 1 / 16)  # cycles per px: pi / 2, pi / 4 and pi / 8 rad per px
ORIENTATIONS = 6  # every 30 degrees
PLANES = ("xy", "xt", "yt")
SIDE = 4  # blocks along each side of the picture
PATTERNS = 58  # uniform patterns of eight neighbours

FILTERS = tuple(
    f"{round(1 / frequency)}px-{number * 180 // ORIENTATIONS}deg"
    for frequency in FREQUENCIES
    for number in range(ORIENTATIONS)
)
"""Wavelength and direction of the wave of every filter, in the order of columns."""

BLOCKS = {f"{each}-{plane}": SIDE * SIDE * PATTERNS for each in FILTERS for plane in PLANES}
"""Columns by filter, then plane; inside, blocks of the picture by rows and in each its 58 patterns."""

WIDTH = sum(BLOCKS.values())


def columns_of_row(row: int) -> tuple[int, ...]:
    """Columns of all blocks of the picture in one row of blocks, 0 at the top.

    Examples
    --------
    >>> len(columns_of_row(0)) == WIDTH // SIDE, columns_of_row(1)[0]
    (True, 232)
    """
    blocks = range(row * SIDE * PATTERNS, (row + 1) * SIDE * PATTERNS)
    whole = SIDE * SIDE * PATTERNS
    return tuple(first + column for first in range(0, WIDTH, whole) for column in blocks)
