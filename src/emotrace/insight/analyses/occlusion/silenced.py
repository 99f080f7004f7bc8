"""Raw sound silenced for a fifth of a second, whole or a band of it, and how predictions move after that."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emotrace.config.declaration import AudioInput
from emotrace.insight.analyses.occlusion.changes import change
from emotrace.insight.analyses.occlusion.windows import Window, predict, windows
from emotrace.insight.examined import Examined

SILENT_S = 0.2  # s
FOLLOWED_S = 1.0  # s from the start of the silence
WINDOWS = 8
EDGES_HZ = (0, 250, 500, 1000, 2000, 4000, 8000, 16000)
ALL = "all of it"


@dataclass(frozen=True)
class Silenced:
    """How predictions change after a stretch of sound was silenced, mean over all windows.

    Parameters
    ----------
    name : str
        Of the input.
    windows : int
    silent_s : float, s
    bands : tuple of str
        The first is all of the sound.
    times_s : float array, shape (time,)
        Since the silence began.
    change, absolute : float64 array, shape (band, time, target)
    """

    name: str
    windows: int
    silent_s: float
    bands: tuple[str, ...]
    times_s: np.ndarray
    change: np.ndarray
    absolute: np.ndarray


def silence_everywhere(examined: Examined, number: int, name: str) -> Silenced | None:
    """Silence an input of raw sound in windows of a recording.

    Parameters
    ----------
    examined : Examined
    number : int
        Of the recording.
    name : str

    Returns
    -------
    Silenced
        None where the recording has no such sound.

    Source
    ------
    Our choice, all of it.
    """
    declaration = examined.model.declaration
    spec = declaration.inputs[name]
    assert isinstance(spec, AudioInput)
    silent = max(1, round(SILENT_S / declaration.step_s))
    followed = max(silent + 1, round(FOLLOWED_S / declaration.step_s))
    chosen = windows(examined, number, name, followed, WINDOWS)
    if not chosen:
        return None
    bands: list[tuple[int, int] | None] = [None, *_bands(spec.rate_hz)]
    moved = []
    for done, band in enumerate(bands):
        examined.progress(done, len(bands), f"silencing {name}")
        moved.append([_moved(examined, window, name, silent, band) for window in chosen])
    examined.progress(len(bands), len(bands), "")
    every = np.array(moved)  # (band, window, time, target)
    return Silenced(
        name=name,
        windows=len(chosen),
        silent_s=min(silent, chosen[0].steps) * declaration.step_s,
        bands=tuple(ALL if band is None else f"{band[0]:,} to {band[1]:,} Hz" for band in bands),
        times_s=np.arange(chosen[0].steps) * declaration.step_s,
        change=_mean(every),
        absolute=_mean(np.abs(every)),
    )


def silence(sound: Tensor, band: tuple[int, int] | None, rate_hz: int) -> Tensor:
    """Sound without a band of frequencies.

    Parameters
    ----------
    sound : Tensor, shape (sample,)
    band : (int, int) or None, Hz
        From the first to below the second; None: all of it.
    rate_hz : int

    Examples
    --------
    >>> tone = torch.sin(2 * torch.pi * 300 * torch.arange(1600) / 16000)
    >>> [round(float(silence(tone, band, 16000).abs().max()), 3) for band in ((250, 500), (500, 1000), None)]
    [0.0, 1.0, 0.0]
    """
    if band is None:
        return torch.zeros_like(sound)
    spectrum = torch.fft.rfft(sound)
    hertz = torch.fft.rfftfreq(len(sound), 1 / rate_hz)
    spectrum[(hertz >= band[0]) & (hertz < band[1])] = 0
    return torch.fft.irfft(spectrum, n=len(sound))


def _bands(rate_hz: int) -> list[tuple[int, int]]:
    """Octaves up to half the rate or beyond."""
    inside = [edge for edge in EDGES_HZ if edge < rate_hz / 2]
    return list(zip(inside, [*inside[1:], 2 * inside[-1]], strict=True))


def _moved(
    examined: Examined, window: Window, name: str, silent: int, band: tuple[int, int] | None
) -> np.ndarray:
    """Change of the predictions of a window, (time, target)."""
    spec = examined.model.declaration.inputs[name]
    assert isinstance(spec, AudioInput)
    begin = examined.model.declaration.context_steps
    hidden = window.inputs[name].clone()
    span = hidden[0, begin : begin + min(silent, window.steps)]  # (step, sample), the same memory
    span.copy_(silence(span.flatten(), band, spec.rate_hz).view_as(span))
    after, _ = predict(examined.model, dict(window.inputs) | {name: hidden}, window.state)
    return change(examined.model, window.prediction, after)


def _mean(every: np.ndarray) -> np.ndarray:
    """Mean over windows of (band, window, time, target), leaving out what is not known."""
    known = np.isfinite(every)
    sums, count = np.where(known, every, 0.0).sum(axis=1), known.sum(axis=1)
    return np.divide(sums, count, out=np.full(sums.shape, np.nan), where=count > 0)
