"""The features that emotrace computes, one module each; every module declares its own in ``FEATURES``."""

from emotrace.features.derived.registry import (
    available,
    find,
    input_of,
    is_feature,
    is_known,
    made_of,
    medium_of,
    origin_of,
    tables_of,
    versions_of,
)

__all__ = [
    "available",
    "find",
    "input_of",
    "is_feature",
    "is_known",
    "made_of",
    "medium_of",
    "origin_of",
    "tables_of",
    "versions_of",
]
