"""A prepared corpus in memory and a model of a few hundred weights, for the tests of training.

Faces carry valence (brightness), sound carries arousal (level). `enter` puts both where training
looks for them; scripts that train in another process call it too.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import nn

import emotrace.models.registry as registry
from emotrace.config.base import Settings
from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.config.media import FaceSettings
from emotrace.config.recipe import Recipe
from emotrace.features.track import Track
from emotrace.models.base import Model, System, Variant
from emotrace.timing import Timeline

STEPS = 60  # per recording
RATE_HZ = 1000
SIZE = 8
CLASSES = ("angry", "calm")


@dataclass(frozen=True)
class TinyRecording:
    """A recording whose tracks are made from its number."""

    number: int
    partition: str | None = "train"
    session: str | None = None
    classes: tuple[str, ...] = ()
    rated: bool = True
    lacks: tuple[str, ...] = ()
    unprepared: tuple[str, ...] = ()
    steps: int = STEPS

    @property
    def name(self) -> str:
        return f"r{self.number}"

    @property
    def subject(self) -> str:
        return f"s{self.number}"

    @property
    def entries(self) -> dict[str, dict]:
        """Tracks that were prepared."""
        return {name: {} for name in (f"face-{SIZE}", f"audio-{RATE_HZ}") if name not in self.unprepared}

    @property
    def source_hashes(self) -> dict[str, str]:
        """Of what its tracks were made of."""
        return {"video": self.name, "audio": self.name}

    @property
    def duration_s(self) -> float:
        return self.steps * 0.04

    @cached_property
    def affect(self) -> np.ndarray:
        """Arousal and valence (time, 2)."""
        t = np.arange(self.steps)[:, None]
        phase = np.random.default_rng(self.number).uniform(0, 6, 2)
        if self.classes:
            return np.ones((self.steps, 2)) * (0.6 if self.number % 2 else -0.6)
        return 0.8 * np.sin(t / np.array([7.0, 11.0]) + phase)

    @property
    def labels(self) -> Track | None:
        if not self.rated:
            return None
        if self.classes:
            facts = {"classes": list(self.classes), "class": self.classes[self.number % 2]}
            return Track(np.empty((0, 0)), Timeline.irregular([]), attributes=facts)
        times = Timeline.irregular(np.arange(self.steps) * 0.04)
        return Track(self.affect, times, attributes={"classes": []})

    def track(self, name: str) -> Track | None:
        if name in self.lacks:
            return None
        if name == f"face-{SIZE}":
            return self._faces
        return self._sound if name == f"audio-{RATE_HZ}" else None

    @cached_property
    def _faces(self) -> Track:
        grey = (127 + 100 * np.nan_to_num(self.affect[:, 1])).astype(np.uint8)
        pixels = np.broadcast_to(grey[:, None, None, None], (self.steps, SIZE, SIZE, 3))
        valid = np.ones(self.steps, bool)
        valid[4:5] = False
        return Track(pixels, Timeline.regular(self.steps, 25), valid)

    @cached_property
    def _sound(self) -> Track:
        width = RATE_HZ // 25
        level = np.repeat(1 + self.affect[:, 0], width)
        noise = np.random.default_rng(100 + self.number).standard_normal(self.steps * width)
        sound = (0.2 * level * noise).astype(np.float32)
        facts = {"mean": float(sound.mean()), "std": float(sound.std())}
        return Track(sound, Timeline.regular(len(sound), RATE_HZ), attributes=facts)


@dataclass(frozen=True)
class TinyPrepared:
    """What `store.open_prepared` gives."""

    recordings: tuple[TinyRecording, ...]
    path: Path = Path("tiny-prepared")
    name: str = "tiny"
    licence: str = "yours"
    own_partitions: bool = False
    dimensions: tuple[str, ...] = ("arousal", "valence")
    classes: tuple[str, ...] = ()
    value_range: tuple[float, float] = (-1.0, 1.0)
    settings: FaceSettings = field(default_factory=FaceSettings)


def corpus(train: int = 3, development: int = 1, test: int = 1, **changes) -> TinyPrepared:
    """A corpus of rated recordings, fixed partitions."""
    parts = ["train"] * train + ["development"] * development + ["test"] * test
    return TinyPrepared(tuple(TinyRecording(n, part, **changes) for n, part in enumerate(parts)))


def corpus_of_classes() -> TinyPrepared:
    """A corpus of clips, two classes."""
    parts = ["train"] * 4 + ["development"] * 2 + ["test"] * 2
    clips = tuple(TinyRecording(n, part, classes=CLASSES) for n, part in enumerate(parts))
    return TinyPrepared(clips, dimensions=(), classes=CLASSES)


class TinyConfig(Settings):
    """Settings of `Tiny`."""

    predicts: str = "trace"
    dropout: float = 0.2
    decoder: bool = True
    hidden: int = 12


class Tiny(Model):
    """Mean grey and sound level of a step to a hidden layer with dropout, to labels."""

    training_only = ("decoder",)

    def __init__(self, config: TinyConfig, labels: tuple[str, ...]):
        inputs = {"face": FaceInput(size=SIZE), "audio": AudioInput(rate_hz=RATE_HZ)}
        super().__init__(Declaration(inputs=inputs, context_steps=1, predicts=config.predicts), labels)
        self.body = nn.Sequential(nn.Linear(2, config.hidden), nn.Tanh(), nn.Dropout(config.dropout))
        self.head = nn.Linear(config.hidden, len(labels))
        self.decoder = nn.Linear(config.hidden, 3 * SIZE * SIZE)
        self.config = config

    def forward(self, inputs):
        grey = inputs["face"].mean(dim=(2, 3, 4))
        level = inputs["audio"].abs().mean(dim=2)
        hidden = self.body(torch.stack([grey, level], dim=-1))  # (batch, time, hidden)
        outputs = {"prediction": self.head(hidden)}
        if self.config.decoder:
            rebuilt = self.decoder(hidden).unflatten(-1, (3, SIZE, SIZE))
            outputs["face_reconstruction"] = rebuilt
        return outputs

    def loss(self, inputs, outputs, target, term):
        """Loss of its own: squared error of rated steps."""
        return (outputs["prediction"] - target).square().nanmean()


class Silent(Tiny):
    """`Tiny` without a loss of its own."""

    loss = None


def _build(config: TinyConfig, labels: tuple[str, ...]) -> Model:
    return (Tiny if config.dropout else Silent)(config, labels)


SYSTEM = System(
    name="tiny",
    source="tests",
    config=TinyConfig,
    variants={
        "trace": Variant("traces"),
        "class": Variant("classes", {"predicts": "class"}),
        "no-decoder": Variant("traces", {"decoder": False}),
    },
    presets={"only": {}},
    build=_build,
)


def recipe(
    variant: str = "trace", *, stages=({"name": "joint"},), model=None, partition=None, **training
) -> Recipe:
    """A recipe for `Tiny` that trains in a second."""
    settings = {
        "seed": 3,
        "batch_size": 8,
        "steps": 12,
        "validate_every": 4,
        "workers": 0,
        "learning_rate": 0.02,
        "losses": [{"kind": "cross_entropy" if variant == "class" else "ccc"}],
    }
    values = {"system": "tiny", "variant": variant, "stages": stages, "model": model or {}}
    values["partition"] = partition or {}
    return Recipe.model_validate({**values, "training": {**settings, **training}})


def enter(prepared: TinyPrepared, patch=setattr) -> None:
    """Let training find `Tiny` and a corpus; `patch` is setattr or that of pytest's monkeypatch."""
    from emotrace.training import crossval, predict, run

    known = {**registry.systems(), "tiny": SYSTEM}
    patch(registry, "systems", lambda: known)
    for module in (run, predict, crossval):
        patch(module, "open_prepared", lambda path: prepared)
