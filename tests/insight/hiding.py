"""Models that look at one known place, and made recordings with faces, sound and rows of features."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from emotrace.config.declaration import AudioInput, Declaration, FaceInput, FeatureInput, SpectrogramInput
from emotrace.features.track import Track
from emotrace.models.base import Model
from emotrace.timing import Timeline

SIZE, STEPS, RATE_HZ, MEL_HZ = 16, 40, 16000, 22050 / 512
FACE, SOUND = FaceInput(size=SIZE), AudioInput(rate_hz=RATE_HZ, normalise="none")
PICTURE = SpectrogramInput(columns=SIZE)
ROWS = FeatureInput(name="egemaps-lld", columns=3)


@dataclass(frozen=True)
class Hiding:
    """A recording of random faces, sound and rows, made from its number."""

    number: int = 0
    lacks: tuple[str, ...] = ()
    no_face: tuple[int, ...] = ()  # steps
    emotion: str | None = None
    entries: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"r{self.number}"

    @property
    def subject(self) -> str:
        return f"s{self.number}"

    @property
    def duration_s(self) -> float:
        return STEPS * 0.04

    @property
    def labels(self) -> Track:
        if self.emotion is not None:
            known = {"classes": ["anger", "fear"], "class": self.emotion}
            return Track(np.empty((0, 0)), Timeline.irregular([]), attributes=known)
        gold = np.column_stack([np.arange(STEPS) / 50, np.sin(np.arange(STEPS) / 5)])
        return Track(gold, Timeline.irregular(np.arange(STEPS) * 0.04))

    def track(self, name: str) -> Track | None:
        rng = np.random.default_rng(self.number)
        if name in self.lacks:
            return None
        if name.startswith("face"):
            pixels = rng.integers(0, 256, (STEPS, SIZE, SIZE, 3), dtype=np.uint8)
            there = ~np.isin(np.arange(STEPS), self.no_face)
            return Track(pixels, Timeline.regular(STEPS, 25.0), valid=there)
        if name.startswith("audio"):
            sound = rng.normal(size=STEPS * 640).astype(np.float32)
            return Track(sound, Timeline.regular(len(sound), RATE_HZ), attributes={"mean": 0.0, "std": 1.0})
        if name == ROWS.track:
            values = rng.normal(size=(STEPS, 3)).astype(np.float32)
            return Track(values, Timeline.regular(STEPS, 25.0))
        columns = int(self.duration_s * MEL_HZ) + 1
        values = rng.uniform(-1, 1, (columns, 128)).astype(np.float32)
        return Track(values, Timeline.regular(columns, MEL_HZ))


class Looking(Model):
    """What `look` makes of the inputs of each step, (batch, time, label); nothing is remembered."""

    def __init__(self, inputs, look, labels=("arousal", "valence"), **declared):
        super().__init__(Declaration(inputs=inputs, **declared), labels)
        self.look = look

    def forward(self, inputs):
        return {"prediction": self.look(inputs)}

    def trace(self, inputs, state=None):
        seen = self.look(inputs)
        before = self.declaration.context_steps
        return seen[:, before : seen.shape[1] - self.declaration.look_ahead_steps], None


class Summing(Looking):
    """Adds up what it sees from the first step of a recording on."""

    def trace(self, inputs, state=None):
        seen = self.look(inputs).cumsum(dim=1) + (0 if state is None else state)
        return seen, seen[:, -1:].clone()


def corner(inputs):
    """Arousal: the mean of the 4 by 4 pixels top left, as large as a patch; valence: nothing."""
    seen = inputs["face"][..., :4, :4].mean(dim=(2, 3, 4))
    return torch.stack([seen, torch.zeros_like(seen)], dim=2)


def loudness(inputs):
    """Arousal: how loud the step is; valence: nothing."""
    loud = inputs["audio"].square().mean(dim=2).sqrt()
    return torch.stack([loud, torch.zeros_like(loud)], dim=2)
