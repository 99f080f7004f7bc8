"""A source of tracks that makes them from the bytes of a small text file; workers import it too.

The file holds words: ``frames=20`` and ``samples=3200`` set lengths, ``silent`` leaves out the sound,
``hushed`` makes zeros of it, ``broken`` refuses to open, ``deadly`` kills the process, ``deadly-once`` at the
first try only, ``short`` gives fewer crops than promised, ``slow=0.1`` waits before every chunk of crops but
the first, ``odd`` warns.
What is made is noted in a file beside it.
"""

import os
import signal
import time
import zlib
from pathlib import Path

import numpy as np

from emotrace.errors import DataError
from emotrace.features.track import Track
from emotrace.timing import Timeline

RATE = 16000


class RisingRows:
    """Rows made when asked for; refuses rows that it has passed, as a decoder would."""

    def __init__(self, rows: np.ndarray, wait_s: float = 0.0, given: int | None = None):
        self.shape = rows.shape
        self._rows, self._wait_s, self._next = rows, wait_s, 0
        self._given = len(rows) if given is None else given
        self._begun = False

    def __getitem__(self, rows):
        numbers = np.arange(self.shape[0])[rows] if isinstance(rows, slice) else np.asarray(rows)
        assert len(numbers) and np.all(np.diff(numbers) > 0), "rows do not rise"
        assert numbers[0] >= self._next, "a row was asked for twice"
        self._next = int(numbers[-1]) + 1
        if self._begun:
            time.sleep(self._wait_s)
        self._begun = True
        return self._rows[numbers[numbers < self._given]]


class FakeSource:
    """Tracks of a fake media file."""

    def __init__(self, recording, settings, faces, progress):
        self.path = Path(recording.video or recording.audio)
        self.has_video = recording.video is not None
        content = self.path.read_text()
        self.words = dict(word.partition("=")[::2] for word in content.split())
        self.settings, self.faces = settings, faces
        self.seed = zlib.crc32(content.encode())
        self.frames = int(self.words.get("frames", 20))
        self.samples = int(self.words.get("samples", 640 * self.frames))
        self.duration_s = self.frames * 0.04
        self.warnings: list[str] = []
        if "broken" in self.words:
            raise DataError(f"{self.path}: is no media file")
        if "deadly" in self.words:
            os.kill(os.getpid(), signal.SIGKILL)
        if "deadly-once" in self.words and not self.path.with_suffix(".died").exists():
            self.path.with_suffix(".died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if "odd" in self.words:
            self.warnings.append("its sound breaks off")
        if progress is not None:
            progress(self.duration_s, None)
        (self.path.parent / "pids").mkdir(exist_ok=True)
        (self.path.parent / "pids" / str(os.getpid())).touch()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.note("closed")

    def note(self, what: str) -> None:
        with open(self.path.with_suffix(".log"), "a") as log:
            log.write(what + "\n")

    def track(self, name: str) -> Track | None:
        kind, _, number = name.partition("-")
        if kind == "audio":
            return None if "silent" in self.words else self._sound(int(number))
        if not self.has_video:
            return None
        return self._faces() if name == "faces" else self._crops(name)

    def _faces(self) -> Track:
        if self.faces is None:
            self.note("searched faces")
            rng = np.random.default_rng([self.seed, int(self.settings.threshold * 1000)])
            self.faces = Track(
                rng.normal(size=(self.frames, 15)).astype(np.float32),
                Timeline.irregular(np.arange(self.frames) * 0.04 + 0.001),
                valid=rng.random(self.frames) > 0.2,
                attributes={"width": 64, "height": 48, "identities": 1, "end_s": self.duration_s},
            )
        return self.faces

    def _crops(self, name: str) -> Track:
        faces, size = self._faces(), int(name.split("-")[1])
        self.note(f"cut {name}")
        noise = np.random.default_rng([self.seed, size]).integers(
            0, 256, (self.frames, size, size, 3), np.uint8
        )
        noise += np.asarray(faces.values[:, 0] * 10).astype(np.int64).astype(np.uint8)[:, None, None, None]
        given = self.frames - 1 if "short" in self.words else None
        rows = RisingRows(noise, float(self.words.get("slow", 0)), given)
        return Track(rows, faces.timeline, faces.valid)

    def _sound(self, rate_hz: int) -> Track:
        self.note(f"decoded audio-{rate_hz}")
        samples = (
            np.random.default_rng([self.seed, rate_hz]).normal(0.1, 0.2, self.samples).astype(np.float32)
        )
        if "hushed" in self.words:
            samples[:] = 0
        facts = {"mean": float(samples.mean(dtype=np.float64)), "std": float(samples.std(dtype=np.float64))}
        return Track(samples, Timeline.regular(self.samples, rate_hz), attributes=facts)


def open_fake(recording, settings, faces=None, progress=None) -> FakeSource:
    """A source factory."""
    return FakeSource(recording, settings, faces, progress)
