"""A made voice: harmonics of a wandering pitch with pauses, and a little noise; and sound as a track."""

import numpy as np

from emotrace.features import Track
from emotrace.timing import Timeline

RATE_HZ = 16000


def voice(
    duration_s: float, pitch_hz: float = 180.0, wander_hz: float = 30.0, pauses: bool = True
) -> np.ndarray:
    """Samples float32 (samples,) in [-1, 1] at 16 kHz; the same every time."""
    rng = np.random.default_rng(7)
    at = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    pitch = pitch_hz + wander_hz * np.sin(2 * np.pi * 0.5 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
    tone = sum(np.sin(k * phase + k) / k for k in range(1, int(4000 / (pitch_hz + wander_hz)) + 1))
    loudness = 0.1 * (1 + 0.5 * np.sin(2 * np.pi * 3 * at))
    spoken = np.sin(2 * np.pi * 0.4 * at) > -0.5 if pauses else np.ones(len(at), dtype=bool)
    return (tone * loudness * spoken + 0.001 * rng.standard_normal(len(at))).astype(np.float32)


def sound(samples: np.ndarray, start_s: float = 0.0) -> Track:
    """Samples at 16 kHz as the track that features are made of."""
    return Track(np.asarray(samples, np.float32), Timeline.regular(len(samples), RATE_HZ, start_s))
