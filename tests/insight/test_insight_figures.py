"""Figures of insight: what is drawn is what was given, long recordings are thinned, pictures embed."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from seeing import Seeing, leaning

from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.insight import level_figures, over_time
from emotrace.insight.levels import Level, score_levels
from emotrace.insight.over_time import Curve, Lines, Rows, series_rows
from emotrace.insight.pictures import (
    Strip,
    as_picture,
    embedded,
    given_pictures,
    picture_inputs,
    strips_figure,
)  # fmt: skip
from emotrace.trace import Trace


@pytest.fixture
def panels():
    values = np.sin(np.arange(4000) / 50)
    values[10] = np.nan
    return [
        Lines("arousal", "", (Curve("gold standard", values, "#d08700"),), (0.5,), (-1.0, 1.0)),
        Rows("weights", ("a", "b"), np.stack([values**2, 1 - values**2]), 0.0, 1.0),
    ]


def test_panels_over_time(panels):
    times_s = np.arange(4000) * 0.04
    figure = over_time.page_figure(panels, times_s)
    curve, weights = figure["data"]
    assert len(curve["x"]) <= 1501 and max(one for one in curve["y"] if one is not None) > 0.999
    assert np.shape(weights["z"])[0] == 2 and np.shape(weights["z"])[1] <= 1500 and weights["zmax"] == 1.0
    assert figure["layout"]["shapes"][0]["y0"] == 0.5 and figure["layout"]["yaxis"]["range"] == [-1.0, 1.0]
    still = over_time.still_figure(panels, times_s, "heading")
    assert [place.get_title("left") for place in still.axes] == ["arousal", "weights"]
    rows = series_rows(panels, times_s)
    assert len(rows) == 4000 and rows[10]["arousal: gold standard"] is None
    assert rows[1] == {"time_s": 0.04, "arousal: gold standard": 0.0199987, "weights: a": 0.000399947,
                       "weights: b": 0.9996}  # fmt: skip


def test_one_panel_of_one_step_is_drawn():
    panel = Rows("weights", ("a",), np.array([[0.5]]), 0.0, 1.0)
    assert over_time.page_figure([panel], np.zeros(1))["data"][0]["z"] == [[0.5]]
    assert len(over_time.still_figure([panel], np.zeros(1), "x").axes) == 1


def test_levels_are_drawn_as_bars_and_what_is_unknown_is_left_out():
    gold = np.arange(6.0)[:, None]
    trace = Trace(np.arange(6) * 0.04, gold + 1, ("arousal",), np.ones(6, bool), gold=gold)
    levels = [Level("all", (np.ones(6, bool),)), Level(">= 50 %", (np.zeros(6, bool),), 0.5)]
    scored, values = score_levels([trace], levels, [trace]), np.array([0.1, 0.2, np.nan, 0.9, 0.9, 0.9])
    figure = level_figures.page_figure(scored, values, (0.0, 1.0), "spread", (0.5,))
    spread, share, rmse, other, pcc, _ = figure["data"]
    assert sum(spread["y"]) == pytest.approx(100) and share["y"] == [100, 0]
    assert rmse["y"] == [1.0, None] == other["y"] and pcc["y"] == [1.0, None]
    assert (rmse["xaxis"], pcc["xaxis"]) == ("x3", "x4") and "arousal, other" in other["name"]
    still = level_figures.still_figure(scored, values, (0.0, 1.0), "spread", (0.5,))
    assert [place.get_title("left") for place in still.axes] == [
        "spread: % of steps", "share selected, %", "RMSE", "correlation",
    ]  # fmt: skip
    rows = level_figures.distribution_rows(values, (0.0, 1.0))
    assert len(rows) == 40 and rows[36]["share"] == 0.6 and rows[36]["from"] == 0.9


def test_pictures_are_what_was_given():
    recording, declaration = Seeing(0, no_face=(4,)), leaning().declaration
    found = given_pictures(declaration, recording, 3, 6)
    assert list(found) == ["face", "spectrogram"] == list(picture_inputs(declaration))
    assert found["face"][1] is None and found["face"][0].dtype == np.uint8
    np.testing.assert_allclose(found["face"][0].astype(int), recording.track("face-16").values[3], atol=1)
    unit = Declaration(inputs={"face": FaceInput(size=16, value_range=(0, 1)), "audio": AudioInput()})
    assert picture_inputs(unit) == ("face",)
    faces = Declaration(inputs={"face": FaceInput(size=16, value_range=(0, 1))})
    again = given_pictures(faces, recording, 3, 4)["face"][0]
    np.testing.assert_array_equal(again, found["face"][0])


def test_low_frequencies_are_at_the_bottom_of_a_picture_of_sound():
    bands = np.linspace(1, -1, 8)[None, :, None].repeat(2, 2)  # the lowest band is the loudest
    picture = as_picture(bands, sound=True).sum(2)
    assert (picture[-1] > picture[0]).all()


def test_strips_embed_as_a_picture():
    face = np.full((8, 8, 3), 200, np.uint8)
    strips = [Strip("face", [face, None], ("40 %", "–"), (1.0, 0.0), "#e07b00"), Strip("sound", [face])]
    html = embedded(strips_figure(strips, "heading"), 'a "quoted" text')
    assert 'alt="a &quot;quoted&quot; text"' in html
    data = html.rpartition("base64,")[2].removesuffix('">')
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert picture.width > 200 and picture.height > 150
