"""Opens the media of a recording, with the faces that are known already."""

from collections.abc import Callable

from emotrace.config.media import FaceSettings
from emotrace.corpora.recording import Recording
from emotrace.features.track import Track, TrackSource

_THREADS = 1  # of decoding and of the face detector


def open_media_tracks(
    recording: Recording,
    settings: FaceSettings,
    faces: Track | None = None,
    progress: Callable[[float, float | None], None] | None = None,
) -> TrackSource:
    """The tracks of a recording's media files, as inference makes them from a file.

    One thread per recording: a second one makes a recording no faster (`benchmarks/prepare_jobs.py`) and
    takes the processor from other jobs.

    Parameters
    ----------
    recording : Recording
    settings : FaceSettings
    faces : Track or None
        The faces track of the same video and settings: it is not searched again.
    progress : callable or None
        Hears (seconds done, seconds in all) while faces are found.

    Raises
    ------
    DataError
        If a file is missing or not media.
    """
    from emotrace.features.media_tracks import MediaTracks
    from emotrace.media import Pictures

    video = None
    if recording.video is not None:
        video = Pictures(recording.video, recording.frame_times_s, recording.faces_cut)
    return MediaTracks(video, recording.audio, settings, faces=faces, progress=progress, threads=_THREADS)


def with_detector(settings: FaceSettings) -> FaceSettings:
    """The settings with the hash of the detector's file filled in.

    Raises
    ------
    ConfigError
        If the detector is missing.
    """
    from emotrace.media import detector_digest

    return settings.model_copy(update={"detector_digest": detector_digest(settings)})
