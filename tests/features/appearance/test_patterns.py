"""Uniform patterns on three planes against scikit-image, pixel by pixel, and by hand."""

import numpy as np
import pytest
from skimage.feature import local_binary_pattern

from emotrace.features.appearance.layout import PATTERNS
from emotrace.features.appearance.patterns import block_edges, block_pixels, count_patterns, pattern_numbers

HEIGHT, WIDTH, FRAMES = 22, 31, 3


def three_frames(rng, filters=2):
    """Responses whose values are all different, so that no interpolated neighbour equals a centre."""
    values = rng.permutation(filters * FRAMES * HEIGHT * WIDTH).reshape(FRAMES, filters, HEIGHT, WIDTH)
    return values.astype(np.int16)


def numbers_of(plane):
    """scikit-image's numbers of patterns: 0 to 57 uniform, 58 not."""
    return local_binary_pattern(plane.astype(np.int64), P=8, R=1, method="nri_uniform").astype(int)


def planes_of(volume):
    """Numbers of the middle frame of (frame, y, x) on xy, xt and yt, each (y, x)."""
    xy = numbers_of(volume[1])
    xt = np.stack([numbers_of(volume[:, y])[1] for y in range(volume.shape[1])])
    yt = np.stack([numbers_of(volume[:, :, x])[1] for x in range(volume.shape[2])], axis=1)
    return xy, xt, yt


def test_counts_are_those_of_scikit_image(rng):
    frames = three_frames(rng)
    counts = count_patterns(*frames)
    assert (counts.dtype, counts.shape) == (np.uint16, (2, 3, 4, 4, 58))
    rows, columns = block_edges(HEIGHT), block_edges(WIDTH)
    for which in range(2):
        for plane, numbers in enumerate(planes_of(frames[:, which])):
            for row in range(4):
                for column in range(4):
                    block = numbers[rows[row] : rows[row + 1], columns[column] : columns[column + 1]]
                    expected = np.bincount(block.reshape(-1), minlength=59)[:58]
                    assert np.array_equal(counts[which, plane, row, column], expected)


def test_numbers_of_patterns_are_those_of_scikit_image():
    around = [
        (1, 2),
        (0, 2),
        (0, 1),
        (0, 0),
        (1, 0),
        (2, 0),
        (2, 1),
        (2, 2),
    ]  # from the right by way of above
    numbers = pattern_numbers()
    assert sorted(set(numbers.tolist())) == list(range(59))
    assert (numbers == PATTERNS).sum() == 256 - 58
    checked = 0
    for code in range(256):
        picture = np.full((3, 3), 50)
        for bit, place in enumerate(around):
            picture[place] = 99 if code >> bit & 1 else 1
        # a bright corner between two dark sides is not bright once it is interpolated: leave such codes out
        straight = [bool(code >> bit & 1) for bit in (0, 2, 4, 6)]
        corners = [bool(code >> bit & 1) for bit in (1, 3, 5, 7)]
        clear = all(
            corner == straight[i] == straight[(i + 1) % 4] or straight[i] != straight[(i + 1) % 4]
            for i, corner in enumerate(corners)
        )
        if clear:
            checked += 1
            assert numbers[code] == numbers_of(picture)[1, 1]
    assert checked == 82


def test_a_neighbour_as_dark_as_the_centre_counts():
    even = np.full((1, 12, 12), 5, np.int16)
    counts = count_patterns(even, even, even)
    assert counts[..., 57].sum() == 3 * 100 == counts.sum()


def test_what_does_not_move_is_even_along_time():
    still = np.tile(np.arange(16, dtype=np.int16), (1, 16, 1))  # brighter to the right
    counts = count_patterns(still, still, still)
    # right and both diagonals there, before and after (equal): ones at 0, 1, 2, 6 and 7
    right_half = int(pattern_numbers()[0b11000111])
    assert counts[0, 0, ..., right_half].sum() == counts[0, 1, ..., right_half].sum() == 14 * 14
    assert counts[0, 2, ..., 57].sum() == 14 * 14  # along y and time all is equal


def test_what_comes_and_what_goes_differ():
    frames = [np.full((1, 12, 12), level, np.int16) for level in (1, 2, 3)]
    coming, going = count_patterns(*frames), count_patterns(*frames[::-1])
    below, above = int(pattern_numbers()[0b11110001]), int(pattern_numbers()[0b00011111])
    assert coming[0, 1, ..., below].sum() == 100 == coming[0, 2, ..., below].sum()
    assert going[0, 1, ..., above].sum() == 100


@pytest.mark.parametrize(("height", "width"), [(96, 96), (12, 12), (13, 50)])
def test_blocks_cover_all_but_the_rim(height, width):
    pixels = block_pixels(height, width)
    assert pixels.sum() == (height - 2) * (width - 2)
    assert pixels.min() >= 4


def test_the_largest_differences_do_not_overflow():
    low, high = np.zeros((1, 12, 12), np.int16), np.full((1, 12, 12), 16383, np.int16)
    assert count_patterns(high, low, high)[0, 1, ..., 57].sum() == 100
    darker = count_patterns(low, high, low)[0]
    assert darker[1].sum() == 0  # two ones apart from each other, right and left: not uniform
    assert darker[0, ..., 57].sum() == 100
