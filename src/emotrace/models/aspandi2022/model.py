"""The networks of aspandi2022 put together: pictures to latent features, fused, and traced."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emotrace.config.declaration import Declaration, FaceInput, SpectrogramInput
from emotrace.models.aspandi2022.attention import Attention
from emotrace.models.aspandi2022.config import Aspandi2022Config
from emotrace.models.aspandi2022.degradation import FACE, SPECTROGRAM, Degradation, cover, silence
from emotrace.models.aspandi2022.discriminator import Discriminator
from emotrace.models.aspandi2022.gate import Gate, Gated, choose
from emotrace.models.aspandi2022.generator import Generator
from emotrace.models.aspandi2022.head import Head
from emotrace.models.aspandi2022.trunk import Trunk
from emotrace.models.base import CONDENSED, Model

DEGRADATIONS = {"face": (FACE, cover), "spectrogram": (SPECTROGRAM, silence)}  # and what leaves nothing


class Aspandi2022(Model):
    """Latent features of faces and voice, gated, read by an LSTM that attends to its past states.

    Sub-modules are named alike in every variant, so weights pass from one to another by name:
    ``generators``, ``discriminators`` and ``trunks`` by modality, ``gate``, ``attention`` and ``head``.

    Parameters
    ----------
    config : Aspandi2022Config
    labels : tuple of str

    Source
    ------
    Aspandi et al. (2022), section 3. A modality that is missing at a step gives features of zeros, and the
    gate takes the other: our choice.
    """

    condensed_by = ("generators", "discriminators", "trunks")
    adversaries = ("discriminators",)

    def __init__(self, config: Aspandi2022Config, labels: tuple[str, ...]):
        super().__init__(_declare(config), labels)
        self.config = config
        self.learns_condensed = config.condense or config.degradation == config.lost == 0
        self.degradations = nn.ModuleDict()
        self.generators, self.discriminators, self.trunks = (nn.ModuleDict() for _ in range(3))
        for number, name in enumerate(config.modalities):
            kinds, lose = DEGRADATIONS[name]
            self.degradations[name] = Degradation(kinds, config.degradation, lose, config.lost)
            first = config.modalities[0]
            again = config.shared and number > 0
            self.generators[name] = self.generators[first] if again else _generator(config)
            self.discriminators[name] = (
                self.discriminators[first] if again else _discriminator(config, len(labels))
            )
            self.trunks[name] = Trunk(config.generator_widths[-1], config.trunk_widths, config.leak)
        if config.shared:  # as Table 11 counts, though P needs what D says of the quadrant
            self.training_only = ("discriminators",)
        else:
            self.training_only = tuple(f"discriminators.{name}.real" for name in config.modalities)
        self.gate = Gate(config.latent_width) if config.fused == "gate" and not config.shared else None
        self.attention = Attention(config.state_width, config.shared) if config.attention else None
        attended = config.attended if config.attention else 1
        self.head = Head(config.joined_width, config.cells, len(labels), attended, config.sequence)

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Predict every step of a batch of windows; each starts from a zero state.

        Parameters
        ----------
        inputs : mapping
            ``face`` (batch, time, 3, size, size) and ``spectrogram`` (batch, time, column, mel) in [-1, 1],
            those that the variant has, and their masks; or what `condense` made of them.

        Returns
        -------
        dict
            ``prediction`` (batch, time, label); and of each modality that was not condensed:

            - ``<name>_picture``, ``<name>_degraded``, ``<name>_restored`` (batch, time, 3, size, size): the
              picture, what the generator was given in its place, and what it made of that;
            - ``<name>_real`` (batch, time, 1, 2, 2) and ``<name>_coarse`` (batch, time, label): what D says
              of the restored picture, as `Discriminator`; what is there for a missing modality means nothing.
        """
        outputs: dict[str, Tensor] = {}
        condensed = dict(inputs)
        for name in self.config.modalities:
            if name not in inputs:
                continue
            picture = self.picture(name, inputs[name])
            degraded = self.degradations[name](picture)
            features, restored, real, coarse = self._look(name, degraded.flatten(0, 1))
            steps = picture.shape[:2]
            outputs[f"{name}_picture"], outputs[f"{name}_degraded"] = picture, degraded
            outputs[f"{name}_restored"] = restored.unflatten(0, steps)
            outputs[f"{name}_real"] = real.unflatten(0, steps)
            outputs[f"{name}_coarse"] = coarse.unflatten(0, steps)
            condensed[CONDENSED + name] = features.unflatten(0, steps) * inputs[f"{name}_mask"].unsqueeze(2)
        prediction, _, _, _ = self._read(condensed, None)
        return {"prediction": prediction, **outputs}

    def condense(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Pictures to the latent features with the coarse estimate, ZQ: ``condensed/<name>``.

        (batch, time, trunk + coarse) each, zeros where the modality is missing.
        """
        made = {name: value for name, value in inputs.items() if name not in self.config.modalities}
        for name in self.config.modalities:
            if name in inputs:
                made[CONDENSED + name] = self._condense(name, inputs[name], inputs[f"{name}_mask"])
        return made

    def trace(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Any]:
        """Predict consecutive steps of recordings of any length, a piece at a time.

        Parameters and returns as in `Model.trace`, but for any batch; the state is that of the LSTM with the
        past states that attention looks back at.
        """
        prediction, _, _, state = self._read(self.condense(inputs), state)
        return prediction, state

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """``attention_1`` ... to the state that many steps before; ``gate``; those that the variant has."""
        attended = range(1, self.config.attended + 1) if self.attention is not None else ()
        gate = ("gate",) if self.config.fused == "gate" else ()
        return (*(f"attention_{steps}" for steps in attended), *gate)

    @property
    def shown_meaning(self) -> str:
        """What attention and gate say, of those that the variant has."""
        attention = (
            "attention_k: how much the state k steps before counts" if self.attention is not None else ""
        )
        gate = "gate: 1 is all of the face, 0 all of the voice" if self.config.fused == "gate" else ""
        return "; ".join(part for part in (attention, gate) if part)

    def trace_shown(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Tensor, Any]:
        """As `trace`, and the weights of attention and the gate of each step, for any batch.

        Returns
        -------
        prediction : (batch, time, label)
        shown : (batch, time, column)
            The weight of each past state, which sum to 1, NaN where there is none yet; the gate's mean in
            [0, 1] over its values: the share of the first modality, the face. All NaN in a step of which the
            model is given nothing.
        state
            As of `trace`.

        Source
        ------
        Sections 4.2 and 4.3, which show W_a and Z_G. The gate has a value for each feature and the paper
        draws one curve: the mean is our reading.
        """
        condensed = self.condense(inputs)
        prediction, weights, gated, state = self._read(condensed, state)
        told = [weights] if self.attention is not None else []
        told += [] if gated is None else [gated.share.mean(2, keepdim=True)]
        shown = torch.cat(told or [weights[..., :0]], dim=2)  # (batch, time, column)
        given = torch.stack([condensed[f"{name}_mask"] for name in self.config.modalities]).any(dim=0)
        return prediction, shown.masked_fill(~given.unsqueeze(2), torch.nan), state

    @torch.no_grad()
    def restored(self, name: str, values: Tensor) -> Iterator[tuple[str, Tensor, Tensor, Tensor]]:
        """What G makes of pictures of a modality: of them as they are, and of each kind of degradation.

        Parameters
        ----------
        name : str
            A modality.
        values : (picture, ...)
            The input of that name, a picture per step.

        Yields
        ------
        kind : str
            ``as it is``, or what was done to the picture; how strong it is comes from torch's generator.
        picture, degraded, restored : (picture, 3, size, size) in [-1, 1]

        Source
        ------
        Figure 4.
        """
        pictures = self.picture(name, values.unsqueeze(0))[0]
        degradation: Any = self.degradations[name]
        kinds = {kind.__name__.replace("_", " "): kind for kind in degradation.kinds}
        for title, kind in {"as it is": None, **kinds}.items():
            degraded = pictures if kind is None else kind(pictures)
            yield title, pictures, degraded, self.generators[name](degraded)[1]

    def picture(self, name: str, values: Tensor) -> Tensor:
        """An input as the networks look at it: (batch, time, 3, size, size); for sound (mel, column)."""
        if name == "face":
            return values
        picture = values.transpose(2, 3)  # (batch, time, mel, column)
        step = picture.shape[2] // self.config.size, picture.shape[3] // self.config.size
        if step != (1, 1):
            picture = F.avg_pool2d(picture, step)
        return picture.unsqueeze(2).expand(-1, -1, 3, -1, -1)

    def judge(self, name: str, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """What D of a modality says of pictures (picture, 3, size, size), as `Discriminator`."""
        return self.discriminators[name](pictures)

    def _condense(self, name: str, values: Tensor, mask: Tensor) -> Tensor:
        """(batch, time, trunk + coarse); networks look at those pictures alone that are there."""
        pictures = self.picture(name, values)
        features = pictures.new_zeros(*mask.shape, self.config.latent_width)
        seen = mask.nonzero()  # (picture, 2)
        for part in seen.split(self.config.chunk) if len(seen) else ():
            batch, time = part.unbind(1)
            features[batch, time] = self._look(name, pictures[batch, time])[0]
        return features

    def _look(self, name: str, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Of (picture, 3, size, size): (picture, trunk + coarse), restored pictures, what D says of them."""
        latent, restored = self.generators[name](pictures)
        real, coarse = self.judge(name, restored)
        quadrant = torch.tanh(coarse) if self.config.coarse == "scores" else coarse.sign()
        width, labels = self.config.coarse_width, coarse.shape[1]
        place = torch.arange(width, device=coarse.device) * labels // width  # as often each, side by side
        return torch.cat([self.trunks[name](latent), quadrant[:, place]], dim=1), restored, real, coarse

    def _read(self, condensed: Mapping[str, Tensor], state: Any) -> tuple[Tensor, Tensor, Gated | None, Any]:
        """Prediction, attention, gate and state of consecutive steps whose pictures were looked at."""
        latent = [condensed[CONDENSED + name] for name in self.config.modalities]
        gated = None
        if self.config.fused == "gate":
            masks = [condensed[f"{name}_mask"] for name in self.config.modalities]
            gated = self._gate(*latent, *masks)
            joined = gated.fused
        elif self.config.fused == "concatenation" and self.config.shared:
            joined = torch.cat([one[..., : self.config.trunk_widths[-1]] for one in latent], dim=2)
        else:
            joined = torch.cat(latent, dim=2)
        prediction, weights, state = self.head(joined, self.attention, state)
        return prediction, weights, gated, state

    def _gate(self, first: Tensor, second: Tensor, has_first: Tensor, has_second: Tensor) -> Gated:
        if self.gate is not None:
            return self.gate(first, second, has_first, has_second)
        # Table 11 counts no gate: a layer of attention makes it of the trunks' values
        trunk = self.config.trunk_widths[-1]
        assert self.attention is not None
        share = torch.sigmoid(self.attention.key(torch.cat([first[..., :trunk], second[..., :trunk]], dim=2)))
        return choose(share, first, second, has_first, has_second)


def _generator(config: Aspandi2022Config) -> Generator:
    return Generator(config.generator_widths, config.generator_blocks)


def _discriminator(config: Aspandi2022Config, labels: int) -> Discriminator:
    return Discriminator(config.discriminator_widths, labels, config.leak, counted=config.shared)


def _declare(config: Aspandi2022Config) -> Declaration:
    specs: dict[str, FaceInput | SpectrogramInput] = {
        "face": FaceInput(size=config.size),
        "spectrogram": SpectrogramInput(columns=config.columns),
    }
    return Declaration(inputs={name: specs[name] for name in config.modalities}, step_s=config.step_s)
