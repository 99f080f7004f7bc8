"""Ratings of several raters to a gold standard."""

from emotrace.annotation.ccc_centring import ccc_centring, centre_ratings

__all__ = ["ccc_centring", "centre_ratings"]
