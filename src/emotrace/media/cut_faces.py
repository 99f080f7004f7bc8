"""Faces of pictures that are faces already: the whole picture is the box, and nothing is searched."""

import numpy as np

from emotrace.config.media import FaceSettings
from emotrace.errors import InputError
from emotrace.media.frames import FrameReader
from emotrace.media.locate import FaceBoxes
from emotrace.media.pictures import PictureSource
from emotrace.profile import timed_block


def whole_pictures(
    source: PictureSource,
    settings: FaceSettings,
    *,
    profile: dict[str, float] | None = None,
    warnings: list[str] | None = None,
    threads: int = 2,
) -> FaceBoxes:
    """Every picture as one face from edge to edge.

    Parameters
    ----------
    source : path of a video file, or Pictures
    settings : FaceSettings
        Only `face` counts, which must be 0.
    profile : dict or None
        Seconds spent are added to its key ``decode``.
    warnings : list of str or None
        Sentences on what could not be read are added to it.
    threads : int
        Decoding threads.

    Returns
    -------
    FaceBoxes
        Found in every frame with score 1; landmarks are NaN.

    Raises
    ------
    DataError
        If the pictures cannot be opened, or not one decodes.
    InputError
        If `settings.face` is 1 or more.
    """
    if settings.face > 0:
        raise InputError(
            f"face {settings.face} of {source} was asked for, but each of its pictures is one face cut out "
            "already; ask for face 0"
        )
    reader = FrameReader(source, wanted=lambda index, time_s: False, threads=threads, warnings=warnings)
    with timed_block(profile if profile is not None else {}, "decode"):
        for _ in reader:
            pass
    count = len(reader.times_s)
    edges = np.array([0, 0, reader.width, reader.height], np.float32)
    return FaceBoxes(
        times_s=np.array(reader.times_s),
        boxes=np.tile(edges, (count, 1)),
        landmarks=np.full((count, 5, 2), np.nan, np.float32),
        scores=np.ones(count, np.float32),
        found=np.ones(count, dtype=bool),
        end_s=reader.end_s,
        width=reader.width,
        height=reader.height,
        identities=1,
    )
