"""The base of every model, and what a file in this room says about its system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from emotrace.config.base import Settings
from emotrace.config.declaration import Declaration
from emotrace.errors import ConfigError

DIMENSIONS = ("arousal", "valence")
CONDENSED = "condensed/"
"""What the names of inputs begin with that `Model.condense` makes of others."""


class Model(nn.Module):
    """A model: tensors to tensors; it knows no corpus, file or optimiser.

    Parameters
    ----------
    declaration : Declaration
        Inputs, time grid and kind of prediction.
    labels : tuple of str
        Names of the predicted dimensions or classes, in the order of the last axis.

    Notes
    -----
    A model may have a method ``loss(inputs, outputs, target, term) -> Tensor``, a scalar for the loss `model`
    of its recipes: what `forward` was given and gave, the gold standard (batch, time, label) with NaN where
    not rated, and the recipe's `LossTerm`, whose `of` tells several such losses of one model apart.

    A model may have a method ``fit_on(train, development) -> mapping or None`` for what is found without
    gradients: mean and deviation of features, principal components, support vectors. Training calls it once
    when a stage starts, on the CPU and with torch seeded, before it loads or takes over weights; with
    ``training.steps: 0`` nothing else is trained. `train` and `development` are sequences of
    `models.example.Example`, one whole recording each, made anew whenever it is asked for: go through them
    one at a time. `development` may be empty and is there to choose by, not to learn from. What it finds must
    be parameters or persistent buffers, whose shapes follow from the configuration and the labels. What it
    returns, JSON-able, such as a chosen complexity, is written into the run and shown.
    """

    training_only: tuple[str, ...] = ()
    """Names of sub-modules that only training needs (decoders, discriminators)."""

    condensed_by: tuple[str, ...] = ()
    """Names of the sub-modules whose parameters and buffers `condense` uses; none: it condenses nothing."""

    learns_condensed: bool = True
    """Whether training may read what `condense` made; False where inputs are to differ from step to step, by
    degradations: then only development recordings are condensed."""

    adversaries: tuple[str, ...] = ()
    """Names of the sub-modules that an adversarial step trains against all others, by an optimiser of their
    own: discriminators. A model that has some has a method ``judge(name, pictures) -> (real, coarse)`` too,
    and gives ``<name>_picture``, ``<name>_restored``, ``<name>_real`` and ``<name>_coarse`` in `forward`, as
    `training.adversarial` says."""

    rebuilds: tuple[str, ...] = ()
    """Names of the inputs that `forward` gives back as ``<name>_reconstruction``: auto-encoders."""

    def __init__(self, declaration: Declaration, labels: tuple[str, ...]):
        super().__init__()
        self.declaration = declaration
        self.labels = tuple(labels)

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Predict every step of a batch of windows.

        Parameters
        ----------
        inputs : mapping
            ``{name: (batch, time, ...)}`` for every declared input and ``{name}_mask``
            (batch, time) bool.

        Returns
        -------
        dict
            ``"prediction"`` (batch, time, label): values of a trace, or logits of classes; and
            whatever the losses of its recipes need, e.g. ``"face_reconstruction"``.
        """
        raise NotImplementedError

    def condense(self, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Replace inputs by what is made of them step by step: principal components, what a trunk gives.

        What a step becomes follows from the inputs of that step alone. In a stage that trains none of
        `condensed_by`, training calls this once for each recording, in evaluation mode, and keeps what it
        gives on disk: `forward`, if the model `learns_condensed`, and `trace` are then called with that.
        Given inputs as they are, they condense them themselves.

        Parameters
        ----------
        inputs : mapping
            As for `forward`; or condensed already, and then given back as they are.

        Returns
        -------
        mapping
            ``"condensed/<name>"`` (batch, time, ...) in place of each input that was replaced; all masks, and
            the other inputs, as they were.
        """
        return inputs

    def trace(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Any]:
        """Predict consecutive steps of one recording; all of them at once if the declaration says `whole`.

        Parameters
        ----------
        inputs : mapping
            As for `forward`, batch 1; time holds `context_steps` steps before and
            `look_ahead_steps` after those to predict. A model without inputs gets ``step``
            (1, time), the number of each step.
        state : object or None
            What the call for the steps before gave back; None at the start of a recording.

        Returns
        -------
        prediction : (1, time - context - look-ahead, label)
        state : object
            To be handed to the call for the steps that follow.
        """
        if self.declaration.whole:
            return self(inputs)["prediction"], None  # (1, time, label)
        size = self.declaration.window_steps
        inputs = self.condense(inputs)  # each step once, not once for every window that it is in
        windows = {
            name: value[0].unfold(0, size, 1).movedim(-1, 1)  # (time, window, ...)
            for name, value in inputs.items()
        }
        prediction = self(windows)["prediction"]  # (time, window, label)
        return prediction[:, self.declaration.context_steps].unsqueeze(0), None

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """What `trace_shown` tells beside every prediction, such as the share of a gate; none by default."""
        return ()

    @property
    def shown_meaning(self) -> str:
        """What the numbers of `shown_columns` mean, in a sentence for a person; empty without columns."""
        return ""

    def trace_shown(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Tensor, Any]:
        """As `trace`, and what decided about each step.

        Parameters
        ----------
        inputs, state
            As for `trace`.

        Returns
        -------
        prediction : (1, time - context - look-ahead, label)
        shown : (1, time - context - look-ahead, column)
            One column for each of `shown_columns`; NaN where there is nothing to tell.
        state : object
            As of `trace`.
        """
        prediction, state = self.trace(inputs, state)
        return prediction, prediction.new_empty(*prediction.shape[:2], 0), state

    def parameter_counts(self) -> tuple[int, int]:
        """Number of parameters in training, and in inference (without `training_only` parts).

        One that bears several names counts once, and in inference if any of them is needed there.
        """
        only = tuple(f"{name}." for name in self.training_only)
        named = list(self.named_parameters(remove_duplicate=False))
        needed = {parameter for name, parameter in named if not name.startswith(only)}
        return sum(p.numel() for p in self.parameters()), sum(p.numel() for p in needed)


@dataclass(frozen=True)
class Variant:
    """A named ablation: what differs from the system's default configuration."""

    summary: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""  # table or section of the paper
    labels: tuple[str, ...] = DIMENSIONS  # what it predicts there; a corpus may bring others


@dataclass(frozen=True)
class System:
    """One paper's system, as its file in `models` declares it under the name ``SYSTEM``.

    Parameters
    ----------
    name : str
    source : str
        The paper.
    config : subclass of Settings
        Every size and choice of the model.
    variants : mapping of name to Variant
    presets : mapping of name to overrides
        Sizes; the first is the default. A variant's overrides win over a preset's.
    build : callable
        ``build(config, labels) -> Model``.
    """

    name: str
    source: str
    config: type[Settings]
    variants: Mapping[str, Variant]
    presets: Mapping[str, Mapping[str, Any]]
    build: Callable[[Any, tuple[str, ...]], Model]

    def __post_init__(self) -> None:
        if not self.variants or not self.presets:
            raise ConfigError(
                f"system {self.name} declares {len(self.variants)} variants and {len(self.presets)} presets; "
                "expected at least one of each, a preset may be empty"
            )

    @property
    def default_preset(self) -> str:
        """The preset that is taken where none is named."""
        return next(iter(self.presets))
