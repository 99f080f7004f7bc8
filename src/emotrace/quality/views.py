"""One recording as the check sees it, from a prepared corpus or from media as they lie on disk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from emotrace.corpora import Corpus, Recording, Series
from emotrace.errors import DataError
from emotrace.features.track import Track
from emotrace.media import FrameReader, Pictures, SoundReader, probe
from emotrace.quality.frames import FrameFacts, measure_frames
from emotrace.quality.sound import SoundFacts, measure_sound
from emotrace.quality.speech import TRACK as SPEECH
from emotrace.quality.speech import SpeechFacts, speech_of
from emotrace.store import PreparedCorpus, PreparedRecording
from emotrace.store.fingerprint import fingerprints

_CHUNK = 1 << 18  # samples of a stored track at a time


@dataclass(frozen=True)
class View:
    """What is known of one recording.

    Parameters
    ----------
    name, subject : str
    partition, session, emotion : str or None
    gold : mapping of dimension to Series
    ratings : mapping of dimension to mapping of rater to Series
    duration_s : float, s, or None
        None: its media were not looked at.
    frames : FrameFacts or None
    sound : SoundFacts or None
    speech : SpeechFacts or None
        None: nobody looked where it is.
    sources : mapping of role to SHA-256
        Of its media files.
    tables : mapping of str to (int, int)
        Rows and columns of physiology and features that it brings; 0 rows: not read.
    problems : tuple of str
        What was odd when it was read.
    """

    name: str
    subject: str
    partition: str | None
    session: str | None
    emotion: str | None
    gold: Mapping[str, Series]
    ratings: Mapping[str, Mapping[str, Series]]
    duration_s: float | None = None
    frames: FrameFacts | None = None
    sound: SoundFacts | None = None
    speech: SpeechFacts | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def view_prepared(recording: PreparedRecording) -> View:
    """A recording of a prepared corpus; nothing is decoded."""
    names = recording.track_names
    faces = recording.track("faces") if "faces" in names else None
    speech = next((recording.track(name) for name in sorted(names) if name.startswith(SPEECH)), None)
    sound = next((recording.stored(name) for name in names if name.startswith("audio-")), None)
    dimensions = [name.removeprefix("ratings-") for name in names if name.startswith("ratings-")]
    tables = {
        name.removeprefix("table-"): recording.track(name) for name in names if name.startswith("table-")
    }
    return View(
        name=recording.name,
        subject=recording.subject,
        partition=recording.partition,
        session=recording.session,
        emotion=recording.emotion,
        gold=_columns(recording.labels, recording.labels.attributes.get("dimensions", ())),
        ratings={name: _ratings(recording.ratings(name)) for name in dimensions},
        duration_s=recording.duration_s,
        frames=None if faces is None else measure_frames(faces.timeline.seconds(), np.asarray(faces.valid)),
        sound=None if sound is None else _stored_sound(sound),
        speech=None if speech is None else speech_of(speech),
        sources=recording.source_hashes,
        tables={name.removeprefix("table-"): _shape(track) for name, track in tables.items() if track},
        problems=tuple(recording.warnings),
    )


def view_recording(recording: Recording, decode: bool = True) -> View:
    """A recording of a corpus in its original layout; no face is searched.

    Parameters
    ----------
    recording : Recording
    decode : bool
        Decode video and sound, and hash the files; else only labels are looked at.
    """
    problems: list[str] = []
    duration, frames, sound = None, None, None
    sources: dict[str, str] = {}
    if decode:
        try:
            sources = _hashes(recording)
            frames, ends = _frames(recording, problems)
            sound = _sound(recording, problems)
            ends += [sound.seconds] if sound is not None else []
            duration = max(ends, default=None)
        except DataError as error:
            problems.append(str(error))
    return View(
        name=recording.name,
        subject=recording.subject,
        partition=recording.partition,
        session=recording.session,
        emotion=recording.emotion,
        gold=recording.gold,
        ratings=recording.ratings,
        duration_s=duration,
        frames=frames,
        sound=sound,
        sources=sources,
        tables=_tables(recording, problems) if decode else {},
        problems=tuple(problems),
    )


def views_of(corpus: PreparedCorpus | Corpus, decode: bool = True) -> Iterator[View]:
    """Every recording, one after the other; what was decoded is not kept."""
    for recording in corpus.recordings:
        if isinstance(recording, PreparedRecording):
            yield view_prepared(recording)
        else:
            yield view_recording(recording, decode)


def _columns(track: Track, names) -> dict[str, Series]:
    values = np.asarray(track.values, dtype=np.float64)
    times = track.timeline.seconds()
    columns = {name: Series(times, values[:, i]) for i, name in enumerate(names)} if len(times) else {}
    return {name: series for name, series in columns.items() if np.isfinite(series.values).any()}


def _ratings(track: Track | None) -> dict[str, Series]:
    return {} if track is None else _columns(track, track.attributes["raters"])


def _stored_sound(track: Track) -> SoundFacts:
    samples = track.values
    starts = range(0, samples.shape[0], _CHUNK)
    rate_hz = round(1 / track.timeline.period_s) if track.timeline.period_s else 16000
    return measure_sound((samples[start : start + _CHUNK] for start in starts), rate_hz)


def _shape(track: Track) -> tuple[int, int]:
    rows, columns = track.values.shape[:2]
    return rows, columns


def _hashes(recording: Recording) -> dict[str, str]:
    if recording.video is None and recording.audio is None:
        return {}
    return {role: facts["sha256"] for role, facts in fingerprints(recording, (), {}).items()}


def _frames(recording: Recording, problems: list[str]) -> tuple[FrameFacts | None, list[float]]:
    if recording.video is None:
        return None, []
    pictures = Pictures(recording.video, recording.frame_times_s, recording.faces_cut)
    if not probe(pictures).has_video:
        return None, []
    reader = FrameReader(pictures, wanted=lambda *_: False, warnings=problems)
    for _ in reader:  # decodes every frame, converts none
        pass
    found = np.ones(len(reader.times_s), dtype=bool) if recording.faces_cut else None
    return measure_frames(np.asarray(reader.times_s), found), [reader.end_s]


def _sound(recording: Recording, problems: list[str]) -> SoundFacts | None:
    path = recording.audio or recording.video
    if path is None or Path(path).is_dir():
        return None
    info = probe(path)
    if not info.has_audio or not info.sample_rate_hz:
        return None
    return measure_sound(SoundReader(path, info.sample_rate_hz, problems), info.sample_rate_hz)


def _tables(recording: Recording, problems: list[str]) -> dict[str, tuple[int, int]]:
    shapes = {}
    for name, table in recording.tables.items():
        try:
            shapes[name] = table.read().values.shape
        except DataError as error:
            problems.append(str(error))
            shapes[name] = (0, 0)
    return shapes
