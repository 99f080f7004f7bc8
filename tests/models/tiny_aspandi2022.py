"""A tiny aspandi2022, and windows for it."""

import torch

from emotrace.models import build

TINY = {
    "size": 16,
    "columns": 32,
    "generator_widths": (3, 4, 5),
    "generator_blocks": 3,
    "discriminator_widths": (4, 5, 6),
    "trunk_widths": (5, 6),
    "coarse_width": 6,
    "cells": 6,
    "attended": 3,
}


def tiny(name: str, preset: str = "full", **changes):
    torch.manual_seed(20226)
    return build(f"aspandi2022/{name}", preset, **TINY | changes)


def windows(model, batch: int, time: int):
    shapes = {"face": (3, 16, 16), "spectrogram": (32, 128)}
    torch.manual_seed(5)
    inputs = {name: torch.rand(batch, time, *shapes[name]) * 2 - 1 for name in model.config.modalities}
    return inputs | {f"{name}_mask": torch.ones(batch, time, dtype=torch.bool) for name in inputs}
