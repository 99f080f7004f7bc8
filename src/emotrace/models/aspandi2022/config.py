"""Every size and choice of aspandi2022."""

from math import log2
from typing import Literal

from pydantic import Field, model_validator

from emotrace.config.base import Settings

Modality = Literal["face", "spectrogram"]
MELS = 128  # bands of the spectrogram


class Aspandi2022Config(Settings):
    """The defaults are the full AVi-GaS.

    Source: Aspandi et al. (2022), section 3, and the sizes that its Table 11 follows from.
    """

    modalities: tuple[Modality, ...] = ("face", "spectrogram")
    fusion: Literal["concatenation", "gate"] = "gate"  # of two modalities
    sequence: bool = True  # False: each step on its own, from a zero state
    shared: bool = False  # as Table 11 counts: one generator and discriminator for both modalities, and more
    step_s: float = Field(0.04, gt=0)  # s

    size: int = Field(128, ge=16)  # px, of faces and of pictures of sound
    columns: int = Field(128, ge=16)  # of the spectrogram around a step, 23.2 ms each
    generator_widths: tuple[int, int, int] = (16, 32, 64)
    generator_blocks: int = Field(5, ge=1)  # odd: there is a middle one
    discriminator_widths: tuple[int, ...] = (16, 32, 64, 128, 256, 512)
    leak: float = Field(0.01, ge=0, lt=1)  # slope of the leaky rectifiers below 0
    trunk_widths: tuple[int, ...] = (16, 32, 64, 128, 256)
    coarse_width: int = Field(
        256, ge=1
    )  # values that the coarse estimate is repeated to; our reading of Table 11
    coarse: Literal["scores", "signs"] = "scores"  # tanh of them, or their signs; our choice: scores
    cells: int = Field(256, ge=1)  # of the LSTM
    attended: int = Field(8, ge=1)  # states that attention looks back at

    degradation: float = Field(0.5, ge=0, le=1)  # share of sequences degraded in training
    lost: float = Field(0.0, ge=0, lt=1)  # share of sequences, in training, of which a modality shows nothing
    condense: bool = False  # True: stages that freeze the networks learn of clean pictures, looked at once
    chunk: int = Field(16, ge=1)  # pictures in the networks at a time, in evaluation; our choice

    @property
    def attention(self) -> bool:
        """Whether the context is made by attention; Table 11 counts none for concatenation."""
        return self.sequence and not (self.shared and self.fused == "concatenation")

    @property
    def fused(self) -> str | None:
        """How modalities are joined; None: there is only one."""
        return self.fusion if len(self.modalities) > 1 else None

    @property
    def latent_width(self) -> int:
        """Values of one modality per step: of its trunk and of the coarse estimate, ZQ."""
        return self.trunk_widths[-1] + self.coarse_width

    @property
    def joined_width(self) -> int:
        """Values per step that the LSTM reads beside the context."""
        if self.fused != "concatenation":
            return self.latent_width
        return 2 * (self.trunk_widths[-1] if self.shared else self.latent_width)

    @property
    def state_width(self) -> int:
        """Values of a state [h; c] of the LSTM, and of the context."""
        return 2 * self.cells

    @model_validator(mode="after")
    def _sizes_fit(self) -> "Aspandi2022Config":
        if not self.modalities or len(set(self.modalities)) != len(self.modalities):
            raise ValueError(
                f"modalities is {self.modalities}; expected face, spectrogram or both, each once"
            )
        if self.size & (self.size - 1):
            raise ValueError(f"size is {self.size}; expected a power of 2, for every layer halves it")
        halvings = round(log2(self.size))
        for name, widths, expected in (
            ("discriminator_widths", self.discriminator_widths, halvings - 1),
            ("trunk_widths", self.trunk_widths, halvings - 2),
        ):
            if len(widths) != expected:
                raise ValueError(f"{name} has {len(widths)} layers; expected {expected} for size {self.size}")
        if min(*self.generator_widths, *self.discriminator_widths, *self.trunk_widths) < 1:
            raise ValueError("generator_widths, discriminator_widths and trunk_widths must hold numbers >= 1")
        if self.generator_blocks % 2 == 0:
            raise ValueError(f"generator_blocks is {self.generator_blocks}; expected an odd number")
        if "spectrogram" in self.modalities and (self.columns % self.size or MELS % self.size):
            raise ValueError(
                f"columns is {self.columns} and size {self.size}; expected columns and the {MELS} mel bands "
                "to be multiples of size"
            )
        if self.shared and self.fused == "gate" and self.latent_width != self.state_width:
            raise ValueError(
                f"trunk and coarse estimate give {self.latent_width} values and a state has "
                f"{self.state_width}; expected the same, for with shared the gate is a layer of attention"
            )
        if self.shared and self.fused == "gate" and 2 * self.trunk_widths[-1] != self.state_width:
            raise ValueError(
                f"two trunks give {2 * self.trunk_widths[-1]} values and a state has {self.state_width}; "
                "expected the same, for with shared the gate is a layer of attention"
            )
        return self
