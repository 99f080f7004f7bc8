"""The page of gold standards: warnings, agreement, raters, and every recording's curves."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from emotrace.annotation.fusion.figures import HEIGHT, delay_figure, gold_figure
from emotrace.annotation.fusion.results import DimensionGold, GoldResult, RecordingGold
from emotrace.annotation.fusion.verdicts import outliers
from emotrace.annotation.methods import METHODS
from emotrace.offline_page.page import Page, explorer
from emotrace.offline_page.tables import link_to, row_of, table, value
from emotrace.offline_page.words import duration, plural

POINTS = 300_000  # of all curves together, so that the page stays light
MOST, LEAST = 2000, 150  # points per line
FORMS = {
    "icc_2_1": ("ICC(2,1)", "one rater, absolute agreement"),
    "icc_2_k": ("ICC(2,k)", "mean of the raters, absolute agreement"),
}


@dataclass(frozen=True)
class GoldPage:
    """A page that is ready to be written."""

    page: Page
    words: Mapping[str, str]

    def write(self, path: Path) -> None:
        """Write the page.

        Raises
        ------
        DataError
            If the file cannot be written.
        """
        self.page.write(path, **self.words)


def gold_page(result: GoldResult, source: str) -> GoldPage:
    """The page of a result.

    Parameters
    ----------
    result : GoldResult
    source : str
        What it was made from.
    """
    page = Page()
    page.warnings += [f"Left out: {name}: {reason}" for name, reason in result.failed]
    page.warnings += result.warnings
    curves = sum(len(one.raters) + 3 for part in result.dimensions for one in part.recordings)
    points = int(np.clip(POINTS // max(curves, 1), LEAST, MOST))
    for part in result.dimensions:
        _add_dimension(page, part, points)
    recordings = len({one.name for part in result.dimensions for one in part.recordings})
    raters = len({rater for part in result.dimensions for rater in part.raters})
    dimensions = ", ".join(part.dimension for part in result.dimensions) or "nothing"
    lead = f"{dimensions} of {plural(recordings, 'recording')} by {plural(raters, 'rater')}"
    words = {
        "title": f"{source} · emotrace gold",
        "kicker": "emotrace gold",
        "heading": escape(source),
        "lead": escape(lead[0].upper() + lead[1:]),
        "facts": _facts(result),
        "source": source,
        "ending": "Numbers are in <code>agreement.csv</code>, settings in <code>gold.json</code>.",
    }
    return GoldPage(page, words)


def _add_dimension(page: Page, part: DimensionGold, points: int) -> None:
    name = escape(part.dimension)
    seconds = sum(float(one.times_s[-1] - one.times_s[0]) for one in part.recordings)
    page.body.append(
        f"<h2>{name[:1].upper() + name[1:]}</h2><p class='hint'>{plural(len(part.recordings), 'recording')}, "
        f"{duration(seconds)}. Numbers here are over all recordings end to end; “centred” takes each rater's "
        "offset in a recording out.</p>"
    )
    page.body.append(_tiles(part))
    page.body.append(
        '<div class="card"><h3>Raters</h3><p class="hint">Each rater beside the others. An outlier agrees '
        "with the others less than half as well as these do among themselves (mean pairwise CCC).</p>"
        f"{_rater_table(part)}</div>"
    )
    if part.found:
        what = (
            "The gold standard against the reference."
            if "gold" in part.found
            else "Each rater against the mean of the others."
        )
        page.body.append(
            f'<div class="card"><h3>Delay</h3><p class="hint">{what} Dotted: the lag of best agreement; '
            f"grey: not sure.</p>{page.figure(delay_figure(part.found))}</div>"
        )
    page.recordings[part.dimension] = {
        one.name: gold_figure(one, part.dimension, points) for one in part.recordings
    }
    hint = (
        "Pick a row to see it. <span style='color:var(--gold)'>Thick: the gold standard</span>; its band is "
        "the standard deviation over the raters at each time; thin: the raters after the steps. Long curves "
        "are thinned for display and keep their peaks."
    )
    page.body.append(
        explorer(part.dimension, "Recordings", hint, _recording_table(part), "recording", HEIGHT)
    )


def _tiles(part: DimensionGold) -> str:
    raw, centred = part.agreement["raw"], part.agreement["centred"]
    shown = [
        ("CCC, mean of pairs", raw.ccc, centred.ccc),
        ("PCC, mean of pairs", raw.pcc, centred.pcc),
        ("Cronbach's alpha", raw.alpha, centred.alpha),
        *((title, raw.icc[form], centred.icc[form]) for form, (title, _) in FORMS.items()),
    ]
    notes = {title: note for title, note in FORMS.values()}
    cards = [
        f'<div class="tile" title="{notes.get(title, "")}"><div class="tile-name">{title}</div>'
        f'<div class="tile-value">{_value(one)}</div>'
        f'<div class="tile-note">centred {_value(other)}</div></div>'
        for title, one, other in shown
    ]
    return f'<div class="tiles">{"".join(cards)}</div>'


def _rater_table(part: DimensionGold) -> str:
    rows = []
    weights = {
        rater: [one.weights[i] for one in part.recordings if one.weights is not None]
        for i, rater in enumerate(part.raters)
    }
    for i, rater in enumerate(part.raters):
        raw, centred = part.agreement["raw"].per_rater[i], part.agreement["centred"].per_rater[i]
        if raw is None or centred is None:
            continue
        rated = sum(bool(np.isfinite(one.ratings[i]).any()) for one in part.recordings)
        weight = float(np.mean(weights[rater])) if weights[rater] else float("nan")
        rows.append(
            [
                escape(rater), f"{rated} of {len(part.recordings)}", _value(raw.ccc), _value(centred.ccc),
                _value(raw.pcc), _value(raw.ccc_with_mean), _value(centred.others_ccc), _value(weight),
                f"{part.delays_s.get(rater, 0.0):.2f} s", _verdict(raw.is_outlier, centred.is_outlier),
            ]
        )  # fmt: skip
    head = [
        "rater", "recordings", "CCC", "CCC centred", "PCC", "CCC with the others' mean",
        "CCC among the others, centred", "mean weight", "moved earlier", "outlier",
    ]  # fmt: skip
    return table(head, rows)


def _recording_table(part: DimensionGold) -> str:
    rows = [
        [
            link_to(one.name), _names(outliers(one.raters, one.agreement["centred"])),
            duration(float(one.times_s[-1] - one.times_s[0])), str(one.agreement["raw"].raters),
            _value(one.agreement["raw"].ccc), _value(one.agreement["centred"].ccc),
            _value(one.agreement["raw"].pcc), _value(one.agreement["raw"].rmse),
            _value(one.agreement["raw"].alpha), _weights(one),
        ]
        for one in part.recordings
    ]  # fmt: skip
    head = [
        "recording", "outliers (centred)", "length", "raters", "CCC", "CCC centred", "PCC", "RMSE", "alpha",
        "weights",
    ]  # fmt: skip
    return table(head, rows, "recordings", [row_of(one.name) for one in part.recordings])


def _facts(result: GoldResult) -> str:
    settings = result.settings
    options = ", ".join(f"{key}={one}" for key, one in settings.options.items())
    rows = [
        ("Method", settings.method),
        ("Options", options),
        ("Unequal lengths", settings.lengths),
        ("Left out", str(len(result.failed)) if result.failed else ""),
    ]
    html = "".join(f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in rows if text)
    wide = [("Source", METHODS[settings.method].source), ("Steps, in order", "; ".join(result.steps))]
    return html + "".join(
        f'<div class="wide"><dt>{name}</dt><dd>{escape(text)}</dd></div>' for name, text in wide
    )


def _weights(one: RecordingGold) -> str:
    if one.weights is None:
        return '<span class="none">–</span>'
    return " ".join(
        f'<span title="{escape(rater)}">{value(float(weight), 2)}</span>'
        for rater, weight in zip(one.raters, one.weights, strict=True)
    )


def _names(names: list[str]) -> str:
    return (
        f'<span class="wrong">{escape(", ".join(names))}</span>'
        if names
        else '<span class="none">none</span>'
    )


def _verdict(raw: bool, centred: bool) -> str:
    kinds = [kind for kind, is_one in (("with offset", raw), ("without offset", centred)) if is_one]
    return f'<span class="wrong">{" and ".join(kinds)}</span>' if kinds else '<span class="none">no</span>'


def _value(number: float) -> str:
    return value(number if np.isfinite(number) else None)
