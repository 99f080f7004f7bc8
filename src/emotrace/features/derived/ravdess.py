"""Sound and face of RAVDESS clips, each summed up over the clip, of a table that tells of some of them."""

from collections.abc import Sequence

import numpy as np

from emotrace.errors import DataError
from emotrace.features.feature import Feature
from emotrace.features.track import Track

_SPREAD = ("mean", "stddev", "range")
_ACOUSTIC = (
    *(f"{name}_{of}" for name in ("f0", "f1", "f2", "f3", "f4", "loudness", "hnr") for of in _SPREAD),
    *("jitter", "jitter_abs", "jitter_rap", "jitter_ppq5", "jitter_ddp"),
    *("shimmer", "shimmer_db", "shimmer_apq3", "shimmer_apq5", "shimmer_apq11", "shimmer_dda", "gne_ratio"),
    *(f"mfcc{number}_{of}" for of in ("mean", "var") for number in range(1, 15)),
    *("cpp_mean", "cpp_var", "spir", "dur_med", "dur_mad", "silence_ratio", "rel_f0_sd", "rel_se0_sd"),
)
_EXPRESSIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
_UNITS = (1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 17, 20, 23, 24, 25, 26, 28, 43)
_FACE = tuple(
    f"{name}_{of}"
    for of in ("mean", "std")
    for name in (*_EXPRESSIONS, *(f"AU{unit:02d}" for unit in _UNITS), "mouth_openness")
)


def acoustic(track: Track) -> Track:
    """Pitch, formants, loudness, voice quality, cepstra and pauses of a clip.

    Parameters
    ----------
    track : Track
        ``table-summary``.

    Returns
    -------
    Track
        float32 (1, 69), in the units of the table; NaN where it has no value.

    Raises
    ------
    DataError
        If the table lacks one of the columns.
    """
    return _chosen(track, _ACOUSTIC)


def face(track: Track) -> Track:
    """Scores of expressions, action units and openness of the mouth over a clip, means and deviations.

    Parameters
    ----------
    track : Track
        ``table-summary``.

    Returns
    -------
    Track
        float32 (1, 56), in the units of the table; NaN where it has no value.

    Raises
    ------
    DataError
        If the table lacks one of the columns.
    """
    return _chosen(track, _FACE)


def _chosen(track: Track, wanted: Sequence[str]) -> Track:
    names = list(track.attributes.get("columns", ()))
    missing = [name for name in wanted if name not in names]
    if missing:
        raise DataError(
            f"the table has the columns {', '.join(names) or 'without names'}; expected "
            f"{', '.join(missing)} as well, as the table of features of ravdess has them"
        )
    values: np.ndarray = np.asarray(track.values[:], dtype=np.float32)
    values = values[:, [names.index(name) for name in wanted]]
    return Track(
        values=values,
        timeline=track.timeline,
        valid=np.asarray(np.isfinite(values).any(axis=1)),
        attributes={"columns": list(wanted)},
    )


_SOURCE = "our choice; the table is the one published with 360 clips of RAVDESS"
FEATURES = (
    Feature(
        name="ravdess-acoustic",
        needs="table-summary",
        compute=acoustic,
        blocks={"pitch": 3, "formants": 12, "loudness": 3, "voice": 15, "cepstra": 28, "timing": 8},
        version=1,
        summary="pitch, formants, loudness, voice quality and cepstra of a whole clip of RAVDESS",
        source=_SOURCE,
        columns=_ACOUSTIC,
    ),
    Feature(
        name="ravdess-face",
        needs="table-summary",
        compute=face,
        blocks={"means": 28, "deviations": 28},
        version=1,
        summary="expressions, action units and openness of the mouth over a whole clip of RAVDESS",
        source=_SOURCE,
        columns=_FACE,
    ),
)
