"""The ways from several raters to one gold standard, by name."""

from collections.abc import Callable
from types import MappingProxyType

import numpy as np

from emotrace.annotation.ccc_centring import ccc_centring
from emotrace.annotation.mean import mean
from emotrace.errors import ConfigError

__all__ = ["METHODS", "gold_standard"]

METHODS: MappingProxyType[str, Callable[..., np.ndarray]] = MappingProxyType(
    {"mean": mean, "ccc_centring": ccc_centring}
)


def gold_standard(ratings, method="ewe", **options):
    """One series from the ratings of several raters of one recording and dimension.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated.
    method : str
        A name in `METHODS`.
    **options
        What the method understands besides.

    Returns
    -------
    float array, shape (time,)

    Raises
    ------
    ConfigError
        If there is no such method.
    InputError
        As the method.

    Examples
    --------
    >>> gold_standard([[0.0, 1.0], [1.0, 2.0]], method="mean")
    array([0.5, 1.5])
    """
    if method not in METHODS:
        raise ConfigError(
            f"no method of a gold standard is named {method!r}; there are: {', '.join(METHODS)}"
        )
    return METHODS[method](ratings, **options)
