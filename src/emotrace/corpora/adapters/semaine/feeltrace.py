"""FeelTrace files of SEMAINE: what their names say, and their values over time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emotrace.corpora.number_block import parse_numbers
from emotrace.corpora.ratings_csv import check_rising
from emotrace.corpora.recording import Series
from emotrace.corpora.text_cells import read_text, to_numbers
from emotrace.errors import DataError

STEP_S = 0.02  # 50 values per second
CHARACTERS = {"Ob": "Obadiah", "Po": "Poppy", "Pr": "Prudence", "Sp": "Spike"}
ROLES = {"U": "user", "O": "operator"}

RATED_IN_FULL = {"A": "arousal", "V": "valence", "P": "power", "E": "expectation", "I": "intensity"}
RATED_AT_TIMES = {
    "Fr": "fear",
    "An": "anger",
    "Hp": "happiness",
    "Sd": "sadness",
    "Dg": "disgust",
    "Ct": "contempt",
    "Am": "amusement",
    "Cert": "certain",
    "Agre": "agreeing",
    "Intr": "interested",
    "Ease": "at_ease",
    "Thgt": "thoughtful",
    "Conc": "concentrating",
    "Sldy": "shows_solidarity",
    "Antg": "shows_antagonism",
    "STen": "shows_tension",
    "RTen": "releases_tension",
    "MSug": "makes_suggestion",
    "ASug": "asks_for_suggestion",
    "GOpn": "gives_opinion",
    "AOpn": "asks_for_opinion",
    "GInf": "gives_information",
    "AInf": "asks_for_information",
    "BrkEng": "breakdown_of_engagement",
    "AnomSim": "anomalous_simulation",
    "SocCncl": "sociable_concealment",
    "SocSim": "sociable_simulation",
}
DIMENSIONS = {**RATED_IN_FULL, **RATED_AT_TIMES}

LIKE_A_TRACE = re.compile(r"^[AR]\d+[RS]\d+T.*\.txt$", re.IGNORECASE)
_NAME = re.compile(
    r"^[AR](?P<rater>\d+)[RS](?P<recording>\d+)T(?P<role>[UO])C(?P<character>Ob|Po|Pr|Sp)2?"
    r"D(?P<code>[A-Z][A-Za-z]*)\.(?i:txt)$"
)


@dataclass(frozen=True)
class Trace:
    """What the name of a FeelTrace file says.

    Parameters
    ----------
    path : Path
    rater : int
    recording : int
        Number of the recording, which several session folders share.
    role : {"user", "operator"}
        Who is rated.
    character : {"Obadiah", "Poppy", "Prudence", "Spike"}
    dimension : str
    """

    path: Path
    rater: int
    recording: int
    role: str
    character: str
    dimension: str


def parse_trace_name(path: Path) -> Trace | None:
    """Take the name of a FeelTrace file apart; None if it is none, or of an unknown dimension.

    The code of the dimension is everything from its ``D`` to the extension: ``DA`` is arousal, ``DAn``
    anger, ``DAgre`` agreeing.

    Source
    ------
    CORPORA 3.2: the patterns of published loaders.

    Examples
    --------
    >>> trace = parse_trace_name(Path("R5S1TUCPoDA.txt"))
    >>> trace.rater, trace.recording, trace.role, trace.character, trace.dimension
    (5, 1, 'user', 'Poppy', 'arousal')
    >>> parse_trace_name(Path("A3R12TOCSp2DAn.txt")).dimension
    'anger'
    """
    found = _NAME.match(path.name)
    if found is None or found["code"] not in DIMENSIONS:
        return None
    return Trace(
        path=path,
        rater=int(found["rater"]),
        recording=int(found["recording"]),
        role=ROLES[found["role"]],
        character=CHARACTERS[found["character"]],
        dimension=DIMENSIONS[found["code"]],
    )


def read_trace(path: Path) -> Series:
    """One rater's values over time: ``time value`` per line, seconds, every 0.02 s; blank lines do not count.

    Raises
    ------
    DataError
        If a line does not hold two numbers, times do not rise or are not 0.02 s apart (10 % allowed), or no
        value is rated.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "R5S1TUCPoDA.txt"
    >>> _ = path.write_text("0.00 0.1\\n\\n0.02 0.15\\n")
    >>> read_trace(path)
    Series(times_s=array([0.  , 0.02]), values=array([0.1 , 0.15]))
    """
    text = [(n, line.strip()) for n, line in enumerate(read_text(path).splitlines(), start=1) if line.strip()]
    numbers = parse_numbers([line for _, line in text], " ", 2)
    times, values = _read_carefully(text, path) if numbers is None else numbers.T
    check_rising(times, path)
    step = float(np.median(np.diff(times))) if len(times) > 1 else STEP_S
    if abs(step - STEP_S) > 0.1 * STEP_S:
        raise DataError(f"{path} has a value every {step:g} s; expected one every {STEP_S} s")
    if np.isnan(values).all():
        raise DataError(f"{path} has no rated value; expected numbers after the times")
    return Series(times, values)


def _read_carefully(text: list[tuple[int, str]], path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Times and values of numbered lines, however many blanks part them; names the line that is wrong."""
    rows = [line.split() for _, line in text]
    lines = [number for number, _ in text]
    for number, cells in zip(lines, rows, strict=True):
        if len(cells) != 2:
            raise DataError(
                f"{path}, line {number} has {len(cells)} values; expected two with a blank between, time and "
                "value: the file may be cut off, copy it again"
            )
    times = to_numbers([row[0] for row in rows], lines, path, "time")
    return times, to_numbers([row[1] for row in rows], lines, path, "value")


def cut_to_shortest(raters: Mapping[str, Series]) -> tuple[dict[str, Series], float, str]:
    """Traces of all raters up to the end of the shortest, as every published loader cuts them.

    Parameters
    ----------
    raters : mapping of rater to Series
        At least one.

    Returns
    -------
    cut : dict of rater to Series
    lost : float in [0, 1)
        Share of the longest trace that was cut off.
    shortest : str
        The rater whose trace ends first.

    Source
    ------
    CORPORA 3.3.
    """
    ends = {rater: float(one.times_s[-1]) for rater, one in raters.items()}
    shortest = min(ends, key=lambda rater: ends[rater])
    end = ends[shortest] + STEP_S / 2
    cut = {}
    for rater, one in raters.items():
        kept = one.times_s < end
        cut[rater] = Series(one.times_s[kept], one.values[kept])
    longest = max(raters, key=lambda rater: len(raters[rater].times_s))
    before = len(raters[longest].times_s)
    return cut, 1 - len(cut[longest].times_s) / before, shortest
