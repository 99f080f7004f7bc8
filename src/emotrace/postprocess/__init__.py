"""Predictions to predictions: the chain of post-processing that is tuned on development."""

from emotrace.postprocess.chain import Chain
from emotrace.postprocess.steps import Centring, MedianFilter, Scaling, Shift
from emotrace.postprocess.stream import Stream

__all__ = ["Centring", "Chain", "MedianFilter", "Scaling", "Shift", "Stream"]
