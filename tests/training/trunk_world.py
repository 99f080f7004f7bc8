"""A system with a trunk that is condensed, chen2015 on two components, and recipes; see `tiny_world`."""

import tiny_world
import torch
from fitted_world import TOY
from tiny_world import SIZE
from torch import nn

import emotrace.models.registry as registry
from emotrace.config.base import Settings
from emotrace.config.declaration import Declaration, FaceInput, FeatureInput
from emotrace.config.recipe import Recipe
from emotrace.features.derived import registry as derived
from emotrace.models.base import CONDENSED, Model, System, Variant
from emotrace.training import train
from emotrace.training.condensing import condense_stage
from emotrace.training.freezing import freeze
from emotrace.training.machine import Machine
from emotrace.training.material import gather_material
from emotrace.training.plan import plan_stages
from emotrace.training.run_folder import RunFolder


class TrunkConfig(Settings):
    """Settings of `Trunked`."""

    width: int = 4
    breaks: str = ""


class Trunked(Model):
    """A trunk with batch norm and dropout on faces, which is condensed, and a line over it and a feature."""

    condensed_by = ("trunk",)

    def __init__(self, config: TrunkConfig, labels):
        inputs = {"face": FaceInput(size=SIZE), "toy": FeatureInput(name="toy", columns=3)}
        super().__init__(Declaration(inputs=inputs, context_steps=2, look_ahead_steps=1), labels)
        self.config = config
        norm = nn.BatchNorm1d(config.width)
        self.trunk = nn.Sequential(nn.Linear(3 * SIZE * SIZE, config.width), norm, nn.Tanh(), nn.Dropout(0.2))
        self.head = nn.Linear(config.width + 3, len(labels))

    def condense(self, inputs):
        if "face" not in inputs:
            return inputs
        face = inputs["face"].flatten(2)  # (batch, time, value)
        coded = self.trunk(face.flatten(0, 1)).unflatten(0, face.shape[:2])
        made = {key: value for key, value in inputs.items() if key != "face"}
        if self.config.breaks == "mask":
            del made["face_mask"]
        name = "coded" if self.config.breaks == "name" else f"{CONDENSED}face"
        return made | {name: coded[:, 1:] if self.config.breaks == "steps" else coded}

    def forward(self, inputs):
        inputs = self.condense(inputs)
        coded = inputs["condensed/face"] * inputs["face_mask"].unsqueeze(-1)
        toy = inputs["toy"].nan_to_num(0.0) / 1000
        return {"prediction": self.head(torch.cat([coded, toy], dim=-1))}


SYSTEM = System(
    name="trunked",
    source="tests",
    config=TrunkConfig,
    variants={"trace": Variant("traces")},
    presets={"only": {}},
    build=Trunked,
)
BEFORE = {"name": "before", "set": {"steps": 4}}
AFTER = {"name": "after", "take": ["trunk"], "freeze": ["trunk"]}


def put_in(prepared, patch=setattr):
    tiny_world.enter(prepared, patch)
    known = {**registry.systems(), "trunked": SYSTEM}
    patch(registry, "systems", lambda: known)
    patch(derived, "available", lambda: {"toy": TOY})


def trunked(chosen=(BEFORE, AFTER), breaks="", **training) -> Recipe:
    recipe = tiny_world.recipe(stages=chosen, **{"steps": 10, "validate_every": 4} | training)
    return recipe.model_copy(update={"system": "trunked", "model": {"breaks": breaks}})


def components(**training) -> Recipe:
    """chen2015 on two principal components of the toy feature."""
    settings = {"window_steps": 20, "window_stride_steps": 7, "validate_every": 4} | training
    recipe = tiny_world.recipe(**settings)
    source = {"kind": "feature", "name": "toy", "columns": 3}
    model = {"inputs": {"video_app": source}, "components": {"video_app": 2}, "cells": [5]}
    return recipe.model_copy(update={"system": "chen2015", "variant": "video-app", "model": model})


def go(run, chosen, **options):
    return RunFolder(train(chosen, "prepared", run, progress=False, **options))


def count(monkeypatch, owner, name):
    """Arguments of every call of a function from now on."""
    calls, original = [], getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args: calls.append(args) or original(*args))
    return calls


def conditions(chosen, *, frozen=True):
    """A fresh model, the plan of its last stage and a machine."""
    from emotrace.training.run import open_prepared

    material = gather_material(chosen, open_prepared("prepared"), None)
    plan = plan_stages(chosen, material, Machine())[-1]
    torch.manual_seed(5)
    model = registry.build_configured(plan.name, plan.material.config, plan.material.labels)
    if frozen:
        freeze(model, plan.stage.freeze)
    return model, plan, Machine(progress=False)


def condensed(tmp_path, chosen=None):
    model, plan, machine = conditions(chosen or trunked())
    return model, *condense_stage(model, plan, RunFolder(tmp_path), machine)
