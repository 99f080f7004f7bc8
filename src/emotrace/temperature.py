"""Temperature scaling: how sure a classifier may be, found on development, then applied."""

from collections.abc import Callable, Sequence

import numpy as np

from emotrace.errors import InputError

LEAST_TEMPERATURE, MOST_TEMPERATURE = 0.01, 100.0
GRID = 33  # temperatures that are tried first; the mean over steps may have several valleys
LEAST_PROBABILITY = 1e-6  # that a probability is taken to be, as a CSV has six decimals


def best_temperature(decisions: np.ndarray, wanted: np.ndarray) -> float:
    """The number by which to divide decisions (clip, class) so that the wanted classes are most probable.

    Beside the n clips counts one that could be of any class: so that clips that are all told apart do not
    make it certain.

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
    Guo et al. (2017), On Calibration of Modern Neural Networks; the clip beside: our choice. One clip for
    each class, as Platt (1999) has it for two, made few clips of eight classes far too unsure.

    Examples
    --------
    >>> decisions = np.array([[9.0, 0.0], [0.0, 9.0], [9.0, 0.0], [0.0, 9.0]])
    >>> best_temperature(decisions, np.array([0, 1, 0, 0])) > 1
    True
    """
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
    share = _shares(np.asarray(wanted), decisions.shape[1])

    def surprise(exponent: float) -> float:
        return -float((share * log_softmax(decisions / np.exp(exponent), axis=1)).sum(axis=1).mean())

    return _lowest(surprise)


def best_temperature_of_clips(clips: Sequence[np.ndarray], wanted: np.ndarray) -> float:
    """The temperature of each step with which the mean over the steps of a clip says most of its class.

    As `best_temperature`, but the probabilities of a clip are the mean of those of its steps, each at the
    temperature: steps that contradict each other leave a clip unsure at any temperature.

    Parameters
    ----------
    clips : sequence of float array, shape (step, class), in [0, 1]
        Probabilities; a step at least in each.
    wanted : int array, shape (clip,)
        Index of the known class.

    Returns
    -------
    float in [0.01, 100]

    Raises
    ------
    InputError
        If there is no clip, one has no step, or there is another number of known classes.

    Source
    ------
    Our choice: Guo et al. (2017) have one prediction for each picture, and no pooling.

    Examples
    --------
    >>> sure = np.array([[0.99, 0.01], [0.98, 0.02]])
    >>> best_temperature_of_clips([sure, sure, sure, sure], np.array([0, 0, 0, 1])) > 1
    True
    """
    from scipy.special import softmax

    if not len(clips) or len(wanted) != len(clips) or not all(len(one) for one in clips):
        raise InputError(
            f"there are {len(clips)} clips, of {min(map(len, clips), default=0)} steps at least, and "
            f"{len(wanted)} known classes; expected a clip, a step of each, and as many known classes"
        )
    logs = log_probabilities(np.concatenate(clips))  # (step of all clips, class)
    lengths = np.array([len(one) for one in clips])
    firsts = np.cumsum(lengths) - lengths
    share = _shares(np.asarray(wanted), logs.shape[1])

    def surprise(exponent: float) -> float:
        steps = softmax(logs / np.exp(exponent), axis=1)
        means = np.add.reduceat(steps, firsts, axis=0) / lengths[:, None]  # (clip, class)
        return -float((share * log_probabilities(means)).sum(axis=1).mean())

    return _lowest(surprise)


def _shares(wanted: np.ndarray, classes: int) -> np.ndarray:
    """What the probabilities are compared with, (clip, class): not quite 1 for the wanted class."""
    return (np.eye(classes)[wanted] * len(wanted) + 1 / classes) / (len(wanted) + 1)


def _lowest(surprise: Callable[[float], float]) -> float:
    """The temperature whose logarithm surprises least: the best of a grid, then the best around it."""
    from scipy.optimize import minimize_scalar

    grid = np.linspace(np.log(LEAST_TEMPERATURE), np.log(MOST_TEMPERATURE), GRID)
    place = int(np.argmin([surprise(float(exponent)) for exponent in grid]))
    around = grid[max(place - 1, 0)], grid[min(place + 1, GRID - 1)]
    return float(np.exp(minimize_scalar(surprise, bounds=around, method="bounded").x))


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
