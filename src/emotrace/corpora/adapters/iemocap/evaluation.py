"""The evaluation files of IEMOCAP: gold standard, class and raters of each utterance of a dialogue."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from emotrace.errors import DataError

DIMENSIONS = ("arousal", "valence", "dominance")
EMOTIONS = {
    "ang": "anger",
    "hap": "happiness",
    "sad": "sadness",
    "neu": "neutral",
    "exc": "excitement",
    "dis": "disgust",
    "fru": "frustration",
    "fea": "fear",
    "sur": "surprise",
    "oth": "other",
}
NO_AGREEMENT = "xxx"
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_SUMMARY = re.compile(
    rf"\[{_NUMBER} - {_NUMBER}\]\s+(\w+)\s+(\w+)\s+\[{_NUMBER}, *{_NUMBER}, *{_NUMBER}\]"  # V, A, D
)
_RATER = re.compile(r"([CA])-(\w+):\s*([^()]*?)\s*(?:\(.*)?")
_KEYS = {"act": "arousal", "val": "valence", "dom": "dominance"}
_TEXT = re.compile(r"(\S+)\s+\[[\d.]+\s*-\s*[\d.]+\]:\s*(.*)")


@dataclass
class Utterance:
    """What an evaluation file says about one utterance.

    Parameters
    ----------
    name : str
        Such as ``Ses01F_impro01_F000``.
    emotion : str or None
        Name of the class; None where raters did not agree (``xxx``).
    values : dict of dimension to float
        The gold standard.
    ratings : dict of dimension to dict of rater to float
        Without what a rater left out.
    votes : dict of rater to str
        Classes as the rater wrote them.
    """

    name: str
    emotion: str | None
    values: dict[str, float]
    ratings: dict[str, dict[str, float]] = field(default_factory=dict)
    votes: dict[str, str] = field(default_factory=dict)


def read_evaluation(path: Path) -> tuple[list[Utterance], list[str]]:
    """Utterances of ``EmoEvaluation/<dialogue>.txt``, and what is odd about its lines.

    Raises
    ------
    DataError
        If the file cannot be read, holds no utterance, or one twice.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "Ses01F_impro01.txt"
    >>> head = "[6.2901 - 8.2357]\\tSes01F_impro01_F000\\tneu\\t[2.5000, 3.0000, 2.5000]\\n"
    >>> _ = path.write_text(head + "C-E2:\\tNeutral;\\t()\\nA-E3:\\tval 3; act 2; dom  2;\\t()\\n")
    >>> (found,), odd = read_evaluation(path)
    >>> found.emotion, found.values, found.ratings["dominance"], found.votes, odd
    ('neutral', {'arousal': 3.0, 'valence': 2.5, 'dominance': 2.5}, {'E3': 2.0}, {'E2': 'Neutral'}, [])
    """
    found: dict[str, Utterance] = {}
    odd: list[str] = []
    current: Utterance | None = None
    for number, line in enumerate(read_lenient(path).splitlines(), start=1):
        line = line.strip()
        summary = _SUMMARY.fullmatch(line)
        if summary:
            current = _utterance(summary)
            if summary[4].lower() not in (*EMOTIONS, NO_AGREEMENT):
                odd.append(f"line {number} of {path.name}")
            if current.name in found:
                raise DataError(
                    f"{path}, line {number} holds {current.name} again; expected each utterance once"
                )
            found[current.name] = current
            continue
        if line.startswith("["):
            odd.append(f"line {number} of {path.name}")
            current = None
            continue
        rater = _RATER.fullmatch(line)
        if rater is None or current is None:
            if line[:2] in ("A-", "C-") and current is not None:
                odd.append(f"line {number} of {path.name}")
            continue
        if rater[1] == "C":
            current.votes[rater[2]] = "+".join(part.strip() for part in rater[3].split(";") if part.strip())
        elif not _take(rater[3], rater[2], current.ratings):
            odd.append(f"line {number} of {path.name}")
    if not found:
        raise DataError(f"{path} holds no utterance; expected lines [start - end], name, class, [V, A, D]")
    return list(found.values()), odd


def read_transcription(path: Path) -> dict[str, str]:
    """What was said, by utterance, from ``transcriptions/<dialogue>.txt``; other lines are passed over.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    rows = (_TEXT.fullmatch(line.strip()) for line in read_lenient(path).splitlines())
    return {row[1]: row[2] for row in rows if row}


def read_lenient(path: Path) -> str:
    """Text in whose comments and transcripts single bytes may be no UTF-8.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); expected text") from error


def _utterance(summary: re.Match[str]) -> Utterance:
    values = {"valence": float(summary[5]), "arousal": float(summary[6]), "dominance": float(summary[7])}
    return Utterance(
        summary[3], EMOTIONS.get(summary[4].lower()), {name: values[name] for name in DIMENSIONS}
    )


def _take(text: str, rater: str, ratings: dict[str, dict[str, float]]) -> bool:
    """Take ``val 3; act 2; dom  2;`` into ratings; whether all of it was understood."""
    fine = True
    for part in text.split(";"):
        words = part.split()
        if not words:
            continue
        try:
            value = float(words[1]) if len(words) == 2 else np.nan
        except ValueError:
            value = np.nan
        if words[0] in _KEYS and not np.isnan(value):
            ratings.setdefault(_KEYS[words[0]], {})[rater] = value
        else:
            # "dom" without a number is a rater who left it out; anything else is not understood
            fine = fine and words[0] in _KEYS and len(words) == 1
    return fine
