"""A recording whose features are computed when they are asked for."""

from emotrace.errors import DataError
from emotrace.features.derived import is_feature, made_of
from emotrace.features.track import Track, TrackSource


class DerivedTracks:
    """A `TrackSource` that adds to another the tracks ``feature-<name>`` made of its own.

    A feature is made of the track that it needs, or of the one that the input names
    (``feature-<name>@<track>``); where the recording lacks that, the feature is missing too (None).

    Parameters
    ----------
    source : TrackSource
    """

    def __init__(self, source: TrackSource):
        self._source = source
        self._made: dict[str, Track | None] = {}

    @property
    def duration_s(self) -> float:
        """Of the recording, s."""
        return self._source.duration_s

    def track(self, name: str) -> Track | None:
        """The track of that name, or None if the recording lacks that modality.

        Raises
        ------
        ConfigError
            If there is no such feature.
        MissingExtraError
            If the feature needs an extra that is not installed.
        DataError
            If what it needs is broken, or the feature gives other than its columns.
        """
        if not is_feature(name):
            return self._source.track(name)
        if name not in self._made:
            feature, needs = made_of(name)
            base = self.track(needs)
            made = None if base is None else feature.compute(base)
            if made is not None and tuple(made.values.shape[1:]) != (feature.width,):
                raise DataError(
                    f"feature {feature.name} gave rows of shape {tuple(made.values.shape[1:])}; expected "
                    f"({feature.width},), as it declares"
                )
            self._made[name] = made
        return self._made[name]
