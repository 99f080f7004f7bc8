"""Settings of the baselines, and what they declare."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from emotrace.config.base import Settings
from emotrace.config.declaration import Declaration, FeatureInput, TableInput

RowInput = Annotated[FeatureInput | TableInput, Field(discriminator="kind")]
Complexity = Annotated[float, Field(gt=0)]


class BaselineConfig(Settings):
    """Every size and choice of the baselines; all are our choice, for the papers do not say."""

    method: Literal["constant", "svr", "blstm", "svm"] = "svr"
    features: tuple[RowInput, ...] = (FeatureInput(name="egemaps-functionals-3s", columns=88),)
    step_s: float = Field(0.04, gt=0)  # s

    complexities: tuple[Complexity, ...] = (
        1e-5,
        1e-4,
        1e-3,
        1e-2,
        1e-1,
        1.0,
    )  # of svr and svm, to choose from
    most_rows: int = Field(20_000, ge=2)  # of svr: training steps, thinned evenly if there are more
    tube: float = Field(0.1, ge=0)  # of svr: errors that cost nothing, in deviations of the gold standard
    pooling: tuple[Literal["mean", "std"], ...] = ("mean",)  # of svm: over the rows of a clip, per column

    cells: tuple[Annotated[int, Field(ge=1)], ...] = (64, 64)  # of each layer of blstm, per direction
    dropout: float = Field(0.0, ge=0, lt=1)  # of blstm: of the features that it reads

    @property
    def width(self) -> int:
        """Columns of all features together."""
        return sum(spec.columns for spec in self.features)

    @model_validator(mode="after")
    def _is_complete(self) -> "BaselineConfig":
        names = [spec.name for spec in self.features]
        if len(set(names)) < len(names) or (not names and self.method != "constant"):
            raise ValueError(f"features names {names}; expected at least one, each once")
        for name in ("complexities", "pooling", "cells"):
            values = getattr(self, name)
            if not values or (len(set(values)) < len(values) and name != "cells"):
                raise ValueError(f"{name} is {values}; expected at least one value, each once")
        return self


def declare(config: BaselineConfig) -> Declaration:
    """Inputs by the names of the features; blstm and svm see a whole recording."""
    return Declaration(
        inputs={spec.name: spec for spec in config.features},
        step_s=config.step_s,
        whole=config.method in ("blstm", "svm"),
        predicts="class" if config.method == "svm" else "trace",
    )
