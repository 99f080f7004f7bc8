"""What is asked for when gold standards are made: the method and the steps before and after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emotrace.annotation.compensation import RULES
from emotrace.annotation.methods import method_named
from emotrace.annotation.steps import SMOOTHERS, STANDARDISERS
from emotrace.errors import ConfigError

AUTO = "auto"
LENGTHS = ("shortest", "union")
"""Raters of unequal length: ``shortest`` cuts to the times that all rated; ``union`` keeps all, NaN where one
did not rate."""


@dataclass(frozen=True)
class GoldSettings:
    """Method and steps, in the order in which they are done.

    Parameters
    ----------
    lengths : {"shortest", "union"}
        What is done where raters begin or end at different times.
    rate_hz : float or None
        Resampled to this rate (see `resample`); None: times stay.
    smooth : (str, float) or None
        Way and window in seconds (see `smooth`).
    standardise : str or None
        Way (see `standardise`).
    method : str
        Of `METHODS`.
    options : mapping
        Of the method.
    delay_s : float, ``"auto"`` or None
        How far the gold standard and the raters are moved earlier. ``"auto"``: estimated, as `make_gold`
        says.
    delay_rule : {"drop", "hold", "zero"}
    longest_delay_s : float, s
        Searched by ``"auto"``.

    Raises
    ------
    ConfigError
        If a name or a number is not one of these.
    """

    method: str = "ewe"
    options: Mapping[str, Any] = field(default_factory=dict)
    lengths: str = "shortest"
    rate_hz: float | None = None
    smooth: tuple[str, float] | None = None
    standardise: str | None = None
    delay_s: float | str | None = None
    delay_rule: str = "hold"
    longest_delay_s: float = 10.0

    def __post_init__(self) -> None:
        method_named(self.method, dict(self.options))
        _one_of("lengths", self.lengths, LENGTHS)
        _one_of("delay_rule", self.delay_rule, RULES)
        if self.smooth is not None:
            _one_of("smooth", self.smooth[0], tuple(SMOOTHERS))
        if self.standardise is not None:
            _one_of("standardise", self.standardise, STANDARDISERS)
        numbers = {
            "rate_hz": self.rate_hz,
            "window of smooth": self.smooth[1] if self.smooth else None,
            "longest_delay_s": self.longest_delay_s,
        }
        for name, number in numbers.items():
            if number is not None and not 0 < number < float("inf"):
                raise ConfigError(f"{name} is {number}; expected a number above 0")
        delay = self.delay_s
        if isinstance(delay, str):
            _one_of("delay_s", delay, (AUTO,))
        elif delay is not None and not 0 <= delay < float("inf"):
            raise ConfigError(f"delay_s is {delay}; expected 0 s or more, or {AUTO}")


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(f"{name} is {value!r}; expected one of: {', '.join(known)}")
