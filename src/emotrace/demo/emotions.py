"""The six emotions of the made clips: four faces and three voices, so that either alone confuses."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from emotrace.demo.movement import blinks, sway, wander
from emotrace.demo.processes import FPS

__all__ = ["EMOTIONS", "Manner", "perform"]

_TURN_S = 0.15  # the face takes about four times as long to change


@dataclass(frozen=True)
class Manner:
    """How an emotion is acted.

    Parameters
    ----------
    face : tuple of 5 floats
        Smile, open mouth, raised brows, furrowed brows and lids at the height of it: `landmarks.ACTIONS`.
    excitement : float in [-1, 1]
        Arousal of the voice.
    """

    face: tuple[float, float, float, float, float]
    excitement: float


_NEUTRAL = (0.0, 0.0, 0.0, 0.25, 0.15)
_FROWN = (-0.7, 0.0, -0.6, 1.0, -0.25)
_WIDE = (-0.2, 0.75, 1.0, 0.0, 1.0)
_SMILE = (1.0, 0.3, 0.2, 0.0, 0.1)
_DROOP = (-1.0, 0.0, 0.4, 0.2, -0.8)  # eyes nearly shut
_LOUD, _EVEN, _DULL = 0.9, 0.0, -0.9

EMOTIONS = {
    "an": Manner(_FROWN, _LOUD),
    "di": Manner(_FROWN, _DULL),
    "fe": Manner(_WIDE, _LOUD),
    "ha": Manner(_SMILE, _EVEN),
    "sa": Manner(_DROOP, _DULL),
    "su": Manner(_WIDE, _EVEN),
}
"""By the codes of RML. Each voice is that of two emotions, so that ears alone are right in half of the clips
at best; two faces are those of two each, so that eyes alone are right in two thirds at best. Both together
leave nothing open. Which emotion shares what is our choice."""


def perform(subject, manner, strength, mouth, rng):
    """Facial actions and head poses of one clip: neutral, then the emotion while it is spoken, then neutral.

    Parameters
    ----------
    subject : Subject
    manner : Manner
    strength : float in [0, 1]
        How far the face goes from the neutral one to that of the emotion.
    mouth : float array, shape (frames,), in [0, 1]
        How far speech opens the mouth; 0 before and after it.
    rng : numpy.random.Generator

    Returns
    -------
    expressions : float array, shape (frames, 5)
        Weights in the order of `landmarks.ACTIONS`.
    poses : float array, shape (frames, 5)
        In the order of `FaceRenderer.render`.

    Source
    ------
    Which actions make which emotion: Ekman and Friesen, Facial Action Coding System. Sizes: our choice.
    """
    frames = len(mouth)
    spoken = np.flatnonzero(mouth > 0)
    on = np.zeros(frames)
    on[spoken[0] : spoken[-1] + 1] = 1
    on = strength * subject.expressiveness * gaussian_filter1d(on, _TURN_S * FPS, mode="nearest")

    neutral, height = np.array(_NEUTRAL), np.array(manner.face)
    course = neutral + on[:, None] * (height - neutral)  # (frame, action)
    course += 0.05 * np.stack([wander(frames, 0.4, rng) for _ in neutral], axis=1)
    smile, opening, raised, furrow, lids = course.T
    smile = np.clip(subject.resting_smile + smile, -1, 1)
    opening = np.clip(np.maximum(opening, 0) * (mouth > 0) + 0.25 * mouth, 0, 1)
    closed = blinks(frames, subject.blink_rate, rng)
    lids = np.clip(lids, -0.8, 1) * (1 - closed) - closed
    actions = [smile, opening, np.clip(raised, -0.6, 1), np.clip(furrow, 0, 1), lids]
    return np.stack(actions, axis=1), sway(manner.excitement * on, np.zeros(frames), mouth, rng)
