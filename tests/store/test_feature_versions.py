"""Features of another version of emotrace are refused, those made before versions were noted are taken."""

from types import SimpleNamespace

import pytest

from emotrace.config.declaration import AudioInput, FeatureInput, SpectrogramInput
from emotrace.errors import DataError
from emotrace.features.derived import find, versions_of
from emotrace.store import refuse_other_versions

INPUTS = [FeatureInput(name="speech-segments", columns=2), SpectrogramInput(), AudioInput(rate_hz=8000)]
SPEECH = "feature-speech-segments"


def recordings(*entries):
    return [SimpleNamespace(name=f"r{number}", entries=one) for number, one in enumerate(entries)]


def test_features_alone_have_versions():
    found = versions_of(INPUTS)
    assert found[SPEECH] == find("speech-segments").version
    assert len(found) == 2 and all(track.startswith("feature-") for track in found)


def test_another_version_is_refused_and_none_is_taken():
    now = find("speech-segments").version
    whole = recordings({SPEECH: {"version": now}}, {SPEECH: {}}, {})
    refuse_other_versions("there", INPUTS, whole)
    message = (
        rf"there: {SPEECH} of r1 was made by version {now + 1} .* makes version {now}; run `emotrace prepare`"
    )
    with pytest.raises(DataError, match=message):
        refuse_other_versions("there", INPUTS, recordings({}, {SPEECH: {"version": now + 1}}))
