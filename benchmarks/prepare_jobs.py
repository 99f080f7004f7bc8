"""Recordings per minute of `prepare` with one job and with two, and what a second thread per job is worth.

Run: python benchmarks/prepare_jobs.py [CORPUS] [--runs N] [--jobs N]. Without CORPUS (a demo corpus, in the
layout of AVEC 2016) it makes one of 16 recordings of 20 s. Every round prepares the whole corpus once per
setting, into a new folder, one setting after the other, so that a slow moment of the machine meets all;
a round before the first is not counted. Figures are medians over the rounds; the ratio is the median of
the rounds' ratios.

One job uses one thread: a second one hardly makes it faster (last line of the output), for the detector's
network is too small to be shared, and takes a processor that another recording can use.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RECORDINGS, SECONDS = 16, 20.0
WORK = """
import sys, time
from pathlib import Path
from emotrace.cli.prepare import wanted_inputs
from emotrace.config.media import FaceSettings
from emotrace.corpora import read
from emotrace.store import prepare, sources
if __name__ == "__main__":
    corpus, out, jobs, threads = sys.argv[1:]
    sources._THREADS = int(threads)
    found, inputs = read("avec2016", corpus), wanted_inputs(["nguyen2020/demo"])
    began = time.perf_counter()
    result = prepare(found, Path(out), inputs=inputs, settings=FaceSettings(), jobs=int(jobs))
    print(len(result.prepared) / (time.perf_counter() - began) * 60)
    assert not result.failed and not result.reused
"""


def recordings_per_minute(script: Path, corpus: Path, folder: Path, jobs: int, threads: int) -> float:
    """Throughput of one preparation in a process of its own, from the call of `prepare` to its end."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        command = [sys.executable, script, corpus, Path(out) / "prepared", str(jobs), str(threads)]
        said = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(said.stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "work.py").write_text(WORK)
        corpus = options.corpus or _make_corpus(folder / "corpus")
        settings = [(1, 1), (options.jobs, 1), (1, 2)]  # jobs, threads of each
        rounds = []
        for _ in range(options.runs + 1):
            speeds = [recordings_per_minute(folder / "work.py", corpus, folder, *each) for each in settings]
            rounds.append(speeds)
            print(" ".join(f"{speed:.1f}" for speed in speeds), flush=True)
    rounds = rounds[1:]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {options.runs} rounds after a warm-up")
    for (jobs, threads), speeds in zip(settings, zip(*rounds, strict=True), strict=True):
        median = statistics.median(speeds)
        spread = f"{min(speeds):.1f} to {max(speeds):.1f}"
        print(f"{jobs} jobs of {threads} threads: {median:.1f} recordings per minute ({spread})")
    ratio = statistics.median(two / one for one, two, _ in rounds)
    best = statistics.median(two / max(one, wide) for one, two, wide in rounds)
    print(
        f"{options.jobs} jobs over one: {ratio:.2f} times; over the faster of one job's two: {best:.2f} times"
    )


def _make_corpus(root: Path) -> Path:
    from emotrace.demo import write_demo_corpus

    started = time.perf_counter()
    quarter = RECORDINGS // 4
    write_demo_corpus(
        root, train=RECORDINGS - 2 * quarter, development=quarter, test=quarter, duration_s=SECONDS, jobs=2
    )
    print(
        f"made {RECORDINGS} recordings of {SECONDS:g} s in {time.perf_counter() - started:.0f} s", flush=True
    )
    return root


if __name__ == "__main__":
    main()
