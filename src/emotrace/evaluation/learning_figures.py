"""Learning curves as figures: training loss and development scores."""

from collections.abc import Sequence

from emotrace.evaluation.learning_curves import Curve, LearningCurves
from emotrace.offline_page.plot_style import SERIES, Figure, axis, base_layout, line, note, plain, upright
from emotrace.offline_page.thinning import thin


def loss_figure(curves: LearningCurves) -> Figure | None:
    """Training loss and its terms over optimiser steps; without a legend, see `key`."""
    losses = curves.of("loss")
    log = all((curve.values > 0).all() for curve in losses)
    return _curves(losses, curves, "training loss", None, logarithmic=log)


def development_figure(curves: LearningCurves, kept: tuple[int, str] | None) -> Figure | None:
    """Scores on the development partition over optimiser steps; without a legend, see `key`.

    Parameters
    ----------
    curves : LearningCurves
    kept : (int, str) or None
        The step that was kept, as the last stage counts it, and how to call it.
    """
    scores = [curve for curve in curves.of("development_") if curve.name != "development_score"]
    shown = scores or curves.of("development_score")  # which is the mean of the others
    return _curves(shown, curves, "development score", kept, logarithmic=False)


def _curves(
    shown: Sequence[Curve],
    curves: LearningCurves,
    title: str,
    kept: tuple[int, str] | None,
    *,
    logarithmic: bool,
) -> Figure | None:
    last = max((curve.steps.max() for curve in shown), default=0.0)
    if last == 0:
        return None  # nothing was trained by steps
    layout = base_layout(height=340) | {
        "hovermode": "x unified",
        "annotations": [],
        "shapes": [],
        "showlegend": False,
    }
    layout["margin"] |= {"t": 16 if len(curves.stage_starts) < 2 else 84}  # names of stages stand upright
    layout["xaxis"] = axis("optimiser step" + (", all stages" if len(curves.stage_starts) > 1 else ""))
    layout["yaxis"] = axis(title) | ({"type": "log", "dtick": 1} if logarithmic else {})
    if len(curves.stage_starts) > 1:
        for stage, start in curves.stage_starts.items():
            layout["shapes"].append(upright(start, "#c5ccd4"))
            layout["annotations"].append(
                note(plain(stage), start, 1.0, xref="x", xanchor="center") | {"textangle": -90}
            )
    if kept is not None:
        at = curves.from_last_stage(kept[0])
        side = "left" if at < last / 2 else "right"
        layout["shapes"].append(upright(at, "#138a72"))
        layout["annotations"].append(
            note(f" kept: {plain(kept[1])} ", at, 0.0, xref="x", xanchor=side, color="#138a72")
        )
    data = []
    for i, curve in enumerate(shown):
        rows = thin(curve.values, 1500)
        name = curve.name.removeprefix("development_").replace("_", " ")
        drawn = line(name, curve.steps[rows], curve.values[rows], SERIES[i % len(SERIES)], 1.8)
        again = i // len(SERIES) % 2  # the colours come a second time
        drawn["line"]["dash"] = ("solid", "dot")[again]
        marker = {"size": 5, "symbol": ("circle", "circle-open")[again]}
        data.append(drawn | {"mode": "lines+markers" if len(rows) < 60 else "lines", "marker": marker})
    return {"data": data, "layout": layout}
