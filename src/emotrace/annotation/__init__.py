"""Ratings of several raters to a gold standard, their agreement and their delay."""

from emotrace.annotation.agreement import (
    Agreement,
    RaterAgreement,
    agreement,
    centred,
    cronbach_alpha,
    pooled,
)
from emotrace.annotation.ccc_centring import ccc_centring, centre_ratings
from emotrace.annotation.compensation import compensate, cut_features, restore, window_gold
from emotrace.annotation.dba import dba
from emotrace.annotation.delay import Delay, best_delay_by_ccc, estimate_delay
from emotrace.annotation.delay_schemes import SCHEMES
from emotrace.annotation.ewe import ewe, ewe_loo, ewe_pairwise
from emotrace.annotation.fused import Fused
from emotrace.annotation.mean import mean
from emotrace.annotation.methods import METHODS, Method, gold_standard, gold_standards
from emotrace.annotation.muse_ewe import muse_ewe
from emotrace.annotation.steps import resample, smooth, standardise

__all__ = [
    "METHODS",
    "SCHEMES",
    "Agreement",
    "Delay",
    "Fused",
    "Method",
    "RaterAgreement",
    "agreement",
    "best_delay_by_ccc",
    "ccc_centring",
    "centre_ratings",
    "centred",
    "compensate",
    "cronbach_alpha",
    "cut_features",
    "dba",
    "estimate_delay",
    "ewe",
    "ewe_loo",
    "ewe_pairwise",
    "gold_standard",
    "gold_standards",
    "mean",
    "muse_ewe",
    "pooled",
    "resample",
    "restore",
    "smooth",
    "standardise",
    "window_gold",
]
