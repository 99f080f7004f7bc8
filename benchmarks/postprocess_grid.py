"""Seconds to tune a chain: every median window and every shift, whole recordings and streams.

Run: python benchmarks/postprocess_grid.py [--recordings N] [--steps N] [--runs N]. Made recordings at 25 Hz:
a slow signal, a prediction of it that is too small, too high, too early and noisy; some gold is not rated.
The limit is 5 s for 9 recordings of 7,500 steps, one dimension.
"""

import argparse
import os
import statistics
import time

import numpy as np

from emotrace.postprocess import Chain
from emotrace.postprocess.grids import shift_grid, window_grid

RATE_HZ = 25
LIMIT_S = 5.0


def made_recordings(count: int, steps: int, rated: float) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Gold and prediction of each recording, shape (time,)."""
    rng = np.random.default_rng(0)
    window, late = np.hanning(8 * RATE_HZ), 2 * RATE_HZ
    gold, prediction = [], []
    for _ in range(count):
        signal = np.convolve(rng.normal(size=steps + late + len(window) - 1), window / window.sum(), "valid")
        signal /= signal.std()
        gold.append(np.where(rng.random(steps) < rated, signal[:steps], np.nan))
        prediction.append(0.4 * (signal[late:] + 0.5 * rng.normal(size=steps)) + 0.3)
    return gold, prediction


def seconds(
    gold: list[np.ndarray], prediction: list[np.ndarray], search: str, runs: int
) -> tuple[list[float], list[float]]:
    """Time of each run by the clock and of the processor, after one on short recordings that warms up."""
    Chain.fit([part[:500] for part in gold], [part[:500] for part in prediction], RATE_HZ, search=search)
    times: list[float] = []
    busy: list[float] = []
    for _ in range(runs):
        began, working = time.perf_counter(), time.process_time()
        Chain.fit(gold, prediction, RATE_HZ, search=search)
        times.append(time.perf_counter() - began)
        busy.append(time.process_time() - working)
    return times, busy


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--recordings", type=int, default=9)
    parser.add_argument("--steps", type=int, default=7500)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print(
        f"{options.recordings} recordings of {options.steps} steps at {RATE_HZ} Hz, "
        f"{len(window_grid(RATE_HZ))} windows and {len(shift_grid(RATE_HZ))} shifts, for whole recordings "
        f"and for streams; median of {options.runs} runs after a warm-up, "
        f"{len(os.sched_getaffinity(0))} cores"
    )
    print(f"{'search':9} {'rated':>6} {'s':>6} {'least':>6} {'most':>6} {'CPU s':>6}")
    for search in ("joint", "stepwise"):
        for rated in (1.0, 0.9):
            times, busy = seconds(
                *made_recordings(options.recordings, options.steps, rated), search, options.runs
            )
            found = statistics.median(times)
            over = "  OVER THE LIMIT" if found > LIMIT_S else ""
            spread = f"{found:6.2f} {min(times):6.2f} {max(times):6.2f}"
            print(f"{search:9} {rated:6.0%} {spread} {statistics.median(busy):6.2f}{over}")


if __name__ == "__main__":
    main()
