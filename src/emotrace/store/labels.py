"""The labels of a recording as tracks: gold standard, raters and class, and where they miss the media."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emotrace.config.base import digest
from emotrace.corpora.recording import Corpus, Recording, Series
from emotrace.errors import DataError
from emotrace.features.targets import hold, interpolate, is_whole_clip
from emotrace.features.track import Track
from emotrace.store.keys import VERSIONS
from emotrace.timing import Timeline

SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_SAME_TIME_S = 1e-6
_TOLERATED_S = 1.0  # by which labels and media may differ without a warning


def label_tracks(recording: Recording, corpus: Corpus) -> dict[str, Track]:
    """Tracks named ``labels`` (always) and ``ratings-<dimension>`` (where raters are known).

    Parameters
    ----------
    recording : Recording
    corpus : Corpus
        For its dimensions and classes, in order.

    Returns
    -------
    dict of name to Track
        ``labels``: values float64 (time, dimension); a dimension without gold standard is NaN,
        a recording without any has no rows. Attributes ``dimensions``, ``classes`` and, where
        the recording has one, ``class``.
        ``ratings-<dimension>``: values float64 (time, rater), attribute ``raters``.
        Series with the same times are kept as given. Otherwise all are interpolated linearly
        onto the finest grid among them, extended to cover all; NaN where a series is not rated. A
        series of one value at 0 s describes the whole clip: it holds at all times of the grid.

    Raises
    ------
    DataError
        If times do not rise, a series has as many times as values, a dimension cannot name a
        file, or the class is none of the corpus's.
    """
    if recording.emotion is not None and recording.emotion not in corpus.classes:
        raise DataError(
            f"{recording.name}: its class is {recording.emotion!r}; expected one of "
            f"{', '.join(corpus.classes) or 'none'}, mend the labels"
        )
    attributes: dict[str, Any] = {"dimensions": list(corpus.dimensions), "classes": list(corpus.classes)}
    if recording.emotion is not None:
        attributes["class"] = recording.emotion
    gold = {name: recording.gold[name] for name in corpus.dimensions if name in recording.gold}
    tracks = {"labels": _common(gold, corpus.dimensions, attributes, recording.name)}
    for dimension, raters in recording.ratings.items():
        if not SAFE_NAME.fullmatch(dimension):
            raise DataError(
                f"{recording.name}: a dimension is named {dimension!r}; expected letters, digits and ._- only"
            )
        names = tuple(raters)
        where = f"{recording.name} {dimension}"
        tracks[f"ratings-{dimension}"] = _common(raters, names, {"raters": list(names)}, where)
    return tracks


def label_key(tracks: Mapping[str, Track], duration_s: float) -> str:
    """Hash of all label values, times and names, and of the duration that they are compared with."""
    content = hashlib.sha256()
    for _, track in sorted(tracks.items()):
        content.update(np.ascontiguousarray(track.timeline.seconds()).tobytes())
        content.update(np.ascontiguousarray(track.values).tobytes())
    names = {name: [list(np.shape(track.values)), dict(track.attributes)] for name, track in tracks.items()}
    return digest(["labels", VERSIONS["labels"], names, content.hexdigest(), duration_s])


def coverage_warnings(labels: Track, duration_s: float) -> list[str]:
    """Say where labels begin late, end early or go on after the media, by over a second or a step."""
    rated = ~np.isnan(np.asarray(labels.values)).all(axis=1)
    period_s = labels.timeline.period_s
    if not rated.any() or period_s is None:
        return []
    times = labels.timeline.seconds()[rated]
    begin_s, end_s = float(times[0]), float(times[-1]) + period_s
    tolerated_s = max(_TOLERATED_S, period_s)
    warnings = []
    if begin_s > tolerated_s:
        count = round(begin_s / period_s)
        warnings.append(
            f"labels begin at {begin_s:.2f} s: {count} steps of {period_s:.3g} s before are not rated"
        )
    if duration_s - end_s > tolerated_s:
        count = round((duration_s - end_s) / period_s)
        warnings.append(
            f"labels end at {end_s:.2f} s but the media at {duration_s:.2f} s: {count} steps of "
            f"{period_s:.3g} s are not rated"
        )
    if end_s - duration_s > tolerated_s:
        count = int(np.sum(times >= duration_s))
        warnings.append(
            f"labels end at {end_s:.2f} s but the media at {duration_s:.2f} s: {count} labels have no media"
        )
    return warnings


def _common(series: Mapping[str, Series], names: Sequence[str], attributes: dict, where: str) -> Track:
    for name, one in series.items():
        _check(one, f"{where} {name}")
    filled = [one for one in series.values() if len(one.times_s)]
    times = _grid([np.asarray(one.times_s, dtype=np.float64) for one in filled])
    columns = [_on_grid(series.get(name), times) for name in names]
    values = np.stack(columns, axis=1) if columns else np.empty((len(times), 0))  # (time, column)
    return Track(values, Timeline.irregular(times), attributes=attributes)


def _grid(all_times: list[np.ndarray]) -> np.ndarray:
    if not all_times:
        return np.empty(0)
    if all(_same(times, all_times[0]) for times in all_times):
        return all_times[0]
    finest = min(all_times, key=_period)
    step = _period(finest)
    before = np.ceil((finest[0] - min(times[0] for times in all_times)) / step - _SAME_TIME_S)
    after = np.ceil((max(times[-1] for times in all_times) - finest[-1]) / step - _SAME_TIME_S)
    early = finest[0] - np.arange(before, 0, -1) * step
    late = finest[-1] + np.arange(1, after + 1) * step
    return np.concatenate([early, finest, late])


def _period(times: np.ndarray) -> float:
    return float(np.median(np.diff(times))) if len(times) > 1 else np.inf


def _on_grid(series: Series | None, grid: np.ndarray) -> np.ndarray:
    if series is None or len(series.times_s) == 0:
        return np.full(len(grid), np.nan)
    times = np.asarray(series.times_s, dtype=np.float64)
    values = np.asarray(series.values, dtype=np.float64)
    if _same(times, grid):
        return values
    if is_whole_clip(times):
        return hold(values[:, None], grid)[:, 0]
    reach = _period(times) if len(times) > 1 else _period(grid)
    return interpolate(times, values[:, None], grid, reach)[:, 0]


def _same(times: np.ndarray, others: np.ndarray) -> bool:
    return len(times) == len(others) and bool(np.all(np.abs(times - others) < _SAME_TIME_S))


def _check(series: Series, where: str) -> None:
    times, values = np.asarray(series.times_s), np.asarray(series.values)
    if times.ndim != 1 or times.shape != values.shape:
        raise DataError(
            f"{where}: has times of shape {times.shape} and values of shape {values.shape}; "
            "expected one value per time, mend the labels"
        )
    if not np.isfinite(times).all() or np.any(np.diff(times) <= 0):
        raise DataError(f"{where}: its times do not rise; expected rising seconds, mend the labels")
