"""What moves a face beside its expression: smooth noise, blinks, the swaying head."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from emotrace.demo.processes import FPS

__all__ = ["blinks", "sway", "wander"]


def wander(frames, smoothing_s, rng):
    """Smooth noise with standard deviation near 1, shape (frames,)."""
    width = smoothing_s * FPS
    padding = round(4 * width)
    noise = gaussian_filter1d(rng.standard_normal(frames + 2 * padding), width)[padding : padding + frames]
    return noise * np.sqrt(2 * np.sqrt(np.pi) * width)


def blinks(frames, per_second, rng):
    """1 while the eyes are shut, with short ramps, shape (frames,)."""
    closed = np.zeros(frames)
    at = rng.exponential(1 / per_second)
    while at * FPS < frames:
        first = int(at * FPS)
        shape = np.array([0.5, 1.0, 1.0, 0.6, 0.25])[: frames - first]
        closed[first : first + len(shape)] = np.maximum(closed[first : first + len(shape)], shape)
        at += 0.4 + rng.exponential(1 / per_second)
    return closed


def sway(excited, pleased, mouth, rng):
    """Head poses, shape (frames, 5) in the order of `FaceRenderer.render`; arousal makes them livelier.

    Parameters
    ----------
    excited, pleased : float array, shape (frames,), in [-1, 1]
        Arousal and valence.
    mouth : float array, shape (frames,), in [0, 1]
        How far speech opens the mouth.
    rng : numpy.random.Generator

    Source
    ------
    Our choice.
    """
    frames = len(mouth)
    lively = 0.6 + 0.35 * excited
    shift_x = 2.5 * lively * wander(frames, 0.9, rng)
    shift_y = 1.6 * lively * wander(frames, 0.7, rng) - 0.8 * mouth * lively
    roll = 0.030 * lively * wander(frames, 0.9, rng)
    yaw = 2.0 * lively * wander(frames, 0.8, rng)
    pitch = 1.2 * lively * wander(frames, 0.7, rng) + 0.5 * pleased
    limits = (6.0, 4.5, 0.08, 4.5, 3.0)
    return np.clip(np.stack([shift_x, shift_y, roll, yaw, pitch], axis=1), np.negative(limits), limits)
