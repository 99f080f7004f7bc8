"""Late fusion of real predictions, each recording fused by what the others say: several ways side by side.

Run: python benchmarks/sewa_fusion.py FOLDER [--smooth] [--forward]. FOLDER holds ``labels``, ``svr`` (the
organisers' own fusion, fitted on these recordings) and one folder for each single system, each with the same
CSV files of SEWA's AVEC 2019 form. CCC is of all recordings joined. `each left out`: 14 parts of one
recording; `pairs left out`: the two people of a conversation, whose recordings have one length and whose gold
standards go together, are left out together; `halves`: fitted on seven, tested on the other seven, both
ways round.

Within each row, choice of systems, penalty, weights and smoothing see the fitted recordings only. Which row
is the default of `emotrace fuse` rests on arguments that need none of these numbers (`config.fusion`), but a
table like this one had been seen when it was settled, so the default's lead over the other rows is no
independent evidence.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from emotrace.config.fusion import FusionSettings
from emotrace.fusion import fuse, read_folders

ORGANISERS = "svr"
LABELS = "labels"
PAIRS = ((1, 12), (9, 14), (2, 5), (3, 8), (4, 6), (10, 11), (7, 13))  # of conversations, by equal length
PAPER: dict[str, object] = {"regression": "linear", "scale": False}
WAYS: dict[str, dict[str, object]] = {
    "ridge, scaled (default)": {},
    "ridge": {"scale": False},
    "linear regression (chen2015)": PAPER,
    "linear regression, scaled": {"regression": "linear"},
    "weights not negative, scaled": {"regression": "nonnegative"},
    "linear regression of chosen systems, scaled": {"regression": "linear", "choose": "forward"},
}
SLOW: dict[str, dict[str, object]] = {
    "chain, ridge, scaled": {"smooth": "chain"},
    "smoothed, ridge, scaled": {"smooth": "exponential"},
    "smoothed, linear regression (chen2015)": PAPER | {"smooth": "exponential"},
}


def main() -> None:
    """Fuse and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--smooth", action="store_true", help="also after exponential smoothing (minutes)")
    parser.add_argument("--forward", action="store_true", help="also ridge of chosen systems (minutes)")
    options = parser.parse_args()
    every = sorted(path for path in options.folder.iterdir() if path.is_dir() and path.name != LABELS)
    systems = [path for path in every if path.name != ORGANISERS]
    names = sorted(path.stem for path in (options.folder / LABELS).glob("*.csv"))
    if len(names) != 14 or len(systems) < 2:
        parser.error(f"{options.folder}: expected {LABELS} of 14 recordings and folders of systems")
    pair_of = {f"Devel_DE_{number:02}": f"pair {i}" for i, pair in enumerate(PAIRS) for number in pair}
    ways = WAYS | (SLOW if options.smooth else {})
    ways |= {"ridge of chosen systems, scaled": {"choose": "forward"}} if options.forward else {}
    print("| fusion | parts | arousal | valence | liking | s |")
    print("|---|---|---|---|---|---|")
    partings = (("each left out", None, 14), ("pairs left out", pair_of, 7), ("halves", None, 2))
    for parts, groups, count in partings:
        sources = read_folders(systems, options.folder / LABELS, None, groups)
        for way, settings in ways.items():
            began = time.process_time()
            with tempfile.TemporaryDirectory() as folder:
                wanted = FusionSettings.model_validate(settings | {"cross_fit": count})
                said = fuse(sources, Path(folder) / "run", wanted)
            (scores,) = said["scores"].values()
            alone = scores
            row(way, parts, scores["fusion"], time.process_time() - began)
    best = {
        metric: max(cells[metric] for name, cells in alone.items() if name != "fusion")
        for metric in alone["fusion"]
    }
    row("best single system of each dimension, chosen on these recordings", "-", best)
    with tempfile.TemporaryDirectory() as folder:
        both = read_folders(every, options.folder / LABELS)
        said = fuse(both, Path(folder) / "run", FusionSettings(regression="linear"))
    organisers = said["scores"]["fitted on"][ORGANISERS]
    row("the organisers' fusion, fitted on these recordings among others", "-", organisers)


def row(name: str, parts: str, scores: dict[str, float | None], seconds: float = float("nan")) -> None:
    """Print one line of the table."""
    cells = " | ".join("-" if score is None else f"{score:.3f}" for score in scores.values())
    print(f"| {name} | {parts} | {cells} | {'' if np.isnan(seconds) else f'{seconds:.0f}'} |", flush=True)


if __name__ == "__main__":
    main()
