"""One table of each paper on the demo corpora at small presets: minutes of each, and our numbers.

Run: python benchmarks/reproduce.py -o WORK [--only PAPER ...]. WORK keeps the corpora, their preparation and
every run, and a second call goes on from them; minutes are of this call. Everything goes through the command
line, as its user would type it. The numbers say that each system learns on these corpora; a table made
of seconds of training on simulated people says nothing on how the papers' systems compare.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emotrace.demo import write_demo_clips, write_demo_corpus
from emotrace.reproduction.plan import plan_table


@dataclass(frozen=True)
class Table:
    """A table of a paper, and the minutes that it may take."""

    paper: str
    number: str
    minutes: int
    jobs: int = 1  # runs side by side, each with its share of the cores
    changes: tuple[str, ...] = ()  # fewer folds than the paper's: a budget is shared by all of them
    classes: bool = False


TABLES = (
    Table("chen2015", "3", 5, jobs=2),
    Table("nguyen2020", "IV", 7, jobs=2),
    Table("tzirakis2017", "VI", 9),
    Table("aspandi2022", "5", 14, jobs=2, changes=("partition.scheme=fixed",)),
    Table("priyasad2019", "1", 15, changes=("partition.scheme=kfold", "partition.folds=4"), classes=True),
)


def main() -> None:
    """Make the corpora, prepare them, make the tables, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-o", "--out", type=Path, required=True, help="kept")
    parser.add_argument("--only", nargs="+", metavar="PAPER")
    options = parser.parse_args()
    tables = [table for table in TABLES if not options.only or table.paper in options.only]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    prepared = {
        classes: _prepared(options.out, [table for table in tables if table.classes == classes], classes)
        for classes in sorted({table.classes for table in tables})
    }
    whole = 0.0
    for table in tables:
        folder = options.out / table.paper
        began = time.perf_counter()
        _emotrace(
            "reproduce", table.paper, "--table", table.number, prepared[table.classes], "-o", folder,
            "--budget", f"{table.minutes}m", "--jobs", table.jobs,
            *(word for change in table.changes for word in ("--set", change)),
        )  # fmt: skip
        minutes = (time.perf_counter() - began) / 60
        whole += minutes
        print(f"{table.paper}, Table {table.number}: {minutes:.1f} minutes of {table.minutes}\n", flush=True)
    print(f"in all {whole:.1f} minutes")


def _prepared(out: Path, tables: Sequence[Table], classes: bool) -> Path:
    """A demo corpus, prepared for the recipes of some tables at their small presets."""
    name, layout = ("clips", "rml") if classes else ("corpus", "avec2016")
    write = write_demo_clips if classes else write_demo_corpus
    began = time.perf_counter()
    write(out / name, jobs=2)
    made = time.perf_counter()
    recipes = [recipe for table in tables for recipe in plan_table(table.paper, table.number).recipes]
    wanted = [word for recipe in recipes for word in ("--for", recipe)]
    folder = out / f"{name}_prepared"
    _emotrace("prepare", layout, out / name, "-o", folder, *wanted, "--set", "preset=small", "--jobs", "2")
    took = (time.perf_counter() - made) / 60
    print(f"{name}: made in {(made - began) / 60:.1f} minutes, prepared in {took:.1f}", flush=True)
    return folder


def _emotrace(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "emotrace", *map(str, arguments)], check=True)


if __name__ == "__main__":
    main()
