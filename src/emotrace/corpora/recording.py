"""What a corpus adapter gives: recordings with media files, ratings, gold standard and subject."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from emotrace.corpora.tables import TableFile


@dataclass(frozen=True)
class Series:
    """Values over time: one rater's trace, or a gold standard, of one dimension.

    Parameters
    ----------
    times_s : float64 array, shape (time,)
        Start in seconds of the step that each value describes (see `emotrace.timing`).
    values : float64 array, shape (time,)
        In the corpus's own unit; NaN: not rated.
    """

    times_s: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Recording:
    """One continuous session of one subject.

    Parameters
    ----------
    name : str
        Unique in the corpus; letters, digits, ``._-`` only, for it names files and folders.
    subject : str
        Who is recorded; recordings of one subject never fall into two partitions.
    video, audio : Path or None
        Media files; `audio` is None where the sound track of `video` is meant. `video` may be a folder
        of numbered images, one per frame; `frame_times_s` is given then.
    frame_times_s : float64 array, shape (frame,), s, or None
        When each frame of `video` was taken, in file order (images: sorted by name), where the corpus
        states it; it overrides the times that the container states.
    faces_cut : bool
        The pictures of `video` are faces cut out already: each is one face from edge to edge.
    tables : mapping of str to TableFile
        Physiology and features on disk; names as safe as those of recordings.
    gold : mapping of dimension to Series
    ratings : mapping of dimension to mapping of rater to Series
    emotion : str or None
        The class of the whole clip, for corpora of classes.
    partition : {"train", "development", "test"} or None
        The official one.
    session : str or None
        Dyad or session that must stay together when splitting.
    attributes : mapping of str to str
        Facts about the subject (``"sex"``: female or male, ``"age"``, ``"language"``, ``"culture"``) and
        the clip (``"sentence"``, ``"intensity"``, ``"stimulus"``), by which folds can be balanced.
    """

    name: str
    subject: str
    video: Path | None = None
    audio: Path | None = None
    frame_times_s: np.ndarray | None = None
    faces_cut: bool = False
    tables: Mapping[str, TableFile] = field(default_factory=dict)
    gold: Mapping[str, Series] = field(default_factory=dict)
    ratings: Mapping[str, Mapping[str, Series]] = field(default_factory=dict)
    emotion: str | None = None
    partition: str | None = None
    session: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_labelled(self) -> bool:
        """Whether it has a gold standard, ratings or a class."""
        return bool(self.gold or self.ratings or self.emotion is not None)

    @property
    def is_observed(self) -> bool:
        """Whether it has media or tables."""
        return self.video is not None or self.audio is not None or bool(self.tables)


@dataclass(frozen=True)
class Corpus:
    """All that an adapter found under a root.

    Parameters
    ----------
    name : str
        The adapter's name, e.g. ``"avec2016"``, or one that tells it from others of that layout.
    root : Path
    recordings : tuple of Recording
    dimensions : tuple of str
        Rated dimensions in a fixed order, e.g. ``("arousal", "valence")``; empty if none.
    classes : tuple of str
        Emotion classes in a fixed order; empty if none.
    value_range : (float, float)
        Lowest and highest value of the rating scale.
    skipped : tuple of (str, str)
        What was left out, and why; nothing is left out silently.
    warnings : tuple of str
    excluded : tuple of (str, str)
        What was left out on purpose, by an option or a rule that is published, and why: no fault.
    licence : str
        Under which it is used; empty until `corpora.read` says its adapter's.
    own_partitions : bool
        Whether partitions are a list of the user's in place of the official ones.
    """

    name: str
    root: Path
    recordings: tuple[Recording, ...]
    dimensions: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    value_range: tuple[float, float] = (-1.0, 1.0)
    skipped: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    licence: str = ""
    own_partitions: bool = False
