"""One recording's media and tables as one source of tracks."""

from emotrace.features.track import Track, TrackSource
from emotrace.store.tables import PREFIX, RecordingTables


class MediaAndTables:
    """A `TrackSource` of the media of a recording that has its tables beside.

    Parameters
    ----------
    media : TrackSource
    tables : RecordingTables
    """

    def __init__(self, media: TrackSource, tables: RecordingTables):
        self._media, self._tables = media, tables

    @property
    def duration_s(self) -> float:
        """Of the media, s."""
        return self._media.duration_s

    @property
    def warnings(self) -> list[str]:
        """What could not be read of the media, in sentences; grows as tracks are made."""
        return list(getattr(self._media, "warnings", ()))

    def track(self, name: str) -> Track | None:
        """The track of that name; None if the recording lacks that modality, or its table cannot be read."""
        if name.startswith(PREFIX):
            return self._tables.track(name.removeprefix(PREFIX))[0]
        return self._media.track(name)


class NoMedia(MediaAndTables):
    """The same of a recording without media: all but its tables are missing."""

    def __init__(self, tables: RecordingTables):
        super().__init__(_Nothing(tables), tables)


class _Nothing:
    def __init__(self, tables: RecordingTables):
        self._tables = tables

    @property
    def duration_s(self) -> float:
        return self._tables.duration_s

    def track(self, name: str) -> None:
        return None
