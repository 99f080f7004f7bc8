"""Inputs as pictures that a patch can cover: faces, faces of segments, spectrograms, images of cepstra."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from emotrace.config.declaration import FaceInput, FeatureInput, InputSpec, SpectrogramInput
from emotrace.features import mfcc_image
from emotrace.features.segments import FRAMES
from emotrace.features.spectrogram_pictures import SILENCE

CELLS = 8  # of the grid, to each side
PATCH = 2  # cells that a patch is wide and high
PLACES = CELLS - PATCH + 1  # of the patch, to each side: each is half a patch from the next


@dataclass(frozen=True)
class View:
    """How an input is looked at as pictures.

    Parameters
    ----------
    kind : {"face", "sound"}
    upward, across : str
        What the height and the width of a picture are, in words.
    covered : str
        What a patch becomes, in words.
    pictures : callable
        ``pictures(values)`` gives a view of (time, ...) as (time, picture, channel, height, width) in the
        same memory.
    fill : callable
        ``fill(pictures)`` gives what a patch becomes, broadcast over (channel, height, width).
    """

    kind: str
    upward: str
    across: str
    covered: str
    pictures: Callable[[Tensor], Tensor]
    fill: Callable[[Tensor], Tensor]


def view_of(spec: InputSpec) -> View | None:
    """How an input of that kind is looked at; None: it is no picture."""
    if isinstance(spec, FaceInput):
        grey = sum(spec.value_range) / 2
        return View(
            "face", "top to bottom", "left to right", "grey",
            lambda values: values.unsqueeze(1), lambda _: torch.tensor(grey),
        )  # fmt: skip
    if isinstance(spec, SpectrogramInput):
        return View(
            "sound", "mel bands, low to high", "time about the step, before to after", "silent",
            lambda values: values.transpose(1, 2)[:, None, None], lambda _: torch.tensor(SILENCE),
        )  # fmt: skip
    if not isinstance(spec, FeatureInput):
        return None
    if spec.name == "mfcc-images":
        # a cepstral coefficient has no silence: the mean of each says nothing
        return View(
            "sound", "cepstral coefficients, low to high", "time in the segment", "its mean",
            lambda values: values.unflatten(1, (1, *mfcc_image.SHAPE)),
            lambda pictures: pictures.mean(dim=(0, 1, 4)).unsqueeze(2),
        )  # fmt: skip
    if spec.name.startswith("face-segments-"):
        size = round((spec.columns / FRAMES / 3) ** 0.5)
        return View(
            "face", "top to bottom", "left to right", "grey",
            lambda values: values.unflatten(1, (FRAMES, size, size, 3)).permute(0, 1, 4, 2, 3),
            lambda _: torch.tensor(127.5),
        )  # fmt: skip
    return None


def edges(size: int) -> list[int]:
    """Where each cell of the grid begins in a picture of `size` pixels, and where the last one ends.

    Examples
    --------
    >>> edges(96)[:3], edges(10)
    ([0, 12, 24], [0, 1, 2, 4, 5, 6, 8, 9, 10])
    """
    return [round(cell * size / CELLS) for cell in range(CELLS + 1)]


def cover(view: View, values: Tensor, mask: Tensor, place: tuple[int, int] | None) -> Tensor:
    """An input with a patch of every picture covered.

    Parameters
    ----------
    view : View
    values : Tensor, shape (time, ...)
    mask : bool Tensor, shape (time,)
        Where it is False, nothing is changed.
    place : (int, int) or None
        Row and column of the patch, below `PLACES`; None: all is covered.

    Returns
    -------
    Tensor, shape (time, ...)
        A copy.
    """
    hidden = values.clone()
    seen = view.pictures(values)[mask]
    pictures = view.pictures(hidden)  # the same memory as `hidden`
    fill = view.fill(seen) if len(seen) else torch.tensor(0.0)
    rows, columns = slice(None), slice(None)
    if place is not None:
        down, along = edges(pictures.shape[3]), edges(pictures.shape[4])
        rows = slice(down[place[0]], down[place[0] + PATCH])
        columns = slice(along[place[1]], along[place[1] + PATCH])
    patch = pictures[..., rows, columns]
    patch.copy_(fill.expand(pictures.shape[2:])[:, rows, columns].expand_as(patch))
    hidden[~mask] = values[~mask]
    return hidden
