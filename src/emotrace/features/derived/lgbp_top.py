"""LGBP-TOP: the appearance of a face as histograms of local Gabor binary patterns on three planes."""

from emotrace.errors import DataError
from emotrace.features.appearance.layout import BLOCKS, SIDE, columns_of_row
from emotrace.features.feature import Feature
from emotrace.features.track import Track

LEAST_SIDE = 12  # px


def compute(faces: Track) -> Track:
    """Appearance of a face, frame by frame.

    Every picture is filtered by 18 Gabor filters (three frequencies, six directions). On the absolute values,
    local binary patterns of eight neighbours are found on the planes xy, xt and yt, and the 58 uniform ones
    are counted in 4 x 4 blocks of the picture over three frames, which takes five frames in all.

    Parameters
    ----------
    faces : Track
        uint8 (time, height, width, 3), such as ``face-96-aligned``.

    Returns
    -------
    Track
        values uint8 (time, 50112) in 1/255 of the pixels of a block, computed as rows are asked for. Five
        minutes at 25 frames/s are 376 MB. valid False and zeros where no face is found; rows are never NaN.

    Raises
    ------
    DataError
        If the track holds no colour pictures, or smaller ones than 12 x 12.

    Source
    ------
    Almaev and Valstar (2013); Chen and Jin (2015), section 4.2, use the features of AVEC 2015. Frames are
    neighbours however far apart in time. Filtering pictures only (and not the slices along time), whole
    numbers, three frames to a histogram: our choice.
    """
    from emotrace.features.appearance.rows import HistogramRows  # numba is slow to import

    shape = tuple(faces.values.shape)
    if len(shape) != 4 or shape[3] != 3 or min(shape[1:3]) < LEAST_SIDE:
        raise DataError(
            f"the feature lgbp-top is given rows of shape {shape[1:]}; expected pictures (height, width, 3) "
            f"of {LEAST_SIDE} px or more a side, make it of a face such as face-96-aligned"
        )
    return Track(values=HistogramRows(faces), timeline=faces.timeline, valid=faces.valid)


FEATURES = (
    Feature(
        name="lgbp-top",
        needs="face-96-aligned",
        compute=compute,
        blocks=BLOCKS,
        parts={f"quarter {row + 1} from the top": columns_of_row(row) for row in range(SIDE)},
        version=1,
        summary="appearance: local Gabor binary patterns from three orthogonal planes, before PCA",
        source="chen2015, section 4.2; Almaev and Valstar (2013)",
    ),
)
