"""A corpus with a toy feature and a system that finds z-scores without gradients; see `tiny_world`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import tiny_world
import torch
from tiny_world import TinyPrepared, TinyRecording
from torch import nn

import emotrace.models.registry as registry
from emotrace.config.base import Settings
from emotrace.config.declaration import Declaration, FeatureInput
from emotrace.config.recipe import Recipe
from emotrace.errors import DataError
from emotrace.features.derived import registry as derived
from emotrace.features.feature import Feature
from emotrace.features.track import Track
from emotrace.models.base import Model, System, Variant
from emotrace.models.layers.standardise import Standardise
from emotrace.timing import Timeline


@dataclass(frozen=True)
class Measured(TinyRecording):
    """A recording with a toy feature: both labels and noise, on scales of their own."""

    @property
    def entries(self):
        return {**super().entries, "feature-toy": {}}

    @cached_property
    def _toy(self):
        noise = np.random.default_rng(self.number).standard_normal((self.steps, 3))
        values = np.hstack([self.affect * [1e3, 1e-2], np.full((self.steps, 1), 5.0)]) + noise * [50, 1e-3, 0]
        values[7] = np.nan
        values[9, 1] = np.nan
        return Track(values.astype(np.float32), Timeline.regular(self.steps, 25))

    def track(self, name):
        return self._toy if name == "feature-toy" else super().track(name)


def measured(train=3, development=1, test=1, **changes):
    parts = ["train"] * train + ["development"] * development + ["test"] * test
    return TinyPrepared(tuple(Measured(n, part, **changes) for n, part in enumerate(parts)))


class FittedConfig(Settings):
    """Settings of `Fitted`."""

    trained: bool = True
    whole: bool = False
    breaks: str = ""


class Fitted(Model):
    """Z-scores and, with `trained`, a linear map; without, their first two columns times what was fitted."""

    calls: tuple = ()

    def __init__(self, config: FittedConfig, labels):
        inputs = {"toy": FeatureInput(name="toy", columns=3)}
        super().__init__(Declaration(inputs=inputs, whole=config.whole), labels)
        self.config = config
        self.scale = Standardise(3)
        self.register_buffer("gain", torch.ones(1))
        self.head = nn.Linear(3, len(labels)) if config.trained else None

    def fit_on(self, train, development):
        Fitted.calls = (*Fitted.calls, ([one.name for one in train], [one.name for one in development]))
        if self.config.breaks == "told":
            raise DataError("the toy is broken")
        self.scale.fit(one.observed("toy") for one in train)
        self.gain.fill_(float("nan") if self.config.breaks == "nan" else float(torch.rand(())))
        return {"gain": round(self.gain.item(), 6)} if not self.config.trained else None

    def forward(self, inputs):
        scores = self.scale(inputs["toy"], inputs["toy_mask"])
        return {"prediction": self.head(scores) if self.head else self.gain * scores[..., :2]}


SYSTEM = System(
    name="fitted",
    source="tests",
    config=FittedConfig,
    variants={
        "trained": Variant("z-scores and a linear map"),
        "found": Variant("z-scores", {"trained": False}),
        "whole": Variant("as trained, on whole recordings", {"whole": True}),
    },
    presets={"only": {}},
    build=Fitted,
)
TOY = Feature("toy", "audio-1000", lambda track: track, {"toy": 3}, 1, "made here", "tests")
FOUND = {"name": "found", "variant": "found", "set": {"steps": 0}}
MAP = {"name": "map", "take": ["gain"]}


def enter(prepared, patch=setattr) -> None:
    """As `tiny_world.enter`, with this system and feature too."""
    tiny_world.enter(prepared, patch)
    known = {**registry.systems(), "fitted": SYSTEM}
    patch(registry, "systems", lambda: known)
    patch(derived, "available", lambda: {"toy": TOY})
    Fitted.calls = ()


def recipe(variant="trained", stages=({"name": "joint"},), *, delay=None, **training) -> Recipe:
    chosen = tiny_world.recipe(stages=stages, **training)
    changes = {"system": "fitted", "variant": variant} | ({"delay": delay} if delay else {})
    return chosen.model_copy(update=changes)
