"""Temperature scaling: how sure a classifier may be, found on development, then applied."""

import numpy as np

from emotrace.errors import InputError

LEAST_TEMPERATURE, MOST_TEMPERATURE = 0.01, 100.0
LEAST_PROBABILITY = 1e-6  # that a probability is taken to be, as a CSV has six decimals


def best_temperature(decisions: np.ndarray, wanted: np.ndarray) -> float:
    """The number by which to divide decisions (clip, class) so that the wanted classes are most probable.

    The wanted class counts (n + 1) / (n + classes), each other 1 / (n + classes), for n clips: so that clips
    that are all told apart do not make it certain.

    Parameters
    ----------
    decisions : float array, shape (clip, class)
        Logits, log-probabilities or distances from planes.
    wanted : int array, shape (clip,)
        Index of the known class.

    Returns
    -------
    float in [0.01, 100]
        Above 1: the classifier was too sure.

    Raises
    ------
    InputError
        If there is no clip, the shapes do not fit, or a decision is not finite.

    Source
    ------
    Guo et al. (2017), On Calibration of Modern Neural Networks; the counts: as Platt (1999) for two classes.

    Examples
    --------
    >>> decisions = np.array([[9.0, 0.0], [0.0, 9.0], [9.0, 0.0], [0.0, 9.0]])
    >>> best_temperature(decisions, np.array([0, 1, 0, 0])) > 1
    True
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    decisions = np.asarray(decisions, dtype=np.float64)
    if decisions.ndim != 2 or not len(decisions) or len(wanted) != len(decisions):
        raise InputError(
            f"decisions have shape {decisions.shape} for {len(wanted)} known classes; expected (clip, "
            "class), one clip at least and as many as known classes"
        )
    if not np.isfinite(decisions).all():
        raise InputError(
            "decisions hold a value that is not finite; expected numbers, of probabilities their logarithm"
        )
    clips, classes = decisions.shape
    share = (np.eye(classes)[wanted] * clips + 1) / (clips + classes)

    def surprise(exponent: float) -> float:
        return -float((share * log_softmax(decisions / np.exp(exponent), axis=1)).sum(axis=1).mean())

    ends = np.log([LEAST_TEMPERATURE, MOST_TEMPERATURE])
    return float(np.exp(minimize_scalar(surprise, bounds=ends, method="bounded").x))


def log_probabilities(probabilities: np.ndarray) -> np.ndarray:
    """Logarithms that serve `best_temperature` as decisions, float64; of 0 that of 1e-6.

    Examples
    --------
    >>> log_probabilities(np.array([1.0, 0.0])).round(2).tolist()
    [0.0, -13.82]
    """
    return np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), LEAST_PROBABILITY))


def at_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities as their logits divided by a temperature would give them; the order stays.

    Parameters
    ----------
    probabilities : float array, shape (..., class), in [0, 1]
        NaN stays NaN.
    temperature : float, > 0
        1 changes nothing, more makes less sure.

    Returns
    -------
    float64 array, shape (..., class)
        Sums to 1 over the last axis.

    Raises
    ------
    InputError
        If the temperature is not a positive number.

    Examples
    --------
    >>> at_temperature(np.array([0.8, 0.2]), 2.0).round(3).tolist()
    [0.667, 0.333]
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise InputError(f"temperature is {temperature}; expected a positive number")
    from scipy.special import softmax

    return softmax(log_probabilities(probabilities) / temperature, axis=-1)
