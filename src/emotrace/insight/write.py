"""Runs all analyses that a model offers and writes what they found: one page, figures, CSV tables, JSON."""

import csv
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotrace.insight.analysis import Findings, Row
from emotrace.insight.examined import Examined
from emotrace.insight.registry import offered, refuse_unused
from emotrace.offline_page.page import Page
from emotrace.offline_page.words import plural
from emotrace.writing import explain_write_errors, written_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LOOKED_AT = {
    "train": "the model was trained on these recordings: what its cells follow here need not hold for others",
    "development": "the checkpoint was chosen on these recordings; test says better what holds for others",
}
_SVG: Any = {"svg.hashsalt": "emotrace", "svg.fonttype": "none"}  # the same file each time; text stays text


def make_insight(
    examined: Examined, out: str | Path | None = None, *, only: Sequence[str] | None = None
) -> tuple[Path, Mapping[str, Findings]]:
    """Run the analyses that the model offers; write ``insight.html``, ``.json``, tables and figures.

    Some of them alone have a page and a ``.json`` of their own, such as ``insight_cells.html``; each page
    links to those that were there before.

    Parameters
    ----------
    examined : Examined
    out : path or None
        A folder, made if missing; files of an earlier time are replaced. None: ``insight`` in the run folder.
    only : sequence of str or None
        Names of the analyses to make; None: all.

    Returns
    -------
    page : Path
    findings : mapping of str to Findings
        By analysis.

    Raises
    ------
    InputError
        If the model offers no analysis or not the wanted ones, or there is a run to compare with and none of
        them compares.
    DataError
        If an analysis has nothing to look at, or a file cannot be written.
    CheckpointError
        If the model gives values that are not numbers.
    """
    analyses = offered(examined.model, examined.meta.name, only)
    if examined.against is not None:
        refuse_unused(analyses, str(examined.against.files.path))
    folder = examined.files.path / "insight" if out is None else Path(out)
    with explain_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    found = {analysis.name: analysis.run(examined) for analysis in analyses}
    for findings in found.values():
        for name, rows in findings.tables.items():
            _write_csv(folder / f"{name}.csv", rows)
        for name, figure in findings.figures.items():
            _write_figure(folder / name, figure)
    page = folder / f"{'_'.join(['insight', *(found if only is not None else ())])}.html"
    facts = json.dumps(_facts(examined, found), indent=2, allow_nan=False)
    with written_whole(page.with_suffix(".json")) as part:
        part.write_text(facts + "\n", encoding="utf-8")
    return _write_page(page, examined, found), found


def _facts(examined: Examined, found: Mapping[str, Findings]) -> dict[str, object]:
    return {
        "model": examined.meta.name,
        "preset": examined.meta.preset,
        "corpus": examined.meta.corpus,
        "recipe_digest": examined.meta.recipe_digest,
        "partition": examined.partition,
        "postprocessing": _left_out(examined),
        "warnings": _warnings(examined, found),
        **{name: findings.summary for name, findings in found.items()},
    }


def _left_out(examined: Examined) -> str | None:
    """That errors are of what the models give, where a run would do more to it; None: none does."""
    both = [one for one in (examined, examined.against) if one is not None]
    doing = [one.files.path.resolve().name for one in both if one.postprocess]
    if not doing:
        return None
    return (
        f"left out, though {' and '.join(doing)} {'have' if len(doing) > 1 else 'has'} it: all here is what "
        "the model itself gives, so errors differ from those of `emotrace evaluate`"
    )


def _warnings(examined: Examined, found: Mapping[str, Findings]) -> list[str]:
    own = [] if examined.unseen else [_LOOKED_AT[examined.partition]]
    return own + [text for findings in found.values() for text in findings.warnings]


def _write_page(path: Path, examined: Examined, found: Mapping[str, Findings]) -> Path:
    page = Page()
    page.warnings += _warnings(examined, found)
    for findings in found.values():
        findings.show(page)
    system, _, variant = examined.meta.name.partition("/")
    seen = "unseen recordings" if examined.unseen else "recordings"
    facts = {
        "Corpus": examined.meta.corpus or "unknown",
        "Partition": f"{examined.partition}, {plural(len(examined.recordings), 'recording')}",
        "Preset": examined.meta.preset or "none",
        "Predicts": ", ".join(examined.meta.labels),
        "Step": f"{examined.model.declaration.step_s:g} s",
    }
    left_out = _left_out(examined)
    page.write(
        path,
        title=f"{examined.meta.name} · emotrace insight",
        kicker="emotrace insight",
        heading=f'{escape(system)}<span class="slash"> / </span>{escape(variant)}',
        lead=f"What goes on inside the model, on {seen}",
        facts="".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in facts.items())
        + _wide("Post-processing", escape(left_out or ""))
        + _wide("Beside this page", _others(path)),
        source=examined.files.path.resolve().name,
        ending=f"Every number stands in the CSV files and in {path.stem}.json beside this page.",
    )
    return path


def _others(path: Path) -> str:
    """Links to the pages of other calls in the folder of a page."""
    names = sorted(other.name for other in path.parent.glob("insight*.html") if other != path)
    return ", ".join(f'<a href="{escape(name)}">{escape(name)}</a>' for name in names)


def _wide(name: str, text: str) -> str:
    """An entry of a definition list, in HTML, that has a line of its own; nothing without text."""
    return f'<div class="wide"><dt>{name}</dt><dd>{text}</dd></div>' if text else ""


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_figure(path: Path, figure: "Figure") -> None:
    """``path`` with the suffixes .png and .svg."""
    from matplotlib import rc_context

    with rc_context(_SVG):
        with written_whole(path.with_suffix(".png")) as part:
            figure.savefig(part, dpi=200, metadata={"Software": "emotrace"})
        with written_whole(path.with_suffix(".svg")) as part:
            figure.savefig(part, metadata={"Date": None})
