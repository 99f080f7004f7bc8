"""The chain of post-processing: median filter, centring, scaling and shift, tuned on development."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from emotrace.errors import InputError
from emotrace.postprocess.postprocessor import Postprocessor
from emotrace.postprocess.tuning import SEARCHES, Search, tune


class Chain(Postprocessor):
    """Median filter, centring, scaling and shift in time, each kept only if it raised CCC on development.

    Each dimension has a chain of its own. CCC, means and deviations are of all development recordings joined
    (1/n), steps without gold left out. The median filter and the shift work on each recording by itself.

    Only the median filter looks ahead, by half its window; centring and scaling add and multiply fixed
    numbers, and the shift is a delay. In `online` its window looks back only, which delays the result by half
    of it, so window, gain and shift were tuned anew.

    Parameters
    ----------
    kind, fps, columns, dimensions, emotrace
        As of every `Postprocessor`.

    Source
    ------
    tzirakis2017, section V: steps, their order and ranges, and that each is kept if it raises CCC. It leaves
    open the grids, the ends, odd windows, whose moments, about which value to scale and whether steps are
    fitted together: our choices stand with each step and in `fit`.

    Examples
    --------
    >>> import numpy as np
    >>> gold = [np.sin(np.arange(300) / 20), np.sin(np.arange(200) / 30)]
    >>> chain = Chain.fit(gold, [0.5 * part + 0.3 for part in gold])
    >>> print(chain.describe())
    centring by -0.2631, scaling by 2 about 0.07371
    >>> bool(np.allclose(chain.apply([0.5 * gold[0] + 0.3])[0], gold[0]))
    True
    >>> Chain.from_dict(chain.to_dict()) == chain
    True
    """

    kind: Literal["chain"] = "chain"

    @classmethod
    def fit(
        cls,
        gold: Any,
        prediction: Any,
        fps: float = 25,
        labels: Sequence[str] | None = None,
        search: Search = "joint",
    ) -> "Chain":
        """Tune a chain on development; the chain for streams is tuned beside it.

        Parameters
        ----------
        gold : list of float array, shape (time,) or (time, dimension)
            One for each development recording. NaN: not rated, left out.
        prediction : list of float array, shapes as in `gold`
            Without NaN, for every step whether it is rated or not.
        fps : float, > 0
            Steps per second.
        labels : sequence of str, one for each dimension
        search : {"joint", "stepwise"}
            ``joint``: the best of all chains, window and shift chosen together; a step is in it only if no
            chain without it comes as far. ``stepwise``: each step by itself, on what the kept ones before it
            give, as the paper can be read; a median filter is then kept to mend, badly, what a shift or a
            scaling would mend well, and a known delay or too large a gain is not recovered.

        Returns
        -------
        Chain
            Its CCC on these recordings is never below that of the prediction as it is. Where there is
            nothing to gain, such as with a constant prediction or constant gold, it changes nothing.

        Raises
        ------
        InputError
            If `gold` and `prediction` do not match, one is no list of arrays of numbers, the prediction holds
            NaN, a dimension has fewer than 2 rated steps, `fps` is not positive or `labels` do not match.
        """
        if search not in SEARCHES:
            raise InputError(f"search is {search!r}; expected one of: {', '.join(SEARCHES)}")
        return cls._fitted(gold, prediction, fps, labels, partial(tune, search=search))
