"""A trained model that traces media files of any length in bounded memory."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.config.base import validate
from emotrace.config.declaration import Declaration, InputSpec
from emotrace.config.media import FaceSettings
from emotrace.errors import CheckpointError, DataError
from emotrace.features import ChunkFeed, MediaTracks, TrackSource, step_count
from emotrace.features.derived import medium_of
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.inference.face_boxes import boxes_per_step
from emotrace.inference.prediction import Prediction
from emotrace.models import CheckpointMeta, Model, trace_recording
from emotrace.models.run import CHUNK_STEPS
from emotrace.profile import timed_block
from emotrace.timing import step_times
from emotrace.trace import Trace

Progress = Callable[[float, float, str], None]  # done, total, what
Report = Callable[..., None]  # done, total

EARLY_S = 1.0  # s, a track that ends earlier than the recording by more is told
_SHARE_OF_FACES = 0.5  # of the work of one file: finding faces; the rest is crops and model


class Predictor:
    """A trained model, ready for media files.

    Parameters
    ----------
    model : emotrace.models.base.Model
    meta : emotrace.models.CheckpointMeta
        Its name, labels, value range, corpus, and the face settings it was trained with.
    origin : Path or None
        The checkpoint it came from.
    warnings : tuple of str
        Put first into the warnings of every prediction.

    Examples
    --------
    >>> import emotrace
    >>> trace = emotrace.load("run").predict("clip.mp4").to_pandas()  # doctest: +SKIP
    """

    def __init__(
        self,
        model: Model,
        meta: CheckpointMeta,
        *,
        origin: Path | None = None,
        warnings: tuple[str, ...] = (),
    ):
        self.model = model.eval()
        self.meta = meta
        self.origin = origin
        self._warnings = tuple(warnings)

    @property
    def name(self) -> str:
        """``system/variant``."""
        return self.meta.name

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of what it predicts, in the order of a trace's columns."""
        return tuple(self.model.labels)

    @property
    def declaration(self) -> Declaration:
        """Inputs and time grid of the model."""
        return self.model.declaration

    def predict(
        self,
        path: str | Path,
        *,
        audio: str | Path | None = None,
        face: int | None = None,
        detector: str | Path | None = None,
        progress: Progress | None = None,
        profile: dict[str, float] | None = None,
    ) -> Trace:
        """Trace one media file: one row per step of its duration.

        Parameters
        ----------
        path : path
            Video or sound file in any container that FFmpeg reads.
        audio : path or None
            A sound file to hear in place of the video's own sound track.
        face : int or None, >= 0
            Which face to follow, 0 the largest and most persistent; None: as in training.
        detector : path or None
            A face detector (ONNX) to use in place of the one trained with.
        progress : callable or None
            Called with (done, 1.0, what) as the file proceeds; `done` rises from 0 to 1.
        profile : dict or None
            Filled with the seconds spent in decode, detect, crop, audio, assemble and model.

        Returns
        -------
        Trace
            ``timing.step_count(duration, step)`` rows, less those that a delay with the rule ``drop``
            leaves out at the start; `face_found` is False everywhere for a model that does not look at
            faces.

        Raises
        ------
        DataError
            If the file is missing, broken, or holds nothing that the model takes.
        InputError
            If `face` is higher than the number of faces that were followed.
        ConfigError
            If the detector is missing or not one that is understood.
        CheckpointError
            If the model gives values that are not numbers.
        """
        found = self.analyse(
            path, audio=audio, face=face, detector=detector, progress=progress, profile=profile
        )
        return found.trace

    def analyse(
        self,
        path: str | Path,
        *,
        audio: str | Path | None = None,
        face: int | None = None,
        detector: str | Path | None = None,
        progress: Progress | None = None,
        profile: dict[str, float] | None = None,
    ) -> Prediction:
        """As `predict`, and with face boxes, warnings and timings beside the trace."""
        path, sound = Path(path), Path(audio) if audio is not None else None
        profile = {} if profile is None else profile
        settings = self._face_settings(face, detector)
        locating = _part(progress, 0.0, _SHARE_OF_FACES, "faces")
        with MediaTracks(path, sound, settings, profile=profile, progress=locating) as media:
            tracks = DerivedTracks(media)
            notes = self._missing_inputs(tracks, path) + self._early_ends(tracks)
            if not self._looks_at_faces and not (face is None and detector is None):
                notes.append(f"{self.name} does not look at faces: the asked face or detector plays no part")
            faces = tracks.track("faces") if self._looks_at_faces else None
            tracing = _part(progress, 0.0 if faces is None else _SHARE_OF_FACES, 1.0, "trace")
            trace = self._trace(tracks, path, profile, tracing)
            if (moved := self.meta.delay.describe()) is not None:
                notes.append(moved)
            if faces is not None and not trace.face_found.any():
                notes.append("no face was found: face input is zeros")
            return Prediction(
                path=path,
                audio=sound,
                trace=trace,
                duration_s=tracks.duration_s,
                model=self.name,
                corpus=self.meta.corpus,
                predicts=self.declaration.predicts,
                value_range=self.meta.value_range,
                boxes=None if faces is None else boxes_per_step(faces, trace),
                frames=0 if faces is None else faces.timeline.length,
                frames_with_face=0 if faces is None or faces.valid is None else int(faces.valid.sum()),
                identities=0 if faces is None else int(faces.attributes["identities"]),
                face=settings.face,
                warnings=tuple(dict.fromkeys([*self._warnings, *notes, *media.warnings])),
                profile=profile,
            )

    def _trace(
        self, tracks: TrackSource, path: Path, profile: dict[str, float], progress: Report | None
    ) -> Trace:
        steps = step_count(tracks, self.declaration)
        feed = ChunkFeed(self.declaration, tracks, steps, profile, progress)
        with timed_block(profile, "model"):
            values = trace_recording(self.model, feed, steps, chunk_steps=CHUNK_STEPS)
        if not np.isfinite(values).all():
            raise CheckpointError(
                f"{self.origin or self.name}: gives values that are not numbers for {path}; "
                "its weights are damaged or training diverged, train it again"
            )
        step_s = self.declaration.step_s
        trace = Trace(step_times(0, steps, step_s), values, self.labels, feed.face_found)
        return self.meta.delay.on_label_clock(trace, step_s, str(path))

    def _face_settings(self, face: int | None, detector: str | Path | None) -> FaceSettings:
        changes: dict[str, Any] = {"face": face, "detector": None if detector is None else str(detector)}
        changes = {key: value for key, value in changes.items() if value is not None}
        return validate(FaceSettings, self.meta.faces.model_dump() | changes, "face settings of prediction")

    def _missing_inputs(self, tracks: TrackSource, path: Path) -> list[str]:
        lacking = {
            name: spec for name, spec in self.declaration.inputs.items() if tracks.track(spec.track) is None
        }
        if lacking and len(lacking) == len(self.declaration.inputs):
            lacks = " and no ".join(dict.fromkeys(_source_of(spec) for spec in lacking.values()))
            raise DataError(
                f"{path}: has no {lacks}, but {self.name} takes {' and '.join(lacking)}; "
                "give a file that has one"
            )
        return [f"no {_source_of(spec)}: {name} input is zeros" for name, spec in lacking.items()]

    def _early_ends(self, tracks: TrackSource) -> list[str]:
        sentences = []
        for name, spec in self.declaration.inputs.items():
            track = tracks.track(spec.track)
            end_s = tracks.duration_s if track is None else track.timeline.end_s
            if end_s < tracks.duration_s - EARLY_S:
                sentences.append(
                    f"the {_source_of(spec)} ends at {end_s:.2f} s of {tracks.duration_s:.2f} s: "
                    f"from there on {name} input is zeros"
                )
        return sentences

    @property
    def _looks_at_faces(self) -> bool:
        return any(medium_of(spec.track) == "video" for spec in self.declaration.inputs.values())


def _source_of(spec: InputSpec) -> str:
    return {"video": "video track", "audio": "sound track"}.get(medium_of(spec.track), "table")


def _part(progress: Progress | None, start: float, end: float, what: str) -> Report | None:
    """A progress callback for one part of the work, as (done, total); None for none."""
    if progress is None:
        return None

    def report(done: float, total: float | None, name: str = "") -> None:
        share = min(done / total, 1.0) if total and total > 0 else 0.0
        progress(start + (end - start) * share, 1.0, name or what)

    return report
