"""A trained model that traces media files of any length in bounded memory."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.config.base import validate
from emotrace.config.declaration import Declaration
from emotrace.config.media import FaceSettings
from emotrace.errors import CheckpointError
from emotrace.features import ChunkFeed, MediaTracks, TrackSource, step_count
from emotrace.features.derived import medium_of
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.silence import WithoutSilence
from emotrace.inference.face_boxes import boxes_per_step
from emotrace.inference.missing import (
    early_ends,
    missing_inputs,
    never_observed,
    no_speech,
    normalised_alone,
    refuse_tables_alone,
)
from emotrace.inference.prediction import Prediction
from emotrace.inference.unlike import Colours, off_the_scale, unlike_inputs
from emotrace.models import CheckpointMeta, Model, trace_and_show
from emotrace.models.run import CHUNK_STEPS
from emotrace.postprocess import Fitted
from emotrace.postprocess.majority_vote import majority_vote
from emotrace.postprocess.of_run import refuse_unfit
from emotrace.profile import timed_block
from emotrace.timing import step_times
from emotrace.trace import Trace

Progress = Callable[[float, float, str], None]  # done, total, what
Report = Callable[..., None]  # done, total

_log = logging.getLogger(__name__)
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
    postprocess : Postprocessor, Calibration or None
        What is done to every trace, as it was tuned for these weights; public, and what never looks ahead of
        it, for streams, is ``predictor.postprocess.online().stream()``.

    Raises
    ------
    CheckpointError
        If `postprocess` was tuned on another step or on other labels.

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
        postprocess: Fitted | None = None,
    ):
        self.model = model.eval()
        self.postprocess = postprocess
        self.meta = meta
        self.origin = origin
        self._warnings = tuple(warnings)
        if postprocess is not None:
            refuse_unfit(postprocess, self.step_s, self.labels, str(origin or self.name))

    @property
    def name(self) -> str:
        """``system/variant``."""
        return self.meta.name

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of what it predicts, in the order of a trace's columns."""
        return tuple(self.model.labels)

    @property
    def step_s(self) -> float:
        """Seconds from one row of a trace to the next."""
        return self.declaration.step_s

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
        raw: bool = False,
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
        raw : bool
            Leave post-processing out: the trace as the model gives it.

        Returns
        -------
        Trace
            ``timing.step_count(duration, step)`` rows, less those that a delay with the rule ``drop``
            leaves out at the start; `face_found` is False everywhere for a model that does not look at
            faces; `observed` says which inputs the file had: a sound that is silent throughout is none.
            What is odd about the file is logged as warnings; `analyse` gives it.

        Raises
        ------
        DataError
            If the file is missing, broken, or holds nothing that the model takes, or the model takes only
            tables, which a corpus brings.
        InputError
            If `face` is higher than the number of faces that were followed.
        ConfigError
            If the detector is missing or not one that is understood.
        CheckpointError
            If the model gives values that are not numbers.
        """
        found = self.analyse(
            path, audio=audio, face=face, detector=detector, progress=progress, profile=profile, raw=raw
        )
        for text in found.warnings:
            _log.warning("%s: %s", found.path.name, text)
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
        raw: bool = False,
    ) -> Prediction:
        """As `predict`, and with face boxes, warnings and timings beside the trace."""
        path, sound = Path(path), Path(audio) if audio is not None else None
        profile = {} if profile is None else profile
        refuse_tables_alone(self.name, self.declaration, path)
        settings = self._face_settings(face, detector)
        locating = _part(progress, 0.0, _SHARE_OF_FACES, "faces")
        with MediaTracks(path, sound, settings, profile=profile, progress=locating) as media:
            there = DerivedTracks(media)
            notes = missing_inputs(self.name, self.declaration, there, path)
            tracks = WithoutSilence(there)
            notes += early_ends(self.declaration, tracks)
            notes += no_speech(self.declaration, tracks)
            notes += normalised_alone(self.declaration)
            if not self._looks_at_faces and not (face is None and detector is None):
                notes.append(f"{self.name} does not look at faces: the asked face or detector plays no part")
            faces = tracks.track("faces") if self._looks_at_faces else None
            tracing = _part(progress, 0.0 if faces is None else _SHARE_OF_FACES, 1.0, "trace")
            notes += unlike_inputs(self.declaration, faces, tracks.duration_s, media.sound_rate_hz)
            trace, colours = self._trace(tracks, path, profile, tracing)
            notes += colours
            done = None if raw else self.postprocess
            if done is not None:
                (values,) = done.apply([trace.values])
                trace = replace(trace, values=values.astype(np.float32))
                notes += _looking_ahead(done)
            if (moved := self.meta.delay.describe()) is not None:
                notes.append(moved)
            notes += never_observed(self.declaration, tracks, trace, faces)
            if self.declaration.predicts == "trace":
                notes += off_the_scale(trace.values, self.meta.value_range)
            return Prediction(
                path=path,
                audio=sound,
                trace=trace,
                duration_s=tracks.duration_s,
                model=self.name,
                corpus=self.meta.corpus,
                predicts=self.declaration.predicts,
                value_range=self.meta.value_range,
                decision=majority_vote(trace.values) if self.declaration.predicts == "class" else None,
                boxes=None if faces is None else boxes_per_step(faces, trace),
                frames=0 if faces is None else faces.timeline.length,
                frames_with_face=0 if faces is None or faces.valid is None else int(faces.valid.sum()),
                identities=0 if faces is None else int(faces.attributes["identities"]),
                face=settings.face,
                shown_meaning=self.model.shown_meaning,
                postprocess="" if done is None else done.describe(),
                warnings=tuple(dict.fromkeys([*self._warnings, *notes, *media.warnings])),
                profile=profile,
            )

    def _trace(
        self, tracks: TrackSource, path: Path, profile: dict[str, float], progress: Report | None
    ) -> tuple[Trace, list[str]]:
        """The trace, and what there is to say about the colours of its pictures."""
        steps = step_count(tracks, self.declaration)
        feed = ChunkFeed(self.declaration, tracks, steps, profile, progress)
        colours = Colours(self.declaration, feed)
        with timed_block(profile, "model"):
            values, shown = trace_and_show(self.model, colours, steps, chunk_steps=CHUNK_STEPS)
        if not np.isfinite(values).all():
            raise CheckpointError(
                f"{self.origin or self.name}: gives values that are not numbers for {path}; "
                "its weights are damaged or training diverged, train it again"
            )
        step_s = self.declaration.step_s
        trace = Trace(
            step_times(0, steps, step_s),
            values,
            self.labels,
            feed.face_found,
            observed=feed.observed,
            shown=shown,
        )
        return self.meta.delay.on_label_clock(trace, step_s, str(path)), colours.notes()

    def _face_settings(self, face: int | None, detector: str | Path | None) -> FaceSettings:
        changes: dict[str, Any] = {"face": face, "detector": None if detector is None else str(detector)}
        changes = {key: value for key, value in changes.items() if value is not None}
        return validate(FaceSettings, self.meta.faces.model_dump() | changes, "face settings of prediction")

    @property
    def _looks_at_faces(self) -> bool:
        return any(medium_of(spec.track) == "video" for spec in self.declaration.inputs.values())


def _looking_ahead(postprocess: Fitted) -> list[str]:
    ahead = postprocess.describe_look_ahead()
    if not ahead:
        return []
    return [f"post-processing looks ahead: {ahead}"]


def _part(progress: Progress | None, start: float, end: float, what: str) -> Report | None:
    """A progress callback for one part of the work, as (done, total); None for none."""
    if progress is None:
        return None

    def report(done: float, total: float | None, name: str = "") -> None:
        share = min(done / total, 1.0) if total and total > 0 else 0.0
        progress(start + (end - start) * share, 1.0, name or what)

    return report
