"""The kinds of post-processing by name: fitted as a recipe asks, and read back from what was stored."""

from collections.abc import Sequence
from typing import Any

from emotrace.config.postprocess import CalibrationSettings, PostprocessSettings, SmoothingSettings
from emotrace.errors import CheckpointError
from emotrace.postprocess.calibration import Calibration
from emotrace.postprocess.chain import Chain
from emotrace.postprocess.postprocessor import Postprocessor
from emotrace.postprocess.smoothing import Smoothing

Fitted = Postprocessor | Calibration
"""Post-processing of traces, or of the probabilities of classes."""

KINDS: dict[str, type[Postprocessor] | type[Calibration]] = {
    "chain": Chain,
    "smoothing": Smoothing,
    "calibration": Calibration,
}


def fit(
    settings: PostprocessSettings,
    gold: Any,
    prediction: Any,
    fps: float = 25,
    labels: Sequence[str] | None = None,
) -> Fitted:
    """Tune the post-processing that a recipe asks for, on development.

    Parameters
    ----------
    settings : ChainSettings, SmoothingSettings or CalibrationSettings
    gold, prediction, fps, labels
        As for `Chain.fit`; of classes as for `Calibration.fit`.

    Raises
    ------
    InputError
        As `Chain.fit`, or `Calibration.fit`.

    Examples
    --------
    >>> fit(SmoothingSettings(direction="forward"), [[0.0, 1.0, 0.0]], [[0.0, 1.0, 0.0]]).describe()
    'nothing'
    """
    if isinstance(settings, CalibrationSettings):
        return Calibration.fit(gold, prediction, fps, labels or ())
    if isinstance(settings, SmoothingSettings):
        return Smoothing.fit(gold, prediction, fps, labels, settings.direction)
    return Chain.fit(gold, prediction, fps, labels, settings.search)


def from_dict(values: Any, where: str = "post-processing") -> Fitted:
    """What `to_dict` of any kind gave.

    Parameters
    ----------
    values : dict
    where : str
        The file that they come from, for the message.

    Raises
    ------
    CheckpointError
        If it is of no known kind, of another version, or not what `to_dict` gives.

    Examples
    --------
    >>> chain = Chain.fit([[0.0, 1.0, 0.0]], [[0.0, 2.0, 0.5]], fps=10)
    >>> from_dict(chain.to_dict()) == chain
    True
    """
    kind = values.get("kind") if isinstance(values, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise CheckpointError(
            f"{where}: its kind is {kind!r}; expected one of: {', '.join(KINDS)}, fit it again"
        )
    return KINDS[kind].from_dict(values, where)
