"""Settings of a feature that a model may choose: the feature's name tells those that are not the defaults."""

import math
import re
from decimal import Decimal
from typing import Any, Self

from pydantic import ValidationError

from emotrace.config.base import Settings

_NUMBER = r"(?:inf|\d+(?:\.\d+)?)"


class FeatureSettings(Settings):
    """Numbers of 0 and above, and pairs of them, by which a feature is computed.

    A feature by other settings is another track, so that they never mix; its name tells them all.
    """

    def suffix(self) -> str:
        """What a feature's name ends in for these settings; nothing at the defaults.

        Examples
        --------
        >>> class Loudness(FeatureSettings):
        ...     band_hz: tuple[float, float] = (20.0, 8000.0)
        ...     hop_s: float = 0.01
        >>> Loudness().suffix(), Loudness(hop_s=0.02).suffix()
        ('', '-hop-s-0.02')
        >>> Loudness(band_hz=(50, 8000)).suffix()
        '-band-hz-50-8000'
        """
        changed = [(key, value) for key, value in self if value != type(self).model_fields[key].get_default()]
        return "".join(f"-{_words(key)}-{'-'.join(map(_written, _numbers(value)))}" for key, value in changed)

    @classmethod
    def of_suffix(cls, suffix: str) -> Self | None:
        """The settings that `suffix` tells; None if it is none that `suffix` writes.

        Examples
        --------
        >>> class Loudness(FeatureSettings):
        ...     hop_s: float = 0.01
        >>> Loudness.of_suffix("-hop-s-0.02"), Loudness.of_suffix("-hop-s-0.020"), Loudness.of_suffix("-long")
        (Loudness(hop_s=0.02), None, None)
        """
        keys = "".join(
            rf"(?:-{_words(key)}-(?P<{key}>{_NUMBER}(?:-{_NUMBER})?))?" for key in cls.model_fields
        )
        match = re.fullmatch(keys, suffix)
        if match is None:
            return None
        told = {key: text.split("-") for key, text in match.groupdict().items() if text is not None}
        try:
            found = cls.model_validate({key: one if len(one) > 1 else one[0] for key, one in told.items()})
        except ValidationError:
            return None
        return found if found.suffix() == suffix else None


def _words(key: str) -> str:
    return key.replace("_", "-")


def _numbers(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _written(value: float) -> str:
    """A number that is read back the same, without an exponent: a name holds no sign."""
    return "inf" if math.isinf(value) else f"{Decimal(str(value)):f}".removesuffix(".0")
