"""Frames per second of the appearance features of chen2015 on one core, and what their components cost.

Run: python benchmarks/lgbp_top.py [--frames N] [--size PX]. Faces are the astronaut of scikit-image, moved
and with noise. Seconds are of the processor (`time.process_time`), with one thread.
"""

import argparse
import os
import time

import numpy as np
from threadpoolctl import threadpool_limits

from emotrace.features.derived import find
from emotrace.features.track import Track
from emotrace.timing import Timeline

COMPONENTS = 84


def made_faces(frames: int, size: int) -> np.ndarray:
    """uint8 (time, size, size, 3)."""
    from skimage import data
    from skimage.transform import resize

    rng = np.random.default_rng(0)
    face = resize(data.astronaut()[60:190, 160:290], (size, size), preserve_range=True)
    moved = [np.roll(face, (number // 3 % 5, number // 2 % 7), axis=(0, 1)) for number in range(frames)]
    return np.clip(np.stack(moved) + rng.normal(0, 4, (frames, size, size, 3)), 0, 255).astype(np.uint8)


def main() -> None:
    """Print rates and sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--size", type=int, default=96)
    arguments = parser.parse_args()
    faces = made_faces(arguments.frames, arguments.size)
    feature = find("lgbp-top")
    feature.compute(Track(faces[:1], Timeline.regular(1, 25.0))).values[:]  # compiles
    rows = feature.compute(Track(faces, Timeline.regular(len(faces), 25.0))).values
    began = time.process_time()
    found = np.asarray(rows[:])
    rate = len(faces) / (time.process_time() - began)
    print(f"{os.cpu_count()} cores, one used; {arguments.size} px, {len(faces)} frames")
    size_mb = 7500 * found[0].nbytes / 1e6
    print(f"lgbp-top: {rate:.0f} frames/s (goal 30), {size_mb:.0f} MB for 5 min at 25 frames/s")
    fit_components(found)


def fit_components(found: np.ndarray) -> None:
    """Time of principal components of all rows."""
    import torch

    from emotrace.models.layers.principal_components import PrincipalComponents

    torch.set_num_threads(1)
    layer = PrincipalComponents(found.shape[1], COMPONENTS)
    began = time.process_time()
    layer.fit(torch.from_numpy(found).float())
    seconds = time.process_time() - began
    print(f"fit of {COMPONENTS} components: {1000 * seconds / len(found):.1f} ms a frame")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
