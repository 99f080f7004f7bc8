"""The demo corpus of clips: simulated people who act six emotions, in the layout of RML."""

from functools import partial
from pathlib import Path

import numpy as np

from emotrace.demo.emotions import EMOTIONS, perform
from emotrace.demo.face import draw
from emotrace.demo.making import Progress, check, claim, make_all
from emotrace.demo.movement import wander
from emotrace.demo.processes import FPS
from emotrace.demo.subject import draw_subject
from emotrace.demo.voice import SAMPLE_RATE, speak
from emotrace.errors import InputError
from emotrace.media import write_video

__all__ = ["SimulatedClip", "write_demo_clips"]

_VERSION = 1  # raise it when the same settings give other clips
_ROOM = 0.0006  # of the noise where nobody speaks, as loud as that of `speak`
_CODES = tuple(EMOTIONS)


class SimulatedClip:
    """Everything about one clip before encoding; the same arguments give the same values bit by bit.

    Parameters
    ----------
    name : str
        Like `s3/an2`: speaker, emotion, take.
    seed : int

    Attributes
    ----------
    samples : float32 array, shape (samples,)
        At 44.1 kHz: 2.0 to 2.6 s of voice with 0.3 to 0.5 s of room noise before and after.
    expressions, poses : float array, shape (frames, 5)
    """

    def __init__(self, name, seed):
        speaker, take = name.removeprefix("s").split("/")
        code, number = take[:2], int(take[2:])
        of_speaker = np.random.SeedSequence([seed, 10, int(speaker)]).spawn(2)
        of_clip = np.random.SeedSequence([seed, 11, int(speaker), _CODES.index(code), number])
        lengths, voice, face = (np.random.default_rng(one) for one in of_clip.spawn(3))
        self._room_seed = of_speaker[1]
        self.subject = draw_subject(np.random.default_rng(of_speaker[0]))
        manner = EMOTIONS[code]

        before, spoken, after = (round(lengths.uniform(*span) * FPS) for span in _SPANS_S)
        arousal = manner.excitement + 0.1 * lengths.standard_normal() + 0.1 * wander(spoken + 1, 0.5, voice)
        said = speak(self.subject, np.clip(arousal, -1, 1), np.zeros(spoken + 1), voice)
        pauses = [
            (_ROOM * voice.standard_normal(frames * SAMPLE_RATE // FPS)).astype(np.float32)
            for frames in (before, after)
        ]
        self.samples = np.concatenate([pauses[0], said.samples, pauses[1]])
        mouth = np.pad(said.mouth, (before, after))
        self.expressions, self.poses = perform(self.subject, manner, lengths.uniform(0.7, 1.0), mouth, face)

    def frames(self):
        """The video, drawn as it is asked for: uint8 arrays of shape (240, 320, 3), RGB, 25 per second."""
        return draw(self.subject, self._room_seed, self.expressions, self.poses)


_SPANS_S = ((0.3, 0.5), (2.0, 2.6), (0.3, 0.5))  # before, in and after speech


def write_demo_clips(
    root: str | Path,
    *,
    speakers: int = 24,
    takes: int = 1,
    seed: int = 0,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Path:
    """Write simulated clips of acted emotions, laid out as RML; a second call continues.

    Every speaker acts each of six emotions. Some emotions share a face and some a voice: ears alone are right
    in half of the clips at best, eyes alone in two thirds, both together in all.

    Parameters
    ----------
    root : path-like
        Folder, made if missing.
    speakers : int
        1 to 99. Every speaker has another face and another voice.
    takes : int
        1 to 9, of each emotion by each speaker: 2.6 to 3.6 s, 25 frames per second.
    seed : int
        Not negative. The same seed gives the same pixels and samples before encoding, whatever `jobs` is.
    jobs : int
        Processes.
    progress : callable or None
        As in `write_demo_corpus`.

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
    Our choice.

    Examples
    --------
    >>> import tempfile
    >>> told = []
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     root = write_demo_clips(folder, speakers=1, takes=1, progress=lambda *one: told.append(one))
    >>> told[0]
    (1, 6, 's1/an1 written')
    """
    for name, value, low, high in (("speakers", speakers, 1, 99), ("takes", takes, 1, 9)):
        if not isinstance(value, int) or not low <= value <= high:
            raise InputError(f"{name} is {value!r}; expected a whole number from {low} to {high}")
    check(seed, jobs)
    root = Path(root)
    claim(root, {"version": _VERSION, "clips": True, "speakers": speakers, "takes": takes, "seed": seed})
    names = [
        f"s{speaker}/{code}{take}"
        for speaker in range(1, speakers + 1)
        for code in _CODES
        for take in range(1, takes + 1)
    ]
    make_all(names, partial(_is_there, root), partial(_write, root, seed=seed), jobs, progress)
    return root


def _file(root: Path, name: str) -> Path:
    """RML comes as two downloads, the later speakers in the second."""
    speaker = int(name.removeprefix("s").split("/")[0])
    return root / ("rml-1" if speaker <= 5 else "rml-2") / f"{name}.mp4"


def _is_there(root: Path, name: str) -> bool:
    return _file(root, name).is_file()


def _write(root: Path, name: str, seed: int) -> str:
    clip = SimulatedClip(name, seed)
    write_video(_file(root, name), clip.frames(), FPS, clip.samples, SAMPLE_RATE)
    return name
