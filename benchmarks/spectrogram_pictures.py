"""Time to cut a batch of 64 pictures of sound out of a spectrogram, beside that of merely copying them.

Run: python benchmarks/spectrogram_pictures.py. Five minutes of a made spectrogram, default size of pictures;
processor time of one thread, the candidates by turns, least and median of 200 runs.
"""

import os
import time
from statistics import median

import numpy as np

from emotrace.config.declaration import Declaration, SpectrogramInput
from emotrace.features import Track, assemble
from emotrace.timing import Timeline

BATCH, RATE_HZ = 64, 22050 / 512
RUNS = 200


class Recording:
    """A recording with nothing but a spectrogram."""

    duration_s = 300.0

    def __init__(self):
        columns = int(self.duration_s * RATE_HZ) + 1
        values = np.random.default_rng(0).uniform(-1, 1, (columns, 128)).astype(np.float32)
        self.spectrogram = Track(values, Timeline.regular(columns, RATE_HZ))

    def track(self, name: str) -> Track:
        return self.spectrogram


def main() -> None:
    """Print a row for each way."""
    recording = Recording()
    declaration = Declaration(inputs={"spectrogram": SpectrogramInput()}, step_s=0.04)
    starts = np.random.default_rng(1).integers(100, 7000, BATCH).tolist()
    values = recording.spectrogram.values
    batch = np.empty((BATCH, 128, 128), np.float32)

    def copies() -> None:
        for picture, start in zip(batch, starts, strict=True):
            picture[:] = values[start : start + 128]

    ways = {
        "64 pictures merely copied": copies,
        "64 windows of 1 step": lambda: [assemble(declaration, recording, s, s + 1) for s in starts],
        "8 windows of 8 steps": lambda: [assemble(declaration, recording, s, s + 8) for s in starts[:8]],
        "1 window of 64 steps": lambda: assemble(declaration, recording, 1000, 1064),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, way in ways.items():
            began = time.thread_time()
            way()
            spent[name].append(time.thread_time() - began)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print("| | least ms | median ms | beyond the copy: least | median |\n|---|---|---|---|---|")
    bare = spent["64 pictures merely copied"]
    for name, times in spent.items():
        least, middle = 1000 * min(times), 1000 * median(times)
        more = f"{least - 1000 * min(bare):.2f} | {middle - 1000 * median(bare):.2f}"
        print(f"| {name} | {least:.2f} | {middle:.2f} | {more} |")


if __name__ == "__main__":
    main()
