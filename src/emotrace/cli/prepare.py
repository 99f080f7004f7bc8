"""`emotrace prepare`: a corpus in its original layout becomes a prepared corpus."""

from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options


def run(
    corpus: Annotated[str, typer.Argument(metavar="CORPUS", help="Its layout; see `emotrace corpora`.")],
    root: Annotated[Path, typer.Argument(metavar="ROOT", help="Where the corpus lies.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="PREPARED", help="Folder to write.")],
    recipes: Annotated[
        list[str] | None,
        typer.Option("--for", metavar="RECIPE", help="Make the tracks of this recipe only; may be repeated."),
    ] = None,
    jobs: options.Jobs = 1,
    detector: options.Detector = None,
    face: Annotated[int, typer.Option(min=0, help="Which face: 0 the largest and most persistent.")] = 0,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="KEY=VALUE",
            help="An option of the corpus reader (see `emotrace corpora NAME`); may be repeated.",
        ),
    ] = None,
) -> None:
    """Find faces, cut crops, resample sound and store labels, once for all systems.

    Run it again after a kill or a change: only what is missing or changed is made.
    """
    from emotrace.cli import screen
    from emotrace.config.media import FaceSettings
    from emotrace.corpora import read

    settings = FaceSettings(face=face, **({"detector": str(detector)} if detector else {}))
    found = read(corpus, root, **options.pairs(option, "--option"))
    screen.warn(found.warnings)
    failed = prepare_corpus(found, out, wanted_inputs(recipes), settings, jobs)
    if failed:
        raise typer.Exit(1)


def wanted_inputs(recipes: list[str] | None) -> tuple:
    """Inputs that the named recipes declare, or all systems' where none is named, once each."""
    from emotrace.config.load import load_recipe
    from emotrace.models import available, declare

    if recipes:
        chosen = [load_recipe(name, []) for name in recipes]
        declarations = [declare(recipe.name, recipe.preset, recipe.model) for recipe in chosen]
    else:
        declarations = [declare(name) for name in available()]
    return tuple({spec.track: spec for each in declarations for spec in each.inputs.values()}.values())


def prepare_corpus(found, out: Path, inputs: tuple, settings, jobs: int) -> bool:
    """Prepare with a progress bar and print the counts; whether any recording was left out."""
    from emotrace.cli import screen
    from emotrace.store import prepare

    with screen.progress("prepare") as bar:
        result = prepare(
            found,
            out,
            inputs=inputs,
            settings=settings,
            jobs=jobs,
            progress=bar.recordings,
        )
    screen.warn(result.warnings)
    left_out = [*found.skipped, *result.failed]
    screen.out.print(
        f"{len(result.prepared)} recordings prepared, {len(result.reused)} reused, "
        f"{len(left_out)} left out; in {out}",
        markup=False,
    )
    for name, reason in left_out:
        screen.fail(f"left out: {name}: {reason}")
    return bool(left_out)
