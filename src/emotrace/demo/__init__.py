"""Demo corpora: simulated people in the layouts of AVEC 2016 and RML, to try everything without a licence."""

from functools import partial
from pathlib import Path

from emotrace.demo.clips import write_demo_clips
from emotrace.demo.making import Progress, check, claim, make_all
from emotrace.demo.recording import is_complete, write_recording
from emotrace.errors import InputError

__all__ = ["write_demo_clips", "write_demo_corpus"]

_VERSION = 2  # raise it when the same settings give other recordings


def write_demo_corpus(
    root: str | Path,
    *,
    train: int = 9,
    development: int = 3,
    test: int = 3,
    duration_s: float = 30.0,
    seed: int = 0,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Path:
    """Write simulated recordings and ratings, laid out as an AVEC 2016 download; a second call continues.

    Every recording shows another subject: the public-domain face of `skimage.data.astronaut()` reshaped and
    moved, with a synthetic voice. Hidden valence drives mostly the face, hidden arousal mostly the voice,
    and six simulated raters rate both.

    Parameters
    ----------
    root : path-like
        Folder, made if missing.
    train, development, test : int
        Recordings (and subjects) in each partition, 0 to 9, at least one in all.
    duration_s : float
        Length of each recording in seconds, at least 2, cut to whole video frames of 0.04 s.
    seed : int
        Not negative. The same seed gives the same pixels and samples before encoding, whatever `jobs` is.
    jobs : int
        Processes.
    progress : callable or None
        Called with (recordings done, all recordings, what became of one) for every recording that is
        finished or was already there.

    Returns
    -------
    pathlib.Path
        `root`.

    Raises
    ------
    InputError
        If an argument is out of range.
    DataError
        If `root` holds a demo corpus made with other settings.

    Source
    ------
    Our choice. The gold standard is that of AVEC 2016 (`emotrace.annotation.ccc_centring`).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     root = write_demo_corpus(folder, train=1, development=0, test=0, duration_s=2, progress=print)
    1 1 train_1 written
    """
    counts = {"train": train, "dev": development, "test": test}
    for name, count in zip(("train", "development", "test"), counts.values(), strict=True):
        if not isinstance(count, int) or not 0 <= count <= 9:
            raise InputError(f"{name} is {count!r}; expected a whole number of recordings from 0 to 9")
    if sum(counts.values()) == 0:
        raise InputError("train, development and test are all 0; expected at least one recording")
    if not 2 <= duration_s <= 3600:
        raise InputError(f"duration_s is {duration_s}; expected from 2 to 3600 seconds")
    check(seed, jobs)
    root = Path(root)
    claim(root, {"version": _VERSION, **counts, "duration_s": float(duration_s), "seed": seed})
    names = [f"{partition}_{n}" for partition, count in counts.items() for n in range(1, count + 1)]
    make_all(
        names,
        partial(is_complete, root),
        partial(write_recording, root, duration_s=duration_s, seed=seed),
        jobs,
        progress,
    )
    return root
