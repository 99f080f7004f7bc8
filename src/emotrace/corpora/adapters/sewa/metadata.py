"""Reads metadata.ini of the SEWA database, whose keys are not published: what can be recognised."""

import configparser
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from emotrace.corpora.text_cells import read_text
from emotrace.errors import DataError

_SEXES = {"m": "male", "male": "male", "man": "male", "f": "female", "female": "female", "woman": "female"}
_NUMBER = r"(id|number|no|nr|num)?"
_KEYS = {
    "subject": re.compile(rf"^(subject|participant|person){_NUMBER}$"),
    "session": re.compile(rf"^session{_NUMBER}$"),
    "sex": re.compile(r"^(subject)?(sex|gender)$"),
    "age": re.compile(r"^(subject)?age$"),
    "culture": re.compile(r"^(subject)?(culture|nationality|country)$"),
    "language": re.compile(r"^(subject)?language$"),
    "fps": re.compile(r"^(video)?(fps|framerate|framespersecond)$"),
    "first_frame": re.compile(r"^(first|start)frame(number|index)?$"),
}


@dataclass(frozen=True)
class Metadata:
    """What metadata.ini says; None or absent where it says nothing that is recognised, or two things.

    Parameters
    ----------
    subject, session : str or None
    fps : float or None
        Frames per second of the video.
    first_frame : int or None
        Where a cut segment begins in the video that it was cut from.
    attributes : dict of str to str
        Of "sex", "age", "culture" and "language".
    """

    subject: str | None = None
    session: str | None = None
    fps: float | None = None
    first_frame: int | None = None
    attributes: dict[str, str] = field(default_factory=dict)


def read_metadata(path: Path) -> Metadata:
    """Facts of one folder; keys are compared without case, blanks and signs, in any section.

    Raises
    ------
    DataError
        If the file cannot be read, or is no list of keys and values.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "metadata.ini"
    >>> _ = path.write_text("[Subject]\\nSubject ID = 12\\nGender = F\\n[Video]\\nFrame Rate = 24.5 fps\\n")
    >>> metadata = read_metadata(path)
    >>> metadata.subject, metadata.fps, metadata.attributes
    ('12', 24.5, {'sex': 'female'})
    """
    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    try:
        parser.read_string("[top of the file]\n" + read_text(path))
    except configparser.Error as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path} is no list of keys and values ({reason}); expected key = value") from error
    said: dict[str, set[str]] = defaultdict(set)
    for section in parser.sections():
        for key, value in parser.items(section):
            plain = re.sub(r"[^a-z]", "", key.lower())
            for fact, pattern in _KEYS.items():
                if pattern.match(plain) and value and value.strip():
                    said[fact].add(value.strip().strip("\"'"))
    found = {fact: values.pop() for fact, values in said.items() if len(values) == 1}
    attributes: dict[str, str] = {
        key: found[key] for key in ("sex", "age", "culture", "language") if key in found
    }
    if "sex" in attributes:
        attributes["sex"] = _SEXES.get(attributes["sex"].lower(), attributes["sex"])
    first = _number(found.get("first_frame"))
    return Metadata(
        subject=found.get("subject"),
        session=found.get("session"),
        fps=_number(found.get("fps")),
        first_frame=None if first is None else int(first),
        attributes=attributes,
    )


def _number(text: str | None) -> float | None:
    found = re.match(r"\d+(\.\d+)?", text or "")
    return float(found[0]) if found else None
