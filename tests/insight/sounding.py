"""A model whose units are planted, and made recordings with sound."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch

from emotrace.config.declaration import AudioInput, Declaration
from emotrace.features.track import Track
from emotrace.models.base import Model
from emotrace.timing import Timeline

RATE_HZ = 16000
STEP = 640  # samples


@dataclass(frozen=True)
class Sounding:
    """A recording made from its number: noise whose level is arousal, drifting valence."""

    number: int
    steps: int = 300
    speaker: int | None = None
    silent: bool = False
    rated: bool = True
    lacks: tuple[str, ...] = ()
    entries: dict[str, Any] = field(default_factory=lambda: {f"audio-{RATE_HZ}": {}})

    @property
    def name(self) -> str:
        return f"r{self.number}"

    @property
    def subject(self) -> str:
        return f"s{self.number if self.speaker is None else self.speaker}"

    @property
    def duration_s(self) -> float:
        return self.steps * 0.04

    @cached_property
    def level(self) -> np.ndarray:
        t = np.arange(self.steps)
        phase = np.random.default_rng(self.number).uniform(0, 6)
        return 0.1 + 0.08 * np.sin(t / 9 + phase) * np.sin(t / 31 + 2 * phase)

    @cached_property
    def sound(self) -> np.ndarray:
        if self.silent:
            return np.zeros(self.steps * STEP, np.float32)
        noise = np.random.default_rng(self.number).choice([-1.0, 1.0], (self.steps, STEP))
        return (noise * self.level[:, None]).astype(np.float32).ravel()

    @property
    def labels(self) -> Track:
        if not self.rated:
            return Track(np.empty((0, 2)), Timeline.irregular([]))
        drift = np.cumsum(np.random.default_rng(99 + self.number).normal(size=self.steps)) / 50
        values = np.column_stack([self.level, drift])
        return Track(values, Timeline.irregular(np.arange(self.steps) * 0.04))

    def track(self, name: str) -> Track | None:
        assert name == f"audio-{RATE_HZ}", name
        if name in self.lacks:
            return None
        facts = {"mean": 0.0, "std": 1.0}
        return Track(self.sound, Timeline.regular(len(self.sound), RATE_HZ), attributes=facts)


class Planted(Model):
    """12 units in two groups: unit 3 falls as the energy of the step rises, the last one stands still."""

    def __init__(self, **declared):
        inputs = {"audio": AudioInput(rate_hz=RATE_HZ, normalise="none")}
        super().__init__(Declaration(inputs=inputs, **declared), ("arousal", "valence"))
        self.asked: list[int] = []

    def activations(self, inputs, state=None):
        sound = inputs["audio"]
        before = self.declaration.context_steps
        sound = sound[:, before : sound.shape[1] - self.declaration.look_ahead_steps]
        steps = sound.shape[1]
        self.asked.append(steps)
        first = int(state or 0)
        noise = torch.from_numpy(
            np.random.default_rng(5).normal(size=(20_000, 12)).astype(np.float32)[first : first + steps]
        ).unsqueeze(0)
        noise[..., 3] = 0.999 - 1e-3 * sound.square().mean(dim=2).sqrt()
        noise[..., 11] = 0.5
        return {"layer1/cell": noise[..., :8], "layer1/hidden": noise[..., 8:]}, first + steps
