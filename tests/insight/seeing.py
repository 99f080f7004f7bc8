"""A model that tells planted attention and gate, and made recordings with faces and sound."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from emotrace.config.declaration import Declaration, FaceInput, SpectrogramInput
from emotrace.features.track import Track
from emotrace.models.base import Model
from emotrace.timing import Timeline

SIZE, MEL_HZ = 16, 22050 / 512
STATES = 3


@dataclass(frozen=True)
class Seeing:
    """A recording of faces and sound, made from its number; arousal rises, valence swings."""

    number: int
    steps: int = 40
    lacks: tuple[str, ...] = ()
    no_face: tuple[int, ...] = ()  # steps
    rated: bool = True
    entries: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"r{self.number}"

    @property
    def subject(self) -> str:
        return f"s{self.number}"

    @property
    def duration_s(self) -> float:
        return self.steps * 0.04

    @property
    def gold(self) -> np.ndarray:
        t = np.arange(self.steps)
        return np.column_stack([t / 50, np.sin(t / 5 + self.number) / 2])

    @property
    def labels(self) -> Track:
        if not self.rated:
            return Track(np.empty((0, 2)), Timeline.irregular([]))
        return Track(self.gold, Timeline.irregular(np.arange(self.steps) * 0.04))

    def track(self, name: str) -> Track | None:
        rng = np.random.default_rng(self.number)
        if name in self.lacks:
            return None
        if name.startswith("face"):
            pixels = rng.integers(0, 256, (self.steps, SIZE, SIZE, 3), dtype=np.uint8)
            there = ~np.isin(np.arange(self.steps), self.no_face)
            return Track(pixels, Timeline.regular(self.steps, 25.0), valid=there)
        columns = int(self.duration_s * MEL_HZ) + 1
        values = rng.uniform(-1, 1, (columns, 128)).astype(np.float32)
        return Track(values, Timeline.regular(columns, MEL_HZ))


class Leaning(Model):
    """Predicts, attends and gates as planted: row j of `rows` at step j, the same in every recording."""

    def __init__(self, values, attention, gate, labels=("arousal", "valence"), **declared):
        inputs = {"face": FaceInput(size=SIZE), "spectrogram": SpectrogramInput(columns=SIZE)}
        super().__init__(Declaration(inputs=inputs, **declared), labels)
        self.rows = np.column_stack([values, attention, gate]).astype(np.float32)

    @property
    def shown_columns(self):
        return (*(f"attention_{number}" for number in range(1, STATES + 1)), "gate")

    def trace(self, inputs, state=None):
        prediction, _, state = self.trace_shown(inputs, state)
        return prediction, state

    def trace_shown(self, inputs, state=None):
        first = int(state or 0)
        last = first + inputs["face"].shape[1]
        rows = torch.from_numpy(self.rows[first:last]).unsqueeze(0)
        count = len(self.labels)
        return rows[..., :count], rows[..., count:], last


def leaning(seed: int = 0, error: float = 0.1, **settings) -> Leaning:
    """A model with noise about the gold standard of recording 0, random attention, and a wide gate."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet([4.0] * STATES, 40)
    weights[0] = np.nan
    weights[1, 1:], weights[1, 0] = np.nan, 1.0
    values = Seeing(0).gold + error * rng.normal(size=(40, 2))
    return Leaning(values, weights, rng.uniform(0, 1, 40), **settings)
