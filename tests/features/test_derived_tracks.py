"""Features made on demand of the tracks that a recording has."""

import numpy as np
import pytest
import torch

import toy_features
from emotrace.config.declaration import AudioInput, Declaration, FaceInput, FeatureInput, TableInput
from emotrace.errors import ConfigError, DataError, InputError
from emotrace.features import Track, assemble
from emotrace.features.derived import input_of, is_known, made_of, medium_of, registry, tables_of
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.feature import Feature
from emotrace.timing import Timeline


class Source:
    """One second of sound, the first half silent."""

    duration_s = 1.0

    def __init__(self):
        samples = np.zeros(16000, np.float32)
        samples[8000:] = 0.5
        self.tracks = {"audio-16000": Track(samples, Timeline.regular(16000, 16000.0))}

    def track(self, name):
        return self.tracks.get(name)


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    """Toy features in place of all others."""
    found = toy_features.toys()
    monkeypatch.setattr(registry, "available", lambda: found)
    return found


def test_a_feature_is_made_of_what_it_needs_and_once(toys):
    tracks = DerivedTracks(Source())
    loudness = tracks.track("feature-loudness")
    assert loudness.values[:, 0].tolist() == [0.0] * 5 + [0.5] * 5
    assert tracks.track("feature-loudness") is loudness
    np.testing.assert_array_equal(tracks.track("feature-doubled-loudness").values, 2 * loudness.values)
    assert tracks.duration_s == 1.0 and tracks.track("audio-16000").timeline.length == 16000


def test_the_track_that_an_input_names_is_taken_instead():
    source = Source()
    source.tracks["audio-8000"] = Track(np.ones(8000, np.float32), Timeline.regular(8000, 8000.0))
    spec = FeatureInput(name="loudness", columns=2, of="audio-8000")
    assert spec.track == "feature-loudness@audio-8000"
    assert DerivedTracks(source).track(spec.track).values[:, 0].tolist() == [1.0] * 5


def test_what_a_recording_lacks_is_missing_in_the_feature_too():
    tracks = DerivedTracks(Source())
    assert tracks.track("feature-brightness") is None
    assert tracks.track("feature-doubled-signal") is None


def test_a_feature_of_other_columns_than_it_declares_is_refused():
    with pytest.raises(DataError, match=r"feature wrong gave rows of shape \(2,\); expected \(5,\)"):
        DerivedTracks(Source()).track("feature-wrong")
    with pytest.raises(InputError, match="feature x names 1 columns; expected 2"):
        Feature("x", "faces", toy_features.doubled, {"a": 2}, 1, "", "", columns=("a",))
    assert toy_features.toys()["brightness"].columns == ("block-0", "block-1", "block-2")


def test_single_missing_values_reach_the_model_and_missing_rows_are_masked():
    declaration = Declaration(inputs={"voice": FeatureInput(name="loudness", columns=2)}, step_s=0.1)
    inputs = assemble(declaration, DerivedTracks(Source()), 0, 10)
    assert inputs["voice_mask"].all() and inputs["voice"].dtype == torch.float32
    assert torch.isnan(inputs["voice"][:5, 1]).all() and inputs["voice"][5:, 1].tolist() == [0.5] * 5
    source = Source()
    values = np.array([[1, np.nan], [np.nan, np.nan], [3, 4]], np.float32)
    valid = np.array([True, True, False])
    source.tracks["audio-16000"] = None
    tracks = DerivedTracks(source)
    tracks._made["feature-loudness"] = Track(values, Timeline.regular(3, 10.0), valid)
    inputs = assemble(declaration, tracks, 0, 3)
    assert inputs["voice_mask"].tolist() == [True, False, False]
    assert inputs["voice"][1:].tolist() == [[0, 0], [0, 0]]


def test_names_tell_what_a_track_comes_from():
    assert made_of("feature-doubled-loudness")[1] == "feature-loudness"
    assert medium_of("feature-doubled-loudness") == "audio" and medium_of("feature-brightness") == "video"
    assert medium_of("feature-doubled-signal@table-EDA") == "table"
    assert tables_of(FeatureInput(name="doubled-signal", columns=2)) == ("ecg",)
    assert tables_of(FeatureInput(name="doubled-signal", columns=2, of="table-EDA")) == ("EDA",)
    assert tables_of(AudioInput()) == () and tables_of(TableInput(name="hr", columns=1)) == ("hr",)
    assert input_of("face-96-aligned") == FaceInput(size=96, align=True) and input_of("faces") is None
    assert input_of("feature-loudness") == FeatureInput(name="loudness", columns=2)
    assert is_known("loudness") and not is_known("loud")


def test_names_that_nobody_knows_are_refused():
    with pytest.raises(ConfigError, match="no feature is called 'loud'; expected one of: loudness"):
        made_of("feature-loud")
    with pytest.raises(ConfigError, match="'face-96' names no feature"):
        made_of("face-96")
    with pytest.raises(ConfigError, match="no track is called 'smell'; expected faces"):
        input_of("smell")


def test_two_features_of_one_name_are_refused(monkeypatch):
    monkeypatch.undo()
    first = next(iter(registry.available.__wrapped__().values()), None)
    twin = toy_features.toy(first.name if first else "twin", "faces", toy_features.doubled, 1)
    module = type("Module", (), {"FEATURES": (twin, twin)})
    real = registry.importlib.import_module
    monkeypatch.setattr(
        registry.importlib,
        "import_module",
        lambda name: real(name) if name == "emotrace.features.derived" else module,
    )
    with pytest.raises(ConfigError, match="two features are named"):
        registry.available.__wrapped__()
