"""The analysis of restored pictures: how near to the clean ones, and examples of each degradation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import torch

from emotrace.config.declaration import SpectrogramInput
from emotrace.errors import DataError
from emotrace.features import assemble, step_count
from emotrace.insight.analysis import Analysis, Findings, Row
from emotrace.insight.drawn import drawn_recording
from emotrace.insight.examined import Examined
from emotrace.insight.pictures import Strip, as_picture, embedded, picture_inputs, strips_figure
from emotrace.models.base import Model
from emotrace.offline_page.page import Page
from emotrace.offline_page.tables import table, value

STEPS = 8  # pictures of each recording, evenly spread
MOST = 20  # recordings, evenly spread; beyond, the numbers hardly change
SEED = 0  # of the degradations: the same pictures each time


@dataclass
class _Kind:
    """What one degradation does to the pictures of a modality: squared errors, and an example."""

    degraded: list[float] = field(default_factory=list)
    restored: list[float] = field(default_factory=list)
    example: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None  # degraded, restored, clean


def run(examined: Examined) -> Findings:
    """Degrade pictures of the partition in every way and let the generator restore them.

    Parameters
    ----------
    examined : Examined

    Raises
    ------
    DataError
        If no picture is there.
    """
    number = drawn_recording(examined)
    found = {name: _restore(examined, name, number) for name in picture_inputs(examined.model.declaration)}
    found = {name: kinds for name, kinds in found.items() if kinds}
    if not found:
        raise DataError(
            f"{examined.files.path}: no recording of the partition {examined.partition} has a picture that "
            "could be restored; expected faces or sound, choose another partition"
        )
    rows = _rows(found)
    heading = f"{examined.meta.name}, {examined.recordings[number].name}"
    figures = {f"restored_{name}": strips_figure(_strips(found[name], name), heading) for name in found}
    shown = {name: embedded(figures[f"restored_{name}"], f"restored pictures: {name}") for name in found}
    return Findings(
        summary={"seed": SEED, "drawn": examined.recordings[number].name, "errors": rows},
        show=lambda page: _add_section(page, rows, shown),
        tables={"restored_errors": rows},
        figures=figures,
        headline=rows,
    )


def _restore(examined: Examined, name: str, drawn: int) -> dict[str, _Kind]:
    """Every kind of degradation of a modality, by its title; nothing if no picture is there."""
    model: Any = examined.model  # `restored` is what this analysis asks of it
    every = len(examined.recordings)
    taken = sorted({drawn, *(at * every // min(MOST, every) for at in range(min(MOST, every)))})
    sound = isinstance(examined.model.declaration.inputs[name], SpectrogramInput)
    found: dict[str, _Kind] = {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        for number in taken:
            pictures = _pictures(examined, number, name)
            for title, clean, degraded, restored in model.restored(name, pictures) if len(pictures) else ():
                kind = found.setdefault(title, _Kind())
                kind.degraded.append(float((degraded - clean).square().mean()) / 4)  # of a range of 1
                kind.restored.append(float((restored - clean).square().mean()) / 4)
                if number == drawn or kind.example is None:
                    middle = len(clean) // 2
                    three = (degraded[middle], restored[middle], clean[middle])
                    given, made, was = (as_picture(one.numpy(), sound=sound) for one in three)
                    kind.example = (given, made, was)
    return found


def _pictures(examined: Examined, number: int, name: str) -> torch.Tensor:
    """The input of some steps of a recording, those that are there, (picture, ...)."""
    declaration, recording = examined.model.declaration, examined.recordings[number]
    length = step_count(recording, declaration)
    found = []
    for step in sorted({(2 * at + 1) * length // (2 * STEPS) for at in range(STEPS)}):
        inputs = assemble(declaration, recording, step, step + 1)
        if inputs[f"{name}_mask"][0]:
            found.append(inputs[name])
    return torch.cat(found) if found else torch.empty(0)


def _rows(found: dict[str, dict[str, _Kind]]) -> list[Row]:
    rows: list[Row] = []
    for name, kinds in found.items():
        for title, kind in kinds.items():
            before, after = (float(np.sqrt(np.mean(one))) for one in (kind.degraded, kind.restored))
            rows.append(
                {
                    "input": name,
                    "degradation": title,
                    "recordings": len(kind.degraded),
                    "rmse_degraded": round(before, 6),
                    "rmse_restored": round(after, 6),
                    "gain": round(1 - after / before, 6) if before > 0 else None,
                }
            )
    return rows


def _strips(kinds: dict[str, _Kind], name: str) -> Sequence[Strip]:
    examples = [kind.example for kind in kinds.values()]
    titles = ("given", "restored", "clean")
    return [
        Strip(
            title=word,
            pictures=[None if one is None else one[place] for one in examples],
            notes=list(kinds) if place == 0 else (),
        )
        for place, word in enumerate(titles)
    ]


def _add_section(page: Page, rows: Sequence[Row], shown: dict[str, str]) -> None:
    page.body.append("<h2>What the generator restores</h2>")
    page.body.append(
        '<p class="hint">In training some pictures are degraded, and the generator learns to give back the '
        "clean ones, so that the latent features do not hang on a clear picture (Aspandi et al. 2022, Figure "
        "4). Here pictures of these recordings are degraded in every way, by the same draw each time, and "
        "restored. The pictures show people who were recorded: share this page only as their consent and the "
        "corpus' licence allow.</p>"
    )
    for name, picture in shown.items():
        page.body.append(f'<div class="card"><h3>{escape(name)}</h3>{picture}</div>')
    cells = [
        [
            escape(str(row["input"])),
            escape(str(row["degradation"])),
            value(row["rmse_degraded"]),
            f"<b>{value(row['rmse_restored'])}</b>",
            value(None) if row["gain"] is None else f"{100 * row['gain']:.0f} %".replace("-", "−"),
        ]
        for row in rows
    ]
    grid = table(["input", "degradation", "error of what was given", "error of the restored", "gain"], cells)
    hint = (
        "Root mean square difference from the clean picture, of a range of 1, over up to "
        f"{STEPS} pictures of each of at most {MOST} recordings. Gain: the share of the difference that is "
        "undone; below 0 the restored picture is further off than what was given."
    )
    page.body.append(
        f'<div class="card"><h3>How near to the clean pictures</h3><p class="hint">{hint}</p>{grid}</div>'
    )


def _offered(model: Model) -> bool:
    return callable(getattr(model, "restored", None))


ANALYSIS = Analysis("restored", "a method `restored` that degrades and restores pictures", _offered, run)
