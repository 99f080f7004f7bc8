"""priyasad2019: VGG19 on MFCC images and on faces, an LSTM over twenty faces, attention; classes."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from emotrace.config.declaration import Declaration, FeatureInput, InputSpec
from emotrace.models.base import CONDENSED, Model, System
from emotrace.models.example import Example
from emotrace.models.layers.modality_attention import ATTENTION_SAYS, FeatureAttention, ModalityAttention
from emotrace.models.layers.standardise import Standardise
from emotrace.models.priyasad2019_branches import (
    FRAMES,
    AudioBranch,
    VideoBranch,
    columns_of,
)
from emotrace.models.priyasad2019_config import SEGMENT_SHIFT_S, SMALL, VARIANTS, Priyasad2019Config
from emotrace.models.priyasad2019_tables import TableFusion
from emotrace.models.priyasad2019_variation import IMAGE, begun_anywhere

HIGHEST_Z = 6.0  # of MFCC images by subject, either way; our choice


class Priyasad2019(Model):
    """Features of sound and of faces of each segment, fused by attention, and the class of the segment.

    A step is a segment of 655 ms that begins with it, every 0.3 s, and stands for itself. Segments outside
    the region of speech, and those of which the model is given nothing, have logits 0: all classes are
    equally probable, and they take no part in the decision on the clip. Speech ends with the sound, however
    long the pictures go on; without sound there is nothing to trim by, and every segment counts. What one
    modality lacks is left to the other: attention gives it no weight, concatenation zeros (our choice; the
    paper leaves such clips out).

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
            self.audio = AudioBranch(
                config.trunk(),
                config.image_size,
                config.image_scale,
                config.coefficients,
                config.joined_frames,
                config.tract,
            )
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
        if self.training and self.config.random_start and "audio" in made:
            made["audio"] = begun_anywhere(made["audio"], counted & inputs["audio_mask"], self.config.tempo)
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

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """``attention_<modality>``: how much each modality counts in a segment; none without attention."""
        return tuple(f"attention_{name}" for name in self.config.modalities if self.fusion is not None)

    @property
    def shown_meaning(self) -> str:
        """What attention says, if the variant has it."""
        return ATTENTION_SAYS if self.fusion is not None else ""

    def trace_shown(self, inputs: Mapping[str, Tensor], state: Any = None) -> tuple[Tensor, Tensor, Any]:
        """As `trace`, and the weights of the modalities, in all 1; NaN in segments that do not count."""
        outputs = self(inputs)
        prediction = outputs["prediction"]
        if self.fusion is None:
            return prediction, prediction.new_empty(*prediction.shape[:2], 0), None
        weights = outputs["attention"]  # (1, time, modality)
        counts = weights.sum(dim=2, keepdim=True) > 0
        return prediction, weights.masked_fill(~counts, torch.nan), None

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
        "audio": _images(config),
        "video": FeatureInput(
            name=f"face-segments-{size}",
            columns=FRAMES * size * size * 3,
            of=f"face-{size}-aligned" if config.face_align else None,
        ),
    }
    inputs: dict[str, InputSpec] = {name: specs[name] for name in config.modalities}
    inputs["speech"] = _speech(config)
    return Declaration(inputs=inputs, step_s=SEGMENT_SHIFT_S, predicts="class")


def _images(config: Priyasad2019Config) -> FeatureInput:
    images = FeatureInput(name="mfcc-images", columns=IMAGE[0] * IMAGE[1] * IMAGE[2])
    if config.image_scale != "subject":
        return images
    # the frames of a coefficient are one quantity; silence around speech is not looked at and has no part
    subject = {"normalise": "subject", "clip": HIGHEST_Z, "alike": IMAGE[2], "among": _speech(config).track}
    return images.model_copy(update=subject)


def _speech(config: Priyasad2019Config) -> FeatureInput:
    return FeatureInput(name=f"speech-segments{config.speech.suffix()}", columns=2, guides=True)


def _build(config: Priyasad2019Config, labels: tuple[str, ...]) -> Model:
    return (TableFusion if config.tables else Priyasad2019)(config, labels)


SYSTEM = System(
    name="priyasad2019",
    source="Priyasad et al. (2019), Learning Salient Features for Multimodal Emotion Recognition with "
    "Recurrent Neural Networks and Attention Based Fusion",
    config=Priyasad2019Config,
    variants=VARIANTS,
    presets={"vgg19": {}, "small": SMALL},
    build=_build,
)
