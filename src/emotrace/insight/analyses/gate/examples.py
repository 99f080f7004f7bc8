"""The stretches of a recording in which the gate leans most to either modality, as pictures of both."""

import numpy as np

from emotrace.insight.drawn import model_step
from emotrace.insight.examined import Examined
from emotrace.insight.pictures import Strip, given_pictures
from emotrace.offline_page.plot_style import SERIES

LENGTH = 8  # steps of a stretch


def example_strips(
    examined: Examined, number: int, gate: np.ndarray, modalities: tuple[str, str]
) -> list[Strip]:
    """Rows of pictures for the stretch that ends at the highest gate of a recording, and at the lowest.

    Parameters
    ----------
    examined : Examined
    number : int
        Of the recording.
    gate : float array, shape (time,)
        Share of the first modality.
    modalities : (str, str)

    Returns
    -------
    list of Strip
        Earliest picture first, framed the more strongly the larger the share of its modality; none if there
        is no stretch that long, or no pictures.

    Source
    ------
    Aspandi et al. (2022), Figure 6, below.
    """
    trace = examined.traces[number]
    steps = np.array([model_step(examined, trace, row) for row in range(len(trace.times_s))])
    rows = np.array([row for row in np.flatnonzero(np.isfinite(gate)) if row >= LENGTH - 1], dtype=int)
    rows = rows[steps[rows] >= LENGTH - 1]
    if len(rows) == 0:
        return []
    strips = []
    for word, row in zip(
        (f"most {name}" for name in modalities),
        (rows[gate[rows].argmax()], rows[gate[rows].argmin()]),
        strict=True,
    ):
        shares = gate[row - LENGTH + 1 : row + 1]
        pictures = given_pictures(
            examined.model.declaration, examined.recordings[number], steps[row] - LENGTH + 1, steps[row] + 1
        )
        for place, (name, row_of) in enumerate(pictures.items()):
            own = shares if name == modalities[0] else 1 - shares
            title = f"{word}\nat {trace.times_s[row]:.2f} s" if place == 0 else ""
            strips.append(
                Strip(
                    title=f"{title}\n{name}".strip(),
                    pictures=row_of,
                    notes=[f"{100 * share:.1f} %" if np.isfinite(share) else "–" for share in own],
                    strengths=[float(share) if np.isfinite(share) else 0.0 for share in own],
                    colour=SERIES[4] if name == modalities[0] else SERIES[1],
                )
            )
    return strips
