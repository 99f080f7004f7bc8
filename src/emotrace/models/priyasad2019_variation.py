"""MFCC images varied in training: begun later, spoken quicker or slower, by a longer or shorter tract."""

import numpy as np
import torch
from scipy.fft import dct
from torch import Tensor

from emotrace.errors import ConfigError

IMAGE = (3, 64, 64)  # of cepstra: channel, coefficient, frame
SHIFT = 30  # frames of sound from the start of a segment to that of the next
_COSINES = torch.from_numpy(dct(np.eye(IMAGE[1]), axis=0, norm="ortho")).float()  # mel bands to coefficients


def begun_anywhere(rows: Tensor, whole: Tensor, tempo: float = 0.0) -> Tensor:
    """MFCC images that begin at a random frame between the start of their segment and that of the next.

    The frames behind a segment are those of the next one; the last of a window is made of the same two as the
    one before. Drawn from torch's generator of the CPU.

    Parameters
    ----------
    rows : (batch, time, 12288)
        Of consecutive segments.
    whole : bool (batch, time)
        Segments without another such beside them stay as they are.
    tempo : float in [0, 0.4]
        Images show up to such a share more or less of the sound, as if it were spoken quicker or slower.

    Returns
    -------
    (batch, time, 12288)

    Raises
    ------
    ConfigError
        If there is a single segment, so that nothing is known of what comes behind it.
    """
    time = whole.shape[1]
    if time < 2:
        raise ConfigError(
            "random_start is true, but windows are of 1 segment; expected training.window_steps of 2 or more"
        )
    images = rows.unflatten(2, IMAGE)  # (batch, time, 3, 64, frame)
    first = torch.arange(time, device=rows.device).clamp(max=time - 2)
    both = whole[:, first] & whole[:, first + 1]
    behind = images[:, first + 1][both][..., IMAGE[2] - SHIFT :]
    joined = torch.cat([images[:, first][both], behind], dim=3)  # (segment, 3, 64, 94)
    made = rows.clone()
    taken = _nearness(_places(len(joined), tempo), joined.shape[3]).to(rows.device)  # (segment, 64, 94)
    made[both] = (joined.flatten(1, 2) @ taken.mT).flatten(1)
    return made


def of_other_tracts(images: Tensor, tract: float) -> Tensor:
    """MFCC images as if spoken with vocal tracts that are longer or shorter.

    The mel bands of each image are stretched about the lowest; what lies beyond the highest repeats it.

    Parameters
    ----------
    images : (image, 3, 64, frame)
        Z-scores; the order of coefficients is that of the cosine transform, and all are there.
    tract : float in [0, 0.3]
        Up to which share they are stretched, either way; drawn from torch's generator of the CPU.

    Returns
    -------
    (image, 3, 64, frame)

    Source
    ------
    Jaitly and Hinton (2013), Vocal Tract Length Perturbation improves speech recognition; on z-scores, and
    linearly on the mel scale: our choice.
    """
    bands = IMAGE[1]
    place = (torch.arange(bands) * (1 + tract * _either_way(len(images)))).clamp(
        max=bands - 1
    )  # (image, band), where each comes from
    change = _COSINES @ _nearness(place, bands) @ _COSINES.T  # (image, coefficient, coefficient before)
    return change.to(images.device).unsqueeze(1) @ images


def _places(count: int, tempo: float) -> Tensor:
    """Where the frames of so many images lie in a segment and the next, (image, frame), frames."""
    length = IMAGE[2] * (1 + tempo * _either_way(count))
    starts = (IMAGE[2] + SHIFT - length).floor() + 1
    first = (torch.rand(count, 1, device="cpu") * starts).floor()
    return first + torch.arange(IMAGE[2]) * (length - 1) / (IMAGE[2] - 1)


def _either_way(count: int) -> Tensor:
    """Random numbers from -1 to 1, (image, 1)."""
    return 2 * torch.rand(count, 1, device="cpu") - 1


def _nearness(places: Tensor, count: int) -> Tensor:
    """How much each of `count` rows counts at a place between two of them: (image, place, row)."""
    return (1 - (places.unsqueeze(2) - torch.arange(count)).abs()).clamp(min=0)
