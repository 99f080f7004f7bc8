"""Arrays to tracks, and tracks to a model's tensors."""

from typing import TYPE_CHECKING, Any

from emotrace.features.assemble import assemble, step_count
from emotrace.features.chunk_feed import ChunkFeed
from emotrace.features.condensed import CondensedRecording
from emotrace.features.targets import targets
from emotrace.features.track import Track, TrackSource

if TYPE_CHECKING:
    from emotrace.features.media_tracks import MediaTracks, check_track, track_builder_names

__all__ = [
    "ChunkFeed",
    "CondensedRecording",
    "MediaTracks",
    "Track",
    "TrackSource",
    "assemble",
    "check_track",
    "step_count",
    "targets",
    "track_builder_names",
]


def __getattr__(name: str) -> Any:
    """Import what decodes media on first use: assembling from a prepared corpus needs none of it."""
    if name in {"MediaTracks", "check_track", "track_builder_names"}:
        import importlib

        return getattr(importlib.import_module("emotrace.features.media_tracks"), name)
    raise AttributeError(f"module 'emotrace.features' has no attribute {name!r}")
