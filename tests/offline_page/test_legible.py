"""What stands on colour in a page can be read: contrast of text by WCAG 2.2, and single values are drawn."""

import re
from importlib.resources import files

import numpy as np
import pytest

from emotrace.offline_page.class_colours import OF_EMOTIONS, UNDECIDED
from emotrace.offline_page.plot_style import INK, line
from emotrace.offline_page.tables import shaded

LEAST = 4.5  # contrast of small text, WCAG 2.2 success criterion 1.4.3


def luminance(red, green, blue):
    """Relative luminance of a colour in 0..255, by WCAG."""
    parts = [value / 255 for value in (red, green, blue)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    low, high = sorted((luminance(*one), luminance(*other)))
    return (high + 0.05) / (low + 0.05)


def rgb(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.56, 0.8, 1.0])
def test_dark_text_is_legible_on_every_shade_of_a_confusion_matrix(share):
    html = shaded(share, "7")
    found = re.fullmatch(r'<span class="cell" style="background:rgba\((.*)\)">7</span>', html)
    *blue, alpha = (float(part) for part in found[1].split(","))
    on_white = [255 - alpha * (255 - value) for value in blue]
    assert contrast(on_white, rgb(INK)) > LEAST


@pytest.mark.parametrize("name", ["ink", "faint", "predicted", "good", "bad"])
def test_colours_of_text_are_legible_on_white(name):
    css = (files("emotrace.offline_page") / "page.css").read_text(encoding="utf-8")
    (colour,) = set(re.findall(rf"--{name}: (#\w{{6}});", css))
    assert contrast(rgb(colour), (255, 255, 255)) > LEAST


@pytest.mark.parametrize("colour", [*OF_EMOTIONS.values(), UNDECIDED])
def test_names_on_the_band_are_black_or_white_whichever_is_legible(colour):
    """The rule of `inkOn` in band.js, with the exponent that it takes for the curve of sRGB."""
    script = (files("emotrace.inference") / "template" / "band.js").read_text(encoding="utf-8")
    power, limit = (float(re.search(rule, script)[1]) for rule in (r"\*\* ([\d.]+)\)", r"blue > ([\d.]+) \?"))
    red, green, blue = ((value / 255) ** power for value in rgb(colour))
    text = (0, 0, 0) if 0.2126 * red + 0.7152 * green + 0.0722 * blue > limit else (255, 255, 255)
    assert contrast(rgb(colour), text) > LEAST


def test_a_single_value_is_a_dot_and_more_are_a_line():
    one, two = (line("x", np.arange(float(n)), np.ones(n), INK, 1.0) for n in (1, 2))
    assert (one["mode"], two["mode"]) == ("markers", "lines")
