"""Text files of an AVEC 2016 download: ratings, gold standard, frame times, and where each file lies."""

from pathlib import Path

from emotrace.demo.processes import FPS
from emotrace.demo.raters import RATERS

__all__ = ["DIMENSIONS", "frame_times_text", "gold_text", "ratings_text", "recording_files"]

DIMENSIONS = ("arousal", "valence")


def recording_files(name):
    """The files of one recording, relative to the corpus, without physiology.

    Parameters
    ----------
    name : str
        Like `train_1`.

    Returns
    -------
    dict of str to pathlib.PurePath
        Keys: video, audio, frame_time, and ratings, centred, gold followed by `_arousal` or `_valence`.

    Examples
    --------
    >>> recording_files("dev_2")["gold_valence"].as_posix()
    'ratings_gold_standard/valence/dev_2.arff'
    """
    files = {
        "video": f"recordings_video/{name}.mp4",
        "audio": f"recordings_audio/{name}.wav",
        "frame_time": f"recordings_video_frame_time/{name}.csv",
    }
    for dimension in DIMENSIONS:
        files[f"ratings_{dimension}"] = f"ratings_individual/{dimension}/{name}.csv"
        files[f"centred_{dimension}"] = f"ratings_individual_centred/{dimension}/{name}.csv"
        files[f"gold_{dimension}"] = f"ratings_gold_standard/{dimension}/{name}.arff"
    return {key: Path(file) for key, file in files.items()}


def _number(value):
    """Shortest text with at most six decimals."""
    return f"{round(float(value), 6) + 0.0:.6f}".rstrip("0").rstrip(".")


def ratings_text(ratings):
    """CSV of the six raters: `;`, a blank after every rater's name but the last, one row per 40 ms from 0 s.

    Parameters
    ----------
    ratings : float array, shape (6, time)

    Returns
    -------
    str

    Source
    ------
    RECOLA annotation files, as read by the public loaders of the corpus.

    Examples
    --------
    >>> import numpy as np
    >>> ratings_text(np.full((6, 1), -0.04)).splitlines()
    ['time;FM1 ;FM2 ;FM3 ;FF1 ;FF2 ;FF3', '0;-0.04;-0.04;-0.04;-0.04;-0.04;-0.04']
    """
    lines = ["time;" + " ;".join(RATERS)]
    lines += [";".join(_number(v) for v in (i / FPS, *row)) for i, row in enumerate(ratings.T)]
    return "\n".join(lines) + "\n"


def gold_text(name, gold):
    """ARFF of a gold standard: nine header lines, CRLF, rows `name,time,value`.

    Parameters
    ----------
    name : str
        Like `train_1`.
    gold : float array, shape (time,)
        From 0 s, 25 per second.

    Returns
    -------
    str

    Source
    ------
    `templateGS.arff` of the AVEC 2018 scripts.

    Examples
    --------
    >>> gold_text("train_1", [-0.0229]).splitlines()[-1]
    'train_1,0,-0.0229'
    """
    lines = ["@relation GOLDSTANDARD", "", "@attribute Instance_name string", "@attribute frameTime numeric"]
    lines += ["@attribute GoldStandard numeric", "", "", "@data", ""]
    lines += [f"{name},{_number(i / FPS)},{_number(value)}" for i, value in enumerate(gold)]
    return "\r\n".join(lines) + "\r\n"


def frame_times_text(frames):
    """CSV of frame times: one header line, then frame number and time in seconds, separated by `;`.

    Parameters
    ----------
    frames : int

    Returns
    -------
    str

    Source
    ------
    AVEC 2016; the names in the header are our choice, since readers skip that line.

    Examples
    --------
    >>> frame_times_text(2).splitlines()
    ['frame;time', '1;0', '2;0.04']
    """
    return "\n".join(["frame;time", *(f"{i + 1};{_number(i / FPS)}" for i in range(frames))]) + "\n"
