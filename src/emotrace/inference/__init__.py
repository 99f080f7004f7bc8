"""Media and a trained run to traces: one file, many files, and a page to look at."""

from emotrace.inference.batch import FileResult, predict_files
from emotrace.inference.fused import FusedPredictor
from emotrace.inference.load import load
from emotrace.inference.page import write_page
from emotrace.inference.prediction import Prediction
from emotrace.inference.predictor import Predictor

__all__ = ["FileResult", "FusedPredictor", "Prediction", "Predictor", "load", "predict_files", "write_page"]
