"""The ways from several raters to one gold standard, by name."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from emotrace.annotation.ccc_centring import ccc_centring
from emotrace.annotation.dba import dba
from emotrace.annotation.ewe import fuse_ewe, fuse_ewe_loo, fuse_ewe_pairwise
from emotrace.annotation.fused import Fused
from emotrace.annotation.mean import mean
from emotrace.annotation.muse_ewe import fuse_muse_ewe
from emotrace.annotation.raaw import fuse_raaw, scale_raters
from emotrace.annotation.ratings import as_ratings
from emotrace.errors import ConfigError, InputError

__all__ = ["METHODS", "Fused", "Method", "gold_standard", "gold_standards"]


@dataclass(frozen=True)
class Method:
    """One way from raters to a gold standard.

    Parameters
    ----------
    function : callable
        ``function(ratings, **options)``: ratings of one recording, shape (rater, time), NaN where not
        rated, to the series, shape (time,), or to a `Fused` where raters have shares to tell. The raters
        given have each rated something. Options are keyword arguments with defaults.
    source : str
        Where the method is published.
    over_all_recordings : callable or None
        ``over_all_recordings(recordings, **options)``: what is done first and looks at all recordings of
        a rater at once, such as standardising; a list of arrays of shape (rater, time) with the same
        raters in the same rows (a row of NaN: did not rate this recording) to a list of arrays of the
        same shapes, which `function` then gets one by one.
    """

    function: Callable[..., Any]
    source: str
    over_all_recordings: Callable[..., Any] | None = None

    @property
    def options(self) -> dict[str, Any]:
        """Options by name, with their defaults."""
        return _options_of(self.over_all_recordings) | _options_of(self.function)

    def prepare(self, recordings: Sequence[np.ndarray], **options: Any) -> list[np.ndarray]:
        """Recordings as `fuse` wants them."""
        if self.over_all_recordings is None:
            return list(recordings)
        return list(self.over_all_recordings(recordings, **_known(self.over_all_recordings, options)))

    def fuse(self, ratings: np.ndarray, **options: Any) -> Fused:
        """Gold standard of one prepared recording; weights of raters who rated nothing are 0."""
        rated = np.isfinite(ratings).any(axis=1)
        found = self.function(ratings[rated], **_known(self.function, options))
        if not isinstance(found, Fused):
            return Fused(np.asarray(found, dtype=np.float64))
        if found.weights is None:
            return found
        weights = np.zeros(len(ratings))
        weights[rated] = found.weights
        return Fused(found.values, weights)


METHODS: MappingProxyType[str, Method] = MappingProxyType(
    {
        "ccc_centring": Method(ccc_centring, "Valstar et al. (2016), AVEC 2016"),
        "dba": Method(dba, "Petitjean et al. (2011); started from the medoid"),
        "ewe": Method(fuse_ewe, "Grimm and Kroschel (2005); weights against the mean of all raters"),
        "ewe_loo": Method(fuse_ewe_loo, "Grimm and Kroschel (2005); weights against the mean of the others"),
        "ewe_pairwise": Method(fuse_ewe_pairwise, "Grimm and Kroschel (2005); mean weight over all pairs"),
        "mean": Method(mean, "the definition"),
        "muse_ewe": Method(fuse_muse_ewe, "MuSe-Toolbox, Stappen et al. (2021), rounding included"),
        "raaw": Method(
            fuse_raaw, "Stappen et al. (2021); time warping by Zhou and De la Torre (2012)", scale_raters
        ),
    }
)
"""All methods by name, in alphabetical order."""


def gold_standard(ratings, method="ewe", **options):
    """One series from the ratings of several raters of one recording and dimension.

    Parameters
    ----------
    ratings : float array, shape (rater, time)
        NaN: not rated; a rater who rated nothing is left out.
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
        If there is no such method, or it does not know an option.
    InputError
        If `ratings` is not (rater, time), or as the method.

    Examples
    --------
    >>> gold_standard([[0.0, 1.0], [1.0, 2.0]], method="mean")
    array([0.5, 1.5])
    """
    return gold_standards([ratings], method, **options)[0]


def gold_standards(recordings, method="ewe", **options):
    """Gold standards of several recordings that the same raters rated, one dimension.

    Some methods (`raaw`) standardise each rater over all recordings, so they must be given together; for
    the others this is `gold_standard` of each.

    Parameters
    ----------
    recordings : sequence of float array, shape (rater, time)
        The same raters in the same rows, times as each recording has; NaN: not rated, a row of NaN: a
        rater who did not rate this recording.
    method : str
        A name in `METHODS`.
    **options
        What the method understands besides.

    Returns
    -------
    list of float array, shape (time,)

    Raises
    ------
    ConfigError
        If there is no such method, or it does not know an option.
    InputError
        If a recording is not (rater, time), their numbers of raters differ, or as the method.

    Examples
    --------
    >>> gold_standards([[[0.0, 1.0], [1.0, 2.0]], [[0.5], [0.7]]], method="mean")
    [array([0.5, 1.5]), array([0.6])]
    """
    chosen = method_named(method, options)
    arrays = [as_ratings(one) for one in recordings]
    if len({len(one) for one in arrays}) > 1:
        counts = ", ".join(str(len(one)) for one in arrays)
        raise InputError(
            f"recordings have {counts} raters; expected the same raters in the same rows of each, and a row "
            "of NaN where one did not rate"
        )
    return [chosen.fuse(one, **options).values for one in chosen.prepare(arrays, **options)]


def method_named(name: str, options: dict[str, Any]) -> Method:
    """The method of a name, when it knows the options.

    Raises
    ------
    ConfigError
        If there is no such method, or it does not know an option.
    """
    if name not in METHODS:
        raise ConfigError(f"no method of a gold standard is named {name!r}; there are: {', '.join(METHODS)}")
    unknown = [option for option in options if option not in METHODS[name].options]
    if unknown:
        known = ", ".join(METHODS[name].options) or "none"
        raise ConfigError(f"method {name} has no option {', '.join(unknown)}; its options are: {known}")
    return METHODS[name]


def _options_of(function: Callable[..., Any] | None) -> dict[str, Any]:
    """Keyword arguments after the first, with their defaults."""
    if function is None:
        return {}
    return {p.name: p.default for p in list(inspect.signature(function).parameters.values())[1:]}


def _known(function: Callable[..., Any], options: dict[str, Any]) -> dict[str, Any]:
    names = _options_of(function)
    return {name: value for name, value in options.items() if name in names}
