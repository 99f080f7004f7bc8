"""From hidden arousal and valence, and speech, to facial actions and head pose for every frame."""

import numpy as np

from emotrace.demo.movement import blinks, sway, wander

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

    smile = np.clip(subject.resting_smile + strength * pleased + 0.05 * wander(frames, 0.5, rng), -1, 1)
    opening = np.clip((0.28 + 0.16 * excited) * mouth, 0, 1)
    raised = np.clip(0.4 * excited + 0.15 * pleased + 0.12 * wander(frames, 0.4, rng), -0.6, 1)
    furrow = np.clip(0.25 - 0.75 * strength * pleased + 0.08 * wander(frames, 0.4, rng), 0, 1)
    lids = np.clip(0.15 + 0.55 * excited + 0.05 * wander(frames, 0.4, rng), -0.35, 1)
    closed = blinks(frames, subject.blink_rate, rng)
    lids = lids * (1 - closed) - closed
    expressions = np.stack([smile, opening, raised, furrow, lids], axis=1)

    return expressions, sway(excited, pleased, mouth, rng)
