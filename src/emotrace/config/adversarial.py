"""How the parts of adversarial training count, and when a discriminator has collapsed."""

from typing import Literal

from pydantic import Field, model_validator

from emotrace.config.base import Settings


class Collapse(Settings):
    """When D sees through all that G makes, and G cannot learn from it any more; our choice."""

    accuracy: float = Field(0.999, gt=0.5, le=1)  # share of pictures that D tells right, at least
    generator_loss: float = Field(5.0, gt=0)  # nat, at least; 5: D gives what G made a chance of 0.7 %
    patience: int = Field(3, ge=1)  # validations in a row


class AdversarialSettings(Settings):
    """What each part of adversarial training counts; the defaults are the paper's.

    Source: Aspandi et al. (2022), eq. 13. It does not weigh reconstruction and classes, which are as in the
    authors' earlier release: our choice.
    """

    kind: Literal["log", "wasserstein"] = "log"  # of the losses about real and made
    discriminator: float = Field(0.25, gt=0)  # of all that D is trained for, lambda_D
    generator: float = Field(0.25, ge=0)  # of all that G is trained for, lambda_G
    predictor: float = Field(0.5, gt=0)  # of all that P is trained for, lambda_P
    reconstruction: float = Field(10.0, ge=0)  # within G's: mean absolute difference of restored and clean
    classes: float = Field(1.0, ge=0)  # within D's and G's: quadrants of clean and of restored pictures
    gradient_penalty: float = Field(0.0, ge=0)  # within D's
    collapse: Collapse | None = Collapse()  # None: not watched

    @model_validator(mode="after")
    def _collapse_is_of_log(self) -> "AdversarialSettings":
        if self.kind == "wasserstein" and self.collapse is not None:
            raise ValueError(
                "kind is wasserstein, whose scores have no threshold to tell real from made by; expected "
                "collapse to be null"
            )
        return self
