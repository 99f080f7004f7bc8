"""priyasad2019 on RAVDESS: speech of 24 actors in eight emotions, and attention over features of 360 clips.

Run: python benchmarks/ravdess.py SPEECH [FEATURES] [-o WORK] [--jobs 1]. SPEECH is a folder of the clips,
FEATURES one that holds combined_summary.csv; WORK keeps the prepared corpora and all runs, and a second call
goes on from them. Speech is cross-validated twice: in 8 folds of three actors each, and in 8 folds of clips,
which share their speakers with training. Features leave an actor out in turn. Prints UAR and accuracy with
intervals of 95 % over actors.

Nothing of a tested actor's labels is used. Unless a row says otherwise, columns are z-scores by mean and
deviation over all clips of the actor, whatever emotion they are of. Settings were chosen by how actors 1 to 6
(speech) or 1 to 12 (features) were recognised; one column is of actors 13 to 24 alone, on whom nothing was
chosen. Networks and machines of one table learn from the same actors. In the last column of scores the mean
over the actor's clips is taken off the logarithms of the probabilities: that supposes that a person shows all
emotions about as often, as here.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch

from emotrace.config.load import load_recipe
from emotrace.config.media import FaceSettings
from emotrace.corpora import read
from emotrace.errors import EmotraceError
from emotrace.evaluation import evaluate, pool
from emotrace.metrics import uar
from emotrace.models import declare
from emotrace.store import prepare
from emotrace.training import train_folds

CHOSEN_ON = {f"Actor_{number:02d}" for number in range(1, 13)}
CLIPS = ("partition.scheme=clips",)
ACOUSTIC = "{kind: feature, name: ravdess-acoustic, columns: 69%s}"
FACE = "{kind: feature, name: ravdess-face, columns: 56%s}"
PER_ACTOR = ", normalise: subject, clip: 5"


@dataclass(frozen=True)
class Row:
    """A row of the table: a recipe and what differs from it."""

    title: str
    recipe: str
    changes: tuple[str, ...] = ()


def _given(key: str, per_actor: bool, *features: str) -> str:
    """A change of the features that a recipe takes."""
    how = PER_ACTOR if per_actor else ""
    return f"model.{key}=[{', '.join(feature % how for feature in features)}]"


SPEECH = {
    "audio": Row("VGG small, speakers apart", "priyasad2019/ravdess-audio"),
    "svm": Row("eGeMAPS + SVM, speakers apart", "priyasad2019/ravdess-audio-svm"),
    "audio-clips": Row("VGG small, speakers shared", "priyasad2019/ravdess-audio", CLIPS),
    "svm-clips": Row("eGeMAPS + SVM, speakers shared", "priyasad2019/ravdess-audio-svm", CLIPS),
}
_OURS, _JOINED, _SVM = (
    f"priyasad2019/{name}" for name in ("attention-tables", "concatenation-tables", "ravdess-features-svm")
)
FEATURES = {
    "attention": Row("attention over modalities", _OURS),
    "attention-over-features": Row("attention over features", _OURS, ("model.over=features",)),
    "concatenation": Row("concatenation", _JOINED),
    "svm": Row("SVM", _SVM),
    "acoustic": Row("network, acoustic alone", _JOINED, (_given("tables", True, ACOUSTIC),)),
    "face": Row("network, face alone", _JOINED, (_given("tables", True, FACE),)),
    "svm-acoustic": Row("SVM, acoustic alone", _SVM, (_given("features", True, ACOUSTIC),)),
    "svm-face": Row("SVM, face alone", _SVM, (_given("features", True, FACE),)),
    "attention-plain": Row(
        "attention over modalities, z-scores of training", _OURS, (_given("tables", False, ACOUSTIC, FACE),)
    ),
    "attention-over-features-plain": Row(
        "attention over features, z-scores of training",
        _OURS,
        ("model.over=features", _given("tables", False, ACOUSTIC, FACE)),
    ),
    "concatenation-plain": Row(
        "concatenation, z-scores of training", _JOINED, (_given("tables", False, ACOUSTIC, FACE),)
    ),
    "svm-plain": Row("SVM, z-scores of training", _SVM, (_given("features", False, ACOUSTIC, FACE),)),
    "svm-acoustic-plain": Row(
        "SVM, acoustic alone, z-scores of training", _SVM, (_given("features", False, ACOUSTIC),)
    ),
}


def main() -> None:
    """Prepare, cross-validate and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("speech", type=Path)
    parser.add_argument("features", type=Path, nargs="?")
    parser.add_argument("-o", "--out", type=Path, help="kept; default: a folder that is removed")
    parser.add_argument("--jobs", type=int, default=2, help="rows at the same time")
    parser.add_argument("--only", nargs="+", help="rows of this name alone, such as speech/audio")
    options = parser.parse_args()
    began = time.perf_counter()
    print(f"{os.cpu_count()} cores, {options.jobs} processes", flush=True)
    tables = {"speech": (options.speech, SPEECH), "features": (options.features, FEATURES)}
    with tempfile.TemporaryDirectory() as scratch:
        out = options.out or Path(scratch)
        with ProcessPoolExecutor(
            options.jobs, get_context("spawn"), torch.set_num_threads, (1,)
        ) as processes:
            waiting: dict[Row, Future[str]] = {}
            for table, (folder, rows) in tables.items():
                names = [name for name in rows if not options.only or f"{table}/{name}" in options.only]
                if folder is None or not names:
                    continue
                prepared = prepared_of(folder, out / table / "prepared", rows.values())
                for name in names:
                    waiting[rows[name]] = processes.submit(
                        cross_validated, prepared, out / table / name, rows[name]
                    )
            print(
                "| | UAR | accuracy | UAR of actors 13 to 24 | UAR, levelled | minutes |",
                "|---|---|---|---|---|---|",
                sep="\n",
                flush=True,
            )
            for row, future in waiting.items():
                print(f"| {row.title} | {future.result()} |", flush=True)
    print(f"{(time.perf_counter() - began) / 60:.0f} minutes in all")


def prepared_of(folder: Path, out: Path, rows: Any) -> Path:
    """The corpus in a folder, prepared for all rows."""
    began = time.perf_counter()
    inputs = []
    for row in rows:
        recipe = load_recipe(row.recipe, row.changes)
        inputs += declare(recipe.name, recipe.preset, recipe.model).inputs.values()
    result = prepare(
        read("ravdess", folder), out, inputs=tuple(dict.fromkeys(inputs)), settings=FaceSettings()
    )
    if result.failed:
        raise EmotraceError(f"{folder}: {len(result.failed)} clips could not be prepared; see {out}")
    print(f"prepared {folder.name} in {time.perf_counter() - began:.0f} s", flush=True)
    return out


def cross_validated(prepared: Path, run: Path, row: Row) -> str:
    """One row, in words."""
    began = time.perf_counter()
    for result in train_folds(load_recipe(row.recipe, row.changes), prepared, run, progress=False):
        if result.error is not None:
            raise EmotraceError(f"{run}, fold {result.fold}: {result.error}")
    pool(run)
    scores = evaluate(run)["partitions"]["test"]
    minutes = (time.perf_counter() - began) / 60
    return f"{in_words(scores)} | {unchosen(scores):.3f} | {levelled(scores):.3f} | {minutes:.1f}"


def in_words(scores: Mapping[str, Any]) -> str:
    """UAR and accuracy of all clips with their intervals."""
    cells = [scores["concatenated"][name] for name in ("uar", "accuracy")]
    return " | ".join(f"{one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]" for one in cells)


def unchosen(scores: Mapping[str, Any]) -> float:
    """UAR of the actors on whom nothing was chosen."""
    clips: Sequence[Any] = [
        one for one in scores["per_recording"].values() if one["subject"] not in CHOSEN_ON
    ]
    return uar([one["gold"] for one in clips], [one["predicted"] or "none" for one in clips])


def levelled(scores: Mapping[str, Any]) -> float:
    """UAR where no class is likelier than another over all clips of an actor."""
    clips: Sequence[Any] = list(scores["per_recording"].values())
    classes = list(clips[0]["probabilities"])
    logs = np.log([[max(one["probabilities"][name], 1e-9) for name in classes] for one in clips])
    actors = np.array([one["subject"] for one in clips])
    for actor in set(actors):
        logs[actors == actor] -= logs[actors == actor].mean(axis=0)
    return uar([one["gold"] for one in clips], [classes[best] for best in logs.argmax(axis=1)])


if __name__ == "__main__":
    main()
