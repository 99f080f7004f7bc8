"""The section of the page on occlusion."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from emotrace.insight.analyses.occlusion.covered import Covered
from emotrace.insight.analyses.occlusion.silenced import Silenced
from emotrace.insight.analyses.occlusion.tables import covered_rows, silenced_rows, strongest
from emotrace.insight.analysis import Row
from emotrace.insight.pictures import embedded
from emotrace.offline_page.page import Page
from emotrace.offline_page.plot_style import Figure
from emotrace.offline_page.tables import table, value
from emotrace.offline_page.words import plural
from emotrace.trace import Trace

if TYPE_CHECKING:
    from matplotlib.figure import Figure as StillFigure

CONSENT = (
    "The picture is of a person who was recorded: share this page only as their consent and the corpus' "
    "licence allow."
)


def add_head(page: Page, drawn: str, of_class: bool) -> None:
    """Say what was done.

    Parameters
    ----------
    page : Page
    drawn : str
        The recording.
    of_class : bool
        Whether the model predicts classes.
    """
    page.body.append("<h2>What the predictions hang on</h2>")
    moved = (
        "the probability of the class that the model decides for moves"
        if of_class
        else "each prediction moves, in the unit of the gold standard"
    )
    page.body.append(
        f'<p class="hint">Something is hidden from the model, and {moved}: where it moves far, the model '
        "made use of what was hidden. A change below 0 says that the prediction falls once it is hidden, so "
        "that what was seen there had raised it. The absolute change does not let rises and falls cancel "
        f"out. All of it on one recording, <b>{escape(drawn)}</b>: another one may look otherwise, and a "
        "model that moves need not move rightly.</p>"
    )


def answer_words(trace: Trace, known: str | None) -> str:
    """The one answer that a recording has, every class with its probability, HTML."""
    order = sorted(zip(trace.values[0].tolist(), trace.labels, strict=True), reverse=True)
    said = ", ".join(f"{escape(label)} {value(share, 2)}" for share, label in order)
    truth = f"; known is {escape(known)}" if known else ""
    return f"Of the whole recording there is one answer: {said}{truth}."


def add_inputs(page: Page, rows: Sequence[Row], said: str, over_time: Figure | None = None) -> None:
    """Add what becomes of a recording without each input.

    Parameters
    ----------
    page : Page
    rows : sequence of Row
        Of `input_rows`.
    said : str
        HTML on what the model says with everything in sight.
    over_time : Figure or None
        None: of a recording with a single answer.
    """
    last = ["RMSE with it", "RMSE without"] if "rmse_with" in rows[0] else ["another class"]
    cells, before = [], None
    for row in rows:
        first = row["left_out"] != before
        before = row["left_out"]
        tail = (
            [value(row["rmse_with"]), value(row["rmse_without"])]
            if "rmse_with" in row
            else [_percent(row["class_changes"])]
        )
        cells.append(
            [
                escape(str(row["left_out"])) if first else "",
                escape(str(row["target"])),
                f"<b>{value(row['absolute_change'])}</b>",
                _signed(row["change"]),
                *tail,
            ]
        )
    grid = table(["left out", "of", "mean absolute change", "mean change", *last], cells)
    hint = (
        "The recording is traced once more for each input, as if it lacked it, from beginning to end; of "
        f"features with named groups of columns also without each group. {said}"
    )
    figure = "" if over_time is None else page.figure(over_time)
    page.body.append(
        f'<div class="card"><h3>Inputs left out</h3><p class="hint">{hint}</p>{grid}{figure}</div>'
    )


def add_covered(page: Page, found: Covered, targets: Sequence[str], figure: "StillFigure") -> None:
    """Add the map of a patch that slides over the pictures of an input."""
    all_rows = covered_rows(found, targets)
    rows = []
    for target in targets:
        best = strongest([row for row in all_rows if row["row_to"] - row["row_from"] < 1], target)
        whole = strongest([row for row in all_rows if row["row_to"] - row["row_from"] == 1], target)
        if best is None or whole is None:
            continue
        rows.append(
            [
                escape(target),
                f"<b>{value(best['absolute_change'], 4)}</b>",
                _signed(best["change"], 4),
                _place(found, best),
                value(whole["absolute_change"], 4),
                _signed(whole["change"], 4),
            ]
        )
    head = ["of", "patch: largest<br>absolute change", "change there", "where", "all covered:<br>absolute",
            "change"]  # fmt: skip
    hint = (
        f"A patch a quarter as high and wide as the picture becomes {found.view.covered}, at 49 places, for "
        f"{found.window_s:.2g} s each; mean over {plural(found.steps, 'step')}, evenly spread. Each cell is "
        "the mean of the patches that lie over it; under them is the picture nearest to the mean of all. "
        "Orange: the prediction rises once that is covered; blue: it falls. Where covering all of it changes "
        "little, so does every patch, and the map is chance."
    )
    if found.view.kind == "face":
        hint += f" {CONSENT}"
    shown = embedded(figure, f"maps of how far predictions change with parts of {found.name} covered")
    page.body.append(
        f'<div class="card"><h3>Where in the input {escape(found.name)}</h3><p class="hint">{hint}</p>{shown}'
        f"{table(head, rows)}</div>"
    )


def add_silenced(page: Page, found: Silenced, targets: Sequence[str], figure: "StillFigure") -> None:
    """Add what silence in raw sound does to the predictions after it."""
    all_rows = silenced_rows(found, targets)
    rows = []
    for target in targets:
        whole = strongest([row for row in all_rows if row["band"] == found.bands[0]], target)
        band = strongest([row for row in all_rows if row["band"] != found.bands[0]], target)
        if whole is None or band is None:
            continue
        rows.append(
            [
                escape(target),
                f"<b>{value(whole['absolute_change'], 4)}</b>",
                f"{whole['time_s']:.2g} s",
                escape(str(band["band"])),
                f"<b>{value(band['absolute_change'], 4)}</b>",
                f"{band['time_s']:.2g} s",
            ]
        )
    head = ["of", "all silent: largest<br>absolute change", "after", "strongest band", "absolute change",
            "after"]  # fmt: skip
    hint = (
        f"{found.silent_s:.2g} s of the sound (up to the dotted line) are silenced, all of it or one band of "
        "frequencies, and the predictions are followed from there: how much the sound counts, which "
        "frequencies of it, and for how long the model remembers. Mean over "
        f"{plural(found.windows, 'window')}, evenly spread."
    )
    shown = embedded(figure, f"maps of how far predictions change with bands of {found.name} silenced")
    page.body.append(
        f'<div class="card"><h3>How long and how high in the input {escape(found.name)}</h3>'
        f'<p class="hint">{hint}</p>{shown}'
        f"{table(head, rows)}</div>"
    )


def _place(found: Covered, row: Mapping[str, float]) -> str:
    """Where a patch lies, in words."""
    down, along = ((100 * row[f"{one}_from"], 100 * row[f"{one}_to"]) for one in ("row", "column"))
    if found.view.kind == "face":
        return f"{down[0]:.0f}–{down[1]:.0f} % from the top, {along[0]:.0f}–{along[1]:.0f} % from the left"
    return f"{down[0]:.0f}–{down[1]:.0f} % from the lowest, {along[0]:.0f}–{along[1]:.0f} % of the time"


def _signed(number: float | None, digits: int = 3) -> str:
    return ("+" if number is not None and number > 0 else "") + value(number, digits)


def _percent(share: float | None) -> str:
    return value(None) if share is None else f"{100 * share:.0f} % of steps"
