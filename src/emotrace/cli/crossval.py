"""`emotrace crossval`: a recipe trained and tested on every fold of its partition, and the results pooled."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options
from emotrace.errors import InputError


def run(
    recipe: Annotated[
        str,
        typer.Argument(
            metavar="RECIPE", help="A name such as nguyen2020/demo (see `emotrace systems`), or a YAML file."
        ),
    ],
    prepared: Annotated[Path, typer.Argument(metavar="PREPARED", help="A prepared corpus.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="RUN", help="Folder to write.")],
    folds: Annotated[
        str | None, typer.Option(metavar="NUMBERS", help="Only these folds now, such as 0,2.")
    ] = None,
    set_: options.Set = None,
    weights: options.Weights = None,
    accelerator: Annotated[str, typer.Option(help="cpu, gpu or auto.")] = "cpu",
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Folds trained at the same time; they share the cores.")
    ] = 1,
) -> None:
    """Train and test every fold, and pool the results by fold and by subject.

    Run it again after a kill or a failure: finished folds are left, the others go on where they stopped.
    """
    from emotrace.cli import screen
    from emotrace.cli.evaluate import show, show_comparison
    from emotrace.config.load import load_recipe, recipe_in_words
    from emotrace.evaluation import evaluate, pool
    from emotrace.evaluation.comparison import compare_all
    from emotrace.evaluation.run_folder import RunFolder
    from emotrace.run_files import RunFiles, read_json
    from emotrace.training import train_folds

    results = train_folds(
        load_recipe(recipe, set_ or []),
        prepared,
        out,
        folds=numbers(folds),
        weights=options.files(weights, "--weights"),
        recipe_name=recipe_in_words(recipe, set_ or []),
        accelerator=accelerator,
        jobs=jobs,
        tell=lambda text: screen.err.print(screen.one_line(text), markup=False),
    )
    facts = read_json(RunFiles(out).run_json)
    screen.warn(facts["warnings"])
    finished = sum(entry["state"] == "done" for entry in facts["folds"])
    if finished:
        pool(out)
        scores = evaluate(out)["partitions"]["test"]
        show(scores, "test")
        rows = compare_all(RunFolder.read(out), {"test": scores})
        show_comparison([row for row in rows if row.of_this_corpus], "test")
    failed = [result for result in results if result.error is not None]
    counts = Counter(result.state for result in results)
    screen.out.print(
        f"{counts['trained']} folds trained, {counts['left']} left as they were, {counts['failed']} failed; "
        f"{finished} of {len(facts['folds'])} pooled in {out}",
        markup=False,
    )
    for result in failed:
        screen.fail(f"failed: fold {result.fold}: {result.error}")
    if failed:
        raise typer.Exit(1)
    screen.out.print(f"next: emotrace report {out}", markup=False)


def numbers(text: str | None) -> list[int] | None:
    """``"0,2"`` as ``[0, 2]``; None stays.

    Raises
    ------
    InputError
        If it is not whole numbers with commas between them.
    """
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise InputError(f"--folds is {text!r}; expected whole numbers with commas between them, such as 0,2")
    return [int(part) for part in parts]
