"""What a system declares about itself: inputs, time grid, and what it predicts.

Training, evaluation, inference, the command line and the pages read this and nothing else, so a
new system needs no edit outside its own file and its recipes.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from emotrace.config.base import Settings


class FaceInput(Settings):
    """A face crop per step: float32 (time, 3, size, size) in `value_range`; no face: zeros."""

    kind: Literal["face"] = "face"
    size: int = Field(96, ge=8)  # px
    align: bool = False  # rotate and scale by five landmarks before cutting
    value_range: tuple[float, float] = (-1.0, 1.0)

    @property
    def track(self) -> str:
        """Name of the track it is made from."""
        return f"face-{self.size}" + ("-aligned" if self.align else "")


class AudioInput(Settings):
    """Raw samples per step: float32 (time, samples), z-normalised over the recording or not."""

    kind: Literal["audio"] = "audio"
    rate_hz: int = Field(16000, ge=1000)
    normalise: Literal["recording", "none"] = "recording"

    @property
    def track(self) -> str:
        """Name of the track it is made from."""
        return f"audio-{self.rate_hz}"


class RowInput(Settings):
    """What inputs of a row per step share: by what their columns become z-scores before a model sees them.

    ``recording`` takes mean and deviation over the recording, ``subject`` over all recordings of its subject
    in the prepared corpus, whatever their partition (no labels are looked at); a media file stands alone.
    """

    normalise: Literal["none", "recording", "subject"] = "none"
    clip: float | None = Field(None, gt=0)  # z-scores beyond it, either way, are set to it; None: none are
    alike: int = Field(1, ge=1)  # so many columns in a row are one quantity and share mean and deviation
    among: str | None = None  # track with as many rows: those whose first value is above 0.5 make mean and
    # deviation, such as speech; None: all rows do
    guides: bool = False  # it says where to look, such as speech, and nowhere where it has no row;
    # predictions are based on the other inputs

    @model_validator(mode="after")
    def _are_alike(self) -> "RowInput":
        columns = getattr(self, "columns", self.alike)
        if self.alike > 1 and (self.normalise == "none" or columns % self.alike):
            raise ValueError(
                f"alike is {self.alike} with normalise {self.normalise} of {columns} columns; expected "
                "normalise: recording or subject, and a number of columns that it divides"
            )
        return self

    @model_validator(mode="after")
    def _has_rows_among(self) -> "RowInput":
        if self.among is not None and self.normalise == "none":
            raise ValueError(
                f"among is {self.among} but normalise is none; expected normalise: recording or subject, for "
                "it says which rows make their mean and deviation"
            )
        return self

    @model_validator(mode="after")
    def _clips_z_scores(self) -> "RowInput":
        if self.clip is not None and self.normalise == "none":
            raise ValueError(
                f"clip is {self.clip:g} but normalise is none; expected normalise: recording or subject, for "
                "it cuts z-scores"
            )
        return self


class TableInput(RowInput):
    """A row per step of a table that the corpus brings: float32 (time, column); missing: zeros.

    Physiology, or features and landmarks found on disk. A media file has none, so a model that takes
    only tables traces prepared recordings alone.
    """

    kind: Literal["table"] = "table"
    name: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")  # as the adapter names it
    columns: int = Field(ge=1)

    @property
    def track(self) -> str:
        """Name of the track it is made from."""
        return f"table-{self.name}"


class FeatureInput(RowInput):
    """A row per step of a feature that emotrace computes: float32 (time, column); missing values: NaN.

    `features.derived` says which there are, with the width and the source of each.
    """

    kind: Literal["feature"] = "feature"
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")  # as `features.derived` names it
    columns: int = Field(ge=1)
    of: str | None = Field(None, pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")  # track; None: the feature's own

    @property
    def track(self) -> str:
        """Name of the track it is made from."""
        return f"feature-{self.name}" + (f"@{self.of}" if self.of else "")


class SpectrogramInput(Settings):
    """A picture of the sound around each step: float32 (time, column, mel) in [-1, 1]; no sound: zeros.

    The mel spectrogram of the whole recording in dB, from -80 dB at -1 to its own maximum at 1; the column in
    the middle is the one nearest to the start of the step, and what lies outside the recording is -1. So a
    step sees half of `columns` ahead, 23.2 ms each.
    """

    kind: Literal["spectrogram"] = "spectrogram"
    columns: int = Field(128, ge=2, multiple_of=2)

    @property
    def feature(self) -> FeatureInput:
        """The feature that it is cut from."""
        return FeatureInput(name="mel-128", columns=128)

    @property
    def track(self) -> str:
        """Name of the track it is made from."""
        return self.feature.track


InputSpec = Annotated[
    FaceInput | AudioInput | TableInput | FeatureInput | SpectrogramInput, Field(discriminator="kind")
]


class Declaration(Settings):
    """What one variant of a system needs and gives.

    A model is called with ``{name: (batch, time, ...)}`` for every name in `inputs`, and with
    ``{name}_mask`` (batch, time) bool: False where that modality was not observed.
    """

    inputs: dict[str, InputSpec]
    step_s: float = Field(0.04, gt=0)  # s between predictions
    context_steps: int = Field(0, ge=0)  # steps before the current one that it sees
    look_ahead_steps: int = Field(0, ge=0)  # steps after the current one that it sees
    whole: bool = False  # a step may depend on every other: a recording is traced in one piece
    predicts: Literal["trace", "class"] = "trace"

    @property
    def guiding(self) -> frozenset[str]:
        """Names of the inputs that say where to look, not what is seen."""
        return frozenset(name for name, spec in self.inputs.items() if getattr(spec, "guides", False))

    @property
    def window_steps(self) -> int:
        """Steps that one prediction sees."""
        return self.context_steps + 1 + self.look_ahead_steps
