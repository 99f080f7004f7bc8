"""From hidden arousal and valence, and speech, to facial actions and head pose for every frame."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from emotrace.demo.processes import FPS

__all__ = ["act"]


def act(subject, arousal, valence, mouth, rng):
    """Facial actions and head poses of one recording.

    Parameters
    ----------
    subject : Subject
    arousal, valence : float array, shape (frames + 1,), in [-1, 1]
        At 0, 0.04, ... s. Frame i shows the mean of values i and i + 1.
    mouth : float array, shape (frames,), in [0, 1]
        How far speech opens the mouth.
    rng : numpy.random.Generator

    Returns
    -------
    expressions : float array, shape (frames, 5)
        Weights in the order of `landmarks.ACTIONS`.
    poses : float array, shape (frames, 5)
        In the order of `FaceRenderer.render`.

    Source
    ------
    Our choice; that the face tells more of valence than of arousal is the finding of Nicolaou, Gunes and
    Pantic (2011).
    """
    frames = len(mouth)
    excited = (arousal[1:] + arousal[:-1]) / 2
    pleased = (valence[1:] + valence[:-1]) / 2
    strength = subject.expressiveness

    smile = np.clip(subject.resting_smile + strength * pleased + 0.05 * _wander(frames, 0.5, rng), -1, 1)
    opening = np.clip((0.28 + 0.16 * excited) * mouth, 0, 1)
    raised = np.clip(0.4 * excited + 0.15 * pleased + 0.12 * _wander(frames, 0.4, rng), -0.6, 1)
    furrow = np.clip(0.25 - 0.75 * strength * pleased + 0.08 * _wander(frames, 0.4, rng), 0, 1)
    lids = np.clip(0.15 + 0.55 * excited + 0.05 * _wander(frames, 0.4, rng), -0.35, 1)
    closed = _blinks(frames, subject.blink_rate, rng)
    lids = lids * (1 - closed) - closed
    expressions = np.stack([smile, opening, raised, furrow, lids], axis=1)

    lively = 0.6 + 0.35 * excited
    shift_x = 2.5 * lively * _wander(frames, 0.9, rng)
    shift_y = 1.6 * lively * _wander(frames, 0.7, rng) - 0.8 * mouth * lively
    roll = 0.030 * lively * _wander(frames, 0.9, rng)
    yaw = 2.0 * lively * _wander(frames, 0.8, rng)
    pitch = 1.2 * lively * _wander(frames, 0.7, rng) + 0.5 * pleased
    limits = (6.0, 4.5, 0.08, 4.5, 3.0)
    poses = np.clip(np.stack([shift_x, shift_y, roll, yaw, pitch], axis=1), np.negative(limits), limits)
    return expressions, poses


def _wander(frames, smoothing_s, rng):
    """Smooth noise with standard deviation near 1."""
    width = smoothing_s * FPS
    padding = round(4 * width)
    noise = gaussian_filter1d(rng.standard_normal(frames + 2 * padding), width)[padding : padding + frames]
    return noise * np.sqrt(2 * np.sqrt(np.pi) * width)


def _blinks(frames, per_second, rng):
    """1 while the eyes are shut, with short ramps."""
    closed = np.zeros(frames)
    at = rng.exponential(1 / per_second)
    while at * FPS < frames:
        first = int(at * FPS)
        shape = np.array([0.5, 1.0, 1.0, 0.6, 0.25])[: frames - first]
        closed[first : first + len(shape)] = np.maximum(closed[first : first + len(shape)], shape)
        at += 0.4 + rng.exponential(1 / per_second)
    return closed
