"""A patch slides over the pictures of an input, and predictions move: the map of where it matters."""

from dataclasses import dataclass

import numpy as np
import torch

from emotrace.insight.analyses.occlusion.changes import change
from emotrace.insight.analyses.occlusion.views import CELLS, PATCH, PLACES, View, cover, view_of
from emotrace.insight.analyses.occlusion.windows import Window, predict, windows
from emotrace.insight.examined import Examined

WINDOW_S = 0.32  # s that a patch stays; at least a step
STEPS = 32  # looked at in all, in 4 to 8 windows


@dataclass(frozen=True)
class Covered:
    """How predictions change with a patch of an input covered, mean over all steps looked at.

    Parameters
    ----------
    name : str
        Of the input.
    view : View
    steps : int
        Looked at.
    window_s : float, s
        How long the patch stays.
    picture : float32 array, shape (channel, height, width)
        Of those that were covered, the one nearest to their mean.
    change, absolute : float64 array, shape (place, place, target)
        With the patch at each row and column; NaN if no step decides for a class.
    all_change, all_absolute : float64 array, shape (target,)
        With the whole picture covered.
    """

    name: str
    view: View
    steps: int
    window_s: float
    picture: np.ndarray
    change: np.ndarray
    absolute: np.ndarray
    all_change: np.ndarray
    all_absolute: np.ndarray

    def cells(self, values: np.ndarray) -> np.ndarray:
        """`change` or `absolute` as a grid of cells, (cell, cell, target): mean of the patches over each."""
        sums, count = np.zeros((CELLS, CELLS, values.shape[2])), np.zeros((CELLS, CELLS, 1))
        for row, column in np.ndindex(PLACES, PLACES):
            sums[row : row + PATCH, column : column + PATCH] += values[row, column]
            count[row : row + PATCH, column : column + PATCH] += 1
        return sums / count


def cover_everywhere(examined: Examined, number: int, name: str) -> Covered | None:
    """Slide a patch over an input of a recording that is pictures.

    Parameters
    ----------
    examined : Examined
    number : int
        Of the recording.
    name : str

    Returns
    -------
    Covered
        None where the recording has no such picture.

    Source
    ------
    Zeiler and Fergus (2014), section 4.2: a grey square. Sizes, and that it stays for 0.32 s: our choice.
    """
    declaration = examined.model.declaration
    view = view_of(declaration.inputs[name])
    assert view is not None
    long = max(1, round(WINDOW_S / declaration.step_s))
    chosen = windows(examined, number, name, long, min(8, max(4, STEPS // long)))
    if not chosen:
        return None
    places: list[tuple[int, int] | None] = [None, *np.ndindex(PLACES, PLACES)]
    moved = []
    for done, place in enumerate(places):
        examined.progress(done, len(places), f"covering {name}")
        moved.append(np.concatenate([_moved(examined, view, window, name, place) for window in chosen]))
    examined.progress(len(places), len(places), "")
    every = np.stack(moved)  # (place, step, target)
    every = every[:, np.isfinite(every).all(axis=(0, 2))]
    change_of, absolute = every.mean(axis=1), np.abs(every).mean(axis=1)  # (place, target)
    grid = (PLACES, PLACES, -1)
    return Covered(
        name=name,
        view=view,
        steps=every.shape[1],
        window_s=chosen[0].steps * declaration.step_s,
        picture=_typical_picture(view, chosen, name),
        change=change_of[1:].reshape(grid),
        absolute=absolute[1:].reshape(grid),
        all_change=change_of[0],
        all_absolute=absolute[0],
    )


def _moved(
    examined: Examined, view: View, window: Window, name: str, place: tuple[int, int] | None
) -> np.ndarray:
    """Change of the predictions of a window, (step, target); NaN at steps that lack the input."""
    values, mask = window.inputs[name][0], window.inputs[f"{name}_mask"][0]
    hidden = dict(window.inputs) | {name: cover(view, values, mask, place).unsqueeze(0)}
    after, _ = predict(examined.model, hidden, window.state)
    moved = change(examined.model, window.prediction, after)
    before = examined.model.declaration.context_steps
    moved[~mask[before : before + window.steps].numpy()] = np.nan
    return moved


def _typical_picture(view: View, chosen: list[Window], name: str) -> np.ndarray:
    """The picture nearest to the mean: the mean of sounds shows nothing, that of faces a blurred one."""
    of_windows = []
    for window in chosen:
        pictures = view.pictures(window.inputs[name][0])[window.inputs[f"{name}_mask"][0]]
        of_windows.append(pictures.float().flatten(0, 1))  # (picture, channel, height, width)
    every = torch.cat(of_windows)
    distance = (every - every.mean(dim=0)).square().sum(dim=(1, 2, 3))
    return every[distance.argmin()].numpy()
