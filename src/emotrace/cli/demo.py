"""`emotrace demo`: the whole job, from recordings to a trace, on a corpus made on the spot."""

import time
from pathlib import Path
from typing import Annotated

import typer

from emotrace.cli import options

RECIPE = "nguyen2020/demo"


def run(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder to write.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Seed of the corpus and of training.")] = 0,
    jobs: options.Jobs = 2,
    set_: options.Set = None,
) -> None:
    """Make a corpus of talking faces, prepare, train, evaluate and predict; needs no network."""
    from emotrace.cli import screen
    from emotrace.cli.evaluate import show
    from emotrace.cli.predict import predict_media
    from emotrace.cli.prepare import prepare_corpus, wanted_inputs
    from emotrace.config.load import load_recipe
    from emotrace.config.media import FaceSettings
    from emotrace.corpora import read
    from emotrace.demo import write_demo_corpus
    from emotrace.evaluation import evaluate, write_report
    from emotrace.inference import load
    from emotrace.training import predict_partition, train

    began = time.monotonic()
    root, prepared, run_folder, traces = out / "corpus", out / "prepared", out / "run", out / "traces"

    screen.out.print("1/5 a corpus in the layout of AVEC 2016: videos, voices, six raters")
    with screen.progress("record") as bar:
        write_demo_corpus(root, seed=seed, jobs=jobs, progress=bar)

    screen.out.print("2/5 prepare: find faces, cut crops, resample sound")
    recipe = load_recipe(RECIPE, [f"training.seed={seed}", *(set_ or [])])
    corpus = read("avec2016", root)
    if prepare_corpus(corpus, prepared, wanted_inputs([RECIPE]), FaceSettings(), jobs=jobs):
        raise typer.Exit(1)

    screen.out.print(f"3/5 train {RECIPE}")
    train(recipe, prepared, run_folder, resume=True)

    screen.out.print("4/5 evaluate on subjects that were never trained on")
    for partition in ("development", "test"):
        predict_partition(run_folder, prepared, partition=partition)
        show(evaluate(run_folder, partition)["partitions"][partition], partition)
    report = write_report(run_folder)

    screen.out.print("5/5 predict on a video of one of them")
    video = next(r.video for r in corpus.recordings if r.video and r.partition == "test")
    if predict_media(load(run_folder), [video], traces):
        raise typer.Exit(1)

    minutes = (time.monotonic() - began) / 60
    screen.out.print(
        f"\ndone in {minutes:.1f} minutes; open these in a browser:\n"
        f"  {report}\n  {traces / video.stem}.html",
        markup=False,
    )
