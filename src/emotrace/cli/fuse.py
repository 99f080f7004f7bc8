"""`emotrace fuse`: one run out of the predictions of several."""

from pathlib import Path
from typing import Annotated, Any

import typer


def run(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN",
            help="Run folders of any systems, trained on the same partition; with --gold folders of CSV "
            "files, one "
            "for each recording, with a column of seconds and one per label.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="RUN", help="Folder to write, a new one.")],
    gold: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Gold standard of anyone's predictions, in CSV files of the same names."
        ),
    ] = None,
    regression: Annotated[
        str,
        typer.Option(
            help="ridge (its penalty chosen on recordings left out; 0 is tried too), linear (no penalty), or "
            "nonnegative (no weight below 0)."
        ),
    ] = "ridge",
    choose: Annotated[
        str,
        typer.Option(
            help="all systems, or forward: add systems while CCC of recordings left out of the fit rises."
        ),
    ] = "all",
    scale: Annotated[
        bool,
        typer.Option(
            "--scale/--no-scale",
            help="Give the sum the gold standard's deviation, which suits CCC; a regression alone, which "
            "suits RMSE, "
            "moves less.",
        ),
    ] = True,
    smooth: Annotated[
        str,
        typer.Option(
            help="none, or what to smooth each system with before, fitted on the same recordings: "
            "exponential or "
            "chain (median filter, shift and so on)."
        ),
    ] = "none",
    split: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Fit on the first N recordings alone, and test the fusion on the others."
        ),
    ] = None,
    cross_fit: Annotated[
        int | None,
        typer.Option(
            "--cross-fit",
            metavar="K",
            help="Part the recordings in K, subjects kept together, and fuse each part by what the others "
            "say.",
        ),
    ] = None,
    labels: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Fuse these dimensions only, such as arousal,valence.")
    ] = None,
    subjects: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="With --gold: a table of recording and subject."),
    ] = None,
) -> None:
    """Fuse the predictions of several systems, with weights that are fitted on development.

    Every dimension is a weighted sum of its own. Classes are fused by the mean of their log-probabilities.
    """
    from emotrace.cli import screen
    from emotrace.config.base import validate
    from emotrace.config.fusion import FusionSettings
    from emotrace.errors import ConfigError
    from emotrace.fusion import fuse, read_folders, read_runs, read_subjects

    wanted = {"regression": regression, "choose": choose, "scale": scale, "smooth": smooth}
    settings = validate(FusionSettings, wanted | {"split": split, "cross_fit": cross_fit}, "emotrace fuse")
    names = None if labels is None else [name.strip() for name in labels.split(",") if name.strip()]
    if gold is None and subjects is not None:
        raise ConfigError(f"--subjects {subjects} is for --gold; runs know their subjects, leave it out")
    if gold is None:
        found = read_runs(sources, names)
    else:
        found = read_folders(sources, gold, names, None if subjects is None else read_subjects(subjects))
    fused = fuse(found, out, settings)
    screen.warn(fused["warnings"])
    show(fused)
    partition = "test" if _has(out, "test") else "development"
    flag = "" if partition == "test" else f" --partition {partition}"
    screen.out.print(
        f"next: emotrace evaluate {out}{flag} --csv-only, then emotrace report {out}", markup=False
    )


def show(fused: dict[str, Any]) -> None:
    """Print the scores of each system beside the fusion's, and the weighted sums."""
    from emotrace.cli import screen

    for title, scores in fused["scores"].items():
        metrics = list(next(iter(scores.values())))
        rows = ((name, *(_plain(cells[metric]) for metric in metrics)) for name, cells in scores.items())
        screen.table(title, ("system", *metrics), rows)
    fits = fused.get("fits") or ()
    if fits:
        _show_weights(fused["systems"], [fit["fusion"]["dimensions"] for fit in fits])


def _show_weights(systems: list[str], fits: list[list[dict[str, Any]]]) -> None:
    """Print the weights of each system, of several fits the least and the most; - where never chosen."""
    from emotrace.cli import screen

    title = f"weights, least and most of {len(fits)} fits" if len(fits) > 1 else "weights"
    labels = [dimension["label"] for dimension in fits[0]]
    rows = []
    for name in systems:
        found = [
            [dimensions[j]["weights"][name] for dimensions in fits if name in dimensions[j]["weights"]]
            for j in range(len(labels))
        ]
        rows.append((name, *(_span(weights, len(fits)) for weights in found)))
    for name in ("intercept", "penalty"):
        spans = [_span([dimensions[j][name] for dimensions in fits], len(fits)) for j in range(len(labels))]
        rows.append((name, *spans))
    screen.table(title, ("system", *labels), rows)


def _span(values: list[float], fits: int) -> str:
    """Least and most, and in how many fits if not in all."""
    if not values:
        return "-"
    low, high = f"{min(values):.2f}", f"{max(values):.2f}"
    text = low if low == high else f"{low} to {high}"
    return text if len(values) == fits else f"{text} (in {len(values)})"


def _has(out: Path, partition: str) -> bool:
    from emotrace.evaluation.run_folder import RunFolder

    folder = RunFolder.read(out)
    names = folder.partition["parts"].get(partition) or ()
    return bool(names) and all((folder.files.predictions / f"{name}.csv").is_file() for name in names)


def _plain(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
