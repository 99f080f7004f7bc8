"""The learning rate of a step: a function of settings and step alone, so that a resumed run has the same."""

import math

from emotrace.config.recipe import TrainingSettings


def learning_rate_of(settings: TrainingSettings, step: int) -> float:
    """Learning rate of a step of a stage, after as many were done.

    Parameters
    ----------
    settings : TrainingSettings
        It rises in equal parts over `warm_up_steps`; beside that it is constant, or falls by half a wave of
        the cosine from its value at step 0 to 0 after the last of `steps`, where early stopping does not end
        training before.
    step : int
        0 is the first.

    Returns
    -------
    float > 0

    Source
    ------
    Loshchilov and Hutter (2017), eq. 5 without restarts; warm-up: our choice.

    Examples
    --------
    >>> settings = TrainingSettings(
    ...     learning_rate=1.0, learning_rate_schedule="cosine", steps=4, warm_up_steps=2
    ... )
    >>> [round(learning_rate_of(settings, step), 3) for step in range(4)]
    [0.5, 0.854, 0.5, 0.146]
    """
    rate = settings.learning_rate
    if settings.warm_up_steps:
        rate *= min(1.0, (step + 1) / settings.warm_up_steps)
    if settings.learning_rate_schedule == "cosine":
        rate *= 0.5 * (1 + math.cos(math.pi * step / settings.steps))
    return rate
