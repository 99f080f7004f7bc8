"""What the post-processing chain does to real predictions, on recordings that it was not tuned on.

Run: python benchmarks/sewa_postprocess.py FOLDER [--search joint|stepwise] [--online] [--chains]
[--halvings N]. FOLDER holds ``labels`` and one folder for each system, each with the same CSV files of SEWA's
AVEC 2019 form (``name;timestamp;arousal;valence;liking`` at 10 Hz). A chain is tuned on the first half of the
recordings and applied to the second, and the other way round; the table has CCC of each half (all its
recordings joined) before and after. Predictions are longer than labels and are cut to them. With --halvings
N, the mean change over N random halvings follows.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from emotrace.metrics import ccc
from emotrace.postprocess import Chain

RATE_HZ = 10
LABELS = ("arousal", "valence", "liking")


def read(folder: Path) -> dict[str, np.ndarray]:
    """Recordings by name, each of shape (time, label)."""
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        tables[path.stem] = np.array([[float(row[label]) for label in LABELS] for row in rows])
    return tables


def score(gold: Sequence[np.ndarray], prediction: Sequence[np.ndarray], label: int) -> float:
    """CCC of one label, all recordings joined."""
    return ccc(np.concatenate(gold)[:, label], np.concatenate(prediction)[:, label])


def crossed(
    gold: list[np.ndarray], prediction: list[np.ndarray], halves: list[np.ndarray], search: str, online: bool
) -> tuple[np.ndarray, list[Chain]]:
    """CCC of shape (tested half, label, [before, after]), and the chain that each half was tested with."""
    table, chains = np.empty((2, len(LABELS), 2)), []
    for tested in (0, 1):
        tuned_on = halves[1 - tested]
        chain = Chain.fit(
            [gold[i] for i in tuned_on], [prediction[i] for i in tuned_on], RATE_HZ, LABELS, search
        )
        chain = chain.online() if online else chain
        chains.append(chain)
        parts = [prediction[i] for i in halves[tested]]
        truth = [gold[i] for i in halves[tested]]
        for label in range(len(LABELS)):
            table[tested, label] = score(truth, parts, label), score(truth, chain.apply(parts), label)
    return table, chains


def main() -> None:
    """Tune, apply and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--search", default="joint", choices=("joint", "stepwise"))
    parser.add_argument("--online", action="store_true", help="the chain that never looks ahead")
    parser.add_argument("--chains", action="store_true", help="two more columns: the chains in words")
    parser.add_argument("--halvings", type=int, default=0, help="also the mean over random halvings")
    options = parser.parse_args()
    labels = read(options.folder / "labels")
    systems = sorted(
        path.name for path in options.folder.iterdir() if path.is_dir() and path.name != "labels"
    )
    if not labels or not systems:
        parser.error(f"{options.folder} holds no folder `labels` of CSV files beside folders of systems")
    names, gold = list(labels), list(labels.values())
    middle = len(names) // 2
    halves = [np.arange(middle), np.arange(middle, len(names))]
    print(
        f"{len(names)} recordings; tuned on {names[middle]} to {names[-1]} and tested on {names[0]} to "
        f"{names[middle - 1]} (A), and the other way round (B); search {options.search}, "
        f"{'online' if options.online else 'whole recordings'}\n"
    )
    chain_columns = " chain tested on A | on B |" if options.chains else ""
    print("| system | label | A before | A after | B before | B after | mean change |" + chain_columns)
    print("|---|---|---|---|---|---|---|" + ("---|---|" if options.chains else ""))
    changes, random_changes = [], []
    for system in systems:
        tables = read(options.folder / system)
        prediction = [tables[name][: len(labels[name])] for name in names]
        table, chains = crossed(gold, prediction, halves, options.search, options.online)
        changes.append(table[..., 1] - table[..., 0])
        for index, label in enumerate(LABELS):
            numbers = " | ".join(f"{value:.3f}" for value in table[:, index].ravel())
            words = [chain.dimensions[index].whole.describe(RATE_HZ) for chain in chains]
            steps = f" {' | '.join(words)} |" if options.chains else ""
            change = (table[:, index, 1] - table[:, index, 0]).mean()
            print(f"| {system} | {label} | {numbers} | {change:+.3f} |{steps}")
        rng = np.random.default_rng(0)
        for _ in range(options.halvings):
            order = rng.permutation(len(names))
            table, _ = crossed(
                gold, prediction, [order[:middle], order[middle:]], options.search, options.online
            )
            random_changes.append(table[..., 1] - table[..., 0])
    summary("this halving", np.stack(changes))
    if random_changes:
        summary(f"{options.halvings} random halvings", np.stack(random_changes))


def summary(name: str, changes: np.ndarray) -> None:
    """Mean change and share of gains for each label, of shape (case, half, label)."""
    print(f"\n{name}, change of CCC out of sample over all systems: ", end="")
    print(
        "; ".join(
            f"{label} {changes[..., index].mean():+.3f}, higher in {(changes[..., index] > 0).mean():.0%}, "
            f"lower in {(changes[..., index] < 0).mean():.0%}"
            for index, label in enumerate(LABELS)
        )
    )


if __name__ == "__main__":
    main()
