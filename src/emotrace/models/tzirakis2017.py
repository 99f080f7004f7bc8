"""tzirakis2017: filters on raw sound and a ResNet-50 on faces, joined in an LSTM, trained end to end."""

from collections.abc import Mapping
from typing import Any, Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn

from emotrace.config.base import Settings
from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.models.base import Model, System, Variant
from emotrace.models.layers.face_jitter import FaceJitter
from emotrace.models.layers.initialise import initialise_as_tensorflow
from emotrace.models.layers.long_filters import LongAudioFilters
from emotrace.models.layers.peephole_stack import PeepholeStack
from emotrace.models.layers.raw_audio import RawAudioConvolutions
from emotrace.models.layers.resnet import ResNet
from emotrace.timing import sample_count

Network = Literal["speech", "visual"]
IMAGENET_MEAN = (0.485, 0.456, 0.406)  # of red, green, blue in [0, 1]: what torchvision's weights expect
IMAGENET_STD = (0.229, 0.224, 0.225)
AT_ONCE = 32  # faces in the trunk at a time, in evaluation; what they give stays in the processor's cache


class Tzirakis2017Config(Settings):
    """Every size and choice of tzirakis2017; the defaults are what the authors' release runs (`code`).

    Source: Tzirakis et al. (2017), sections III and V, and their release; else a comment says "our choice".
    """

    networks: tuple[Network, ...] = ("speech", "visual")  # in the order in which features are joined
    step_s: float = Field(0.04, gt=0)  # s

    rate_hz: int = Field(16000, ge=1000)
    speech_over: Literal["frame", "sequence"] = "frame"  # each step on its own, or sound without seams
    speech_filters: tuple[int, int] = (40, 40)
    speech_taps: tuple[int, int] = (20, 40)  # samples; the second of them after the first pool
    speech_pools: tuple[int, int] = (2, 10)  # samples, filters
    sample_dropout: float = Field(0.5, ge=0, lt=1)  # of the raw sound

    face_size: int = Field(110, ge=32)  # px
    face_crop: int = Field(96, ge=32)  # px
    face_align: bool = False  # our choice: the paper crops and scales only
    brightness: float = Field(0.125, ge=0, le=1)  # largest shift, share of the range; our choice
    saturation: float = Field(0.5, ge=0, le=1)  # largest change of its factor; our choice
    trunk_blocks: tuple[int, int, int, int] = (3, 4, 6, 3)
    trunk_widths: tuple[int, int, int, int] = (64, 128, 256, 512)
    visual_features: int | None = Field(None, ge=1)  # of a linear map; None: none, all that the trunk gives

    feature_dropout: float = Field(0.0, ge=0, lt=1)  # of the features that the LSTM reads
    cells: tuple[int, ...] = (256, 256)  # of each LSTM layer
    peepholes: bool = True
    cell_clip: float | None = Field(100.0, gt=0)
    forget_bias: float = 1.0  # start of the forget gates; TensorFlow's default

    @property
    def samples(self) -> int:
        """Audio samples per step."""
        return sample_count(self.step_s, self.rate_hz)

    @property
    def speech_features(self) -> int:
        """What the speech network gives per step."""
        return self.samples // self.speech_pools[0] * (self.speech_filters[1] // self.speech_pools[1])

    @model_validator(mode="after")
    def _sizes_fit(self) -> "Tzirakis2017Config":
        if not self.networks or len(set(self.networks)) != len(self.networks):
            raise ValueError(f"networks is {self.networks}; expected speech, visual or both, each once")
        sizes = (*self.speech_filters, *self.speech_taps, *self.speech_pools)
        if min(*sizes, *self.trunk_blocks, *self.trunk_widths, *(self.cells or (0,))) < 1:
            raise ValueError(
                "speech_filters, speech_taps, speech_pools, trunk_blocks, trunk_widths and cells must hold "
                "numbers >= 1"
            )
        if self.face_crop > self.face_size:
            raise ValueError(f"face_crop is {self.face_crop}; expected at most face_size, {self.face_size}")
        if "speech" not in self.networks:
            return self
        if abs(self.rate_hz * self.step_s - self.samples) > 1e-6:
            raise ValueError(f"step_s {self.step_s} at {self.rate_hz} Hz is no whole number of samples")
        for what, value, unit in (
            ("samples per step", self.samples, self.speech_pools[0]),
            ("speech_filters of the second layer", self.speech_filters[1], self.speech_pools[1]),
        ):
            if value % unit:
                raise ValueError(f"{what} is {value}; expected a multiple of {unit}")
        return self


class SpeechNetwork(nn.Module):
    """Raw sound to features: two layers of filters. Source: section III.B, or the release (`frame`)."""

    def __init__(self, config: Tzirakis2017Config):
        super().__init__()
        self.dropout = nn.Dropout(config.sample_dropout)
        sizes = config.speech_filters, config.speech_taps, config.speech_pools
        self.filters: LongAudioFilters | RawAudioConvolutions
        if config.speech_over == "sequence":
            self.filters = LongAudioFilters(*sizes)
        else:
            self.filters = RawAudioConvolutions(*sizes, pooling="channels", slope=0.0)
        initialise_as_tensorflow(self.filters, forget_bias=0.0)

    def forward(self, samples: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """(batch, time, sample) to (batch, time, feature), and the state after it."""
        steps = samples.shape[:2]
        heard = self.dropout(samples)
        if isinstance(self.filters, LongAudioFilters):
            features, state = self.filters(heard.flatten(1), state)  # (batch, time * sample / 2, filter / 10)
            return features.reshape(*steps, -1), state
        return self.filters(heard.flatten(0, 1)).unflatten(0, steps), None


class VisualNetwork(nn.Module):
    """Faces to features: crop, ResNet, and in `paper` a linear map. Source: sections III.A, III.D and V.

    Faces are put on the scale of torchvision's ImageNet weights (our choice, also without them), which
    `load_trunk(model.visual.trunk, path)` reads.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, config: Tzirakis2017Config):
        super().__init__()
        self.jitter = FaceJitter(config.face_crop, config.brightness, config.saturation)
        for name, values in (("mean", IMAGENET_MEAN), ("std", IMAGENET_STD)):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)
        self.trunk = ResNet(config.trunk_blocks, config.trunk_widths)
        self.features = config.visual_features or self.trunk.features
        self.map: nn.Linear | None = None
        if config.visual_features is not None:
            self.map = nn.Linear(self.trunk.features, config.visual_features)
            initialise_as_tensorflow(self.map, forget_bias=0.0)

    def forward(self, faces: Tensor, found: Tensor | None = None) -> Tensor:
        """(batch, time, 3, size, size) in [-1, 1], (batch, time) bool, to (batch, time, feature)."""
        images = self.jitter(faces, found).flatten(0, 1)  # (batch * time, 3, crop, crop)
        # training must see all at once: batch normalisation takes their mean and variance
        parts = images.split(len(images) if self.training else AT_ONCE)
        features = torch.cat([self.trunk(self._scale(part)) for part in parts])
        if self.map is not None:
            features = self.map(features)
        return features.unflatten(0, faces.shape[:2])

    def _scale(self, images: Tensor) -> Tensor:
        scaled = ((images + 1) / 2 - self.mean) / self.std
        return scaled.contiguous(memory_format=torch.channels_last)


class Tzirakis2017(Model):
    """Speech and visual features of each step, joined, then an LSTM over the sequence, a linear output.

    In a trace the LSTM runs on from the first step of a recording to its last, in training over a
    window that begins with zeros (our choice). A missing face or sound enters as zeros (our choice).

    Sub-modules are `speech`, `visual`, `recurrent` and `output` in every variant, so weights pass from
    one to another by name.

    Parameters
    ----------
    config : Tzirakis2017Config
    labels : tuple of str

    Source: Tzirakis et al. (2017), figure 1 and section III.D.
    """

    def __init__(self, config: Tzirakis2017Config, labels: tuple[str, ...]):
        super().__init__(_declare(config), labels)
        self.config = config
        width = 0
        if "speech" in config.networks:
            self.speech = SpeechNetwork(config)
            width += config.speech_features
        if "visual" in config.networks:
            self.visual = VisualNetwork(config)
            width += self.visual.features
        self.dropout = nn.Dropout(config.feature_dropout)
        self.recurrent = PeepholeStack(
            width,
            config.cells,
            peepholes=config.peepholes,
            cell_clip=config.cell_clip,
            forget_bias=config.forget_bias,
        )
        self.output = nn.Linear(config.cells[-1], len(labels))
        initialise_as_tensorflow(self.output, forget_bias=0.0)

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Predict every step of a batch of windows; each starts from a zero state.

        Parameters
        ----------
        inputs : mapping
            ``audio`` (batch, time, sample) and ``face`` (batch, time, 3, size, size) in [-1, 1], those that
            the variant has; ``face_mask`` (batch, time) bool keeps missing faces zeros in training.

        Returns
        -------
        dict
            ``prediction`` (batch, time, label).
        """
        return {"prediction": self.trace(inputs)[0]}

    def trace(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Any]:
        """Predict consecutive steps of recordings of any length, a piece at a time.

        Parameters and returns as in `Model.trace`, but for any batch; the state holds that of the LSTM, and
        in the preset `paper` the sound that its long filters still have to remember (0.5 s).
        """
        state = state or {}
        features, speech = self._features(inputs, state.get("speech"))
        hidden, recurrent = self.recurrent(features, state.get("recurrent"))
        return self.output(hidden), {"speech": speech, "recurrent": recurrent}  # (batch, time, label)

    @torch.no_grad()
    def activations(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[dict[str, Tensor], Any]:
        """What the cells and gates of the LSTM do at consecutive steps; meant for evaluation mode.

        Parameters
        ----------
        inputs, state
            As for `trace`.

        Returns
        -------
        shown : dict
            ``"layer1/input_gate"``, ``forget_gate``, ``candidate``, ``output_gate``, ``cell``, ``hidden``;
            the same of ``layer2``: (batch, time, cell) each.
        state
            As of `trace`, and good for either.

        Source
        ------
        Section V.B.1, which shows the activations of single cells.
        """
        state = state or {}
        features, speech = self._features(inputs, state.get("speech"))
        shown, recurrent = self.recurrent.activations(features, state.get("recurrent"))
        return shown, {"speech": speech, "recurrent": recurrent}

    def _features(self, inputs: Mapping[str, Tensor], state: Any) -> tuple[Tensor, Any]:
        """What the LSTM reads, (batch, time, feature), and the state of the speech network."""
        parts = []
        for name in self.config.networks:
            if name == "speech":
                features, state = self.speech(inputs["audio"], state)
            else:
                features = self.visual(inputs["face"], inputs.get("face_mask"))
            parts.append(self.dropout(features))
        return torch.cat(parts, dim=2), state


def _declare(config: Tzirakis2017Config) -> Declaration:
    specs: dict[str, tuple[str, AudioInput | FaceInput]] = {
        "speech": ("audio", AudioInput(rate_hz=config.rate_hz)),
        "visual": ("face", FaceInput(size=config.face_size, align=config.face_align)),
    }
    return Declaration(inputs=dict(specs[name] for name in config.networks), step_s=config.step_s)


PAPER = {  # sections III.B, III.D and V
    "speech_over": "sequence",
    "speech_filters": (20, 40),
    "speech_taps": (80, 4000),  # 5 ms at 16 kHz, 500 ms at 8 kHz
    "sample_dropout": 0.0,
    "visual_features": 640,
    "feature_dropout": 0.5,
    "peepholes": False,
    "cell_clip": None,
}
SMALL = {  # our choice: trains on two CPU cores within minutes
    "speech_filters": (10, 20),
    "face_size": 55,
    "face_crop": 48,
    "trunk_blocks": (1, 1, 1, 1),
    "trunk_widths": (8, 16, 32, 64),
    "cells": (64, 64),
}

VARIANTS = {
    "multimodal": Variant("speech and visual networks, one LSTM: the system", {}, "Table VI"),
    "speech": Variant("speech network, LSTM", {"networks": ("speech",)}, "Tables II-IV"),
    "visual": Variant("visual network, LSTM", {"networks": ("visual",)}, "Tables II and V"),
}

SYSTEM = System(
    name="tzirakis2017",
    source="Tzirakis et al. (2017), End-to-End Multimodal Emotion Recognition using Deep Neural Networks",
    config=Tzirakis2017Config,
    variants=VARIANTS,
    presets={"code": {}, "paper": PAPER, "small": SMALL},
    build=Tzirakis2017,
)
