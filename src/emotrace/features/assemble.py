"""Builds a model's input tensors from tracks: the one path that training and inference share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from emotrace import timing
from emotrace.config.declaration import AudioInput, Declaration, FaceInput, FeatureInput, TableInput
from emotrace.errors import DataError, InputError
from emotrace.features.condensed import CondensedRecording
from emotrace.features.spectrogram_pictures import spectrogram_pictures
from emotrace.features.track import Track, TrackSource
from emotrace.features.z_scores import z_scores

if TYPE_CHECKING:
    import torch

REACH = 1.5  # steps or rows (the longer) by which a frame or row may miss the start of its step


def step_count(source: TrackSource, declaration: Declaration) -> int:
    """Number of steps of a recording on a declared grid: its duration, rounded, at least 1.

    Parameters
    ----------
    source : TrackSource
        Its `duration_s` counts.
    declaration : Declaration
        Its `step_s` counts.

    Returns
    -------
    int >= 1
    """
    return timing.step_count(source.duration_s, declaration.step_s)


def assemble(
    declaration: Declaration, source: TrackSource, first: int, last: int
) -> "dict[str, torch.Tensor]":
    """Make a model's inputs for the steps `first` (included) to `last` (excluded) of a recording.

    Training on a prepared corpus and inference on a file or a stream both call this, so equal
    tracks give equal tensors, bit by bit and whatever the cutting into windows or chunks.

    Parameters
    ----------
    declaration : Declaration
        Which inputs, and the step.
    source : TrackSource
        A recording. `Track.values` is indexed once per input, by rising row numbers or a slice. Of a
        `CondensedRecording`, what stands ready is given in place of the inputs that it is made of.
    first, last : int
        Steps; `first` may be negative and `last` may exceed the recording: steps outside repeat
        the step at the edge.

    Returns
    -------
    dict of tensors
        For every declared input:

        - ``name``: float32. A face is (time, 3, size, size) in its `value_range`: the frame whose
          start is nearest to the start of the step and within 1.5 steps or frames, whichever is
          longer; zeros where there is no such frame or no face. Audio is (time, samples): the
          samples of the step, less the mean and divided by the standard deviation of the
          recording (only less the mean where that is 0); zeros where the sound has not begun or
          has ended. A table is (time, column): the row that starts nearest to the start of the step
          and within 1.5 steps or rows, whichever is longer; zeros where there is none, or where any
          of its columns is NaN. A feature likewise, but a row with some NaN is kept as it is, for the
          model to fill in; only where all are NaN it is zeros. Of either, columns are z-scores where
          `normalise` says so, by `z_scores`. A spectrogram is (time, column, mel), as
          `spectrogram_pictures` cuts it.
        - ``name_mask``: bool (time,). False where no face was found, no sample lies in the step,
          there is no whole row, or the recording lacks the modality. An input that guides is known in
          every step of a recording that has it: zeros, nothing to look at, where it has no row.

    Raises
    ------
    InputError
        If `last` is not above `first`.
    DataError
        If a track does not fit the declaration: another size of face, rate of sound or number of
        columns, or no mean and standard deviation.

    Source
    ------
    The tensors: nguyen2020, section IV (crops in [-1, 1], sound z-normalised). The tolerance and
    repeating the edge: our choice.
    """
    import torch  # only here, so that preparing a corpus needs no torch

    if last <= first:
        raise InputError(f"steps {first} to {last} hold nothing; expected last > first")
    edge = step_count(source, declaration) - 1
    asked = np.arange(first, last)
    inside = first >= 0 and last <= edge + 1
    steps = asked if inside else np.unique(np.clip(asked, 0, edge))
    place = None if inside else np.clip(asked, 0, edge) - steps[0]
    tensors: dict[str, torch.Tensor] = {}
    condensed = source if isinstance(source, CondensedRecording) else None
    for name, spec in declaration.inputs.items():
        if condensed is not None and name in condensed.replaced:
            continue
        values, mask = _MAKERS[spec.kind](spec, source, steps, declaration.step_s)
        if place is not None:
            values, mask = values[place], mask[place]
        tensors[name] = torch.from_numpy(values)
        tensors[f"{name}_mask"] = torch.from_numpy(mask)
    for name, rows in condensed.rows.items() if condensed is not None else ():
        values = np.array(rows[int(steps[0]) : int(steps[-1]) + 1])
        tensors[name] = torch.from_numpy(values if place is None else values[place])
    return tensors


def _faces(
    spec: FaceInput, source: TrackSource, steps: np.ndarray, step_s: float
) -> tuple[np.ndarray, np.ndarray]:
    track = source.track(spec.track)
    shape = (len(steps), 3, spec.size, spec.size)
    mask = np.zeros(len(steps), dtype=bool)
    if track is None or track.timeline.length == 0:
        return np.zeros(shape, np.float32), mask
    if tuple(track.values.shape[1:]) != (spec.size, spec.size, 3):
        raise DataError(
            f"track {spec.track} holds rows of shape {tuple(track.values.shape[1:])}; expected "
            f"({spec.size}, {spec.size}, 3), prepare the recording again"
        )
    longest_s = max(step_s, track.timeline.period_s or 0.0)
    rows = track.timeline.nearest(steps * step_s, REACH * longest_s)
    mask = rows >= 0
    if track.valid is not None:
        mask[mask] = track.valid[rows[mask]]
    if not mask.any():
        return np.zeros(shape, np.float32), mask
    wanted, place = np.unique(rows[mask], return_inverse=True)
    pixels = np.asarray(track.values[wanted])  # (frame, height, width, 3)
    if len(wanted) < len(place):
        pixels = pixels[place]
    faces = _scale(pixels, spec.value_range)  # (step with a face, 3, height, width)
    if mask.all():
        return faces, mask
    values = np.zeros(shape, np.float32)
    values[mask] = faces
    return values, mask


def _scale(pixels: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    low, high = value_range
    scaled = pixels.transpose(0, 3, 1, 2).astype(np.float32, order="C")  # (time, 3, height, width)
    scaled *= np.float32((high - low) / 255.0)
    scaled += np.float32(low)
    return scaled


def _sound(
    spec: AudioInput, source: TrackSource, steps: np.ndarray, step_s: float
) -> tuple[np.ndarray, np.ndarray]:
    track = source.track(spec.track)
    width = timing.sample_count(step_s, spec.rate_hz)
    values = np.zeros((len(steps), width), np.float32)
    if track is None:
        return values, np.zeros(len(steps), dtype=bool)
    if track.timeline.rate_hz != spec.rate_hz:
        raise DataError(
            f"track {spec.track} has {track.timeline.rate_hz} samples per second; expected "
            f"{spec.rate_hz}, prepare the recording again"
        )
    length = track.timeline.length
    starts = track.timeline.row_at(steps * step_s)
    mask = (starts + width > 0) & (starts < length)
    if not mask.any():
        return values, mask
    begin, end = max(0, int(starts[0])), min(length, int(starts[-1]) + width)
    sound = np.asarray(track.values[begin:end], dtype=np.float32)
    if spec.normalise == "recording":
        sound = _normalise(sound, spec, track)
    for row, start in enumerate(starts.tolist()):
        low, high = max(start, begin), min(start + width, end)
        if low < high:
            values[row, low - start : high - start] = sound[low - begin : high - begin]
    return values, mask


def _normalise(sound: np.ndarray, spec: AudioInput, track: Track) -> np.ndarray:
    mean, std = track.attributes.get("mean"), track.attributes.get("std")
    if mean is None or std is None:
        raise DataError(
            f"track {spec.track} has attributes {sorted(track.attributes)}; expected mean and std "
            "to normalise by, prepare the recording again"
        )
    centred = sound - np.float32(mean)
    return centred / np.float32(std) if std > 0 else centred


def _rows(
    spec: TableInput | FeatureInput, source: TrackSource, steps: np.ndarray, step_s: float
) -> tuple[np.ndarray, np.ndarray]:
    track = source.track(spec.track)
    values = np.zeros((len(steps), spec.columns), np.float32)
    mask = np.zeros(len(steps), dtype=bool)
    if track is None or track.timeline.length == 0:
        return values, mask
    if tuple(track.values.shape[1:]) != (spec.columns,):
        raise DataError(
            f"track {spec.track} has rows of shape {tuple(track.values.shape[1:])}; expected "
            f"({spec.columns},), declare the input with as many columns as there are"
        )
    longest_s = max(step_s, track.timeline.period_s or 0.0)
    rows = track.timeline.nearest(steps * step_s, REACH * longest_s)
    mask = rows >= 0
    beyond = ~mask & spec.guides  # there is nothing to look at
    if track.valid is not None:
        mask[mask] = track.valid[rows[mask]]
    wanted, place = np.unique(rows[mask], return_inverse=True)
    found = np.asarray(track.values[wanted], dtype=np.float32)[place]  # (step with a row, column)
    if spec.normalise != "none":
        found = z_scores(found, spec, source)
    known = np.isfinite(found)
    if known.all():
        values[mask] = found
        return values, mask | beyond
    observed = known.any(axis=1) if spec.kind == "feature" else known.all(axis=1)
    mask[mask] = observed
    values[mask] = np.where(known[observed], found[observed], np.nan)
    return values, mask | beyond


_MAKERS: dict[str, Callable[[Any, TrackSource, np.ndarray, float], tuple[np.ndarray, np.ndarray]]] = {
    "face": _faces,
    "audio": _sound,
    "table": _rows,
    "feature": _rows,
    "spectrogram": spectrogram_pictures,
}
