"""Frames per second of `predict` on a talking-face video, and where the time goes.

Run: python benchmarks/predict_speed.py [VIDEO] [--runs N]. Without VIDEO it makes one of 20 s at
640x360 and 25 fps with the demo corpus writer. The weights of the model are untrained, which costs
the same time as trained ones.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import torch

from emotrace import __version__, media, models
from emotrace.config.media import FaceSettings
from emotrace.inference import Predictor
from emotrace.models import CheckpointMeta

MODEL = "nguyen2020/2d1dconv-ae-lstm"
SECONDS = 20.0


def untrained_predictor(name: str = MODEL, preset: str = "paper") -> Predictor:
    """A predictor of full size with fresh weights."""
    torch.manual_seed(0)
    model = models.build(name, preset=preset)
    meta = CheckpointMeta(
        name=name,
        preset=preset,
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1.0, 1.0),
        declaration=model.declaration,
        faces=FaceSettings(),
        corpus="none: untrained",
        recipe_digest="",
        emotrace_version=__version__,
    )
    return Predictor(model, meta)


def talking_face(folder: Path, seconds: float = SECONDS, width: int = 640, height: int = 360) -> Path:
    """A video of one demo subject, scaled and padded to the asked size, with its voice."""
    from emotrace.demo import write_demo_corpus

    corpus = folder / "corpus"
    write_demo_corpus(corpus, train=1, development=0, test=0, duration_s=seconds, seed=0, jobs=1)
    source = next((corpus / "recordings_video").glob("*.mp4"))
    return resized(source, folder / "talking_face.mp4", width, height)


def resized(source: Path, target: Path, width: int, height: int) -> Path:
    """The video with its picture fitted into `width` x `height` on grey, same sound."""
    import numpy as np
    from PIL import Image

    info = media.probe(source)
    rate_hz = info.sample_rate_hz or 16000

    def frames():
        for _, _, rgb in media.stream_frames(source):
            picture = Image.fromarray(rgb)
            scale = min(width / picture.width, height / picture.height)
            picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
            canvas = Image.new("RGB", (width, height), (96, 96, 96))
            canvas.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
            yield np.asarray(canvas)

    sound = None
    if info.has_audio:
        sound = np.concatenate(list(media.stream_audio(source, rate_hz)))
    media.write_video(
        target, frames(), info.fps or 25, audio=sound, rate_hz=rate_hz if info.has_audio else None
    )
    return target


def measure(predictor: Predictor, video: Path, runs: int) -> None:
    """Print the median over `runs` runs after one that warms up."""
    predictor.predict(video)
    seconds, profiles, frames = [], [], 0
    for _ in range(runs):
        began = time.perf_counter()
        found = predictor.analyse(video)
        seconds.append(time.perf_counter() - began)
        profiles.append(found.profile)
        frames = found.frames
    middle = statistics.median(seconds)
    info = media.probe(video)
    print(f"model      {predictor.name}, preset paper, untrained weights")
    print(f"video      {video.name}: {info.width}x{info.height}, {info.video_codec}, {frames} frames")
    print(f"cores      {os.cpu_count()}, torch threads {torch.get_num_threads()}")
    print(f"speed      {frames / middle:.0f} frames/s (median of {runs} runs, ", end="")
    print(f"{frames / max(seconds):.0f} to {frames / min(seconds):.0f})")
    spent = {part: statistics.median(p.get(part, 0.0) for p in profiles) for part in profiles[0]}
    spent["other"] = middle - sum(spent.values())
    print("part          ms/frame   share")
    for part, time_s in spent.items():
        print(f"{part:12} {1000 * time_s / frames:9.2f} {time_s / middle:7.1%}")


def main() -> None:
    """Read the command line and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("video", nargs="?", type=Path)
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        video = chosen.video
        if video is None:
            print("no video given: making one of a demo subject, 640x360, 25 fps")
            video = talking_face(Path(folder))
        measure(untrained_predictor(), video, chosen.runs)


if __name__ == "__main__":
    main()
