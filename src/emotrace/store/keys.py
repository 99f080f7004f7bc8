"""When a track of the media is still good: its key, of its settings, its source file and what it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emotrace.config.base import digest
from emotrace.config.declaration import AudioInput, FaceInput, InputSpec
from emotrace.config.media import FaceSettings

VERSIONS = {"faces": 1, "face": 1, "audio": 1, "labels": 1, "duration": 1, "table": 1}
"""Raised when the code that makes a kind of track changes what comes out."""

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
    source : {"video", "audio"}
        The media file it is made from.
    needs : tuple of str
        Tracks that it depends on.
    """

    name: str
    kind: str
    spec: dict[str, Any] | None
    settings: dict[str, Any]
    source: str
    needs: tuple[str, ...] = ()

    def key(self, hashes: Mapping[str, str], keys: Mapping[str, str]) -> str:
        """Hash of settings, source file (None: there is none), needed tracks and version of the code."""
        needed = [keys[name] for name in self.needs]
        return digest([self.kind, VERSIONS[self.kind], self.settings, hashes.get(self.source), needed])


def plan_tracks(inputs: Iterable[InputSpec], settings: FaceSettings) -> dict[str, TrackPlan]:
    """The tracks that inputs ask for of the media, those that others need first.

    Parameters
    ----------
    inputs : iterable of InputSpec
        Two inputs of one track are one plan.
    settings : FaceSettings

    Returns
    -------
    dict of track name to TrackPlan
    """
    values = settings.model_dump(mode="json")
    if values["detector_digest"]:
        del values["detector"]  # the file itself counts, not where it lies
    crop = {key: values[key] for key in _CROP_SETTINGS}
    find = {key: value for key, value in values.items() if key not in _CROP_SETTINGS}
    plans: dict[str, TrackPlan] = {}
    for spec in inputs:
        if isinstance(spec, FaceInput):
            own = {"kind": spec.kind, "size": spec.size, "align": spec.align}
            plans.setdefault("faces", TrackPlan("faces", "faces", None, find, "video"))
            plan = TrackPlan(spec.track, "face", own, own | crop, "video", ("faces",))
        elif isinstance(spec, AudioInput):
            own = {"kind": spec.kind, "rate_hz": spec.rate_hz}
            plan = TrackPlan(spec.track, "audio", own, own, "audio")
        else:
            continue  # a table, which the media have not
        plans.setdefault(spec.track, plan)
    return plans
