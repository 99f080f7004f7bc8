"""nguyen2020: a face and a voice auto-encoder whose features feed an LSTM, trained jointly."""

from collections.abc import Mapping
from math import prod
from typing import Any, Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn
from torch.nn import functional as F

from emotrace.config.base import Settings
from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.models.base import Model, System, Variant
from emotrace.models.layers.bottleneck import down_blocks, up_blocks
from emotrace.models.layers.initialise import initialise_as_tensorflow
from emotrace.models.layers.raw_audio import RawAudioConvolutions
from emotrace.models.layers.same_padding import SameDeconv1d
from emotrace.models.layers.sliding_lstm import last_of_windows
from emotrace.timing import sample_count

Stream = Literal["face", "audio"]
AT_ONCE = 32  # faces in the convolutions; what they give stays in the processor's cache


class Nguyen2020Config(Settings):
    """Every size and choice of nguyen2020; the defaults are the paper's full system.

    Source: Nguyen et al. (2020), Tables I and II, section IV.B; else a comment says "our choice".
    """

    streams: tuple[Stream, ...] = ("face", "audio")
    autoencoder: bool = True  # decoders, for the reconstruction losses
    lstm: Literal["fused", "per_stream"] = "fused"
    hidden: int = Field(512, ge=1)  # cells per LSTM layer
    layers: int = Field(2, ge=1)
    forget_bias: float = 1.0  # start of the forget gate; our choice, TensorFlow's default

    face_size: int = Field(96, ge=8)  # px
    face_align: bool = False  # our choice: the paper crops and scales only
    visual_channels: tuple[tuple[int, int, int], ...] = ((8, 8, 16), (16, 16, 32))  # a triple per bottleneck
    visual_features: int = Field(2048, ge=1)
    leaky_slope: float = Field(0.2, ge=0)  # all leaky ReLUs; our choice, TensorFlow's default

    rate_hz: int = Field(16000, ge=1000)
    audio_filters: int = Field(40, ge=1)
    audio_taps: tuple[int, int] = (20, 40)
    audio_pools: tuple[int, int] = (2, 10)
    pooling: Literal["time", "channels"] = "time"  # what the second pool joins; tzirakis2017: channels
    audio_hidden: int = Field(640, ge=1)
    audio_features: int = Field(1280, ge=1)

    step_s: float = Field(0.04, gt=0)  # s
    context_steps: int = Field(4, ge=0)  # k of equation (6)

    @property
    def samples(self) -> int:
        """Audio samples per step."""
        return sample_count(self.step_s, self.rate_hz)

    @property
    def coded_face(self) -> tuple[int, int, int]:
        """Channels, height and width of what the last bottleneck gives."""
        side = self.face_size // 2 ** len(self.visual_channels)
        return self.visual_channels[-1][-1], side, side

    @model_validator(mode="after")
    def _sizes_fit(self) -> "Nguyen2020Config":
        if not self.streams or len(set(self.streams)) != len(self.streams):
            raise ValueError(f"streams is {self.streams}; expected face, audio or both, each once")
        if self.lstm == "per_stream" and len(self.streams) < 2:
            raise ValueError(f"lstm is per_stream with streams {self.streams}; expected two, or lstm fused")
        sizes = [size for block in self.visual_channels for size in block]
        if not sizes or min(*sizes, *self.audio_taps, *self.audio_pools) < 1:
            raise ValueError("visual_channels, audio_taps and audio_pools must hold numbers >= 1")
        pooled = self.samples // self.audio_pools[0]
        multiples = []  # what, value, of which it must be a multiple
        if "face" in self.streams:
            multiples += [("face_size", self.face_size, 2 ** len(self.visual_channels))]
        if "audio" in self.streams:
            if abs(self.rate_hz * self.step_s - self.samples) > 1e-6:
                raise ValueError(f"step_s {self.step_s} at {self.rate_hz} Hz is no whole number of samples")
            multiples += [("samples per step", self.samples, self.audio_pools[0])]
            over_time = ("samples per step after the first pool", pooled)
            pooled_axis = over_time if self.pooling == "time" else ("audio_filters", self.audio_filters)
            multiples += [(*pooled_axis, self.audio_pools[1])]
            if self.autoencoder:
                multiples += [("audio_features (which the decoder cuts up)", self.audio_features, pooled)]
        for what, value, unit in [m for m in multiples if m[1] % m[2]]:
            raise ValueError(f"{what} is {value}; expected a multiple of {unit}")
        return self


class FaceEncoder(nn.Module):
    """2DConv-AE, encoder: bottlenecks and a fully connected layer. Source: Table I."""

    def __init__(self, config: Nguyen2020Config):
        super().__init__()
        self.slope = config.leaky_slope
        self.blocks = down_blocks(config.visual_channels, self.slope)
        self.features = nn.Linear(prod(config.coded_face), config.visual_features)

    def forward(self, faces: Tensor) -> Tensor:
        """(step, 3, size, size) to (step, feature)."""
        faces = faces.contiguous(memory_format=torch.channels_last)  # several times faster on CPUs
        coded = torch.cat([self.blocks(part).flatten(1) for part in faces.split(AT_ONCE)])
        return F.leaky_relu_(self.features(coded), self.slope)


class FaceDecoder(nn.Module):
    """2DConv-AE, decoder: the encoder mirrored, linear output. Source: Table I, which lacks `expand`."""

    def __init__(self, config: Nguyen2020Config):
        super().__init__()
        self.slope = config.leaky_slope
        self.coded_face = config.coded_face
        self.expand = nn.Linear(config.visual_features, prod(config.coded_face))
        self.blocks = up_blocks(config.visual_channels, self.slope)

    def forward(self, features: Tensor) -> Tensor:
        """(step, feature) to (step, 3, size, size)."""
        coded = F.leaky_relu_(self.expand(features), self.slope)
        coded = coded.unflatten(1, self.coded_face)  # (step, channel, height, width)
        return self.blocks(coded.contiguous(memory_format=torch.channels_last))


class AudioEncoder(nn.Module):
    """1DConv-AE, encoder: two convolutions with max-pooling, two fully connected layers.

    Source: Table II, which prints the second of them under "decoder" although the text's audio
    features, 1280 numbers, are its output.
    """

    def __init__(self, config: Nguyen2020Config):
        super().__init__()
        self.slope = config.leaky_slope
        filters = (config.audio_filters, config.audio_filters)
        self.convolutions = RawAudioConvolutions(
            filters, config.audio_taps, config.audio_pools, config.pooling, self.slope
        )
        pooled = config.samples * config.audio_filters // prod(config.audio_pools)
        self.squeeze = nn.Linear(pooled, config.audio_hidden)
        self.features = nn.Linear(config.audio_hidden, config.audio_features)

    def forward(self, samples: Tensor) -> Tensor:
        """(step, sample) to (step, feature)."""
        coded = F.leaky_relu_(self.squeeze(self.convolutions(samples)), self.slope)
        return F.leaky_relu_(self.features(coded), self.slope)


class AudioDecoder(nn.Module):
    """1DConv-AE, decoder: two deconvolutions around an upsampling, linear output. Source: Table II."""

    def __init__(self, config: Nguyen2020Config):
        super().__init__()
        self.config = config
        self.length = config.samples // config.audio_pools[0]
        channels = config.audio_features // self.length  # 1280 features: 320 x 4
        self.near = SameDeconv1d(channels, config.audio_filters, config.audio_taps[0])
        self.far = SameDeconv1d(config.audio_filters, 1, config.audio_taps[1])

    def forward(self, features: Tensor) -> Tensor:
        """(step, feature) to (step, sample)."""
        coded = features.unflatten(1, (self.length, -1)).transpose(1, 2)  # (step, channel, sample / 2)
        coded = F.leaky_relu_(self.near(coded), self.config.leaky_slope)
        coded = F.interpolate(coded, scale_factor=float(self.config.audio_pools[0]))
        return self.far(coded).squeeze(1)  # (step, sample)


class Nguyen2020(Model):
    """Encoders per stream, one LSTM on their joined features or one LSTM each, a linear output.

    A missing face or sound enters as zeros; the masks are for the losses only (our choice, the
    paper's recordings are complete).

    Parameters
    ----------
    config : Nguyen2020Config
    labels : tuple of str

    Source: Nguyen et al. (2020), figure 2. That the outputs of two LSTMs (Table V) are joined before
    the linear output is our choice.
    """

    def __init__(self, config: Nguyen2020Config, labels: tuple[str, ...]):
        super().__init__(_declare(config), labels)
        self.config = config
        parts: dict[str, tuple[Any, Any, int]] = {
            "face": (FaceEncoder, FaceDecoder, config.visual_features),
            "audio": (AudioEncoder, AudioDecoder, config.audio_features),
        }
        self.encoders = nn.ModuleDict({name: parts[name][0](config) for name in config.streams})
        if config.autoencoder:
            self.decoders = nn.ModuleDict({name: parts[name][1](config) for name in config.streams})
            self.training_only, self.rebuilds = ("decoders",), config.streams
        widths: dict[str, int] = {name: parts[name][2] for name in config.streams}
        if config.lstm == "fused":
            widths = {"fused": sum(widths.values())}
        self.recurrent = nn.ModuleDict()
        for name, width in widths.items():
            self.recurrent[name] = nn.LSTM(width, config.hidden, config.layers, batch_first=True)
        self.head = nn.Linear(config.hidden * len(widths), len(labels))
        initialise_as_tensorflow(self, config.forget_bias)

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Predict every step of a batch of windows; each window starts from a zero state.

        Parameters
        ----------
        inputs : mapping
            ``face`` (batch, time, 3, size, size) in [-1, 1] and ``audio`` (batch, time, sample),
            those that the variant has; masks are not read.

        Returns
        -------
        dict
            ``prediction`` (batch, time, label); with an auto-encoder also ``face_reconstruction``
            and ``audio_reconstruction``, shaped as their inputs.
        """
        features: dict[str, Tensor] = {}
        outputs: dict[str, Tensor] = {}
        for name in self.config.streams:
            shape = inputs[name].shape[:2]  # batch, time
            features[name] = self.encoders[name](inputs[name].flatten(0, 1))  # (batch * time, feature)
            if self.config.autoencoder:
                rebuilt = self.decoders[name](features[name])
                outputs[f"{name}_reconstruction"] = rebuilt.unflatten(0, shape)  # (batch, time, ...)
        read = self._join(features)
        states = [lstm(read[name].unflatten(0, shape))[0] for name, lstm in self.recurrent.items()]
        outputs["prediction"] = self.head(torch.cat(states, dim=-1))  # (batch, time, label)
        return outputs

    def trace(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Any]:
        """Predict consecutive steps; each is encoded once, the LSTM then runs on every window.

        Parameters and returns as in `Model.trace`; no state is needed.
        """
        features: dict[str, Tensor] = {}
        for name in self.config.streams:
            features[name] = self.encoders[name](inputs[name][0])  # (time, feature)
        read, window = self._join(features), self.declaration.window_steps
        states = [last_of_windows(lstm, read[name], window) for name, lstm in self.recurrent.items()]
        return self.head(torch.cat(states, dim=-1)).unsqueeze(0), None  # (1, time - context, label)

    def _join(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        """What each LSTM reads, by its name."""
        if self.config.lstm == "per_stream":
            return features
        return {"fused": torch.cat([features[name] for name in self.config.streams], dim=-1)}


def _declare(config: Nguyen2020Config) -> Declaration:
    specs: dict[str, FaceInput | AudioInput] = {
        "face": FaceInput(size=config.face_size, align=config.face_align),
        "audio": AudioInput(rate_hz=config.rate_hz),
    }
    inputs = {name: specs[name] for name in config.streams}
    return Declaration(inputs=inputs, step_s=config.step_s, context_steps=config.context_steps)


SMALL = {  # our choice: trains on two CPU cores within minutes
    "visual_channels": ((4, 4, 8), (8, 8, 16)),
    "visual_features": 128,
    "audio_filters": 8,
    "audio_hidden": 64,
    "audio_features": 320,
    "hidden": 64,
}

FACE_ONLY: dict[str, Any] = {"streams": ("face",)}
VOICE_ONLY: dict[str, Any] = {"streams": ("audio",)}
NO_DECODER: dict[str, Any] = {"autoencoder": False}
TWO_LSTMS: dict[str, Any] = {"lstm": "per_stream"}

VARIANTS = {
    "2d1dconv-ae-lstm": Variant("face and voice auto-encoders, one LSTM: the system", {}, "Tables III-VI"),
    "2dconv-ae-lstm": Variant("face auto-encoder, LSTM", FACE_ONLY, "Table III"),
    "1dconv-ae-lstm": Variant("voice auto-encoder, LSTM", VOICE_ONLY, "Table III"),
    "2dconv-lstm": Variant("face encoder, no decoder, LSTM", FACE_ONLY | NO_DECODER, "Table III"),
    "1dconv-lstm": Variant("voice encoder, no decoder, LSTM", VOICE_ONLY | NO_DECODER, "Table III"),
    "2d1dconv-lstm": Variant("face and voice encoders, one LSTM", NO_DECODER, "Table IV"),
    "2d1dconv-2slstm": Variant("face and voice encoders, an LSTM each", NO_DECODER | TWO_LSTMS, "Table V"),
    "2d1dconv-ae-2slstm": Variant("face and voice auto-encoders, an LSTM each", TWO_LSTMS, "Table V"),
    **{
        f"2d1dconv-ae-lstm-h{cells}": Variant(
            f"the system, {cells} cells a layer", {"hidden": cells}, "Table VI"
        )
        for cells in (32, 64, 128, 256, 512)
    },
}

SYSTEM = System(
    name="nguyen2020",
    source="Nguyen et al. (2020), Deep Auto-Encoders with Sequential Learning",
    config=Nguyen2020Config,
    variants=VARIANTS,
    presets={"paper": {}, "small": SMALL},
    build=Nguyen2020,
)
