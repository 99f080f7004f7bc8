"""Post-processing of one recording whose future is not known, block by block."""

import math
from typing import Any

import numpy as np

from emotrace.errors import InputError
from emotrace.postprocess.postprocessor import Postprocessor
from emotrace.postprocess.recordings import as_predictions


class Stream:
    """What ``chain.apply`` gives on a whole recording, given block by block as it comes.

    Parameters
    ----------
    chain : Postprocessor
        One that does not look ahead, such as ``chain.online()``. A stream is of one recording: start another
        for the next.

    Raises
    ------
    InputError
        If the chain looks ahead.

    Examples
    --------
    >>> from emotrace.postprocess import Chain
    >>> gold = np.sin(np.arange(300) / 20)
    >>> chain = Chain.fit([gold], [0.5 * gold + 0.3])
    >>> stream = chain.online().stream()
    >>> blocks = [stream.push(0.5 * gold[start : start + 50] + 0.3) for start in range(0, 300, 50)]
    >>> bool(np.allclose(np.concatenate(blocks), gold))
    True
    """

    def __init__(self, chain: Postprocessor):
        if chain.look_ahead_s > 0:
            ahead_s = chain.look_ahead_s
            how = f"{ahead_s:g} s ahead" if math.isfinite(ahead_s) else "ahead to the end"
            raise InputError(
                f"{chain.kind} looks {how}, and a stream has no future; expected one that does not, use "
                f"{chain.kind}.online()"
            )
        self.chain = chain
        self._steps = [[step.stream() for step in dimension.whole.steps] for dimension in chain.dimensions]

    def push(self, block: Any) -> np.ndarray:
        """The next steps of the recording, post-processed.

        Parameters
        ----------
        block : float array, shape (time,) or (time, dimension) as the chain was tuned on
            The steps that follow those of the block before, one step every ``1 / fps`` seconds.

        Returns
        -------
        float64 array, shape as `block`

        Raises
        ------
        InputError
            As ``chain.apply``.
        """
        (values,) = as_predictions([block])
        self.chain.check_shape(values)
        table = values.reshape(len(values), len(self._steps))
        given = np.empty_like(table)
        for column, steps in enumerate(self._steps):
            for row, value in enumerate(table[:, column].tolist()):
                for step in steps:
                    value = step(value)
                given[row, column] = value
        return given.reshape(values.shape)
