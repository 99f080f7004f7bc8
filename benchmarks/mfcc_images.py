"""Speed of MFCC images, times real time on one core, and the memory that they take.

Run: python benchmarks/mfcc_images.py [--seconds S]. Noise at 16 kHz; time of the processor, without the
import of librosa and what it does the first time.
"""

import argparse
import os
import resource
import time

import numpy as np

from emotrace.features.derived import find
from emotrace.features.track import Track
from emotrace.timing import Timeline

RATE_HZ = 16000
AT_ONCE = 256  # images cut out at a time, as `prepare` does


def sound(seconds: float) -> Track:
    """Noise."""
    samples = np.random.default_rng(0).standard_normal(round(seconds * RATE_HZ), dtype=np.float32)
    return Track(0.1 * samples, Timeline.regular(len(samples), RATE_HZ))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    seconds = parser.parse_args().seconds
    feature, track = find("mfcc-images"), sound(seconds)
    feature.compute(sound(2.0))
    began = time.process_time()
    made = feature.compute(track)
    computed = time.process_time() - began
    for first in range(0, len(made.values), AT_ONCE):
        np.asarray(made.values[first : first + AT_ONCE])
    cut = time.process_time() - began
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{seconds:g} s of sound, {len(os.sched_getaffinity(0))} cores: {len(made.values)} images; cepstra "
        f"and differences {seconds / computed:.0f} times real time, with all images {seconds / cut:.0f} "
        f"times; highest {highest} MiB, {track.values.nbytes // 2**20} of them the sound"
    )


if __name__ == "__main__":
    main()
