"""Writes what a check found: CSV files and one page with the warnings first."""

import csv
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.offline_page.page import Page, explorer
from emotrace.offline_page.plot_style import Figure
from emotrace.offline_page.sparkline import sparkline
from emotrace.offline_page.tables import link_to, percent, row_of, table, value
from emotrace.offline_page.words import duration, plural
from emotrace.quality import tables
from emotrace.quality.check import Check, Checked
from emotrace.quality.figures import recording_figure, spread_figure
from emotrace.quality.findings import ORDER
from emotrace.quality.lateness_section import lateness_section
from emotrace.quality.speech_words import HEAD, HINT, speech_cells, speech_tile
from emotrace.writing import explain_write_errors, written_whole

POINTS, MOST, LEAST = 600_000, 1200, 60  # points of all figures together; of one line
DRAWN = 200  # recordings that get a figure; a page of thousands would not open
_NONE = "–"
_MEANING = {
    "error": "would make results wrong or dishonest",
    "warning": "worth a look before training",
    "note": "good to know",
}


def make_writable(out: str | Path) -> None:
    """Make the folder of a check, before hours are spent on what could not be written.

    Raises
    ------
    DataError
        If it cannot be made or written to.
    """
    folder = Path(out)
    with explain_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()


def write_check(check: Check, out: str | Path) -> Path:
    """Write ``check.html``, and recordings, agreement, raters, delay and findings as CSV.

    Parameters
    ----------
    check : Check
    out : path
        A folder; made if missing, files of an earlier check are replaced.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    DataError
        If a file cannot be written.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(folder / "recordings.csv", tables.recording_rows(check))
    _write_csv(folder / "agreement.csv", tables.agreement_rows(check))
    _write_csv(folder / "raters.csv", tables.rater_rows(check))
    _write_csv(folder / "rater_summary.csv", tables.rater_summary_rows(check))
    _write_csv(folder / "delay.csv", tables.lateness_rows(check))
    _write_csv(folder / "findings.csv", tables.finding_rows(check))
    return _write_page(check, folder / "check.html")


def _write_csv(path: Path, rows: Sequence[tables.Row]) -> None:
    """Rows as CSV; without any, no file, nor an old one."""
    if not rows:
        path.unlink(missing_ok=True)
        return
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_page(check: Check, path: Path) -> Path:
    page = Page()
    page.body += [_findings(check), _tiles(check)]
    spreads = [page.figure(spread_figure(check, name)) for name in _rated_dimensions(check)]
    if spreads:
        cards = "".join(f'<div class="card">{figure}</div>' for figure in spreads)
        page.body.append(f'<h2>Labels</h2><div class="pair">{cards}</div>')
    if check.lateness:
        page.body.append(lateness_section(check))
    if any(one.raters for one in check.recordings):
        page.body.append(_agreement(check))
    page.body.append(_recordings(page, check))
    if check.skipped:
        rows = [[escape(name), escape(reason)] for name, reason in check.skipped]
        inside = table(["left out", "why"], rows, "comparison recordings")
        page.body.append(f'<h2>Left out</h2><div class="card">{inside}</div>')
    kind = "prepared corpus" if check.prepared else "corpus as it lies on disk"
    page.write(
        path,
        title=f"{check.name} · emotrace check",
        kicker="emotrace check",
        heading=escape(check.name),
        lead=escape(f"Quality of a {kind}: media, labels, raters, partitions, duplicates"),
        facts="",
        source=check.path.resolve().name,
        ending="Every number stands in the CSV files beside this page.",
    )
    return path


def _findings(check: Check) -> str:
    if not check.findings:
        return '<div class="card"><h3>Nothing odd was found</h3></div>'
    boxes = []
    for severity in ORDER:
        found = [one for one in check.findings if one.severity == severity]
        if found:
            items = "".join(f"<li>{escape(one.text)}</li>" for one in found)
            title = f"{plural(len(found), severity)}: {_MEANING[severity]}"
            boxes.append(f'<div class="warnings {severity}"><b>{title}</b><ul>{items}</ul></div>')
    return "".join(boxes)


def _tiles(check: Check) -> str:
    views = [one.view for one in check.recordings]
    seconds = [view.duration_s for view in views if view.duration_s is not None]
    faces = [v.frames.face_share for v in views if v.frames and v.frames.face_share is not None]
    tiles = [
        ("Recordings", str(len(views)), f"{len(check.skipped)} left out"),
        ("Subjects", str(len({view.subject for view in views})), _partition_note(check)),
    ]
    if seconds:
        tiles.append(("Length", duration(sum(seconds)), f"{min(seconds):.1f} to {max(seconds):.1f} s each"))
    if faces:
        tiles.append(("Face found", percent(float(np.mean(faces))), "mean over recordings"))
    speech = speech_tile(views)
    if speech is not None:
        tiles.append(speech)
    if check.classes:
        tiles.append(("Classes", str(len(check.classes)), ", ".join(check.classes)))
    cards = "".join(
        f'<div class="tile"><div class="tile-name">{escape(name)}</div>'
        f'<div class="tile-value">{escape(number)}</div>'
        f'<div class="tile-note">{escape(note)}&nbsp;</div></div>'
        for name, number, note in tiles
    )
    return f'<div class="tiles">{cards}</div>'


def _partition_note(check: Check) -> str:
    counts: dict[str, int] = {}
    for one in check.recordings:
        if one.view.partition:
            counts[one.view.partition] = counts.get(one.view.partition, 0) + 1
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "no official partition"


def _rated_dimensions(check: Check) -> list[str]:
    return [name for name in check.dimensions if any(name in one.labels for one in check.recordings)]


def _agreement(check: Check) -> str:
    head = [
        "recording",
        "dimension",
        "raters",
        "CCC",
        "CCC centred",
        "PCC",
        "RMSE",
        "ICC(2,1)",
        "ICC(3,k)",
        "alpha",
        "outliers",
    ]
    rows = []
    for one in check.recordings:
        for dimension, facts in one.raters.items():
            rows.append(
                [
                    escape(one.view.name), escape(dimension), str(facts.raw.raters),
                    value(facts.raw.ccc), f"<b>{value(facts.centred.ccc)}</b>", value(facts.raw.pcc),
                    value(facts.raw.rmse), value(facts.raw.icc["icc_2_1"]), value(facts.raw.icc["icc_3_k"]),
                    value(facts.raw.alpha), escape(", ".join(facts.outliers)) or _NONE,
                ]
            )  # fmt: skip
    hint = (
        "Means over all pairs of raters; centred: every rater moved to the common mean, so that only the "
        "shape counts. An outlier agrees less than half as well with the others as they do among themselves. "
        "Lag: by how much a rater follows the median of the others (median over recordings)."
    )
    inside = f'<p class="hint">{hint}</p>{_rater_table(check)}'
    return (
        f'<h2>Raters</h2><div class="card">{inside}</div>'
        f'<div class="card"><h3>By recording</h3>{table(head, rows, "recordings")}</div>'
    )


def _rater_table(check: Check) -> str:
    head = ["rater", "dimension", "recordings", "CCC", "CCC centred", "PCC", "CCC with mean of others"]
    head += ["lag (s)", "outlier in"]
    keys = ("ccc_raw", "ccc_centred", "pcc", "ccc_with_mean_of_others")
    rows = [
        [
            escape(row["rater"]),
            escape(row["dimension"]),
            str(row["recordings"]),
            *(value(row[key]) for key in keys),
            value(row["median_lag_s"], 1),
            str(row["outlier_in"]) if row["outlier_in"] else _NONE,
        ]
        for row in tables.rater_summary_rows(check)
    ]
    return table(head, rows)


def _recordings(page: Page, check: Check) -> str:
    drawn = _drawn(check)
    names = {one.view.name for one in drawn}
    rated = _rated_dimensions(check)
    head = ["recording", "subject", "part", "length", "fps", "jitter", "face", "silent", "clipped", *HEAD]
    head += [text for name in rated for text in (escape(name), "range")]
    if check.classes:
        head.append("class")
    rows = [_row(one, check, rated, one.view.name in names) for one in check.recordings]
    known = [i for i, column in enumerate(zip(*rows, strict=True)) if set(column) != {_NONE}]
    head, rows = [head[i] for i in known], [[row[i] for i in known] for row in rows]
    attributes = [row_of(one.view.name) if one.view.name in names else "" for one in check.recordings]
    grid = table(head, rows, "recordings", attributes)
    hint = "Jitter: share of frames off the usual distance. Silent: below −60 dBFS. Clipped: at full scale."
    if any(one.view.speech for one in check.recordings):
        hint += HINT
    if rated:
        hint += " The gold standard is the corpus's own, unless a warning says how it was made."
    if not drawn:
        return f'<h2>Recordings</h2><div class="card"><p class="hint">{hint}</p>{grid}</div>'
    if len(drawn) < len(check.recordings):
        hint += f" {len(drawn)} have a figure, those named above first."
    points = int(np.clip(POINTS // (len(drawn) * (6 * len(check.dimensions) + 1)), LEAST, MOST))
    figures: dict[str, Figure] = {one.view.name: recording_figure(one, check, points) for one in drawn}
    page.recordings["recordings"] = figures
    height = next(iter(figures.values()))["layout"]["height"]
    return "<h2>Recordings</h2>" + explorer("recordings", "All recordings", hint, grid, "recording", height)


def _drawn(check: Check) -> list[Checked]:
    """Recordings that get a figure, in order: those that a finding names first, until there are enough."""
    named = {name for one in check.findings for name in one.recordings}
    able = [
        one
        for one in check.recordings
        if one.view.gold or one.view.ratings or one.view.sound or one.view.speech
    ]
    chosen = {one.view.name for one in sorted(able, key=lambda one: one.view.name not in named)[:DRAWN]}
    return [one for one in able if one.view.name in chosen]


def _row(one: Checked, check: Check, rated: list[str], is_drawn: bool) -> list[str]:
    view, frames, sound = one.view, one.view.frames, one.view.sound
    cells: list[Any] = [
        link_to(view.name) if is_drawn else escape(view.name),
        escape(view.subject),
        escape(view.partition or _NONE),
        _NONE if view.duration_s is None else f"{view.duration_s:.1f} s",
        _NONE if frames is None else value(frames.fps, 2),
        _NONE if frames is None else percent(frames.jitter),
        _NONE if frames is None or frames.face_share is None else percent(frames.face_share),
        _NONE if sound is None else percent(sound.silent_share),
        _NONE if sound is None else f"{100 * sound.clipped_share:.2f} %",
        *speech_cells(view),
    ]
    for name in rated:
        facts = one.labels.get(name)
        if facts is None:
            cells += [_NONE, _NONE]
            continue
        cells.append(sparkline([("gold", view.gold[name].values)], *check.value_range))
        cells.append(f"{value(facts.low, 2)} to {value(facts.high, 2)}")
    if check.classes:
        cells.append(escape(view.emotion or _NONE))
    return cells
