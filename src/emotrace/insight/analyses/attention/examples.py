"""The sequences of a recording whose attention is spread most and least, as pictures of what was given."""

import numpy as np

from emotrace.insight.drawn import model_step
from emotrace.insight.examined import Examined
from emotrace.insight.pictures import Strip, given_pictures

HIGH, LOW = "#e07b00", "#1f5fd1"  # orange and blue, as in the paper


def example_strips(examined: Examined, number: int, weights: np.ndarray, spreads: np.ndarray) -> list[Strip]:
    """Rows of pictures for the sequence with the highest and that with the lowest spread of a recording.

    Parameters
    ----------
    examined : Examined
    number : int
        Of the recording.
    weights : float array, shape (time, state)
    spreads : float array, shape (time,)

    Returns
    -------
    list of Strip
        Earliest picture first, framed the more strongly the larger its weight; none if the recording has no
        full sequence, or the model is given no pictures.

    Source
    ------
    Aspandi et al. (2022), Figure 3, below.
    """
    trace, states = examined.traces[number], weights.shape[1]
    steps = np.array([model_step(examined, trace, row) for row in range(len(trace.times_s))])
    rows = np.flatnonzero(np.isfinite(weights).all(axis=1) & (steps >= states))
    if len(rows) == 0:
        return []
    strips = []
    for word, colour, row in (
        ("most uneven", HIGH, rows[spreads[rows].argmax()]),
        ("most even", LOW, rows[spreads[rows].argmin()]),
    ):
        shares = weights[row, ::-1]  # earliest first
        pictures = given_pictures(
            examined.model.declaration, examined.recordings[number], steps[row] - states, steps[row]
        )
        for place, (name, row_of) in enumerate(pictures.items()):
            title = (
                f"{word}\n{100 * spreads[row]:.0f} %, at\n{trace.times_s[row]:.2f} s" if place == 0 else ""
            )
            strips.append(
                Strip(
                    title=f"{title}\n{name}".strip(),
                    pictures=row_of,
                    notes=[f"{100 * share:.1f} %" for share in shares] if place == 0 else (),
                    strengths=[float(share / shares.max()) for share in shares],
                    colour=colour,
                )
            )
    return strips
