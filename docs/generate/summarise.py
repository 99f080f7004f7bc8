"""Prints the summary of an evaluated run, to be kept in `results/`.

python docs/generate/summarise.py RUN --command "emotrace train ..." > results/NAME.json
"""

import argparse
import sys
from pathlib import Path

from emotrace.config.load import list_recipes, load_recipe
from emotrace.errors import EmotraceError, InputError
from emotrace.evaluation.run_folder import RunFolder
from emotrace.run_files import FUSION, read_json
from summaries import Summary, write

DIGITS = 4


def summarise(
    run: Path,
    command: str,
    partition: str | None = None,
    corpus: str | None = None,
    recipe: str | None = None,
) -> Summary:
    """What is kept of a run.

    Parameters
    ----------
    run : Path
        A run folder, evaluated.
    command : str
        That trained it.
    partition : str or None
        None: test if it was scored, else the first.
    corpus, recipe : str or None
        Their names; None: as the run has them. A run of the demo corpus that was prepared under another
        name is called ``demo`` here.

    Raises
    ------
    InputError
        If the run was not evaluated, not on that partition, or `recipe` is of another system.
    """
    folder = RunFolder.read(run)
    metrics = folder.read_metrics()
    scored = metrics["partitions"] if metrics else {}
    name = partition or next((each for each in ("test", *scored) if each in scored), None)
    if name is None or name not in scored:
        raise InputError(
            f"{run} has scores of {', '.join(scored) or 'no partition'}, not of {name or 'any'}; run "
            f"`emotrace evaluate {run}` first"
        )
    facts, scores = folder.run, scored[name]
    own = f"{facts['system']}/{facts['variant']}"
    if recipe is not None and recipe not in list_recipes():
        raise InputError(f"recipe is {recipe!r}; expected a packaged one, `emotrace systems` lists them")
    if recipe is not None and load_recipe(recipe).system != facts["system"]:
        raise InputError(
            f"recipe is {recipe!r} but {run} is of {own}; name the recipe that it was trained by"
        )
    interval = scores["interval"]
    people = {folder.partition["subjects"][each] for each in folder.partition["parts"]["train"]}
    return Summary(
        recipe=recipe or own,
        system=facts["system"],
        variant=facts["variant"],
        preset=facts.get("preset") or "",
        corpus=corpus or facts["corpus"],
        partition=name,
        scheme=_scheme(folder),
        subjects_shared=folder.subjects_shared,
        subjects=scores["subjects"],
        recordings=scores["recordings"],
        trained_on=len(people) or None,
        seconds=scores["seconds"],
        metrics={metric: _rounded(cell) for metric, cell in scores["concatenated"].items()},
        interval=f"{interval['level']:.0%}, {interval['method']}, {interval['draws']} draws",
        command=command,
        commit=facts.get("commit"),
        seed=facts["seed"],
    )


def _scheme(folder: RunFolder) -> str:
    if folder.run["system"] == FUSION:
        parts = read_json(folder.path / "fusion.json", ("settings",))["settings"]["cross_fit"]
        if parts:
            return f"cross-fitted in {parts} parts"
    by, single = folder.partition.get("by"), folder.folds is None
    scheme = folder.partition.get("scheme", "fixed")
    return scheme + (f" by {by}" if by else "") + (", one fold" if single and scheme != "fixed" else "")


def _rounded(cell: dict[str, float | None]) -> dict[str, float | None]:
    values = {key: cell.get(key) for key in ("value", "low", "high")}
    return {key: None if value is None else round(value, DIGITS) for key, value in values.items()}


def main(arguments: list[str] | None = None) -> int:
    """Print the summary; 2 if there is none."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--command", required=True, help="the command that trained it, for the table")
    parser.add_argument("--partition", help="test if it was scored, else the first")
    parser.add_argument("--corpus", help="its name, where the run has another")
    parser.add_argument("--recipe", help="system/name, where it is not that of the variant")
    given = parser.parse_args(arguments)
    try:
        summary = summarise(given.run, given.command, given.partition, given.corpus, given.recipe)
    except EmotraceError as error:
        print(f"summarise.py: {error}", file=sys.stderr)
        return 2
    print(write(summary), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
