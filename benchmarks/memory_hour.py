"""Resident memory of `predict` and `prepare` over one hour of video.

Run: python benchmarks/memory_hour.py [VIDEO] [--minutes M] [--only predict|prepare]. VIDEO (or a
demo video of 20 s at 640x360) is repeated to one hour by copying its packets with shifted times,
without encoding again. Each command runs in a child process whose memory is read from /proc (Linux).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np

PERIOD_S = 0.5  # s between readings


def repeat(source: Path, target: Path, seconds: float) -> Path:
    """Copy the packets of `source` again and again until `target` lasts `seconds`."""
    with av.open(str(target), "w") as out:
        with av.open(str(source)) as container:
            kinds = [stream for stream in container.streams if stream.type in ("video", "audio")]
            copies = {stream.index: out.add_stream_from_template(stream) for stream in kinds}
            lasts_s = container.duration / av.time_base
        count, sent = max(1, round(seconds / lasts_s)), dict.fromkeys(copies, -float("inf"))
        for number in range(count):
            with av.open(str(source)) as container:
                for packet in container.demux(*[s for s in container.streams if s.index in copies]):
                    shift = round(number * lasts_s / packet.time_base)
                    if packet.dts is None or packet.dts + shift <= sent[packet.stream.index]:
                        continue  # end of stream, or a sound packet that overlaps the turn before
                    sent[packet.stream.index] = packet.dts + shift
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = copies[packet.stream.index]
                    out.mux(packet)
    return target


def watch(command: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Run a command; the times (s) and resident memory (MB) of it and its children."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    times, sizes = [], []
    while child.poll() is None:
        times.append(time.monotonic() - began)
        sizes.append(sum(_resident_mb(process) for process in _family(child.pid)))
        time.sleep(PERIOD_S)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return np.array(times), np.array(sizes)


def _family(process: int) -> list[int]:
    """A process and all its descendants."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except FileNotFoundError:
        return [process]
    return [process] + [other for child in children for other in _family(int(child))]


def _resident_mb(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def report(name: str, times: np.ndarray, sizes: np.ndarray) -> None:
    """Print the highest reading and the slope once the first tenth has passed."""
    late = times > times[-1] * 0.1
    slope = np.polyfit(times[late] / 60, sizes[late], 1)[0] if late.sum() > 2 else float("nan")
    tenths = [int(sizes[times <= times[-1] * k / 10][-1]) for k in range(1, 11)]
    print(f"{name}: MB after each tenth of the time: {', '.join(map(str, tenths))}")
    print(
        f"{name}: {times[-1]:.0f} s, highest {sizes.max():.0f} MB, "
        f"middle {np.median(sizes[late]):.0f} MB, slope {slope:+.2f} MB per minute of work"
    )


def predict_hour(video: Path, folder: Path) -> None:
    """What the child of `predict` does: all of the command, with a page."""
    from predict_speed import untrained_predictor

    from emotrace.inference import predict_files

    (result,) = predict_files(untrained_predictor(), [video], folder / "traces")
    if result.error:
        raise SystemExit(result.error)


def prepare_hour(video: Path, folder: Path) -> None:
    """What the child of `prepare` does: one recording without labels, crops and sound."""
    from predict_speed import MODEL

    from emotrace import models
    from emotrace.config.media import FaceSettings
    from emotrace.corpora.recording import Corpus, Recording
    from emotrace.store import prepare

    recording = Recording(name="hour", subject="one", video=video, emotion="neutral")
    corpus = Corpus(name="hour", root=video.parent, recordings=(recording,), classes=("neutral",))
    inputs = tuple(models.build(MODEL, preset="small").declaration.inputs.values())
    result = prepare(corpus, folder / "prepared", inputs=inputs, settings=FaceSettings())
    if result.failed:
        raise SystemExit(str(result.failed))


WORK = {"predict": predict_hour, "prepare": prepare_hour}


def main() -> None:
    """Read the command line; as parent make the video and watch, as child do the work."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("video", nargs="?", type=Path)
    options.add_argument("--minutes", type=float, default=60.0)
    options.add_argument("--only", choices=WORK)
    options.add_argument("--child", nargs=2, metavar=("WORK", "FOLDER"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        WORK[chosen.child[0]](chosen.video, Path(chosen.child[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = chosen.video
        if source is None:
            from predict_speed import talking_face

            source = talking_face(folder)
        video = repeat(source, folder / "hour.mp4", chosen.minutes * 60)
        print(
            f"{source.name} repeated to {chosen.minutes:g} min, {video.stat().st_size / 1e6:.0f} MB; ", end=""
        )
        print(f"{os.cpu_count()} cores")
        for work in [chosen.only] if chosen.only else WORK:
            command = [sys.executable, __file__, str(video), "--child", work, str(folder)]
            report(work, *watch(command))


if __name__ == "__main__":
    main()
