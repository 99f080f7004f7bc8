"""Ratings of several raters to a gold standard."""

from emotrace.annotation.ccc_centring import ccc_centring, centre_ratings
from emotrace.annotation.mean import mean
from emotrace.annotation.methods import METHODS, gold_standard

__all__ = ["METHODS", "ccc_centring", "centre_ratings", "gold_standard", "mean"]
