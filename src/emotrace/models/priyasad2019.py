"""priyasad2019: VGG19 on MFCC images and on faces, an LSTM over twenty faces, attention; classes."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn

from emotrace.config.base import Settings
from emotrace.config.declaration import Declaration, FeatureInput, InputSpec
from emotrace.models.base import CONDENSED, Model, System, Variant
from emotrace.models.example import Example
from emotrace.models.layers.modality_attention import FeatureAttention, ModalityAttention
from emotrace.models.layers.standardise import Standardise
from emotrace.models.layers.vgg import VGG
from emotrace.models.priyasad2019_branches import FRAMES, IMAGE, AudioBranch, VideoBranch, columns_of

Modality = Literal["audio", "video"]
SIX_EMOTIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
SEGMENT_SHIFT_S = 0.3  # s, 30 frames of 10 ms


class Priyasad2019Config(Settings):
    """Every size and choice of priyasad2019; the defaults are the paper's (`vgg19`).

    Source: Priyasad et al. (2019), section 3; else a comment says "our choice".
    """

    modalities: tuple[Modality, ...] = ("audio", "video")
    fusion: Literal["attention", "concatenation"] = "attention"  # of two modalities
    over: Literal["modalities", "features"] = "modalities"  # what attention weighs; our reading
    image_size: Literal[64, 224] = 64  # px, of both kinds of picture; our choice, the paper's faces are 227
    face_align: bool = False  # our choice: the paper crops and scales only
    image_scale: Literal["imagenet", "training"] = "imagenet"  # of MFCC images: as photographs, or z-scores
    blocks: tuple[int, ...] = (2, 2, 4, 4, 4)
    widths: tuple[int, ...] = (64, 128, 256, 512, 512)
    connected: tuple[int, int] = (4096, 4096)  # fc6 and fc7
    batch_norm: bool = False
    cells: int = Field(4096, ge=1)  # of the LSTM; with two modalities as many as fc7
    dropout: float = Field(0.5, ge=0, lt=1)  # after fc6, and of what the classifier reads; our choice

    @model_validator(mode="after")
    def _sizes_fit(self) -> "Priyasad2019Config":
        if not self.modalities or len(set(self.modalities)) != len(self.modalities):
            raise ValueError(f"modalities is {self.modalities}; expected audio, video or both, each once")
        if len(self.blocks) != len(self.widths) or not 1 <= len(self.blocks) <= 5:
            raise ValueError(
                f"blocks is {self.blocks} and widths is {self.widths}; expected as many of one as of the "
                "other, 1 to 5"
            )
        if min(*self.blocks, *self.widths, *self.connected) < 1:
            raise ValueError("blocks, widths and connected must hold numbers >= 1")
        if len(self.modalities) > 1 and self.cells != self.connected[1]:
            raise ValueError(
                f"cells is {self.cells}; expected {self.connected[1]}, as many as fc7, to fuse two modalities"
            )
        return self

    def trunk(self) -> VGG:
        """A trunk with fresh weights."""
        return VGG(self.blocks, self.widths, self.connected, dropout=self.dropout, batch_norm=self.batch_norm)


class Priyasad2019(Model):
    """Features of sound and of faces of each segment, fused by attention, and the class of the segment.

    A step is a segment of 655 ms that begins with it, every 0.3 s, and stands for itself. Segments outside
    the region of speech, and those of which the model is given nothing, have logits 0: all classes are
    equally probable, and they take no part in the decision on the clip. Without sound there is nothing to
    trim by, and every segment counts. What one modality lacks is left to the other: attention gives it no
    weight, concatenation zeros (our choice; the paper leaves such clips out).

    Phase one trains `audio` and `video` alone, each with an output of its own; phase two takes both over,
    freezes them and trains `fusion` and `output` on what they give, which is condensed once per recording. A
    variant of one modality condenses what its trunk gives, where that is frozen.

    Parameters
    ----------
    config : Priyasad2019Config
    labels : tuple of str

    Source: Priyasad et al. (2019), section 3 and figure 2.
    """

    def __init__(self, config: Priyasad2019Config, labels: tuple[str, ...]):
        super().__init__(_declare(config), labels)
        self.config = config
        self.both = len(config.modalities) > 1
        width = 0
        if "audio" in config.modalities:
            self.audio = AudioBranch(config.trunk(), config.image_size, config.image_scale == "training")
            width += self.audio.features_out
        if "video" in config.modalities:
            self.video = VideoBranch(config.trunk(), config.image_size, config.cells)
            width += self.video.features_out
        self.fusion: FeatureAttention | ModalityAttention | None = None
        if self.both and config.fusion == "attention":
            if config.over == "modalities":
                self.fusion = ModalityAttention(width // 2)
            else:
                self.fusion = FeatureAttention(2, width // 2)
            width = self.fusion.features_out
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(width, len(labels))
        # of both modalities all that they give; of one what its trunk gives, to train the rest on
        only = config.modalities[0]
        self.condensed_by = config.modalities if self.both else (f"{only}.scale", f"{only}.trunk")

    def fit_on(self, train: Sequence[Example], development: Sequence[Example]) -> None:
        """Find mean and deviation of cepstra over the training segments that count.

        Parameters
        ----------
        train, development : sequence of Example
            Whole recordings; those of development are not looked at.
        """
        if "audio" not in self.config.modalities or not isinstance(self.audio.scale, Standardise):
            return
        self.audio.scale.fit(_cepstra(each) for each in train)

    def condense(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Replace pictures by what the branches, or the trunk of the only one, make of them."""
        made = dict(inputs)
        counted = self._counted(inputs)
        for name in self.config.modalities:
            if name not in made:
                continue
            chosen = counted & inputs[f"{name}_mask"]
            branch = self.get_submodule(name)
            features = branch.condense(made.pop(name)[chosen])  # type: ignore[operator]  # (segment, ...)
            if self.both:
                features = branch(features)
            whole = features.new_zeros(*chosen.shape, *features.shape[1:])
            made[CONDENSED + name] = whole.masked_scatter(_as_wide(chosen, whole), features)
        return made

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Predict every segment of a batch; each stands for itself.

        Parameters
        ----------
        inputs : mapping
            ``audio`` (batch, time, 12288) and ``video`` (batch, time, 20 * size * size * 3), in 0..255, those
            that the variant has; ``speech`` (batch, time, 2), whose first column is 1 in the region of
            speech; masks (batch, time) bool.

        Returns
        -------
        dict
            ``prediction`` (batch, time, class), 0 for segments that do not count; with attention also
            ``attention`` (batch, time, modality): weights of the modalities in the order of the
            configuration, adding up to 1; 0 for those segments.
        """
        inputs = self.condense(inputs)
        observed = torch.stack([inputs[f"{name}_mask"] for name in self.config.modalities], dim=2)
        chosen = self._counted(inputs) & observed.any(dim=2)  # (batch, time)
        vectors = [inputs[CONDENSED + name][chosen] for name in self.config.modalities]  # (segment, ...) each
        if self.both:
            present = observed[chosen]  # (segment, modality)
            fused, weights = self._fuse(torch.stack(vectors, dim=1), present)
        else:
            fused, weights = self.get_submodule(self.config.modalities[0])(vectors[0]), None
        logits = self.output(self.dropout(fused))  # (segment, class)
        outputs = {"prediction": _spread(logits, chosen)}
        if weights is not None:
            outputs["attention"] = _spread(weights, chosen)
        return outputs

    def trace(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Any]:
        """Predict consecutive segments; as in `Model.trace`, without state."""
        return self(inputs)["prediction"], None

    def _fuse(self, vectors: Tensor, present: Tensor) -> tuple[Tensor, Tensor | None]:
        if self.fusion is None:
            return vectors.flatten(1), None
        return self.fusion(vectors, present)

    def _counted(self, inputs: Mapping[str, Tensor]) -> Tensor:
        """Segments that lie in the region of speech, bool (batch, time); all where there is no sound."""
        return (inputs["speech"][..., 0] > 0.5) | ~inputs["speech_mask"]


def _cepstra(example: Example) -> Tensor:
    """Frames of the segments of a recording that count, (frame, 192)."""
    inside = (example.inputs["speech"][:, 0] > 0.5) | ~example.inputs["speech_mask"]
    rows = example.inputs["audio"][inside & example.inputs["audio_mask"]]
    return columns_of(rows.unflatten(1, IMAGE)).flatten(0, 1)


def _as_wide(chosen: Tensor, whole: Tensor) -> Tensor:
    return chosen.view(*chosen.shape, *(1,) * (whole.ndim - chosen.ndim)).expand_as(whole)


def _spread(values: Tensor, chosen: Tensor) -> Tensor:
    """Values of the chosen segments in their places, (batch, time, ...); 0 elsewhere."""
    whole = values.new_zeros(*chosen.shape, *values.shape[1:])
    return whole.masked_scatter(_as_wide(chosen, whole), values)


def _declare(config: Priyasad2019Config) -> Declaration:
    size = config.image_size
    specs: dict[str, InputSpec] = {
        "audio": FeatureInput(name="mfcc-images", columns=IMAGE[0] * IMAGE[1] * IMAGE[2]),
        "video": FeatureInput(
            name=f"face-segments-{size}",
            columns=FRAMES * size * size * 3,
            of=f"face-{size}-aligned" if config.face_align else None,
        ),
    }
    inputs: dict[str, InputSpec] = {name: specs[name] for name in config.modalities}
    inputs["speech"] = FeatureInput(name="speech-segments", columns=2)
    return Declaration(inputs=inputs, step_s=SEGMENT_SHIFT_S, predicts="class")


SMALL = {  # our choice: trains on two CPU cores; normed and z-scored, for it starts from nothing
    "image_scale": "training",
    "widths": (8, 16, 32, 64, 64),
    "connected": (128, 128),
    "batch_norm": True,
    "cells": 128,
    "dropout": 0.2,  # half of so few units is too much: the loss stays where it began
}
BOTH = "Tables 1 and 2"
VARIANTS = {
    "attention": Variant("sound and faces, attention over the two: the system", {}, BOTH, SIX_EMOTIONS),
    "attention-features": Variant(
        "sound and faces, attention over all their features: the other reading",
        {"over": "features"},
        "section 3.4",
        SIX_EMOTIONS,
    ),
    "concatenation": Variant(
        "sound and faces, concatenated", {"fusion": "concatenation"}, "section 3.4", SIX_EMOTIONS
    ),
    "audio": Variant("sound alone", {"modalities": ("audio",)}, "section 3.2", SIX_EMOTIONS),
    "video": Variant("faces alone", {"modalities": ("video",)}, "section 3.3", SIX_EMOTIONS),
}

SYSTEM = System(
    name="priyasad2019",
    source="Priyasad et al. (2019), Learning Salient Features for Multimodal Emotion Recognition with "
    "Recurrent Neural Networks and Attention Based Fusion",
    config=Priyasad2019Config,
    variants=VARIANTS,
    presets={"vgg19": {}, "small": SMALL},
    build=Priyasad2019,
)
