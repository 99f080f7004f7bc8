"""Throughput of the speech features that openSMILE computes, times real time, and the memory that they take.

Run: python benchmarks/speech_features.py [FILE] [--seconds S] [--features NAME ...]. FILE is any media file
with sound, repeated to the length; without it a made voice. By the clock and of the processor: the latter is
what one core does that is not shared. Needs the extra opensmile.
"""

import argparse
import os
import resource
import time
from pathlib import Path

import numpy as np

from emotrace.features import MediaTracks, Track
from emotrace.features.derived import find
from emotrace.timing import Timeline

RATE_HZ = 16000
FEATURES = (
    "egemaps-lld",
    "egemaps-functionals-3s",
    "egemaps-functionals",
    "compare-lld",
    "compare-functionals-3s",
    "is10-short",
    "is10-short-pitch60",
)


def made_voice(seconds: float) -> np.ndarray:
    """Harmonics of a wandering pitch with pauses, and a little noise, float32 (samples,)."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(180 + 30 * np.sin(np.pi * at)) / RATE_HZ
    tone = sum(np.sin(k * phase + k) / k for k in range(1, 20)) * (np.sin(2.5 * at) > -0.5)
    return (0.1 * tone + 0.001 * np.random.default_rng(0).standard_normal(len(at))).astype(np.float32)


def sound_of(path: Path, seconds: float) -> np.ndarray:
    """Sound of a file at 16 kHz, repeated to a length, float32 (samples,)."""
    with MediaTracks(None, audio=path) as media:
        track = media.track(f"audio-{RATE_HZ}")
        assert track is not None
        return np.resize(np.asarray(track.values[:]), round(seconds * RATE_HZ))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, help="media file with sound; left out: a made voice")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--features", nargs="+", default=FEATURES, metavar="NAME")
    given = parser.parse_args()
    samples = sound_of(given.file, given.seconds) if given.file else made_voice(given.seconds)
    track = Track(samples, Timeline.regular(len(samples), RATE_HZ))
    print(f"{given.seconds:g} s of sound, {len(os.sched_getaffinity(0))} cores")
    find("egemaps-functionals").compute(
        Track(samples[:RATE_HZ], Timeline.regular(RATE_HZ, RATE_HZ))
    )  # imports
    for name in given.features:
        clock, processor = time.perf_counter(), time.process_time()
        rows = find(name).compute(track).values
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{name}: {rows.shape[0]} x {rows.shape[1]} in {clock:.1f} s ({given.seconds / clock:.1f} x real "
            f"time), processor {processor:.1f} s ({given.seconds / processor:.1f} x); highest {highest} MiB",
            flush=True,
        )


if __name__ == "__main__":
    main()
