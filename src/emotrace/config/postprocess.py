"""Which post-processing a recipe asks for; it is fitted on development once training is done."""

from typing import Annotated, Literal

from pydantic import Field

from emotrace.config.base import Settings


class ChainSettings(Settings):
    """Median filter, centring, scaling and shift (tzirakis2017), as `postprocess.Chain.fit` tunes them."""

    kind: Literal["chain"] = "chain"
    search: Literal["joint", "stepwise"] = "joint"


class SmoothingSettings(Settings):
    """Exponential smoothing (chen2015), as `postprocess.Smoothing.fit` tunes it."""

    kind: Literal["smoothing"] = "smoothing"
    direction: Literal["both", "forward", "backward"] = "both"  # both: forward, then backward over the result


class CalibrationSettings(Settings):
    """A temperature for the probabilities of classes, as `postprocess.Calibration.fit` finds it."""

    kind: Literal["calibration"] = "calibration"


PostprocessSettings = Annotated[
    ChainSettings | SmoothingSettings | CalibrationSettings, Field(discriminator="kind")
]
"""One of them, told apart by `kind`; the first two are for traces, the last for classes."""
