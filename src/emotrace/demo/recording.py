"""Makes and writes one recording of the demo corpus; runs in a process of its own."""

from pathlib import Path

import numpy as np

from emotrace.annotation.ccc_centring import ccc_centring, centre_ratings
from emotrace.demo.expression import act
from emotrace.demo.face import draw
from emotrace.demo.layout import (
    DIMENSIONS,
    frame_times_text,
    gold_text,
    ratings_text,
    recording_files,
)
from emotrace.demo.processes import FPS, hidden_processes
from emotrace.demo.raters import rate
from emotrace.demo.subject import draw_subject
from emotrace.demo.voice import SAMPLE_RATE, speak
from emotrace.media import write_sound, write_video
from emotrace.writing import written_whole

__all__ = ["PARTITIONS", "SimulatedRecording", "is_complete", "write_recording"]

PARTITIONS = ("train", "dev", "test")


class SimulatedRecording:
    """Everything about one recording before encoding; the same arguments give the same values bit by bit.

    Parameters
    ----------
    name : str
        Like `train_1`: every name is another subject.
    duration_s : float
    seed : int

    Attributes
    ----------
    hidden : dict of str to float array, shape (time,)
        True arousal and valence at 0, 0.04, ... s.
    ratings : dict of str to float array, shape (6, time)
    samples : float32 array, shape (samples,)
        Voice at 44.1 kHz.
    expressions, poses : float array, shape (frames, 5)
    """

    def __init__(self, name, duration_s, seed):
        partition, number = name.split("_")
        seeds = np.random.SeedSequence([seed, PARTITIONS.index(partition), int(number)]).spawn(6)
        of_subject, of_hidden, of_raters, of_voice, of_face = (np.random.default_rng(s) for s in seeds[:5])
        self._room_seed = seeds[5]
        self.subject = draw_subject(of_subject)
        self.hidden = dict(zip(DIMENSIONS, hidden_processes(duration_s, of_hidden), strict=True))
        self.ratings = {dimension: rate(self.hidden[dimension], of_raters) for dimension in DIMENSIONS}
        voice = speak(self.subject, self.hidden["arousal"], self.hidden["valence"], of_voice)
        self.samples = voice.samples
        self.expressions, self.poses = act(
            self.subject, self.hidden["arousal"], self.hidden["valence"], voice.mouth, of_face
        )

    def frames(self):
        """The video, drawn as it is asked for: uint8 arrays of shape (240, 320, 3), RGB, 25 per second."""
        return draw(self.subject, self._room_seed, self.expressions, self.poses)


def is_complete(root, name):
    """Whether every file of a recording exists; a half-written file bears another name.

    Parameters
    ----------
    root : path-like
    name : str

    Returns
    -------
    bool
    """
    return all((Path(root) / file).is_file() for file in recording_files(name).values())


def write_recording(root, name, duration_s, seed):
    """Write all files of one recording, each under a temporary name that is then changed.

    Parameters
    ----------
    root : path-like
    name : str
    duration_s : float
    seed : int

    Returns
    -------
    str
        The name.
    """
    recording = SimulatedRecording(name, duration_s, seed)
    files = {key: Path(root) / file for key, file in recording_files(name).items()}
    write_video(files["video"], recording.frames(), FPS, recording.samples, SAMPLE_RATE)
    write_sound(files["audio"], [recording.samples], SAMPLE_RATE)
    _write_text(files["frame_time"], frame_times_text(len(recording.expressions)))
    for dimension in DIMENSIONS:
        ratings = recording.ratings[dimension]
        _write_text(files[f"ratings_{dimension}"], ratings_text(ratings))
        _write_text(files[f"centred_{dimension}"], ratings_text(centre_ratings(ratings)))
        _write_text(files[f"gold_{dimension}"], gold_text(name, ccc_centring(ratings)))
    return name


def _write_text(path, text):
    with written_whole(path) as part:
        part.write_bytes(text.encode("ascii"))
