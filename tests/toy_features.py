"""Features for tests: cheap, and with the awkward properties that real ones have."""

import numpy as np

from emotrace.features.feature import Feature
from emotrace.features.track import Track
from emotrace.timing import Timeline


def loudness_of(track: Track) -> Track:
    """Mean and largest magnitude of every 0.1 s; NaN for the largest where all is silent."""
    samples = np.abs(np.asarray(track.values[:], dtype=np.float32))
    rows = samples[: len(samples) // 1600 * 1600].reshape(-1, 1600)
    values = np.stack([rows.mean(axis=1), rows.max(axis=1)], axis=1)
    values[values[:, 1] == 0, 1] = np.nan
    return Track(values, Timeline.regular(len(values), 10.0))


def doubled(track: Track) -> Track:
    """Twice every value."""
    return Track(2 * np.asarray(track.values[:], dtype=np.float32), track.timeline, track.valid)


def brightness_of(track: Track) -> Track:
    """Mean of red, green and blue of every face, as they come."""
    rows = [
        np.asarray(track.values[row : row + 5]).mean(axis=(1, 2)) for row in range(0, len(track.valid), 5)
    ]
    return Track(np.concatenate(rows).astype(np.float32), track.timeline, track.valid)


def toy(name, needs, compute, width, version=1):
    """A feature of the tests."""
    return Feature(name, needs, compute, {"block": width}, version, f"toy {name}", "our choice")


def toys(version: int = 1) -> dict[str, Feature]:
    """All of them, by name."""
    features = [
        toy("loudness", "audio-16000", loudness_of, 2, version),
        toy("doubled-loudness", "feature-loudness", doubled, 2),
        toy("doubled-signal", "table-ecg", doubled, 2),
        toy("brightness", "face-8", brightness_of, 3),
        toy("wrong", "audio-16000", loudness_of, 5),
    ]
    return {feature.name: feature for feature in features}
