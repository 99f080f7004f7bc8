"""Reads session.xml of SEMAINE: who spoke with which character, and which traces there should be."""

from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from emotrace.errors import DataError


@dataclass(frozen=True)
class SessionFacts:
    """What session.xml says; None or empty where it says nothing.

    Parameters
    ----------
    recording : str or None
        Number of the recording without leading zeros, which the sessions of one conversation share.
    character : str or None
        Obadiah, Poppy, Prudence or Spike; also Beginning, End or Forbidden.
    subjects : dict of role to str
        Identity of "user" and "operator".
    traces : tuple of str
        Names of the FeelTrace files.
    """

    recording: str | None = None
    character: str | None = None
    subjects: dict[str, str] = field(default_factory=dict)
    traces: tuple[str, ...] = ()


def read_session_xml(path: Path) -> SessionFacts:
    """Facts of one session.

    Raises
    ------
    DataError
        If the file cannot be read or is no XML.

    Source
    ------
    CORPORA 3.4.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "session.xml"
    >>> _ = path.write_text('<session sessionId="2" recording="1" character="Poppy">'
    ...     '<subject role="User" id="2"/><subject role="Operator" id="7"/></session>')
    >>> read_session_xml(path)
    SessionFacts(recording='1', character='Poppy', subjects={'user': '2', 'operator': '7'}, traces=())
    """
    try:
        root = ElementTree.fromstring(path.read_bytes())
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); check its permissions") from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DataError(f"{path} is no XML ({error}); expected a description of the session") from error
    subjects: dict[str, str] = {}
    traces = []
    for element in root.iter():
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        facts = {key: value.strip() for key, value in element.attrib.items()}
        if tag == "subject" and facts.get("role") and facts.get("id"):
            subjects.setdefault(facts["role"].lower(), facts["id"])
        elif tag == "annotation" and facts.get("type", "").lower() == "feeltrace" and facts.get("filename"):
            traces.append(facts["filename"])
    return SessionFacts(
        recording=root.get("recording", "").strip().lstrip("0") or None,  # FeelTrace names have no zeros
        character=root.get("character", "").strip() or None,
        subjects=subjects,
        traces=tuple(traces),
    )
