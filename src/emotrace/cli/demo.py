"""`emotrace demo`: the whole job, from recordings to predictions, on a corpus made on the spot."""

import time
from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options

RECIPE = "nguyen2020/demo"
RECIPE_OF_CLIPS = "priyasad2019/demo"


def run(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Folder to write.  [default: demo; or demo/clips]"),
    ] = None,
    clips: Annotated[
        bool,
        typer.Option("--clips", help="Clips of six acted emotions, and priyasad2019 to tell them apart."),
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the corpus and of training.")] = 0,
    jobs: options.Jobs = 2,
    set_: options.Set = None,
) -> None:
    """Make a corpus of talking faces, prepare, train, evaluate and predict; needs no network."""
    from emotrace.cli import screen
    from emotrace.cli.evaluate import show
    from emotrace.cli.predict import predict_media
    from emotrace.cli.prepare import prepare_corpus, wanted_inputs
    from emotrace.config.load import load_recipe, recipe_in_words
    from emotrace.config.media import FaceSettings
    from emotrace.corpora import read
    from emotrace.demo import write_demo_clips, write_demo_corpus
    from emotrace.evaluation import evaluate, write_report
    from emotrace.inference import load
    from emotrace.run_files import RunFiles, read_json
    from emotrace.training import predict_partition, train

    began = time.monotonic()
    out = out or Path("demo/clips" if clips else "demo")
    root, prepared, run_folder, traces = out / "corpus", out / "prepared", out / "run", out / "traces"
    name = RECIPE_OF_CLIPS if clips else RECIPE
    changes = [f"training.seed={seed}", *(set_ or [])]
    recipe = load_recipe(name, changes)

    layout, what = ("RML", "six emotions acted") if clips else ("AVEC 2016", "videos, voices, six raters")
    screen.out.print(f"1/5 a corpus in the layout of {layout}: {what}")
    with screen.progress("record") as bar:
        write = write_demo_clips if clips else write_demo_corpus
        write(root, seed=seed, jobs=jobs, progress=bar)

    screen.out.print("2/5 prepare: find faces, cut crops, resample sound")
    corpus = read("rml" if clips else "avec2016", root)
    if prepare_corpus(corpus, prepared, wanted_inputs([name], set_), FaceSettings(), jobs=jobs):
        raise typer.Exit(1)

    screen.out.print(f"3/5 train {name}")
    fold = None if recipe.partition.scheme == "fixed" else 0
    told = recipe_in_words(name, changes)
    train(recipe, prepared, run_folder, fold=fold, resume=True, recipe_name=told)

    screen.out.print("4/5 evaluate on subjects that were never trained on")
    for partition in ("development", "test"):
        predict_partition(run_folder, prepared, partition=partition)
        show(evaluate(run_folder, partition)["partitions"][partition], partition)
    report = write_report(run_folder)

    screen.out.print("5/5 predict on a video of one of them")
    tested = read_json(RunFiles(run_folder).partition_json)["parts"]["test"]
    video = next(one.video for one in corpus.recordings if one.video and one.name in tested)
    if predict_media(load(run_folder), [video], traces):
        raise typer.Exit(1)

    minutes = (time.monotonic() - began) / 60
    screen.out.print(
        f"\ndone in {minutes:.1f} minutes; open these in a browser:\n"
        f"  {report}\n  {traces / video.stem}.html",
        markup=False,
    )
