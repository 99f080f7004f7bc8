"""The published ways to deal with the raters' delay, by name: what moves, how far, how the end is filled."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scheme:
    """One published scheme, in terms of `compensate`, `restore`, `window_gold` and `best_delay_by_ccc`.

    Parameters
    ----------
    moves : {"labels", "features", "predictions"}
        ``labels``: `compensate` the labels before training, `restore` the predictions. ``features``:
        `restore` the features before training, which moves them later, and leave the rest. ``predictions``:
        `restore` the predictions of a model trained on labels as they are.
    rule : {"drop", "hold", "zero"}
    delays_s : tuple of float, s
        One, or the grid of which development decides.
    source : str
    """

    moves: str
    rule: str
    delays_s: tuple[float, ...]
    source: str


def _grid(first: float, last: float, step: float) -> tuple[float, ...]:
    return tuple(np.round(np.arange(round(first / step), round(last / step) + 1) * step, 6).tolist())


SCHEMES: dict[str, Scheme] = {
    "avec2017": Scheme(
        "features",
        "hold",
        _grid(0.0, 4.0, 0.1),
        "AVEC 2017 baseline, per dimension; fill, range ours",
    ),
    "avec2018_ces": Scheme("labels", "zero", (2.0,), "AVEC 2018 CES baseline"),
    "avec2018_ges": Scheme("labels", "hold", _grid(0.0, 9.6, 0.4), "AVEC 2018 GES baseline; `window_gold`"),
    "avec2019_ces": Scheme("labels", "zero", (2.0,), "AVEC 2019 CES baseline"),
    "drop": Scheme("labels", "drop", (2.0, 3.0, 4.0), "in use: 2 s valence and 4 s arousal, or 3 s for both"),
    "hold": Scheme("labels", "hold", _grid(0.0, 10.0, 0.4), "in use; grid ours"),
    "postprocessing": Scheme(
        "predictions",
        "hold",
        _grid(0.04, 10.0, 0.04),
        "Trigeorgis et al. (2016), Tzirakis et al. (2017)",
    ),
}
"""All schemes by name. Scores are always against unshifted labels."""
