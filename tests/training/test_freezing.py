"""What is frozen has no gradient and rests in evaluation mode, whatever the trainer does."""

import torch
import two_streams
from torch import nn

from emotrace.training.freezing import freeze
from emotrace.training.module import TrainingModule


def duet():
    return two_streams.Duet(two_streams.DuetConfig(), ("arousal", "valence"))


def test_the_frozen_parts_rest_in_any_mode():
    model = duet()
    settings = two_streams.recipe().training
    module = TrainingModule(model, settings, "joint", ("encoders.face", "head.bias"))
    for mode in (None, True, False, True):
        if mode is not None:
            module.train(mode)
        assert not model.encoders["face"].norm.training and not model.encoders["face"].dropout.training
        assert model.encoders["audio"].norm.training == (mode is not False)
    assert model.training and model.head.training
    optimised = {id(p) for group in module.configure_optimizers().param_groups for p in group["params"]}
    frozen = {name for name, p in model.named_parameters() if id(p) not in optimised}
    part = {f"encoders.face.{name}" for name in ("spread.weight", "spread.bias", "norm.weight", "norm.bias")}
    assert frozen == part | {"head.bias"}


def test_a_part_of_a_like_name_is_not_frozen():
    model = nn.ModuleDict({"head": nn.Linear(1, 1), "head2": nn.Linear(1, 1)})
    freeze(model, ["head"])
    assert [p.requires_grad for p in model.parameters()] == [False, False, True, True]


def test_a_shared_part_is_frozen_under_either_name():
    model = nn.Module()
    model.look = nn.Sequential(nn.Linear(1, 1), nn.Dropout())
    model.glimpse = model.look
    freeze(model, ["glimpse"])
    assert not any(p.requires_grad for p in model.parameters())
    assert not model.look[1].training


def test_recurrent_layers_that_are_alike_in_both_modes_stay_in_training_mode():
    """cuDNN refuses to give the gradient through them in evaluation mode."""
    model = nn.ModuleDict({"plain": nn.LSTM(1, 1, 2), "dropping": nn.LSTM(1, 1, 2, dropout=0.5)})
    assert [part.training for part in freeze(model, ["plain", "dropping"])] == [True, False]
    seen = torch.ones(3, 1)
    assert torch.equal(model["plain"](seen)[0], model["plain"].eval()(seen)[0])
