"""The tracks of a media file, made when they are asked for."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from emotrace import media
from emotrace.config.media import FaceSettings
from emotrace.errors import ConfigError, DataError, InputError
from emotrace.features.audio import AudioSpool
from emotrace.features.faces import CropRows, face_box_track, face_boxes_of
from emotrace.features.track import Track
from emotrace.profile import timed_block
from emotrace.timing import Timeline

_USUAL_RATE_HZ = 16000  # sound is decoded at this rate where only its duration is asked for
_PATTERNS = {
    "faces": re.compile(r"faces"),
    "face": re.compile(r"face-(?P<size>[1-9]\d{0,3})(?P<align>-aligned)?"),
    "audio": re.compile(r"audio-(?P<rate>[1-9]\d{2,5})"),
    "table": re.compile(r"table-[A-Za-z0-9_][A-Za-z0-9._-]*"),
}

track_builder_names = ("faces", "face-<size>", "face-<size>-aligned", "audio-<rate_hz>", "table-<name>")


def check_track(name: str) -> None:
    """Refuse a track name that no builder understands.

    Raises
    ------
    ConfigError
        If `name` is none of `track_builder_names` with its size or rate filled in.

    Examples
    --------
    >>> check_track("face-96-aligned")
    """
    _parse(name)


class MediaTracks:
    """The tracks of a media file, made lazily; a `TrackSource` and a context manager.

    Tracks: ``faces`` (box, landmarks, score per frame), ``face-<size>`` and ``face-<size>-aligned``
    (uint8 crops, decoded forward as rows are asked for), ``audio-<rate_hz>`` (float32 samples,
    read from a temporary file, with mean and standard deviation), ``table-<name>`` (None: only a corpus
    brings tables). Nothing holds a whole video or its sound in memory.

    Parameters
    ----------
    video : path, Pictures or None
        File whose pictures are looked at, and whose sound is taken unless `audio` is given. It may
        lack either. As `Pictures` it may be a folder of images, have stated frame times, or hold faces
        that are cut out already.
    audio : path or None
        File whose sound replaces that of `video`.
    settings : FaceSettings
    profile : dict or None
        Seconds spent are added to its keys ``decode``, ``detect``, ``crop`` and ``audio``.
    progress : function of (seconds done, seconds in all or None), or None
        Called while faces are located.
    threads : int
        Threads of decoding and of the detector.
    faces : Track or None
        The ``faces`` track of this very video and settings, where it was made before: no face is
        searched again.

    Attributes
    ----------
    warnings : list of str
        What could not be read, in sentences; grows as tracks are made.
    sound_rate_hz : int or None
        Samples per second of the sound as it is in the file; None: there is none.

    Raises
    ------
    InputError
        If neither file is given.
    DataError
        If a file is missing, empty or not media, or holds neither pictures nor sound that decode.
    """

    def __init__(
        self,
        video: media.PictureSource | None,
        audio: str | Path | None = None,
        settings: FaceSettings | None = None,
        *,
        profile: dict[str, float] | None = None,
        progress: Callable[[float, float | None], None] | None = None,
        threads: int = 2,
        faces: Track | None = None,
    ):
        if video is None and audio is None:
            raise InputError("MediaTracks got neither video nor audio; give at least one file")
        self.warnings: list[str] = []
        self.profile: dict[str, float] = profile if profile is not None else {}
        self._settings = settings or FaceSettings()
        self._progress, self._threads = progress, threads
        seen = media.probe(video) if video is not None else None
        sound = media.probe(audio) if audio is not None else seen
        if audio is not None and sound is not None and not sound.has_audio:
            if seen is None or not seen.has_video:
                raise DataError(f"{audio} has no sound; expected a file with a sound track")
            self.warnings.append(f"{sound.path.name} has no sound, so the recording has pictures only")
        self._video = media.Pictures.of(video) if video is not None and seen and seen.has_video else None
        self._audio = sound.path if sound is not None and sound.has_audio else None
        self.sound_rate_hz = sound.sample_rate_hz if sound is not None else None
        self._boxes: media.FaceBoxes | None = face_boxes_of(faces) if faces is not None else None
        self._spools: dict[int, AudioSpool] = {}
        self._tracks: dict[str, Track | None] = {}
        self._duration_s: float | None = None

    def __enter__(self) -> "MediaTracks":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    @property
    def settings(self) -> FaceSettings:
        """The settings with the hash of the detector filled in."""
        digest = media.detector_digest(self._settings)
        return self._settings.model_copy(update={"detector_digest": digest})

    @property
    def duration_s(self) -> float:
        """Latest end of the streams that decode, s.

        Raises
        ------
        DataError
            If nothing decodes.
        """
        if self._duration_s is None:
            spool = self._spool(next(iter(self._spools), _USUAL_RATE_HZ))
            ends = [0.0, self._video_end_s(), spool.end_s if spool else 0.0]
            self._duration_s = max(ends)
        return self._duration_s

    def track(self, name: str) -> Track | None:
        """The track of that name, or None if the file lacks that modality.

        Raises
        ------
        ConfigError
            If no builder understands the name.
        DataError
            If nothing of the file decodes, or the temporary folder is full.
        InputError
            If `settings.face` asks for a face that is not there.
        """
        kind, size, align, rate_hz = _parse(name)
        if name not in self._tracks:
            if kind == "table":
                self._tracks[name] = None
            elif kind == "audio":
                spool = self._spool(rate_hz)
                self._tracks[name] = spool.track if spool else None
            else:
                boxes = self._face_boxes()
                if boxes is None:
                    self._tracks[name] = None
                elif kind == "faces":
                    self._tracks[name] = face_box_track(boxes)
                else:
                    self._tracks[name] = self._crops(boxes, size, align)
        return self._tracks[name]

    def close(self) -> None:
        """Close files and give temporary ones back."""
        for track in self._tracks.values():
            if track is not None and isinstance(track.values, CropRows):
                track.values.close()
        for spool in self._spools.values():
            spool.close()
        self._tracks.clear()
        self._spools.clear()

    def _face_boxes(self) -> media.FaceBoxes | None:
        if self._boxes is None and self._video is not None:
            facts: dict[str, Any] = {
                "profile": self.profile,
                "warnings": self.warnings,
                "threads": self._threads,
            }
            try:
                if self._video.faces_cut:
                    self._boxes = media.whole_pictures(self._video, self._settings, **facts)
                else:
                    detector = self._detector()
                    self._boxes = media.locate_faces(
                        self._video, detector, self._settings, self._progress, **facts
                    )
            except media.NothingDecodesError as error:
                self._lose("_video", self._audio, error)
        return self._boxes

    def _detector(self) -> media.Detector:
        with timed_block(self.profile, "detect"):
            detector = media.open_detector(self._settings, self._threads)
        stated = self._settings.detector_digest
        if stated and stated != detector.digest:
            self.warnings.append(
                f"the face detector {self._settings.detector} is not the one of the settings "
                f"(hash {detector.digest}, expected {stated}): crops may differ"
            )
        return detector

    def _crops(self, boxes: media.FaceBoxes, size: int, align: bool) -> Track | None:
        if self._video is None:
            return None
        if align and self._video.faces_cut:
            name = self._video.path.name
            self._warn([f"{name}: its faces are cut out already: aligned crops show them as they are"])
        open_crops = partial(
            media.stream_crops,
            self._video,
            boxes,
            size,
            align,
            self._settings,
            profile=self.profile,
            threads=self._threads,
        )
        rows = CropRows(open_crops, boxes.found, size)
        return Track(
            values=rows,
            timeline=Timeline.irregular(boxes.times_s),
            valid=boxes.found,
            attributes={"margin": 0.0 if self._video.faces_cut else self._settings.margin},
        )

    def _spool(self, rate_hz: int) -> AudioSpool | None:
        if rate_hz not in self._spools and self._audio is not None:
            new: list[str] = []
            try:
                self._spools[rate_hz] = AudioSpool(self._audio, rate_hz, self.profile, new)
            except media.NothingDecodesError as error:
                self._lose("_audio", self._video, error)
            self._warn(new)
        return self._spools.get(rate_hz)

    def _video_end_s(self) -> float:
        if self._boxes is not None:
            return self._boxes.end_s
        if self._video is None:
            return 0.0
        try:
            return media.video_end_s(self._video)
        except media.NothingDecodesError as error:
            self._lose("_video", self._audio, error)
            return 0.0

    def _lose(self, stream: str, other: object | None, error: DataError) -> None:
        """Go on without a stream that does not decode, and say so; raise if it was the last one."""
        setattr(self, stream, None)
        if other is None:
            raise error
        self._warn([str(error)])

    def _warn(self, sentences: list[str]) -> None:
        self.warnings += [text for text in dict.fromkeys(sentences) if text not in self.warnings]


def _parse(name: str) -> tuple[str, int, bool, int]:
    """(kind, crop size, aligned, rate); zeros where they do not apply."""
    for kind, pattern in _PATTERNS.items():
        found = pattern.fullmatch(name)
        if found:
            parts = found.groupdict()
            return kind, int(parts.get("size") or 0), bool(parts.get("align")), int(parts.get("rate") or 0)
    raise ConfigError(
        f"no track is called {name!r}; expected one of {', '.join(track_builder_names)}, e.g. face-96"
    )
