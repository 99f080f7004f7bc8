"""heron2031: an invented system that differs from nguyen2020 wherever a declaration lets it.

`tests/test_sixth_system.py` puts this file into `models/` of a copy of the house. Traces: two crops and
the plain sound of every 0.1 s, read with context and look-ahead, then a GRU over the whole recording.
Classes: the sound alone, every 0.08 s.
"""

from collections.abc import Mapping
from typing import Any, Literal

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from emotrace.config.base import Settings
from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.config.recipe import LossTerm
from emotrace.errors import ConfigError
from emotrace.models.base import Model, System, Variant


class HeronConfig(Settings):
    """Every size and choice of heron2031."""

    predicts: Literal["trace", "class"] = "trace"
    portrait_size: int = Field(24, ge=8)  # px
    glance_size: int = Field(16, ge=8)  # px, cut upright
    rate_hz: int = Field(8000, ge=1000)
    bands: int = Field(8, ge=1)
    width: int = Field(12, ge=1)
    step_s: float = Field(0.1, gt=0)  # s
    context_steps: int = Field(2, ge=0)
    look_ahead_steps: int = Field(1, ge=0)


class Wader(Model):
    """Traces: encoders per step, a convolution over context and look-ahead, a GRU that goes on."""

    training_only = ("rebuild",)

    def __init__(self, config: HeronConfig, labels: tuple[str, ...]):
        inputs: dict[str, Any] = {
            "portrait": FaceInput(size=config.portrait_size, value_range=(0.0, 1.0)),
            "glance": FaceInput(size=config.glance_size, align=True, value_range=(0.0, 1.0)),
            "voice": AudioInput(rate_hz=config.rate_hz, normalise="none"),
        }
        super().__init__(_declare(config, inputs), labels)
        self.config = config
        self.look = nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(48, config.width))
        self.glimpse = self.look  # one module under two names: both crops are looked at alike
        self.listen = nn.Linear(config.bands, config.width)
        self.norm = nn.BatchNorm1d(config.width)
        window = config.context_steps + 1 + config.look_ahead_steps
        self.window = nn.Conv1d(config.width, config.width, window)
        self.recurrent = nn.GRU(config.width, config.width, batch_first=True)
        self.head = nn.Linear(config.width, len(labels))
        self.rebuild = nn.Linear(config.width, 3 * config.portrait_size**2)

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Predict every step; beyond the window its edges are repeated."""
        seen = self._encode(inputs)  # (batch, time, width)
        edges = (self.config.context_steps, self.config.look_ahead_steps)
        joined = self._join(F.pad(seen.transpose(1, 2), edges, mode="replicate"))
        hidden, _ = self.recurrent(joined)
        size = self.config.portrait_size
        return {
            "prediction": self.head(hidden),  # (batch, time, label)
            "portrait_reconstruction": self.rebuild(seen).unflatten(-1, (3, size, size)),
        }

    def trace(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Any]:
        """Predict consecutive steps; the state is that of the GRU."""
        hidden, state = self.recurrent(self._join(self._encode(inputs).transpose(1, 2)), state)
        return self.head(hidden), state

    def loss(
        self, inputs: Mapping[str, Tensor], outputs: Mapping[str, Tensor], target: Tensor, term: LossTerm
    ) -> Tensor:
        """Mean over rated values of log cosh of the error."""
        rated = torch.isfinite(target)
        off = torch.where(rated, outputs["prediction"] - torch.nan_to_num(target), 0.0)
        return (off.cosh().clamp(max=1e6).log()).sum() / rated.sum().clamp(min=1)

    def _encode(self, inputs: Mapping[str, Tensor]) -> Tensor:
        batch, time = inputs["voice"].shape[:2]
        faces = self.look(inputs["portrait"].flatten(0, 1)) + self.glimpse(inputs["glance"].flatten(0, 1))
        seen = self.norm(faces + self.listen(_bands(inputs["voice"], self.config.bands).flatten(0, 1)))
        seen = seen.unflatten(0, (batch, time))
        return seen + inputs["portrait_mask"].unsqueeze(-1) * 0.1  # (batch, time, width)

    def _join(self, seen: Tensor) -> Tensor:
        """(batch, width, context + time + look-ahead) to (batch, time, width)."""
        return torch.tanh(self.window(seen)).transpose(1, 2)


class Caller(Model):
    """Classes from the sound alone; `trace` is that of every model."""

    def __init__(self, config: HeronConfig, labels: tuple[str, ...]):
        super().__init__(_declare(config, {"voice": AudioInput(rate_hz=config.rate_hz)}), labels)
        if len(labels) < 3:
            raise ConfigError(f"heron2031/caller got the classes {labels}; expected three or more")
        self.bands = config.bands
        self.recurrent = nn.GRU(config.bands, config.width, batch_first=True)
        self.head = nn.Linear(config.width, len(labels))

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Logits of every step (batch, time, class)."""
        hidden, _ = self.recurrent(_bands(inputs["voice"], self.bands))
        return {"prediction": self.head(hidden)}


def _bands(samples: Tensor, count: int) -> Tensor:
    """Log energy of the sound in bands, (batch, time, sample) to (batch, time, band)."""
    power = torch.fft.rfft(samples).abs().square()[..., 1:]
    return F.adaptive_avg_pool1d(power.flatten(0, 1), count).unflatten(0, samples.shape[:2]).add(1e-3).log()


def _declare(config: HeronConfig, inputs: dict[str, Any]) -> Declaration:
    names = ("step_s", "context_steps", "look_ahead_steps", "predicts")
    return Declaration(inputs=inputs, **{name: getattr(config, name) for name in names})


def _build(config: HeronConfig, labels: tuple[str, ...]) -> Model:
    return (Caller if config.predicts == "class" else Wader)(config, labels)


CLASSES = {"predicts": "class", "step_s": 0.08, "rate_hz": 11025, "context_steps": 3, "look_ahead_steps": 0}

SYSTEM = System(
    name="heron2031",
    source="Nobody (2031), a test",
    config=HeronConfig,
    variants={
        "wader": Variant("two crops and the voice, traces", {}, "Table 1"),
        "caller": Variant("the voice, classes", CLASSES, "Table 2", ("boom", "growl", "hum", "squeak")),
    },
    presets={"full": {"width": 48}, "slim": {}},
    build=_build,
)
