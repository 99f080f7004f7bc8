"""chen2015: LSTMs on features of voice, face and body, joined at the input or layer by layer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, cast

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn
from torch.nn import functional

from emotrace.config.base import Settings
from emotrace.config.declaration import Declaration, FeatureInput, TableInput
from emotrace.models.base import CONDENSED, Model, System
from emotrace.models.chen2015_variants import PRESETS, VARIANTS
from emotrace.models.example import Example
from emotrace.models.layers.peephole_lstm import PeepholeLSTM
from emotrace.models.layers.peephole_stack import PeepholeStack
from emotrace.models.layers.principal_components import PrincipalComponents
from emotrace.models.layers.standardise import Standardise

COMPONENT_ROWS = 20_000
"""Steps of all training recordings that principal components are found on, evenly apart; our choice."""

Source = Annotated[FeatureInput | TableInput, Field(discriminator="kind")]


class Chen2015Config(Settings):
    """Every size and choice of chen2015.

    Source: Chen and Jin (2015), sections 4 and 5; else a comment says "our choice".
    """

    step_s: float = Field(0.04, gt=0)  # s
    inputs: dict[str, Source]  # where each feature comes from; those that `enter` does not name are not read
    enter: tuple[tuple[str, ...], ...]  # inputs that enter each LSTM layer, from the first; figure 2
    # components of a PCA of an input, fitted on training recordings; an input that is not named has none
    components: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    modality_dropout: float = Field(0.0, ge=0, lt=1)  # how often an input is missing in training; our choice
    input_noise: float = Field(0.0, ge=0)  # deviation of what is added to z-scores in training; our choice
    input_dropout: float = Field(0.0, ge=0, lt=1)  # our choice
    output_dropout: float = Field(0.0, ge=0, lt=1)  # of what the output layer reads; our choice
    cells: tuple[int, ...] = (160, 120)  # of each LSTM layer, per direction
    narrow: int = Field(1, ge=1)  # cells of each layer are divided by this; our choice
    bidirectional: bool = False
    peepholes: bool = True
    forget_bias: float = 2.0  # start of the forget gates
    initialisation: Literal["paper", "theanets"] = (
        "paper"  # theanets: all gates' biases about 2, not the forget's
    )

    @property
    def used(self) -> tuple[str, ...]:
        """The inputs that are read, in the order in which they enter."""
        return tuple(name for names in self.enter for name in names)

    @property
    def layer_cells(self) -> tuple[int, ...]:
        """Cells of each LSTM layer, per direction, as they are built."""
        return tuple(max(1, cells // self.narrow) for cells in self.cells)

    def width(self, name: str) -> int:
        """Values per step of an input as it enters."""
        return self.components.get(name, self.inputs[name].columns)

    @model_validator(mode="after")
    def _is_a_network(self) -> "Chen2015Config":
        if not self.cells or min(self.cells) < 1:
            raise ValueError(f"cells is {self.cells}; expected one or more numbers >= 1, one of each layer")
        if not self.enter or not self.enter[0] or len(self.enter) > len(self.cells):
            raise ValueError(
                f"enter is {self.enter}; expected the inputs of each layer from the first, which has some, "
                f"and at most {len(self.cells)} layers, as cells says"
            )
        unknown = [name for name in self.used if name not in self.inputs]
        if unknown or len(set(self.used)) < len(self.used):
            raise ValueError(
                f"enter names {', '.join(self.used)}; expected names of inputs, each at most once, of: "
                f"{', '.join(self.inputs)}"
            )
        for name, count in self.components.items():
            if name not in self.inputs:
                raise ValueError(
                    f"components names {name!r}; expected an input, one of: {', '.join(self.inputs)}"
                )
            if count > self.inputs[name].columns:
                raise ValueError(
                    f"components of {name} is {count}; expected at most {self.inputs[name].columns}, the "
                    "columns of that input"
                )
        return self


class Chen2015(Model):
    """Each input is standardised and enters its LSTM layer beside what the layer below gives; linear output.

    With all inputs in the first layer that is early fusion by concatenation, else figure 2's structure: short
    features below, longer ones above. What is missing, a value, a step or a whole modality, enters as 0, the
    mean of training. In a trace LSTMs run on from the first step of a recording to its last; in training over
    a window that begins with zeros (our choice). BLSTMs trace a recording in one piece.

    The mean and deviation of features are those of the training recordings, also for development and test
    (our choice: the paper z-scores each set of speakers by itself); an input's `normalise` has z-scores of
    each recording or subject before that.

    Parameters
    ----------
    config : Chen2015Config
    labels : tuple of str
        One dimension in the paper's tables but Table 7, which has both (multi-task).

    Source: Chen and Jin (2015), sections 4.3, 4.5 and 5; figure 2.
    """

    def __init__(self, config: Chen2015Config, labels: tuple[str, ...]):
        used = {name: config.inputs[name] for name in config.used}
        super().__init__(Declaration(inputs=used, step_s=config.step_s, whole=config.bidirectional), labels)
        self.config = config
        self.components, self.standardise, self.recurrent = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleList()
        for name, source in used.items():
            if name in config.components:
                self.components[name] = PrincipalComponents(source.columns, config.components[name], of=name)
            self.standardise[name] = Standardise(config.width(name))
        self.condensed_by = ("components",) if self.components else ()
        below = 0
        for number, cells in enumerate(config.layer_cells):
            layer = PeepholeStack(
                below + sum(config.width(name) for name in self._entering(number)),
                (cells,),
                bidirectional=config.bidirectional,
                peepholes=config.peepholes,
                forget_bias=config.forget_bias,
            )
            self.recurrent.append(layer)
            below = layer.width_out
        self.output = nn.Linear(below, len(labels))
        nn.init.xavier_uniform_(self.output.weight)
        nn.init.zeros_(self.output.bias)
        if config.initialisation == "theanets":
            _initialise_as_theanets(self)

    def fit_on(self, train: Sequence[Example], development: Sequence[Example]) -> None:
        """Find principal components, then mean and deviation of each input, on the training recordings.

        The output layer starts at the mean of the training gold standard, its drawn weights times its
        deviation, so that a scale from 1 to 9 starts as well as one from -1 to 1 (our choice).

        Parameters
        ----------
        train, development : sequence of Example
            Whole recordings; those of development are not looked at.

        Raises
        ------
        InputError
            If there are fewer rows than components.
        """
        for name in self.config.used:
            rows: Iterator[Tensor] = (rows for each in train for rows in each.rows(name))
            if name in self.components:
                components = cast(PrincipalComponents, self.components[name])
                every = max(1, -(-sum(len(each.target) for each in train) // COMPONENT_ROWS))
                components.fit(rows for each in train for rows in each.rows(name, every))
                rows = map(components, rows)
            cast(Standardise, self.standardise[name]).fit(rows)
        scale = Standardise(len(self.labels))
        scale.fit(each.target for each in train)
        with torch.no_grad():
            self.output.bias.copy_(scale.mean)
            self.output.weight.mul_(torch.where(scale.std > 0, scale.std, 1.0).unsqueeze(1))

    def condense(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Replace each input that has principal components by these, as of `Model.condense`."""
        made = dict(inputs)
        for name, components in self.components.items():
            if name in made:
                made[CONDENSED + name] = components(made.pop(name))  # (batch, time, component)
        return made

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Predict every step of a batch of windows; each starts from a zero state.

        Parameters
        ----------
        inputs : mapping
            For every input that is used ``name`` (batch, time, column), NaN: missing, and ``name_mask``
            (batch, time) bool, False: the step is missing.

        Returns
        -------
        dict
            ``prediction`` (batch, time, label).
        """
        return {"prediction": self.trace(inputs)[0]}

    def trace(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Any]:
        """Predict consecutive steps of recordings of any length, a piece at a time; a BLSTM all at once.

        Parameters and returns as in `Model.trace`, but for any batch; the state is that of each layer.
        """
        hidden, after = None, []
        for number, entering in enumerate(self._read(inputs)):
            before = state[number] if state is not None else None
            hidden, then = self.recurrent[number](_joined(entering, hidden), before)
            after.append(then)
        read = functional.dropout(cast(Tensor, hidden), self.config.output_dropout, self.training)
        return self.output(read), None if self.config.bidirectional else after  # (batch, time, label)

    @torch.no_grad()
    def activations(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[dict[str, Tensor], Any]:
        """What the cells and gates of every layer do at consecutive steps; meant for evaluation mode.

        Parameters
        ----------
        inputs, state
            As for `trace`.

        Returns
        -------
        shown : dict
            ``"layer1/input_gate"`` and so on, as of `PeepholeStack.activations`: (batch, time, cell) each;
            ``"layer1-reversed/..."`` of the other direction of a BLSTM.
        state
            As of `trace`, and good for either.
        """
        shown: dict[str, Tensor] = {}
        hidden, after = None, []
        for number, entering in enumerate(self._read(inputs)):
            before = state[number] if state is not None else None
            layer = cast(PeepholeStack, self.recurrent[number])
            found, then = layer.activations(_joined(entering, hidden), before)
            shown |= {name.replace("layer1", f"layer{number + 1}", 1): found[name] for name in found}
            hidden = torch.cat([found[name] for name in found if name.endswith("/hidden")], dim=2)
            after.append(then)
        return shown, None if self.config.bidirectional else after

    def _read(self, inputs: Mapping[str, Tensor]) -> Iterator[list[Tensor]]:
        """What enters each layer: the standardised inputs, (batch, time, column) each."""
        inputs = self.condense(inputs)
        first = inputs[f"{self.config.used[0]}_mask"]
        dropped = self._dropped(len(first), first.device)
        for number in range(len(self.recurrent)):
            entering = []
            for name in self._entering(number):
                observed = inputs[f"{name}_mask"] & ~dropped[name].unsqueeze(1)  # (batch, time)
                values = inputs[CONDENSED + name if name in self.components else name]
                scores = self.standardise[name](values, observed)
                if self.training and self.config.input_noise > 0:
                    scores = scores + self.config.input_noise * torch.randn_like(scores)
                entering.append(functional.dropout(scores, self.config.input_dropout, self.training))
            yield entering

    def _entering(self, number: int) -> tuple[str, ...]:
        """Names of the inputs of an LSTM layer."""
        return self.config.enter[number] if number < len(self.config.enter) else ()

    def _dropped(self, batch: int, device: torch.device) -> dict[str, Tensor]:
        """Which inputs are taken for missing in each window, (batch,) bool each; one at least is left.

        Drawn by torch, which training seeds at each step.
        """
        names = self.config.used
        dropped = torch.zeros(len(names), batch, dtype=torch.bool, device=device)
        if self.training and self.config.modality_dropout > 0 and len(names) > 1:
            chance = torch.rand(len(names), batch, device=device)
            dropped = chance < self.config.modality_dropout
            kept = chance.argmax(dim=0)  # of those that would all be dropped, one by chance
            dropped[kept, torch.arange(batch, device=device)] = False
        return dict(zip(names, dropped, strict=True))


def _joined(entering: list[Tensor], below: Tensor | None) -> Tensor:
    """What a layer reads, (batch, time, width)."""
    return torch.cat([*entering, *([below] if below is not None else [])], dim=2)


@torch.no_grad()
def _initialise_as_theanets(model: nn.Module) -> None:
    """Draw fresh LSTMs as theanets does: it means the forget gates' bias 2, and gives it to all four gates.

    Source: theanets' layers/recurrent.py, which the paper's section 5 names.
    """
    for layer in model.modules():
        if isinstance(layer, PeepholeLSTM):
            nn.init.normal_(layer.weight_input, 0.0, (layer.width + 4 * layer.cells) ** -0.5)
            nn.init.normal_(layer.weight_hidden, 0.0, (5 * layer.cells) ** -0.5)
            nn.init.normal_(layer.bias, 2.0, 1.0)
            if layer.peephole is not None:
                nn.init.normal_(layer.peephole, 0.0, 1.0)


SYSTEM = System(
    name="chen2015",
    source="Chen and Jin (2015), Multi-modal Dimensional Emotion Recognition using Recurrent Neural Networks",
    config=Chen2015Config,
    variants=VARIANTS,
    presets=PRESETS,
    build=Chen2015,
)
