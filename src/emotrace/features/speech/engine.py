"""Runs openSMILE over the sound of a recording and gives back the rows of one of its feature sets."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.errors import ConfigError, DataError, InputError, MissingExtraError
from emotrace.features.track import Track

_LOUDEST = 32767 / 32768  # openSMILE reads 16 bits: what lies above would turn into its opposite


@dataclass(frozen=True)
class SpeechSet:
    """A feature set of openSMILE and how it is asked for.

    Parameters
    ----------
    feature_set : str
        As `opensmile.FeatureSet` names it.
    level : str
        ``lld`` (a row per frame), ``func`` (functionals), or a level of `config`.
    columns : tuple of str
        Names that openSMILE gives its columns, in order.
    config : Path or None
        A configuration of ours that includes the shipped one by its option ``shipped``. None: the
        shipped one as it is.
    options : mapping of str to str or float
        Handed to the configuration.
    """

    feature_set: str
    level: str
    columns: tuple[str, ...]
    config: Path | None = None
    options: Mapping[str, str | float] = field(default_factory=dict)


def describe(track: Track, wanted: SpeechSet) -> np.ndarray:
    """The rows that openSMILE computes from a sound; 0 (not NaN) where it finds no voice.

    Parameters
    ----------
    track : Track
        Sound, float32 (samples,) in [-1, 1] at a constant rate. What lies outside is clipped, NaN is 0.
    wanted : SpeechSet

    Returns
    -------
    float32 array, shape (row, column)
        No rows where the sound is too short for one. The same, bit by bit, for the same sound.

    Raises
    ------
    InputError
        If the track is no sound.
    MissingExtraError
        If opensmile is not installed, or too old.
    ConfigError
        If opensmile or emotrace lies in a folder that openSMILE cannot read.
    DataError
        If the installed opensmile names other columns.

    Source
    ------
    openSMILE 3 (Eyben et al. 2010, 2013) as the Python package opensmile carries it; the values are
    the package's own, which turns samples into 16 bits.
    """
    rate_hz = track.timeline.rate_hz
    if rate_hz is None or len(track.values.shape) != 1:
        raise InputError(
            f"the track for speech features has rows of shape {tuple(track.values.shape[1:])} at "
            f"{rate_hz or 'no constant'} Hz; expected single samples at a constant rate, such as audio-16000"
        )
    smile = _open(wanted)
    if tuple(smile.column_names) != wanted.columns:
        raise DataError(
            f"opensmile gives {wanted.feature_set} ({wanted.level}) {len(smile.column_names)} columns from "
            f"{smile.column_names[0]} to {smile.column_names[-1]}; expected {len(wanted.columns)} from "
            f"{wanted.columns[0]} to {wanted.columns[-1]}: install the version of opensmile that "
            "emotrace was tested with"
        )
    samples = np.nan_to_num(np.asarray(track.values[:], dtype=np.float32))
    if len(samples) == 0:
        return np.empty((0, len(wanted.columns)), np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # "segment too short": said below by giving no row
        found = smile(np.clip(samples, -1.0, _LOUDEST), round(rate_hz))
    rows = np.ascontiguousarray(found[0].T, dtype=np.float32)  # (row, column)
    return rows[:0] if np.isnan(rows).all() else rows


def _open(wanted: SpeechSet) -> Any:
    try:
        import opensmile
    except ImportError as error:
        raise MissingExtraError(
            "speech features need the package opensmile, which is not installed; run: pip install "
            "'emotrace[opensmile]'"
        ) from error
    shipped = getattr(opensmile.FeatureSet, wanted.feature_set, None)
    if shipped is None:
        raise MissingExtraError(
            f"the installed opensmile {opensmile.__version__} lacks the set {wanted.feature_set}; expected "
            "2.6 or later, run: pip install --upgrade 'emotrace[opensmile]'"
        )
    try:
        if wanted.config is None:
            level = opensmile.FeatureLevel(wanted.level)
            return opensmile.Smile(shipped, level, options=dict(wanted.options))
        options = {"shipped": opensmile.Smile(shipped).config_path, **wanted.options}
        return opensmile.Smile(str(wanted.config), wanted.level, options=options)
    except UnicodeEncodeError as error:
        raise ConfigError(
            f"openSMILE cannot read {str(error.object)!r}: the folder's name is not plain ASCII; install "
            "emotrace and opensmile in a folder whose name is"
        ) from error
