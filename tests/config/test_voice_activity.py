"""Settings of voice activity: their part in the name of the feature, files and back, wrong values."""

import json
import math

import pytest
import yaml

from emotrace.config.base import validate
from emotrace.config.load import dump_recipe, load_recipe
from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.errors import ConfigError

AS_PRINTED = {"least_windows": 1, "pause_s": math.inf}
ALL = {
    "band_hz": (250, 3400.5),
    "window_s": 0.02,
    "hop_s": 0.005,
    "threshold": 0.00001,
    "least_windows": 12,
    "before_s": 0,
    "after_s": 1 / 3,
    "pause_s": 2,
}


@pytest.mark.parametrize(
    ("settings", "suffix"),
    [
        ({}, ""),
        ({"threshold": 0.6}, ""),
        ({"threshold": 0.5}, "-threshold-0.5"),
        (AS_PRINTED, "-least-windows-1-pause-s-inf"),
        (
            ALL,
            "-band-hz-250-3400.5-window-s-0.02-hop-s-0.005-threshold-0.00001-least-windows-12-before-s-0"
            "-after-s-0.3333333333333333-pause-s-2",
        ),
    ],
)
def test_a_name_tells_what_is_not_the_default_and_is_read_back(settings, suffix):
    made = VoiceActivitySettings(**settings)
    assert made.suffix() == suffix
    assert VoiceActivitySettings.of_suffix(suffix) == made


@pytest.mark.parametrize(
    "suffix",
    [
        "-",
        "-x",
        "-threshold-0.50",
        "-threshold-0.6",
        "-threshold-1e-05",
        "-threshold-60",
        "-pause-s-2-hop-s-0.02",
    ],
)
def test_one_setting_has_one_name(suffix):
    assert VoiceActivitySettings.of_suffix(suffix) is None


@pytest.mark.parametrize("settings", [{}, AS_PRINTED, ALL])
def test_they_survive_files(settings):
    made = VoiceActivitySettings(**settings)
    plain = made.model_dump(mode="json")
    assert VoiceActivitySettings(**json.loads(json.dumps(plain, allow_nan=False))) == made
    assert VoiceActivitySettings(**yaml.safe_load(yaml.safe_dump(plain))) == made


@pytest.mark.parametrize("written", [".inf", "inf", "null"])
def test_a_recipe_may_say_that_no_pause_is_too_long(written, tmp_path):
    recipe = load_recipe("priyasad2019/audio", [f"model.speech.pause_s={written}"])
    (tmp_path / "recipe.yaml").write_text(dump_recipe(recipe))
    for one in (recipe, load_recipe(tmp_path / "recipe.yaml")):
        assert validate(VoiceActivitySettings, one.model["speech"], "speech").pause_s == math.inf


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"band_hz": (3000.0, 300.0)}, "band_hz is .* expected a lower and a higher frequency"),
        ({"hop_s": 0.0}, "window_s, hop_s, before_s and after_s are"),
        ({"before_s": -0.1}, "expected seconds up to 60, the first two above 0"),
        ({"after_s": math.inf}, "expected seconds up to 60, the first two above 0"),
        ({"window_s": 1e9}, "window_s, hop_s, before_s and after_s are 1000000000.0, 0.01"),
        ({"hop_s": 0.03}, "hop_s is 0.03 and window_s is 0.025; expected hop_s up to window_s"),
        ({"pause_s": 0.0}, "pause_s is 0.0; expected seconds above 0"),
        ({"least_windows": 0}, "least_windows is 0; expected a number of windows"),
        ({"threshold": 60.0}, "threshold is 60.0; expected a share"),
        ({"treshold": 0.5}, "unknown key 'treshold', expected one of: after_s, band_hz"),
    ],
)
def test_settings_that_make_no_sense(settings, match):
    with pytest.raises(ConfigError, match=match):
        validate(VoiceActivitySettings, settings, "speech")
