"""A prediction and its gold standard as a small SVG in a table cell."""

from collections.abc import Sequence

import numpy as np

from emotrace.offline_page.thinning import thin

WIDTH, HEIGHT, POINTS = 180, 34, 140  # px, px, points of a line


def sparkline(series: Sequence[tuple[str, np.ndarray]], lowest: float, highest: float) -> str:
    """Lines over a common range, one per series.

    Parameters
    ----------
    series : sequence of (CSS class, float array of shape (time,))
        Drawn in this order; NaN makes a gap.
    lowest, highest : float
        Values at the bottom and at the top.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    paths = "".join(
        f'<path class="{name}" d="{_path(np.asarray(values, dtype=float), lowest, highest)}"/>'
        for name, values in series
    )
    return f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{paths}</svg>'


def _path(values: np.ndarray, lowest: float, highest: float) -> str:
    rows = thin(values, POINTS)
    x = rows / max(len(values) - 1, 1) * WIDTH
    span = highest - lowest if highest > lowest else 1.0
    y = (HEIGHT - 2) - (values[rows] - lowest) / span * (HEIGHT - 4)
    parts, pen = [], "M"
    for left, top in zip(x, y, strict=True):
        if np.isnan(top):
            pen = "M"
            continue
        parts.append(f"{pen}{left:.0f} {top:.1f}")
        pen = "L"
    return "".join(parts)
