"""Streams the sound of a media file as mono samples on the media clock."""

import os
from collections.abc import Iterator

import av
import numpy as np

from emotrace.errors import DataError, InputError
from emotrace.media.clock import MediaClock
from emotrace.media.container import NothingDecodesError, audio_stream, open_media
from emotrace.media.packets import decode_packets
from emotrace.timing import sample_count

_TOLERANCE_S = 0.05  # s, timestamps may miss the running sample count by this much
_EARLY_S = 0.5  # s, a stream that ends earlier than stated by more is reported
_BLOCK = 1 << 16  # samples of silence written at once
_INTEGERS = {
    "uint8": (128.0, 128.0),
    "int16": (0.0, 2.0**15),
    "int32": (0.0, 2.0**31),
    "int64": (0.0, 2.0**63),
}


class SoundReader:
    """The sound of a file as an iterator of float32 chunks (samples,), nominally in [-1, 1].

    Sample ``n`` of all chunks together sounds at ``n / rate_hz`` seconds of the media clock: a late
    start and gaps are filled with zeros, overlaps are cut. Channels are averaged, whatever their
    number. Timestamps that miss the running sample count by less than 50 ms are jitter and are not
    followed. Samples that are not finite become 0, with a warning.

    Parameters
    ----------
    path : path of a media file
    rate_hz : int
        Rate that the sound is resampled to.
    warnings : list of str or None
        Sentences on what could not be read are added to it.

    Attributes
    ----------
    end_s : float
        End of what was decoded so far, s.

    Raises
    ------
    InputError
        If `rate_hz` is not positive.
    DataError
        On iteration: if the file cannot be opened, has no audio, or none of it decodes.

    Source
    ------
    Our choice.
    """

    def __init__(self, path: str | os.PathLike, rate_hz: int, warnings: list[str] | None = None):
        if rate_hz <= 0:
            raise InputError(f"rate_hz is {rate_hz}; expected a positive number of samples per second")
        self.path = path
        self.rate_hz = int(rate_hz)
        self.end_s = 0.0
        self._warnings = warnings if warnings is not None else []

    def __iter__(self) -> Iterator[np.ndarray]:
        done = 0  # samples yielded so far
        resampler = _Resampler(self.rate_hz)
        for rate_hz, start_s, samples in self._segments():
            if rate_hz != resampler.source_rate_hz:
                for chunk in resampler.restart(rate_hz):
                    done += len(chunk)
                    yield chunk
                silence = sample_count(start_s, self.rate_hz) - done
                for size in _blocks(silence):
                    done += size
                    yield np.zeros(size, np.float32)
            for chunk in resampler.push(samples):
                done += len(chunk)
                yield chunk
        for chunk in resampler.restart(0):
            done += len(chunk)
            yield chunk
        self.end_s = max(self.end_s, done / self.rate_hz)

    def _segments(self) -> Iterator[tuple[int, float, np.ndarray]]:
        """(source rate, start in s of the run, mono samples): within a run without gap or overlap."""
        with open_media(self.path) as container:
            stream = audio_stream(container)
            if stream is None:
                raise DataError(f"{self.path} has no audio; expected a file with a sound track")
            clock = MediaClock(container, stream, self._warn)
            rate_hz, start_s, count, finite = 0, 0.0, 0, True
            for frame in decode_packets(container, stream, self._warn):
                mono, clean = _mono(frame)
                finite = finite and clean
                here_s = clock.place(frame.pts, len(mono) / frame.sample_rate)
                if frame.sample_rate != rate_hz:
                    start_s = start_s + count / rate_hz if rate_hz else max(here_s, 0.0)
                    first = rate_hz == 0
                    rate_hz, count = frame.sample_rate, 0
                    if first and here_s < 0:
                        mono = mono[sample_count(-here_s, rate_hz) :]
                        here_s = 0.0
                miss_s = here_s - (start_s + count / rate_hz)
                if miss_s > _TOLERANCE_S:
                    for size in _blocks(sample_count(miss_s, rate_hz)):
                        count += size
                        yield rate_hz, start_s, np.zeros(size, np.float32)
                elif miss_s < -_TOLERANCE_S:
                    mono = mono[sample_count(-miss_s, rate_hz) :]
                count += len(mono)
                self.end_s = start_s + count / rate_hz
                if len(mono):
                    yield rate_hz, start_s, mono
            if self.end_s == 0:
                raise NothingDecodesError(f"{self.path}: none of its audio decodes; copy the file again")
            if not finite:
                self._warn("the audio holds samples that are not finite; they are taken as 0")
            if clock.stated_end_s is not None and self.end_s < clock.stated_end_s - _EARLY_S:
                self._warn(
                    f"the audio ends at {self.end_s:.2f} s, its header says {clock.stated_end_s:.2f} s"
                )

    def _warn(self, text: str) -> None:
        self._warnings.append(f"{os.path.basename(self.path)}: {text}")


def stream_audio(
    path: str | os.PathLike, rate_hz: int, *, warnings: list[str] | None = None
) -> Iterator[np.ndarray]:
    """The sound of a file as float32 mono chunks on the media clock; see `SoundReader`.

    Raises
    ------
    InputError
        If `rate_hz` is not positive.
    DataError
        If the file cannot be opened, has no audio, or none of it decodes.
    """
    return iter(SoundReader(path, rate_hz, warnings))


class _Resampler:
    """Mono samples at one rate in, at another out; equal rates pass untouched."""

    def __init__(self, rate_hz: int):
        self.rate_hz = rate_hz
        self.source_rate_hz = 0
        self._inner: av.AudioResampler | None = None

    def restart(self, source_rate_hz: int) -> list[np.ndarray]:
        """Get ready for another source rate, 0 for the end; gives what was still inside."""
        rest = self._run(None) if self._inner is not None else []
        self.source_rate_hz = source_rate_hz
        same = source_rate_hz in (0, self.rate_hz)
        self._inner = None if same else av.AudioResampler(format="fltp", layout="mono", rate=self.rate_hz)
        return rest

    def push(self, samples: np.ndarray) -> list[np.ndarray]:
        """Feed samples (n,) at the source rate; gives what is ready."""
        if self._inner is None:
            return [samples]
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = self.source_rate_hz
        return self._run(frame)

    def _run(self, frame) -> list[np.ndarray]:
        assert self._inner is not None
        return [out.to_ndarray()[0] for out in self._inner.resample(frame) if out.samples]


def _mono(frame) -> tuple[np.ndarray, bool]:
    """Mean of the channels, float32 (samples,), and whether all samples were finite."""
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, len(frame.layout.channels) or 1).T  # (channel, samples)
    name = values.dtype.name
    if name in _INTEGERS:
        middle, scale = _INTEGERS[name]
        values = (values.astype(np.float32) - np.float32(middle)) / np.float32(scale)
    mono = values.mean(axis=0, dtype=np.float32 if len(values) == 1 else np.float64).astype(np.float32)
    clean = bool(np.isfinite(mono).all())
    return (mono if clean else np.nan_to_num(mono, nan=0.0, posinf=0.0, neginf=0.0)), clean


def _blocks(size: int) -> Iterator[int]:
    while size > 0:
        yield min(size, _BLOCK)
        size -= _BLOCK
