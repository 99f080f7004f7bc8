"""What a system declares about itself: inputs, time grid, and what it predicts.

Training, evaluation, inference, the command line and the pages read this and nothing else, so a
new system needs no edit outside its own file and its recipes.
"""

from typing import Annotated, Literal

from pydantic import Field

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


class TableInput(Settings):
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


class FeatureInput(Settings):
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


InputSpec = Annotated[FaceInput | AudioInput | TableInput | FeatureInput, Field(discriminator="kind")]


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
    def window_steps(self) -> int:
        """Steps that one prediction sees."""
        return self.context_steps + 1 + self.look_ahead_steps
