"""aspandi2022: adversarial latent features of faces and voice, gated, traced with attention."""

from emotrace.models.aspandi2022.config import Aspandi2022Config
from emotrace.models.aspandi2022.model import Aspandi2022
from emotrace.models.base import System, Variant

TABLE_11 = {"shared": True}
SMALL = {  # our choice: trains on two CPU cores within minutes
    "size": 64,
    "generator_widths": (8, 16, 24),
    "generator_blocks": 3,
    "discriminator_widths": (8, 16, 32, 48, 64),
    "trunk_widths": (16, 24, 32, 48),
    "coarse_width": 16,
    "cells": 48,
}


def _one(modality: str, sequence: bool, degradation: bool = True) -> dict:
    values = {"modalities": (modality,), "sequence": sequence}
    return values if degradation else values | {"degradation": 0.0}


def _both(fusion: str) -> dict:
    return {"fusion": fusion}


ONE_MODALITY, TWO = "Tables 1, 2 and 11", "Tables 5, 6 and 11"

VARIANTS = {
    "avi-gas": Variant("faces and voice, gated, with attention: the system", _both("gate"), TWO),
    "avi-cas": Variant("faces and voice, side by side", _both("concatenation"), TWO),
    "vi-des": Variant("faces, with attention over past states", _one("face", True), ONE_MODALITY),
    "au-des": Variant("voice, with attention over past states", _one("spectrogram", True), ONE_MODALITY),
    "vi-de": Variant("faces, each step on its own", _one("face", False), ONE_MODALITY),
    "au-de": Variant("voice, each step on its own", _one("spectrogram", False), ONE_MODALITY),
    "vi": Variant("as vi-de, never degraded", _one("face", False, False), "Tables 1 and 2"),
    "au": Variant("as au-de, never degraded", _one("spectrogram", False, False), "Tables 1 and 2"),
}

SYSTEM = System(
    name="aspandi2022",
    source="Aspandi et al. (2022), Audio-Visual Gated-Sequenced Neural Networks for Affect Recognition",
    config=Aspandi2022Config,
    variants=VARIANTS,
    presets={"full": {}, "table11": TABLE_11, "small": SMALL},
    build=Aspandi2022,
)
