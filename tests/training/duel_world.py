"""Tiny aspandi2022 on a corpus in memory, and recipes for its adversarial stages.

Faces of 16 px carry valence, pictures of sound carry arousal, as in `tiny_world`.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tiny_world

from emotrace.config.recipe import Recipe
from emotrace.features.track import Track
from emotrace.timing import Timeline

sys.path.append(str(Path(__file__).resolve().parents[1] / "models"))

from tiny_aspandi2022 import TINY

TRACKS = ("face-16", "feature-mel-128")
COLUMN_S = 512 / 22050
FROZEN = ["generators", "discriminators", "trunks"]
LATENT = {"name": "latent", "variant": "vi-de"}
TWO = {"name": "two", "set": {"window_steps": 2}}
FOUR = {"name": "four", "set": {"window_steps": 4}}
ON_LATENT = {"window_steps": 4, "adversarial": None, "losses": [{"kind": "affect"}]}


@dataclass(frozen=True)
class Sitter(tiny_world.TinyRecording):
    """A recording with larger faces, and with pictures of its sound."""

    @property
    def entries(self):
        return {name: {} for name in TRACKS if name not in self.unprepared}

    def track(self, name):
        if name in self.lacks or name not in TRACKS:
            return None
        if name == "face-16":
            small = self._faces
            return Track(small.values.repeat(2, 1).repeat(2, 2), small.timeline, small.valid)
        columns = int(self.duration_s / COLUMN_S) + 1
        steps = np.minimum((np.arange(columns) * COLUMN_S / 0.04).astype(int), self.steps - 1)
        level = np.nan_to_num(self.affect[steps, :1])
        values = np.broadcast_to(0.9 * level, (columns, 128)).astype(np.float32)
        return Track(values, Timeline.regular(columns, 1 / COLUMN_S))


def corpus(steps=20, **changes) -> tiny_world.TinyPrepared:
    parts = ["train"] * 3 + ["development", "test"]
    return tiny_world.TinyPrepared(
        tuple(Sitter(number, part, steps=steps, **changes) for number, part in enumerate(parts))
    )


def recipe(variant="vi-de", stages=({"name": "latent"},), adversarial=None, model=None, **training) -> Recipe:
    """A recipe that trains in seconds."""
    settings = {
        "window_steps": 2,
        "batch_size": 4,
        "steps": 6,
        "validate_every": 2,
        "learning_rate": 1e-3,
        "losses": [],
        "adversarial": adversarial or {},
    }
    values = tiny_world.recipe(stages=stages, **settings | training)
    small = {key: list(value) if isinstance(value, tuple) else value for key, value in TINY.items()}
    update = {"system": "aspandi2022", "variant": variant, "preset": "full", "model": small | (model or {})}
    return values.model_copy(update=update)
