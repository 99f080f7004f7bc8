"""Seconds per rater-hour of every method of `emotrace gold`, at 25 Hz.

Run: python benchmarks/gold_methods.py [--raters N] [--seconds S] [--runs N] [METHOD ...]. Raters are a slow
random trace, each with a delay and noise of the own. A method is given one recording of S seconds; the
limit is 1 s per rater-hour, 10 s for the methods that warp time.
"""

import argparse
import os
import statistics
import time

import numpy as np

from emotrace.annotation import METHODS, gold_standard

RATE_HZ = 25
LIMITS_S = {"dba": 10.0, "raaw": 10.0}


def made_ratings(raters: int, seconds: float) -> np.ndarray:
    """Raters of one slow trace, shape (rater, time), in [-1, 1]."""
    rng = np.random.default_rng(0)
    length, margin = round(seconds * RATE_HZ), 5 * RATE_HZ
    window = np.hanning(8 * RATE_HZ)
    truth = np.convolve(rng.normal(size=length + margin + len(window) - 1), window / window.sum(), "valid")
    truth /= np.abs(truth).max()
    late = rng.integers(0, margin, size=raters)
    rows = [truth[margin - lag : margin - lag + length] for lag in late]
    noise = rng.normal(size=(raters, length)) / 50
    return np.clip(np.stack(rows) * rng.uniform(0.6, 1.0, size=(raters, 1)) + noise, -1, 1)


def seconds_per_rater_hour(method: str, ratings: np.ndarray, runs: int) -> list[float]:
    """Time of each run after one that warms up, scaled to one rater and one hour."""
    hours = ratings.shape[0] * ratings.shape[1] / RATE_HZ / 3600
    gold_standard(ratings[:, : 60 * RATE_HZ], method)
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        gold_standard(ratings, method)
        times.append((time.perf_counter() - began) / hours)
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("methods", nargs="*", metavar="METHOD", help="all if none is named")
    parser.add_argument("--raters", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    ratings = made_ratings(options.raters, options.seconds)
    print(
        f"{options.raters} raters, {options.seconds:g} s at {RATE_HZ} Hz, median of {options.runs} runs "
        f"after a warm-up, {len(os.sched_getaffinity(0))} cores"
    )
    print(f"{'method':14} {'s per rater-hour':>17} {'limit':>6}")
    for method in options.methods or METHODS:
        found = statistics.median(seconds_per_rater_hour(method, ratings, options.runs))
        limit = LIMITS_S.get(method, 1.0)
        print(f"{method:14} {found:17.3f} {limit:6g}{'' if found <= limit else '  OVER THE LIMIT'}")


if __name__ == "__main__":
    main()
