"""Slow signals, and predictions of them with a known bias, gain, delay and noise."""

import numpy as np


def slow(rng: np.random.Generator, length: int, width: int = 150) -> np.ndarray:
    """A smooth random signal of unit deviation, shape (time,)."""
    window = np.hanning(width)
    signal = np.convolve(rng.normal(size=length + width - 1), window, "valid")
    return (signal - signal.mean()) / signal.std()


def late(signal: np.ndarray, frames: int) -> np.ndarray:
    """The signal as a rater gives it, `frames` steps later; the first value is held."""
    return np.concatenate([np.full(frames, signal[0]), signal[: len(signal) - frames]])


def spiky(rng: np.random.Generator, signal: np.ndarray, share: float = 0.1, size: float = 4.0) -> np.ndarray:
    """The signal with single steps replaced by spikes of deviation `size`."""
    hit = rng.random(len(signal)) < share
    return np.where(hit, signal + size * rng.normal(size=len(signal)), signal)


def joined(recordings: list[np.ndarray]) -> np.ndarray:
    """One recording after the other, shape (time,)."""
    return np.concatenate(recordings)


def ccc_literal(gold: list[np.ndarray], prediction: list[np.ndarray]) -> float:
    """CCC of joined recordings, population moments, by its formula."""
    target, values = joined(gold), joined(prediction)
    rated = ~np.isnan(target)
    target, values = target[rated], values[rated]
    covariance = np.mean((target - target.mean()) * (values - values.mean()))
    return 2 * covariance / (np.var(target) + np.var(values) + (target.mean() - values.mean()) ** 2)
