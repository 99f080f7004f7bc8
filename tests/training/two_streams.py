"""A system of two streams, trained in stages: sound alone, face alone, both together; see `tiny_world`.

Every stream has an encoder with batch norm; what the recurrent layer reads is wider with both.
"""

import tiny_world
import torch
from torch import nn

import emotrace.models.registry as registry
from emotrace.config.base import Settings
from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.config.recipe import Recipe
from emotrace.models.base import Model, System, Variant


class DuetConfig(Settings):
    """Settings of `Duet`."""

    streams: tuple[str, ...] = ("face", "audio")
    width: int = 6
    hidden: int = 5
    dropout: float = 0.2
    norm: bool = True


class Encoder(nn.Module):
    """A number to features."""

    def __init__(self, config: DuetConfig):
        super().__init__()
        self.spread = nn.Linear(1, config.width)
        self.norm = nn.BatchNorm1d(config.width) if config.norm else nn.Identity()
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, values):
        """(batch, time) to (batch, time, width)."""
        coded = self.norm(self.spread(values.flatten().unsqueeze(1)))
        return self.dropout(torch.tanh(coded)).unflatten(0, values.shape)


class Duet(Model):
    """Encoders, one LSTM on their joined features, a linear output."""

    def __init__(self, config: DuetConfig, labels: tuple[str, ...]):
        specs = {
            "face": FaceInput(size=tiny_world.SIZE),
            "audio": AudioInput(rate_hz=tiny_world.RATE_HZ),
        }
        inputs = {name: specs[name] for name in config.streams}
        super().__init__(Declaration(inputs=inputs, context_steps=3), labels)
        self.encoders = nn.ModuleDict({name: Encoder(config) for name in config.streams})
        self.recurrent = nn.LSTM(config.width * len(config.streams), config.hidden, batch_first=True)
        self.head = nn.Linear(config.hidden, len(labels))

    def forward(self, inputs):
        read = {"face": lambda face: face.mean(dim=(2, 3, 4)), "audio": lambda audio: audio.abs().mean(dim=2)}
        coded = [self.encoders[name](read[name](inputs[name])) for name in self.encoders]
        return {"prediction": self.head(self.recurrent(torch.cat(coded, dim=-1))[0])}


SYSTEM = System(
    name="duet",
    source="tests",
    config=DuetConfig,
    variants={
        "both": Variant("face and sound"),
        "sound": Variant("sound", {"streams": ("audio",)}),
        "sight": Variant("face", {"streams": ("face",)}),
    },
    presets={"narrow": {}, "wide": {"width": 9}},
    build=Duet,
)

AUDIO = {"name": "audio", "variant": "sound", "set": {"steps": 6}}
FACE = {"name": "face", "model": {"streams": ["face"]}, "set": {"window_steps": 6, "batch_size": 4}}
FUSION = {"name": "fusion", "take": ["encoders"], "set": {"learning_rate": 0.01}}


def recipe(stages=(AUDIO, FACE, FUSION), *, variant="both", **changes) -> Recipe:
    """A recipe for `Duet` that trains in seconds."""
    settings = {"steps": 8, "validate_every": 4} | changes
    chosen = tiny_world.recipe(stages=stages, **settings)
    return chosen.model_copy(update={"system": "duet", "variant": variant})


def enter(prepared, patch=setattr) -> None:
    """As `tiny_world.enter`, with this system too."""
    tiny_world.enter(prepared, patch)
    known = {**registry.systems(), "duet": SYSTEM}
    patch(registry, "systems", lambda: known)
