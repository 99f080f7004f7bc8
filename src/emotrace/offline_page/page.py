"""A page as it grows, and its file: text, figures and plotly.js in one HTML file that opens offline."""

import json
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from emotrace import __version__
from emotrace.offline_page.plot_style import Figure
from emotrace.offline_page.words import warning_box
from emotrace.writing import written_whole


class Page:
    """The body of a page as it grows, and the figures that its script draws.

    Attributes
    ----------
    body : list of str
        Pieces of HTML in reading order.
    warnings : list of str
        Plain sentences; they stand first on the page.
    recordings : dict of str to dict of str to Figure
        Figures of which one at a time is shown, by the name of the explorer (`explorer`) and the recording.
    """

    def __init__(self) -> None:
        self.body: list[str] = []
        self.warnings: list[str] = []
        self.single: dict[str, Figure] = {}
        self.recordings: dict[str, dict[str, Figure]] = {}

    def figure(self, figure: Figure) -> str:
        """HTML of the place where a figure is drawn."""
        name = f"figure-{len(self.single) + 1}"
        self.single[name] = figure
        return (
            f'<div class="figure" data-figure="{name}" style="height:{figure["layout"]["height"]}px"></div>'
        )

    def write(
        self,
        path: Path,
        *,
        title: str,
        kicker: str,
        heading: str,
        lead: str,
        facts: str,
        source: str,
        ending: str,
    ) -> None:
        """Write the page whole or not at all; about 5 MB, most of it plotly.js.

        Parameters
        ----------
        path : Path
        title : str
            Of the window, plain text.
        kicker, heading, lead, facts, ending : str
            HTML: the line over the heading, the heading, the line under it, entries of a definition list, the
            end of the footer.
        source : str
            What it was made from, plain text.

        Raises
        ------
        DataError
            If the file cannot be written.
        """
        html = Template(_part("page.html")).substitute(
            title=escape(title),
            kicker=kicker,
            heading=heading,
            lead=lead,
            facts=facts,
            warnings=warning_box(self.warnings),
            body="\n".join(self.body),
            version=escape(__version__),
            source=escape(source),
            ending=ending,
            css=_part("page.css"),
            plotly=_plotly(),
            figures=_json({"single": self.single, "recordings": self.recordings}),
            script=_part("page.js"),
        )
        with written_whole(path) as part:
            part.write_text(html, encoding="utf-8")


def explorer(name: str, title: str, hint: str, table: str, noun: str, height: int) -> str:
    """HTML of a card that shows one recording's figure at a time.

    Parameters
    ----------
    name : str
        Key in `Page.recordings`.
    title, hint, table : str
        HTML; rows of the table with ``data-recording`` pick a recording.
    noun : str
        What a row is, e.g. ``"recording"``.
    height : int
        Of a figure, pixels.
    """
    return (
        f'<div class="card" data-explorer="{escape(name)}"><h3>{title}</h3>'
        f'<p class="hint">{hint}</p>{table}'
        f'<div class="chooser"><button type="button" class="before" aria-label="{noun} before">←</button>'
        f'<select aria-label="{noun}"></select>'
        f'<button type="button" class="after" aria-label="next {noun}">→</button>'
        '<span class="count"></span></div>'
        f'<div class="figure" style="height:{height}px"></div></div>'
    )


def _json(value: Any) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return get_plotlyjs()


def _part(name: str) -> str:
    return files("emotrace.offline_page").joinpath(name).read_text(encoding="utf-8")
