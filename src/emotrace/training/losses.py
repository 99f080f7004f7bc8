"""Training losses by name, each over the whole batch of all processes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from emotrace.config.declaration import Declaration
from emotrace.config.recipe import LossTerm
from emotrace.errors import ConfigError
from emotrace.training.class_weights import balanced_weights
from emotrace.training.gather import everyone
from emotrace.training.label_scale import LabelScale
from emotrace.training.losses_of_affect import affect_loss, affect_terms
from emotrace.training.losses_of_traces import (
    TUBE,
    ccc_loss,
    minus_ccc_loss,
    mse_minus_cov_loss,
    mse_over_cc_loss,
    tube_error,
)


@dataclass(frozen=True)
class StepResult:
    """What a loss may look at after a forward pass.

    Parameters
    ----------
    inputs, outputs : mapping of str to Tensor
        What the model was given, and what it gave.
    target : Tensor, float32 (batch, time, label)
        Gold standard, or (batch, time, 1) class index; NaN: not rated.
    model : Model
    scale : LabelScale or None
        Of the labels of the training recordings.
    class_counts : int64 Tensor, shape (class,), or None
        Of a model of classes, how many steps of the training recordings are of each.
    """

    inputs: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor]
    target: Tensor
    model: Any = None
    scale: LabelScale | None = None
    class_counts: Tensor | None = None

    @cached_property
    def all_predictions(self) -> Tensor:
        """Predictions of all processes, (all windows, time, label)."""
        return everyone(self.outputs["prediction"].float())

    @cached_property
    def all_targets(self) -> Tensor:
        """Targets of all processes, in the order of `all_predictions`."""
        return everyone(self.target)

    def total(self, value: Tensor) -> Tensor:
        """Sum of a scalar over all processes, with gradient."""
        return everyone(value.reshape(1)).sum()


def _whole_batch(formula: Callable[[Tensor, Tensor], Tensor]) -> Callable[[LossTerm, StepResult], Tensor]:
    """A formula of `losses_of_traces` over all steps of the batch."""
    return lambda term, result: formula(result.all_predictions, result.all_targets)


def _over_rated(term: LossTerm, result: StepResult, error: Callable[[Tensor], Tensor]) -> Tensor:
    rated = torch.isfinite(result.all_targets)
    off = torch.where(rated, result.all_predictions - torch.where(rated, result.all_targets, 0.0), 0.0)
    summed = error(off).sum()
    return summed if term.reduction == "sum" else summed / rated.sum().clamp(min=1)


def _mse(term: LossTerm, result: StepResult) -> Tensor:
    """Squared error over rated values: their mean, or their sum."""
    return _over_rated(term, result, torch.square)


def _mae(term: LossTerm, result: StepResult) -> Tensor:
    """Absolute error over rated values: their mean, or their sum."""
    return _over_rated(term, result, torch.abs)


def _tube(term: LossTerm, result: StepResult) -> Tensor:
    """`tube_error` over rated values: their mean, or their sum."""
    width = TUBE if term.width is None else term.width
    return _over_rated(term, result, lambda off: tube_error(off, width))


def _reconstruction(term: LossTerm, result: StepResult) -> Tensor:
    """Squared error of a decoder over the observed steps of its input (nguyen2020 eqs 3, 4)."""
    name = f"{term.of}_reconstruction"
    if name not in result.outputs:
        raise ConfigError(
            f"the loss 'reconstruction' of {term.of!r} needs the model's output {name!r}, but it gives "
            f"{', '.join(result.outputs)}; choose a variant with that decoder or remove the loss"
        )
    observed = result.inputs[f"{term.of}_mask"]  # (batch, time)
    original = result.inputs[str(term.of)]
    squares = (result.outputs[name] - original).square().flatten(2).sum(2)  # (batch, time)
    summed = result.total(torch.where(observed, squares, 0.0).sum())
    if term.reduction == "sum":
        return summed
    values_per_step = original[0, 0].numel()
    return summed / result.total(observed.sum().float()).clamp(min=1) / values_per_step


def _cross_entropy(term: LossTerm, result: StepResult) -> Tensor:
    """Cross-entropy of class logits over the steps whose class is known; each weighs 1 on average."""
    target = result.all_targets.flatten()  # (step,)
    known = torch.isfinite(target)
    index = torch.where(known, target, -100.0).long()
    weights = None
    if term.class_weights is not None:
        assert result.class_counts is not None
        weights = balanced_weights(result.class_counts).to(target.device)
    summed = torch.nn.functional.cross_entropy(
        result.all_predictions.flatten(0, -2), index, weights, ignore_index=-100, reduction="sum",
        label_smoothing=term.label_smoothing,
    )  # fmt: skip
    return summed if term.reduction == "sum" else summed / known.sum().clamp(min=1)


def _model(term: LossTerm, result: StepResult) -> Tensor:
    """The model's own ``loss(inputs, outputs, target, term)``, averaged over processes."""
    value = result.model.loss(result.inputs, result.outputs, result.target, term)
    return everyone(value.reshape(1)).mean()


def _affect(term: LossTerm, result: StepResult) -> Tensor:
    """`affect_loss` of aspandi2022, values weighted by how rare they are in training."""
    assert result.scale is not None
    counts = result.scale.counts.to(result.target.device)
    value_range = result.scale.value_range
    return affect_loss(affect_terms(result.all_predictions, result.all_targets, value_range, counts))


LOSSES: dict[str, Callable[[LossTerm, StepResult], Tensor]] = {
    "ccc": _whole_batch(ccc_loss),
    "mse": _mse,
    "mae": _mae,
    "reconstruction": _reconstruction,
    "cross_entropy": _cross_entropy,
    "model": _model,
    "tube": _tube,
    "minus_ccc": _whole_batch(minus_ccc_loss),
    "mse_minus_cov": _whole_batch(mse_minus_cov_loss),
    "mse_over_cc": _whole_batch(mse_over_cc_loss),
    "affect": _affect,
}
_OF_WHOLE_SERIES = ("ccc", "minus_ccc", "mse_minus_cov", "mse_over_cc", "affect")
_UNREDUCED = (*_OF_WHOLE_SERIES, "model")
_OF_TRACES = ("mse", "mae", "tube", *_OF_WHOLE_SERIES)


def term_name(term: LossTerm) -> str:
    """Name of a term in the logs.

    Examples
    --------
    >>> term_name(LossTerm(kind="reconstruction", of="face"))
    'loss_reconstruction_face'
    """
    return f"loss_{term.kind}" + (f"_{term.of}" if term.of else "")


def check_losses(terms: tuple[LossTerm, ...], declaration: Declaration, model: Any) -> None:
    """Refuse loss terms that a model cannot be trained with, before training starts.

    Raises
    ------
    ConfigError
        For no term at all, an unknown kind, two terms of one name, a setting that has no effect on its kind,
        a `reconstruction` that names no input, a loss of traces for a model of classes or the other way
        round, or ``model`` for a model without a ``loss``.
    """
    names = [term_name(term) for term in terms]
    if not terms or len(set(names)) < len(names):
        raise ConfigError(f"training.losses names {names}; expected at least one term, and each only once")
    for term in terms:
        if term.kind not in LOSSES:
            raise ConfigError(f"no loss is named {term.kind!r}; there are: {', '.join(LOSSES)}")
        if term.reduction is not None and term.kind in _UNREDUCED:
            raise ConfigError(
                f"the loss {term.kind!r} has reduction {term.reduction!r}; expected none, for it is one "
                "number for a batch"
            )
        if term.width is not None and term.kind != "tube":
            raise ConfigError(
                f"the loss {term.kind!r} has width {term.width:g}; expected none, for only 'tube' has one"
            )
        if term.class_weights is not None and term.kind != "cross_entropy":
            raise ConfigError(
                f"the loss {term.kind!r} has class_weights {term.class_weights!r}; expected none, for only "
                "'cross_entropy' has classes"
            )
        if term.label_smoothing and term.kind != "cross_entropy":
            raise ConfigError(
                f"the loss {term.kind!r} has label_smoothing {term.label_smoothing:g}; expected 0, for only "
                "'cross_entropy' has classes"
            )
        if term.kind == "reconstruction" and term.of not in declaration.inputs:
            raise ConfigError(
                f"the loss 'reconstruction' is of {term.of!r}; expected `of:` to be an input of the model: "
                f"{', '.join(declaration.inputs)}"
            )
        unfit = term.kind in _OF_TRACES if declaration.predicts == "class" else term.kind == "cross_entropy"
        if unfit:
            raise ConfigError(
                f"the loss {term.kind!r} does not fit a model that predicts a {declaration.predicts}; "
                f"use cross_entropy for classes, and {', '.join(_OF_TRACES)} for traces"
            )
        if term.kind == "model" and not callable(getattr(model, "loss", None)):
            raise ConfigError(
                f"the loss 'model' needs {type(model).__name__} to have a method "
                f"loss(inputs, outputs, target, term); add it or choose another of: {', '.join(LOSSES)}"
            )


def total_loss(terms: tuple[LossTerm, ...], result: StepResult) -> tuple[Tensor, dict[str, Tensor]]:
    """Weighted sum of all terms, and each term unweighted by its name in the logs."""
    values = {term_name(term): LOSSES[term.kind](term, result) for term in terms}
    loss = torch.stack([term.weight * values[term_name(term)] for term in terms]).sum()
    return loss, {"loss": loss.detach(), **{name: value.detach() for name, value in values.items()}}
