"""What is handed to a worker that prepares one recording, and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emotrace.config.declaration import InputSpec
from emotrace.config.media import FaceSettings
from emotrace.corpora.recording import Corpus, Recording
from emotrace.features.track import Track, TrackSource


class Progress(Protocol):
    """Hears how a preparation proceeds.

    `event` is ``"recording"`` when a recording is finished (`done` of `total` recordings), or the
    name of the track that is being made (`done` of `total` rows; seconds for ``"faces"``; `total`
    is 0 where it is not known); `name` is the recording. Tracks are told with one job only.
    """

    def __call__(self, event: str, done: int, total: int, name: str) -> None: ...


class SourceFactory(Protocol):
    """Opens the media of a recording.

    `faces` is the faces track where it is made already: crops are cut by it. `progress` hears
    (seconds done, seconds in all) while faces are found. A source may have ``warnings`` (list of
    str) and may be a context manager.
    """

    def __call__(
        self,
        recording: Recording,
        settings: FaceSettings,
        faces: Track | None,
        progress: Callable[[float, float | None], None] | None,
    ) -> TrackSource: ...


@dataclass(frozen=True)
class Task:
    """All that a worker needs to prepare one recording.

    Parameters
    ----------
    recording : Recording
    corpus : Corpus
        For its dimensions and classes; without its recordings.
    folder : Path
        Of the prepared recording.
    inputs : tuple of InputSpec
    settings : FaceSettings
    factory : SourceFactory
        Defined in a module, so that it reaches another process.
    tables : tuple of str
        Names of the tables to store.
    """

    recording: Recording
    corpus: Corpus
    folder: Path
    inputs: tuple[InputSpec, ...]
    settings: FaceSettings
    factory: SourceFactory
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of one recording.

    Parameters
    ----------
    made : tuple of str
        Tracks that were written; empty if everything was reused.
    warnings : tuple of str
    """

    made: tuple[str, ...]
    warnings: tuple[str, ...]
