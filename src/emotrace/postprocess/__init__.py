"""Predictions to predictions: post-processing that is tuned on development and stored with a run."""

from emotrace.postprocess.calibration import Calibration
from emotrace.postprocess.chain import Chain
from emotrace.postprocess.of_run import RunPostprocess
from emotrace.postprocess.postprocessor import Postprocessor
from emotrace.postprocess.registry import Fitted, fit, from_dict
from emotrace.postprocess.smoothing import Smoothing
from emotrace.postprocess.steps import Centring, ExponentialSmoothing, MedianFilter, Scaling, Shift
from emotrace.postprocess.stream import Stream

__all__ = [
    "Calibration",
    "Centring",
    "Chain",
    "ExponentialSmoothing",
    "Fitted",
    "MedianFilter",
    "Postprocessor",
    "RunPostprocess",
    "Scaling",
    "Shift",
    "Smoothing",
    "Stream",
    "fit",
    "from_dict",
]
