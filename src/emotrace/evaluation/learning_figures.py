"""Learning curves as figures: training loss and development scores."""

from collections.abc import Sequence

from emotrace.evaluation.learning_curves import Curve, LearningCurves
from emotrace.offline_page.plot_style import SERIES, Figure, axis, base_layout, line, note, plain, upright
from emotrace.offline_page.thinning import thin


def loss_figure(curves: LearningCurves) -> Figure | None:
    """Training loss and its terms over optimiser steps."""
    losses = curves.of("loss")
    log = all((curve.values > 0).all() for curve in losses)
    return _curves(losses, curves, "training loss", None, logarithmic=log)


def development_figure(curves: LearningCurves, best_step: float | None) -> Figure | None:
    """Scores on the development partition over optimiser steps; the step that was kept is marked."""
    scores = [curve for curve in curves.of("development_") if curve.name != "development_score"]
    shown = scores or curves.of("development_score")  # which is the mean of the others
    return _curves(shown, curves, "development score", best_step, logarithmic=False)


def _curves(
    shown: Sequence[Curve], curves: LearningCurves, title: str, best_step: float | None, *, logarithmic: bool
) -> Figure | None:
    if not any(curve.steps.max() > 0 for curve in shown):
        return None  # nothing was trained by steps
    layout = base_layout(height=340) | {
        "hovermode": "x unified",
        "annotations": [],
        "shapes": [],
        "showlegend": True,
    }
    layout["xaxis"] = axis("optimiser step")
    layout["yaxis"] = axis(title) | ({"type": "log", "dtick": 1} if logarithmic else {})
    if len(curves.stage_starts) > 1:
        for stage, start in curves.stage_starts.items():
            layout["shapes"].append(upright(start, "#c5ccd4"))
            layout["annotations"].append(
                note(plain(stage), start, 1.0, xref="x", xanchor="left", yanchor="top")
            )
    if best_step is not None:
        layout["shapes"].append(upright(best_step, "#138a72"))
        layout["annotations"].append(
            note("kept ", best_step, 0.0, xref="x", xanchor="right", color="#138a72")
        )
    data = []
    for i, curve in enumerate(shown):
        rows = thin(curve.values, 1500)
        name = curve.name.removeprefix("development_").replace("_", " ")
        drawn = line(name, curve.steps[rows], curve.values[rows], SERIES[i % len(SERIES)], 1.8)
        data.append(drawn | {"mode": "lines+markers" if len(rows) < 60 else "lines", "marker": {"size": 5}})
    return {"data": data, "layout": layout}
