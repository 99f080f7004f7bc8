"""When a track of the media is still good: its key, of its settings, its source file and what it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emotrace.config.base import digest
from emotrace.config.declaration import (
    AudioInput,
    FaceInput,
    FeatureInput,
    InputSpec,
    SpectrogramInput,
    TableInput,
)
from emotrace.config.media import FaceSettings
from emotrace.features.derived import input_of, made_of

VERSIONS = {"faces": 1, "face": 1, "audio": 1, "labels": 1, "duration": 1, "table": 1, "feature": 1}
"""Raised when the code that makes a kind of track changes what comes out; a feature has its own too."""

_CROP_SETTINGS = {"margin", "resample"}  # the rest of FaceSettings shapes the faces themselves


@dataclass(frozen=True)
class TrackPlan:
    """What one track is made of.

    Parameters
    ----------
    name : str
        Of the track, e.g. ``"face-96"``.
    kind : str
        A key of `VERSIONS`.
    spec : dict or None
        The input that asks for it, as plain values; None for a track that only others need.
    settings : dict
        All settings that shape its values.
    source : {"video", "audio"} or None
        The media file it is made from; None: other tracks only.
    needs : tuple of str
        Tracks that it depends on.
    kept : bool
        Whether it is stored; False for one that only a feature is made of.
    """

    name: str
    kind: str
    spec: dict[str, Any] | None
    settings: dict[str, Any]
    source: str | None
    needs: tuple[str, ...] = ()
    kept: bool = True

    def key(self, hashes: Mapping[str, str], keys: Mapping[str, str]) -> str:
        """Hash of settings, source file (None: there is none), needed tracks and version of the code."""
        needed = [keys.get(name) for name in self.needs]
        of = None if self.source is None else hashes.get(self.source)
        return digest([self.kind, VERSIONS[self.kind], self.settings, of, needed])


def plan_tracks(inputs: Iterable[InputSpec], settings: FaceSettings) -> dict[str, TrackPlan]:
    """The tracks that inputs ask for of the media and of tables, those that others need first.

    Parameters
    ----------
    inputs : iterable of InputSpec
        Two inputs of one track are one plan.
    settings : FaceSettings

    Returns
    -------
    dict of track name to TrackPlan
        Tables are not among them, though features may need them.

    Raises
    ------
    ConfigError
        If a feature is not known, or needs a track that nobody makes.
    """
    plans: dict[str, TrackPlan] = {}
    for spec in inputs:
        _plan(spec, settings, plans, kept=True)
    return plans


def _plan(spec: InputSpec, settings: FaceSettings, plans: dict[str, TrackPlan], kept: bool) -> None:
    own: dict[str, Any]
    if isinstance(spec, TableInput):
        return  # what the media have not
    if isinstance(spec, SpectrogramInput):
        spec = spec.feature
    if isinstance(spec, FaceInput):
        find, crop = _face_settings(settings)
        own = {"kind": spec.kind, "size": spec.size, "align": spec.align}
        plans.setdefault("faces", TrackPlan("faces", "faces", None, find, "video"))
        plan = TrackPlan(spec.track, "face", own, own | crop, "video", ("faces",), kept)
    elif isinstance(spec, AudioInput):
        own = {"kind": spec.kind, "rate_hz": spec.rate_hz}
        plan = TrackPlan(spec.track, "audio", own, own, "audio", (), kept)
    else:
        plan = _plan_feature(spec, settings, plans, kept)
    if spec.track not in plans or (kept and not plans[spec.track].kept):
        plans[spec.track] = plan


def _plan_feature(
    spec: FeatureInput, settings: FaceSettings, plans: dict[str, TrackPlan], kept: bool
) -> TrackPlan:
    feature, needs = made_of(spec.track)
    base = input_of(needs)
    if base is None:  # the faces themselves
        plans.setdefault("faces", TrackPlan("faces", "faces", None, _face_settings(settings)[0], "video"))
    else:
        _plan(base, settings, plans, kept=False)
    own = {"kind": spec.kind, "name": spec.name, "columns": spec.columns, "of": spec.of}
    return TrackPlan(spec.track, "feature", own, own | {"version": feature.version}, None, (needs,), kept)


def _face_settings(settings: FaceSettings) -> tuple[dict[str, Any], dict[str, Any]]:
    """What shapes the faces that are found, and what shapes crops."""
    values = settings.model_dump(mode="json")
    if values["detector_digest"]:
        del values["detector"]  # the file itself counts, not where it lies
    crop = {key: values[key] for key in _CROP_SETTINGS}
    return {key: value for key, value in values.items() if key not in _CROP_SETTINGS}, crop
