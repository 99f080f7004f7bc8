"""Sizes, choices and variants of priyasad2019, as data."""

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from emotrace.config.base import Settings
from emotrace.config.declaration import FeatureInput, TableInput
from emotrace.config.voice_activity import VoiceActivitySettings
from emotrace.models.base import Variant
from emotrace.models.layers.vgg import VGG

RowFeatures = Annotated[FeatureInput | TableInput, Field(discriminator="kind")]
Modality = Literal["audio", "video"]
SIX_EMOTIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
EIGHT_EMOTIONS = tuple(sorted((*SIX_EMOTIONS, "calm", "neutral")))
SEGMENT_SHIFT_S = 0.3  # s, 30 frames of 10 ms
SOUND_HZ = 16000  # of the track that speech is found in


class Priyasad2019Config(Settings):
    """Every size and choice of priyasad2019; the defaults are the paper's (`vgg19`).

    Source: Priyasad et al. (2019), section 3; else a comment says "our choice".
    """

    modalities: tuple[Modality, ...] = ("audio", "video")
    fusion: Literal["attention", "concatenation"] = "attention"  # of two modalities
    over: Literal["modalities", "features"] = "modalities"  # what attention weighs; our reading
    image_size: Literal[64, 224] = 64  # px, of both kinds of picture; our choice, the paper's faces are 227
    face_align: bool = False  # our choice: the paper crops and scales only
    image_scale: Literal["imagenet", "training", "subject"] = "imagenet"  # of MFCC images: as photographs,
    # or z-scores by all training recordings or by those of each speaker
    coefficients: int = Field(64, ge=32, le=64)  # the network sees the first of an MFCC image; our choice
    joined_frames: Literal[1, 2] = 1  # so many frames of an MFCC image are averaged to one; our choice
    random_start: bool = False  # in training MFCC images begin anywhere up to the next; our choice
    tempo: float = Field(0, ge=0, le=0.4)  # share by which these are spoken quicker or slower; our choice
    tract: float = Field(0, ge=0, le=0.3)  # and by which their vocal tracts are longer or shorter; our choice
    blocks: tuple[int, ...] = (2, 2, 4, 4, 4)
    widths: tuple[int, ...] = (64, 128, 256, 512, 512)
    pool: int = Field(7, ge=1)  # side of the maps that fc6 reads
    connected: tuple[int, int] = (4096, 4096)  # fc6 and fc7
    batch_norm: bool = False
    cells: int = Field(4096, ge=1)  # of the LSTM; with two modalities as many as fc7
    dropout: float = Field(0.5, ge=0, lt=1)  # after fc6, and of what the classifier reads; our choice
    tables: tuple[RowFeatures, ...] = ()  # features of each modality, in place of sound and faces; our choice
    embedding: int = Field(64, ge=1)  # of each of them, to fuse; our choice
    speech: VoiceActivitySettings = VoiceActivitySettings()  # where it is, and so which segments count

    @model_validator(mode="after")
    def _sizes_fit(self) -> "Priyasad2019Config":
        names = [spec.name for spec in self.tables]
        if len(set(names)) < len(names):
            raise ValueError(f"tables names {names}; expected each once")
        if not self.modalities or len(set(self.modalities)) != len(self.modalities):
            raise ValueError(f"modalities is {self.modalities}; expected audio, video or both, each once")
        if self.tempo and not self.random_start:
            raise ValueError("tempo is above 0; expected random_start to be true, or tempo 0")
        if self.tract and self.image_scale != "subject":
            raise ValueError(
                f"tract is above 0; expected image_scale subject, not {self.image_scale}, or tract 0"
            )
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

    @field_validator("speech")
    @classmethod
    def _is_in_the_sound(cls, speech: VoiceActivitySettings) -> VoiceActivitySettings:
        if speech.band_hz[1] > SOUND_HZ / 2:
            raise ValueError(
                f"band_hz ends at {speech.band_hz[1]:g} Hz; expected at most {SOUND_HZ / 2:g}, for sound is "
                f"read at {SOUND_HZ} Hz"
            )
        if min(speech.window_s / 2, speech.hop_s) * SOUND_HZ < 1:
            raise ValueError(
                f"window_s is {speech.window_s:g} and hop_s is {speech.hop_s:g}; expected at least two "
                f"samples and one, for sound is read at {SOUND_HZ} Hz"
            )
        return speech

    @model_serializer(mode="wrap")
    def _speech_if_changed(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without settings of speech at their defaults: equal to what was stored before there were any."""
        values: dict[str, Any] = dump(self)
        if self.speech == VoiceActivitySettings():
            values.pop("speech", None)
        return values

    def trunk(self) -> VGG:
        """A trunk with fresh weights."""
        return VGG(
            self.blocks,
            self.widths,
            self.connected,
            dropout=self.dropout,
            batch_norm=self.batch_norm,
            pool=self.pool,
        )


SMALL = {  # our choice: trains on two CPU cores; normed and z-scored, for it starts from nothing
    "image_scale": "training",
    "widths": (8, 16, 32, 64, 64),
    "pool": 2,  # as large as the maps are: repeated to 7x7, a step of Adam moves fc6 twelve times as far
    "connected": (128, 128),
    "batch_norm": True,
    "cells": 128,
    "dropout": 0.2,  # half of so few units is too much: the loss stays where it began
}
GIVEN = (  # with 360 clips of RAVDESS
    {"kind": "feature", "name": "ravdess-acoustic", "columns": 69, "normalise": "subject", "clip": 5},
    {"kind": "feature", "name": "ravdess-face", "columns": 56, "normalise": "subject", "clip": 5},
)
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
    "attention-tables": Variant(
        "features of sound and of faces that a corpus brings, attention over the two",
        {"tables": GIVEN},
        "section 3.4",
        EIGHT_EMOTIONS,
    ),
    "concatenation-tables": Variant(
        "features of sound and of faces that a corpus brings, concatenated",
        {"tables": GIVEN, "fusion": "concatenation"},
        "section 3.4",
        EIGHT_EMOTIONS,
    ),
    "audio": Variant("sound alone", {"modalities": ("audio",)}, "section 3.2", SIX_EMOTIONS),
    "video": Variant("faces alone", {"modalities": ("video",)}, "section 3.3", SIX_EMOTIONS),
}
