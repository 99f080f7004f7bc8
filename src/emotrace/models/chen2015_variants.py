"""The named features, sizes and ablations of chen2015, as data."""

from collections.abc import Mapping
from typing import Any

from emotrace.models.base import Variant

AUDIO_SHORT = {"kind": "feature", "name": "is10-short", "columns": 76}  # Table 1; not among AVEC's tables

AVEC_2015: Mapping[str, Any] = {  # the features that came with the challenge, sections 4.1 and 4.2
    "audio_short": AUDIO_SHORT,
    "audio_long": {"kind": "table", "name": "features_audio", "columns": 102},
    "video_app": {"kind": "table", "name": "features_video_appearance", "columns": 84},
    "video_geo": {"kind": "table", "name": "features_video_geometric", "columns": 316},
    "ecg": {"kind": "table", "name": "features_ecg", "columns": 54},
    "eda": {"kind": "table", "name": "features_eda", "columns": 62},
}
COMPUTED: Mapping[str, Any] = {  # the same as emotrace computes them from sound, faces and signals
    "audio_short": AUDIO_SHORT,
    "audio_long": {"kind": "feature", "name": "egemaps-functionals-3s", "columns": 88},
    "video_app": {"kind": "feature", "name": "lgbp-top", "columns": 50112},
    "video_geo": {"kind": "feature", "name": "geometric-316", "columns": 316},
    "ecg": {"kind": "feature", "name": "ecg-54", "columns": 54},
    "eda": {"kind": "feature", "name": "eda-62", "columns": 62},
}

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "paper": {"inputs": AVEC_2015},
    "theanets": {"inputs": AVEC_2015, "initialisation": "theanets"},
    "computed": {"inputs": COMPUTED, "components": {"video_app": 84}},
    "small": {"inputs": COMPUTED, "components": {"video_app": 20}, "narrow": 5},  # our choice: for two cores
}

Layers = tuple[tuple[str, ...], ...]
AROUSAL, VALENCE = ("arousal",), ("valence",)
VIDEO, BODY = ("video_app", "video_geo"), ("ecg", "eda")
FOR_AROUSAL: Layers = (("audio_short",), VIDEO, ("ecg",))  # as figure 2; no skin (section 5.6)
FOR_VALENCE: Layers = (VIDEO, ("audio_long",), BODY)  # from 40 ms over 3 s to 4 s: our reading of section 4.5


def _at_once(layers: Layers) -> Layers:
    """The same inputs, all in the first layer."""
    return (tuple(name for names in layers for name in names),)


def _alone(name: str, **more: Any) -> dict[str, Any]:
    return {"enter": ((name,),), **more}


def _both(of: str, what: str, layers: Layers, cells: tuple[int, ...], source: str) -> dict[str, Variant]:
    """The two structures of early fusion: by concatenation, and figure 2's."""
    labels = AROUSAL if of == "arousal" else VALENCE
    return {
        f"{kind}-{of}": Variant(f"{what}, {where}", {"enter": enter, "cells": cells}, source, labels)
        for kind, where, enter in (
            ("concatenation", "all at the input", _at_once(layers)),
            ("layered", "short features below long ones", layers),
        )
    }


VARIANTS: Mapping[str, Variant] = {
    "audio-short": Variant("voice, 40 ms", _alone("audio_short"), "Tables 3, 4, 6, 7 and 11", AROUSAL),
    "audio-long": Variant("voice, 3 s", _alone("audio_long"), "Tables 2, 3, 5 and 7", VALENCE),
    "video-app": Variant("appearance of the face", _alone("video_app"), "Tables 2, 4 and 5", VALENCE),
    "video-geo": Variant("geometry of the face", _alone("video_geo"), "Tables 2, 4-7 and 11", VALENCE),
    "ecg": Variant("heart", _alone("ecg"), "Tables 2, 4 and 5", VALENCE),
    "eda": Variant("skin", _alone("eda"), "Tables 2 and 5", VALENCE),
    "audio-short-blstm": Variant(
        "voice, 40 ms, both ways", _alone("audio_short", bidirectional=True), "Table 6", AROUSAL
    ),
    "video-geo-blstm": Variant(
        "geometry of the face, both ways", _alone("video_geo", bidirectional=True), "Table 6", VALENCE
    ),
    "concatenation-two-layers": Variant(
        "all at the input, [618, 160, 120, 1]", {"enter": _at_once(FOR_VALENCE)}, "section 5", VALENCE
    ),
    "concatenation-blstm": Variant(
        "all at the input, both ways",
        {"enter": _at_once(FOR_VALENCE), "bidirectional": True},
        "sections 4.3 and 4.5; our choice",
        VALENCE,
    ),
    **_both("arousal", "voice, face and heart", FOR_AROUSAL, (200, 200, 200), "Table 8"),
    **_both("valence", "voice, face and body", FOR_VALENCE, (200, 200, 200), "Tables 8 and 12"),
    **_both("audio-video", "voice and face", (VIDEO, ("audio_long",)), (200, 200), "Table 9"),
    **_both("video-body", "face and body", (VIDEO, BODY), (200, 200), "Table 9"),
    **_both("audio-body", "voice and body", (("audio_long",), BODY), (200, 200), "Table 9"),
}
