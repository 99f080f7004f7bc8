"""One step of adversarial training: G and P first, then D; and what it logs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from emotrace.config.adversarial import AdversarialSettings
from emotrace.config.recipe import TrainingSettings
from emotrace.errors import ConfigError
from emotrace.models.base import Model
from emotrace.training.gather import everyone
from emotrace.training.label_scale import LabelScale
from emotrace.training.losses_adversarial import (
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    reconstruction_loss,
)
from emotrace.training.losses_of_affect import affect_loss, affect_terms
from emotrace.training.losses_of_quadrants import quadrant_loss
from emotrace.training.parts import lies_in, listed

MAKERS, ADVERSARIES = "generators and predictor", "discriminators"  # what has an optimiser of its own
Update = Callable[[str, Tensor], None]
AFFECT = ("rmse", "cor", "ccc", "icc")
OF_MODALITY = (
    "loss_generator",
    "loss_reconstruction",
    "loss_quadrant_restored",
    "loss_discriminator",
    "loss_quadrant_clean",
)


@dataclass(frozen=True)
class Seen:
    """What D said of one modality's pictures in the whole batch, and of how many steps it may count."""

    observed: Tensor  # bool (all windows, time)
    real: Tensor  # (all windows, time, ...), scores of being real
    coarse: Tensor  # (all windows, time, label)

    @classmethod
    def of(cls, mask: Tensor, real: Tensor, coarse: Tensor) -> "Seen":
        """Joined from all processes."""
        observed = everyone(mask.to(torch.uint8)).bool()  # for not all processes can send bool
        return cls(observed, everyone(real), everyone(coarse))

    @property
    def scores(self) -> Tensor:
        """Of observed pictures, (picture, ...)."""
        return self.real[self.observed]

    def quadrant_loss(self, target: Tensor, middle: float) -> Tensor:
        """Of observed and rated pictures; `target` is that of all processes."""
        return quadrant_loss(self.coarse[self.observed], target[self.observed], middle)


def adversarial_step(
    model: Any,
    inputs: Mapping[str, Tensor],
    target: Tensor,
    scale: LabelScale,
    weights: AdversarialSettings,
    update: Update,
) -> dict[str, Tensor]:
    """Train a model on a batch of windows.

    First G and P move, by what P says of the affect, what D says of restored pictures, and how far these are
    from the clean ones. Then D moves, by what it says of clean pictures and of those that G had made: so that
    all losses of a step are those of the weights that it began with.

    Parameters
    ----------
    model : Model
        With `adversaries`, as `Model` says.
    inputs : mapping of str to Tensor
        As for `Model.forward`. Pictures of a modality that is missing at a step are not looked at.
    target : Tensor, float32 (batch, time, label)
        Gold standard; NaN: not rated.
    scale : LabelScale
    weights : AdversarialSettings
    update : callable
        ``update(group, loss)``, with `MAKERS` or `ADVERSARIES`: clears that group's gradients, goes backwards
        and steps its optimiser.

    Returns
    -------
    dict of scalars
        ``loss``, what G and P were trained for; ``loss_affect`` and its terms; and by modality those of
        `OF_MODALITY`, ``gradient_penalty`` if it counts, and for `log` ``accuracy``: the share of clean and
        restored pictures that D tells right.

    Source
    ------
    Aspandi et al. (2022), eqs. 2 and 13. Modalities are summed: our choice.
    """
    with _still(parameter_groups(model)[ADVERSARIES]):
        outputs = model(inputs)
    names = modalities(outputs)
    targets = everyone(target)
    terms = affect_terms(
        everyone(outputs["prediction"].float()), targets, scale.value_range, scale.counts.to(target.device)
    )
    affect = affect_loss(terms)
    said: dict[str, Tensor] = {"loss_affect": affect, **{f"affect_{name}": terms[name] for name in AFFECT}}

    restored = {
        name: Seen.of(inputs[f"{name}_mask"], outputs[f"{name}_real"], outputs[f"{name}_coarse"])
        for name in names
    }
    makers = weights.predictor * affect
    for name in names:
        made = _known(generator_loss(restored[name].scores, weights.kind), restored[name])
        off = _reconstruction(name, inputs, outputs)
        quadrant = restored[name].quadrant_loss(targets, scale.middle)
        makers = makers + weights.generator * (
            made + weights.reconstruction * off + weights.classes * quadrant
        )
        said |= {
            f"loss_generator_{name}": made,
            f"loss_reconstruction_{name}": off,
            f"loss_quadrant_restored_{name}": quadrant,
        }
    said["loss"] = makers
    update(MAKERS, makers)

    adversaries = makers.new_zeros(())
    for name in names:
        mask = inputs[f"{name}_mask"]
        clean, fake = outputs[f"{name}_picture"], outputs[f"{name}_restored"].detach()
        real = _judged(model, name, clean, mask)
        made_up = _judged(model, name, fake, mask)
        opposed = _known(discriminator_loss(real.scores, made_up.scores, weights.kind), real)
        quadrant = real.quadrant_loss(targets, scale.middle)
        said |= {f"loss_discriminator_{name}": opposed, f"loss_quadrant_clean_{name}": quadrant}
        against = opposed + weights.classes * quadrant
        if weights.gradient_penalty:
            penalty = _penalty(model, name, clean[mask], fake[mask])
            said[f"gradient_penalty_{name}"] = penalty
            against = against + weights.gradient_penalty * penalty
        if weights.kind == "log":
            said[f"accuracy_{name}"] = _accuracy(real, made_up)
        adversaries = adversaries + weights.discriminator * against
    update(ADVERSARIES, adversaries)
    return {name: value.detach() for name, value in said.items()}


def modalities(outputs: Mapping[str, Any]) -> list[str]:
    """Names of the inputs that a model restored.

    Examples
    --------
    >>> modalities({"prediction": 0, "face_restored": 0, "face_real": 0})
    ['face']
    """
    return [name.removesuffix("_restored") for name in outputs if name.endswith("_restored")]


def step_columns(settings: AdversarialSettings, inputs: list[str]) -> list[str]:
    """Names of what `adversarial_step` logs, for a model that restores all of its inputs."""
    of_modality = [*OF_MODALITY]
    of_modality += ["gradient_penalty"] * bool(settings.gradient_penalty)
    of_modality += ["accuracy"] * (settings.kind == "log")
    affect = ["loss_affect", *(f"affect_{name}" for name in AFFECT)]
    return affect + [f"{column}_{name}" for name in inputs for column in of_modality]


def parameter_groups(model: Model) -> dict[str, list[torch.nn.Parameter]]:
    """The parameters that are trained, by the group whose optimiser moves them.

    One that bears several names is among the adversaries if any of its names lies in them.
    """
    named = list(model.named_parameters(remove_duplicate=False))
    theirs = {one for name, one in named if any(lies_in(name, part) for part in model.adversaries)}
    trained = [one for one in model.parameters() if one.requires_grad]
    return {
        MAKERS: [one for one in trained if one not in theirs],
        ADVERSARIES: [one for one in trained if one in theirs],
    }


def check_adversarial(settings: TrainingSettings, model: Model, frozen: tuple[str, ...]) -> None:
    """Refuse an adversarial stage of a model without adversaries or traces, or with one side untrained.

    Parameters
    ----------
    settings : TrainingSettings
        With `adversarial`.
    model : Model
        Its `frozen` parts are out of training.
    frozen : tuple of str
        What the stage freezes.

    Raises
    ------
    ConfigError
    """
    if settings.losses:
        kinds = listed(term.kind for term in settings.losses)
        raise ConfigError(
            f"training.adversarial is given, and training.losses names {kinds}; "
            "expected losses: [], for the adversarial step has losses of its own"
        )
    if not model.adversaries or not callable(getattr(model, "judge", None)):
        raise ConfigError(
            f"training.adversarial is given, but {type(model).__name__} has no adversaries, such as "
            "discriminators; expected null, or a model that has them"
        )
    if model.declaration.predicts != "trace":
        raise ConfigError(
            f"training.adversarial is given, but the model predicts a {model.declaration.predicts}; expected "
            "null, for its affect loss is of traces"
        )
    groups = parameter_groups(model)
    idle = [name for name, parameters in groups.items() if not parameters]
    if idle:
        raise ConfigError(
            f"training.adversarial is given, but freezing {listed(frozen)} leaves nothing to train of "
            f"{idle[0]}; expected null, with losses such as [{{kind: affect}}], or freeze less"
        )


@contextmanager
def _still(parameters: list[torch.nn.Parameter]) -> Iterator[None]:
    """Parameters that are given no gradient by what is worked out meanwhile."""
    for one in parameters:
        one.requires_grad_(False)
    try:
        yield
    finally:
        for one in parameters:
            one.requires_grad_(True)


def _reconstruction(name: str, inputs: Mapping[str, Tensor], outputs: Mapping[str, Tensor]) -> Tensor:
    """`reconstruction_loss` over the steps of all processes."""
    mask = inputs[f"{name}_mask"]
    mine = reconstruction_loss(outputs[f"{name}_restored"], outputs[f"{name}_picture"], mask)
    count = mask.sum().clamp(min=1).float()
    seen = everyone(mask.sum().reshape(1)).sum().clamp(min=1)
    return everyone((mine * count).reshape(1)).sum() / seen


def _judged(model: Any, name: str, pictures: Tensor, mask: Tensor) -> Seen:
    """What D says of those pictures (batch, time, 3, size, size) that are there; zeros of the others."""
    real, coarse = model.judge(name, pictures[mask])
    of_all = [one.new_zeros(*mask.shape, *one.shape[1:]).index_put((mask,), one) for one in (real, coarse)]
    return Seen.of(mask, *of_all)


def _known(loss: Tensor, seen: Seen) -> Tensor:
    """A mean over observed pictures; 0 where there is none."""
    return loss if bool(seen.observed.any()) else seen.real.sum() * 0.0


def _penalty(model: Any, name: str, clean: Tensor, made: Tensor) -> Tensor:
    """`gradient_penalty` of D as a critic: the mean over processes; 0 for one that has no picture."""
    mine = clean.new_zeros(())
    if len(clean):
        mine = gradient_penalty(lambda mixed: model.judge(name, mixed)[0], clean, made)
    return everyone(mine.reshape(1)).mean()


@torch.no_grad()
def _accuracy(real: Seen, made: Seen) -> Tensor:
    """Share of pictures whose mean score over patches is on the right side of 0; 0.5 without a picture."""
    if not bool(real.observed.any()):
        return real.real.new_tensor(0.5)
    right = real.scores.flatten(1).mean(1) > 0, made.scores.flatten(1).mean(1) < 0
    return torch.cat(right).float().mean()
