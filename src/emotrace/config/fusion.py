"""How predictions of several systems are fused."""

from typing import Literal

from pydantic import Field

from emotrace.config.base import Settings


class FusionSettings(Settings):
    """How the traces of several systems become one; each dimension is fused by itself.

    ``linear`` with ``scale`` off is the regression of chen2015. The default differs from it by two arguments
    that need no test data: systems that predict the same thing are correlated and development has few
    recordings, so the weights of a plain regression hang on them and a penalty, chosen on recordings
    that the weights were not fitted on (no penalty is among the choices), steadies them; and a regression
    draws its output to the mean, while CCC at a given correlation is highest where the deviations of
    prediction and gold standard are equal.
    """

    regression: Literal["ridge", "linear", "nonnegative"] = "ridge"
    choose: Literal["all", "forward"] = "all"  # forward: add systems while CCC of left-out recordings rises
    scale: bool = True  # to the gold standard's deviation
    smooth: Literal["none", "exponential", "chain"] = "none"  # each system before, as tuned by itself
    split: int | None = Field(None, ge=1)  # recordings to fit on; the rest are left to test the fusion
    cross_fit: int | None = Field(None, ge=2)  # parts; each is fused by what the others say
