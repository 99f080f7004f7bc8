"""What a change of predictions is: of each dimension, or of the probability of the predicted class."""

import numpy as np

from emotrace.models.base import Model

OF_CLASS = "probability of its class"
_UNDECIDED = 1e-6  # probabilities that differ by less name no class


def target_names(model: Model) -> tuple[str, ...]:
    """The dimensions of a trace; of a model of classes one name, the probability of what it decides for."""
    return (OF_CLASS,) if model.declaration.predicts == "class" else model.labels


def change(model: Model, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """By how much predictions differ once something is hidden, float64 (time, target).

    Parameters
    ----------
    model : Model
    before, after : float array, shape (time, label)
        Predictions with everything in sight, and with something hidden; of classes, probabilities.

    Returns
    -------
    float64 array, shape (time, target)
        ``after - before`` of each dimension. Of classes, of the class with the highest probability in
        `before` alone; NaN where all are equally probable.

    Examples
    --------
    >>> from emotrace.config.declaration import Declaration
    >>> two = Model(Declaration(inputs={}, predicts="class"), ("anger", "fear"))
    >>> before, after = np.array([[0.9, 0.1], [0.5, 0.5]]), np.array([[0.6, 0.4], [0.9, 0.1]])
    >>> change(two, before, after).round(3).tolist()
    [[-0.3], [nan]]
    """
    before, after = before.astype(np.float64), after.astype(np.float64)
    if model.declaration.predicts != "class":
        return after - before
    chosen = before.argmax(axis=1)[:, None]
    moved = np.take_along_axis(after, chosen, 1) - np.take_along_axis(before, chosen, 1)
    return np.where(decided(before)[:, None], moved, np.nan)


def single_answer(model: Model, probabilities: np.ndarray) -> bool:
    """Whether a model of classes says the same of every step, (time, class): there is nothing over time."""
    same = (np.ptp(probabilities, axis=0) <= _UNDECIDED).all()
    return model.declaration.predicts == "class" and bool(same)


def decided(probabilities: np.ndarray) -> np.ndarray:
    """Whether the probabilities of a step, (time, class), name a class at all, bool (time,)."""
    return np.ptp(probabilities, axis=1) > _UNDECIDED
