"""`emotrace train`: a recipe and a prepared corpus become a run folder."""

import os
from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options


def run(
    recipe: Annotated[
        str,
        typer.Argument(
            metavar="RECIPE", help="A name such as nguyen2020/demo (see `emotrace systems`), or a YAML file."
        ),
    ],
    prepared: Annotated[
        Path, typer.Argument(metavar="PREPARED", help="Folder that `emotrace prepare` wrote.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="RUN", help="Run folder to write.")],
    fold: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Train this fold, where the partition has folds (--set partition.scheme=kfold); `crossval` "
            "trains all.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an earlier call with this RUN stopped.")
    ] = False,
    set_: options.Set = None,
    weights: options.Weights = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="STAGE", help="Stop after this stage of the recipe; --resume goes on."),
    ] = None,
    accelerator: Annotated[
        str, typer.Option(metavar="cpu|gpu|auto", help="What to train on; auto takes a GPU if there is one.")
    ] = "cpu",
    devices: Annotated[int, typer.Option(min=1, help="Processes or GPUs that train together (DDP).")] = 1,
) -> None:
    """Train a recipe on a prepared corpus: weights, logs and all that redoes it, in a run folder.

    The weights that do best on development are kept for `evaluate` and `predict`, the last for --resume.
    """
    from emotrace.cli import screen
    from emotrace.config.load import load_recipe, recipe_in_words
    from emotrace.evaluation.fitted import fitted_lines
    from emotrace.run_files import RunFiles, read_json
    from emotrace.training import train

    first_process = (
        os.environ.get("LOCAL_RANK", "0") == "0"
    )  # of several training processes, the one that tells
    settings = load_recipe(recipe, set_ or [])
    if resume and first_process and not RunFiles(out).run_json.exists():
        screen.warn([f"--resume found no run in {out}: a new one begins there"])
    folder = train(
        settings,
        prepared,
        out,
        fold=fold,
        resume=resume,
        weights=options.files(weights, "--weights"),
        until=until,
        recipe_name=recipe_in_words(recipe, set_ or []),
        accelerator=accelerator,
        devices=devices,
    )
    if not first_process:
        return
    facts = read_json(RunFiles(folder).run_json)
    for line in fitted_lines(facts["stages"]):
        screen.out.print(f"fitted: {screen.one_line(line)}", markup=False)
    waiting = [stage["name"] for stage in facts["stages"] if stage["state"] != "done"]
    told = f"add --resume to go on with stage {waiting[0]}" if waiting else f"emotrace evaluate {folder}"
    screen.out.print(f"run folder: {folder}\nnext: {told}", markup=False)
