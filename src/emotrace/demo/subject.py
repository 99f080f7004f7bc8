"""What differs between the simulated people: look, manner, voice."""

from dataclasses import dataclass

import numpy as np

__all__ = ["Subject", "draw_subject"]


@dataclass(frozen=True)
class Subject:
    """Constants of one simulated person; see `draw_subject` for the ranges.

    Source
    ------
    Our choice.
    """

    # look
    mirrored: bool
    face_width: float  # 1: the photograph
    jaw_width: float
    nose_length: float
    eye_distance: float
    skin_gamma: float  # above 1: darker
    skin_tint: tuple[float, float, float]
    hair: tuple[float, float, float]  # RGB factor on the hair's luminance
    suit: tuple[float, float, float]
    background: tuple[float, float, float]  # RGB in [0, 1]
    light_side: float  # brightness gradient across the picture, fraction
    light_warmth: float
    exposure: float
    head_scale: float  # output pixels per pixel of the photograph
    head_x: float  # output pixels
    head_y: float
    # manner
    expressiveness: float
    resting_smile: float
    blink_rate: float  # per second
    # voice
    f0: float  # Hz, at arousal 0
    tract: float  # formant factor, 1: adult male
    breath: float
    syllable_rate: float  # per second, at arousal 0
    loudness: float  # amplitude factor of the recording


def draw_subject(rng):
    """Draw one simulated person.

    Parameters
    ----------
    rng : numpy.random.Generator

    Returns
    -------
    Subject

    Examples
    --------
    >>> subject = draw_subject(np.random.default_rng(0))
    >>> 80 < subject.f0 < 260
    True
    """
    between = rng.uniform
    female = bool(rng.random() < 0.5)
    tone = between(0.0, 1.0)
    hair = np.array([0.95, 0.82, 0.62]) * between(0.35, 1.2) * (1 + between(-0.06, 0.06, 3))
    suit = between(0.35, 0.9) * (1 + between(-0.35, 0.35, 3))
    background = between(0.25, 0.75) * (1 + between(-0.14, 0.14, 3))
    warmth = between(-0.08, 0.08)
    return Subject(
        mirrored=bool(rng.random() < 0.5),
        face_width=between(0.92, 1.08),
        jaw_width=between(0.93, 1.07),
        nose_length=between(-2.0, 2.5),
        eye_distance=between(-2.0, 2.0),
        skin_gamma=0.85 + 1.0 * tone,
        skin_tint=tuple(np.array([1.0, 0.98, 0.96]) - tone * np.array([0.14, 0.08, 0.04])),
        hair=tuple(hair),
        suit=tuple(suit),
        background=tuple(np.clip(background, 0.05, 0.95)),
        light_side=between(-0.25, 0.25),
        light_warmth=warmth,
        exposure=between(0.88, 1.1),
        head_scale=between(0.84, 1.0),
        head_x=between(145.0, 175.0),
        head_y=between(104.0, 114.0),
        expressiveness=between(0.88, 1.08),
        resting_smile=between(-0.08, 0.08),
        blink_rate=between(0.15, 0.35),
        f0=between(165.0, 230.0) if female else between(95.0, 140.0),
        tract=between(1.1, 1.22) if female else between(0.94, 1.06),
        breath=between(0.6, 1.4),
        syllable_rate=between(3.8, 4.8),
        loudness=between(0.5, 1.0),
    )
