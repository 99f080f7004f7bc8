"""Opens the media of a recording, with the faces that are known already."""

from collections.abc import Callable

from emotrace.config.media import FaceSettings
from emotrace.corpora.recording import Recording
from emotrace.features.track import Track, TrackSource


def open_media_tracks(
    recording: Recording,
    settings: FaceSettings,
    faces: Track | None = None,
    progress: Callable[[float, float | None], None] | None = None,
) -> TrackSource:
    """The tracks of a recording's media files, as inference makes them from a file.

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

    return MediaTracks(recording.video, recording.audio, settings, faces=faces, progress=progress)


def with_detector(settings: FaceSettings) -> FaceSettings:
    """The settings with the hash of the detector's file filled in.

    Raises
    ------
    ConfigError
        If the detector is missing.
    """
    from emotrace.media import detector_digest

    return settings.model_copy(update={"detector_digest": detector_digest(settings)})
