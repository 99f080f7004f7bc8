"""The folder of one prepared recording: plain .npy tracks, and recording.json that vouches for them."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from emotrace.errors import DataError
from emotrace.features.track import Track
from emotrace.store.files import NpyWriter, publish, remove_leftovers, temporary, write_json
from emotrace.store.record import FORMAT, RECORD, missing_files, read_record

_CHUNK_VALUES = 4 << 20  # of a track that are in memory at a time

RowProgress = Callable[[int, int], None]


class RecordingFolder:
    """Tracks of one recording on disk.

    ``recording.json`` lists each track with its key. A track is written under temporary names,
    its old entry is taken out, the files are renamed, the new entry is put in: so whatever the
    JSON lists is whole, and what a kill leaves unlisted is made again.

    Parameters
    ----------
    path : Path
        Made if missing.
    """

    def __init__(self, path: Path):
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path)
        self.record = _readable_record(path) or {
            "format": FORMAT,
            "tracks": {},
            "sources": {},
            "duration": None,
        }

    @property
    def entries(self) -> dict[str, Any]:
        """What is known of each track: key, dtype, shape, timeline, attributes, warnings."""
        return self.record["tracks"]

    def key(self, name: str) -> str | None:
        """The key of a track that is whole on disk; None if it is missing or damaged."""
        entry = self.entries.get(name)
        return entry["key"] if entry and not missing_files(self.path, entry) else None

    def keep(self, **facts: Any) -> None:
        """Put facts into ``recording.json``."""
        self.record |= facts
        write_json(self.path / RECORD, self.record)

    def remove(self, names: Iterable[str]) -> None:
        """Take tracks out."""
        for name in names:
            self._unlink(self._forget(name))

    def _forget(self, name: str) -> Iterable[str]:
        """Take a track out of ``recording.json``; its files, which are still there."""
        entry = self.entries.get(name)
        if entry is None:
            return ()
        self.keep(tracks={other: facts for other, facts in self.entries.items() if other != name})
        return entry.get("files", {})

    def _unlink(self, files: Iterable[str]) -> None:
        for file in files:
            (self.path / file).unlink(missing_ok=True)

    def write(
        self,
        name: str,
        track: Track | None,
        key: str,
        *,
        spec: dict[str, Any] | None = None,
        version: int | None = None,
        warnings: Iterable[str] = (),
        progress: RowProgress | None = None,
    ) -> None:
        """Write a track in place of an older one; None: the recording lacks it, remember that.

        `spec` is the input that asked for it, `version` that of the code, of a feature.

        Raises
        ------
        DataError
            If the track gives another number of rows than it has times, or the disk is full.
        """
        entry: dict[str, Any] = {"key": key, "spec": spec, "warnings": list(warnings)}
        if version is not None:
            entry["version"] = version
        if track is None:
            self.remove([name])
            self.keep(tracks=self.entries | {name: entry | {"missing": True}})
            return
        parts = {f"{name}.npy": lambda path: _write_values(path, name, track, progress)}
        if track.timeline.rate_hz is None:
            parts[f"{name}.times.npy"] = lambda path: _write_rows(path, track.timeline.seconds())
        if track.valid is not None:
            parts[f"{name}.valid.npy"] = lambda path: _write_rows(path, np.asarray(track.valid, dtype=bool))
        with ExitStack() as stack:
            paths = {file: stack.enter_context(temporary(self.path / file)) for file in parts}
            written = {file: parts[file](path) for file, path in paths.items()}
            self._unlink(set(self._forget(name)) - set(parts))
            for file in parts:
                publish(self.path / file)
        timeline = {"rate_hz": track.timeline.rate_hz, "start_s": track.timeline.start_s}
        entry |= {
            "files": written,
            "timeline": timeline,
            "attributes": dict(track.attributes),
        }
        self.keep(tracks=self.entries | {name: entry})


def _readable_record(path: Path) -> dict[str, Any] | None:
    if not (path / RECORD).exists():
        return None
    try:
        return read_record(path)
    except DataError:
        return None  # nothing it lists can be trusted: all is made again


def _write_values(path: Path, name: str, track: Track, progress: RowProgress | None) -> dict[str, Any]:
    length, row_shape = track.timeline.length, tuple(track.values.shape[1:])
    step = max(1, _CHUNK_VALUES // max(1, int(np.prod(row_shape, dtype=np.int64))))
    chunk = np.asarray(track.values[0 : min(step, length)])  # each row is asked for once, in order
    with NpyWriter(path, chunk.dtype, row_shape) as writer:
        for begin in range(0, length, step):
            if begin > 0:
                chunk = np.asarray(track.values[begin : min(begin + step, length)])
            writer.append(chunk)
            if progress is not None:
                progress(writer.rows, length)
    if writer.rows != length:
        raise DataError(f"track {name} gave {writer.rows} rows; expected {length}, one per time")
    return _facts(path, (writer.rows, *row_shape))


def _write_rows(path: Path, rows: np.ndarray) -> dict[str, Any]:
    with NpyWriter(path, rows.dtype, rows.shape[1:]) as writer:
        writer.append(rows)
    return _facts(path, rows.shape)


def _facts(path: Path, shape: tuple[int, ...]) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "shape": [int(size) for size in shape]}
