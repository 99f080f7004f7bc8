"""The session folders of the SEMAINE database: their files by person and character, as recordings."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emotrace.corpora.adapters.semaine.feeltrace import (
    LIKE_A_TRACE,
    RATED_IN_FULL,
    Trace,
    cut_to_shortest,
    parse_trace_name,
    read_trace,
)
from emotrace.corpora.adapters.semaine.media import (
    character_of,
    choose_audio,
    choose_video,
    kind_of,
    role_of,
)
from emotrace.corpora.adapters.semaine.session_xml import SessionFacts, read_session_xml
from emotrace.corpora.recording import Recording, Series
from emotrace.corpora.recording_names import without_odd_characters
from emotrace.corpora.walk import files_below
from emotrace.errors import DataError
from emotrace.media_files import is_audio, is_video
from emotrace.remarks import Remarks

NO_CONVERSATION = ("beginning", "end", "forbidden")
_TOLERATED_LOSS = 0.01  # of the longest trace


@dataclass(frozen=True)
class Session:
    """One session folder, read.

    Parameters
    ----------
    name : str
        ``s12`` of the folder ``12``.
    facts : SessionFacts
    media : tuple of Path
    traces : tuple of Trace
    """

    name: str
    facts: SessionFacts
    media: tuple[Path, ...] = ()
    traces: tuple[Trace, ...] = field(default=())

    @property
    def recording(self) -> str | None:
        """Number of the recording: of session.xml, else the one that all FeelTrace names agree on."""
        named = {str(trace.recording) for trace in self.traces}
        return self.facts.recording or (named.pop() if len(named) == 1 else None)


class NoConversationError(DataError):
    """A session of the database in which nobody talks: its makers say so."""


def read_session(folder: Path, remarks: Remarks) -> Session:
    """Find and sort the files of a session; oddities become remarks.

    Raises
    ------
    DataError
        If the folder cannot be listed.
    NoConversationError
        If session.xml says that it holds no conversation.
    """
    name = "s" + without_odd_characters(folder.name)
    files = files_below(folder, remarks)
    facts = _facts(files, name, remarks)
    if (facts.character or "").lower() in NO_CONVERSATION:
        raise NoConversationError(
            f"session.xml of {folder} gives the character {facts.character}; expected one of the four "
            "characters, for no conversation is recorded there"
        )
    traces = []
    for path in files:
        trace = parse_trace_name(path)
        if trace is not None:
            traces.append(trace)
        elif LIKE_A_TRACE.match(path.name):
            remarks.add("files named like FeelTrace in an unknown way, not read", f"{name}/{path.name}")
    names = {path.name for path in files}
    for missing in sorted(set(facts.traces) - names):
        remarks.add("traces that session.xml names are missing", f"{name}/{missing}")
    if any("alignedtranscript" in path.name.lower() for path in files):
        remarks.add("sessions with transcripts, which are not read", name)
    media = tuple(path for path in files if is_audio(path) or is_video(path))
    for path in media:
        if role_of(path) is None:
            remarks.add(
                "media files that name neither User nor Operator, or both, not taken", f"{name}/{path.name}"
            )
    session = Session(name, facts, media, tuple(traces))
    if any(str(trace.recording) != session.recording for trace in traces):
        remarks.add("FeelTrace names give two recording numbers, or another than session.xml", name)
    return session


def recordings_of(
    session: Session, roles: Sequence[str], dimensions: Sequence[str], remarks: Remarks
) -> list[Recording]:
    """One recording per role that has media or traces; one more for each further character in the folder.

    The character of session.xml (else the first in the alphabet) gives ``s12_user``, another one
    ``s12_Spike_user``. Files that name no character belong to the first.
    """
    named = {trace.character for trace in session.traces} | {character_of(path) for path in session.media}
    characters = sorted(name for name in named if name is not None)
    given = (session.facts.character or "").capitalize()
    main = given if given in characters or not characters else characters[0]
    if characters and given and main != given:
        remarks.add("session.xml gives a character that no file has", session.name)
    if len(characters) > 1:
        remarks.add("files of several characters in one session, a recording each", session.name)
    found = []
    for character in (main, *(name for name in characters if name != main)):
        own = Session(
            session.name if character == main else f"{session.name}_{character}",
            session.facts,
            tuple(path for path in session.media if (character_of(path) or main) == character),
            tuple(trace for trace in session.traces if trace.character == character),
        )
        for role in roles:
            recording = _recording(own, session, role, character, dimensions, remarks)
            if recording is not None:
                found.append(recording)
    return found


def _recording(
    own: Session, session: Session, role: str, character: str, dimensions: Sequence[str], remarks: Remarks
) -> Recording | None:
    name = f"{own.name}_{role}"
    traces = [trace for trace in own.traces if trace.role == role]
    audio, other_audio = choose_audio(own.media, role)
    video, other_video = choose_video(own.media, role)
    if audio is None and video is None and not traces:
        return None
    for kind, path, others in (("sound", audio, other_audio), ("video", video, other_video)):
        if path is None:
            remarks.add(f"no {kind} file of the {role}", name)
        elif others or kind == "video":
            chosen = f"{kind} chosen by its name, {kind_of(path)!r}"
            others_named = ", ".join(sorted({kind_of(other) for other in others}))
            remarks.add(chosen + (f" rather than {others_named}" if others else ""), name)
    identity = f"recording-{session.recording}" if session.recording else session.name
    subject = session.facts.subjects.get(role)
    if subject is None:
        remarks.add(f"no identity of the {role}, taken for one person in all of a recording", name)
    return Recording(
        name=name,
        subject=subject or f"{identity}-{role}",
        video=video,
        audio=audio,
        ratings=_ratings(traces, dimensions, name, remarks),
        session=identity,
        attributes={"stimulus": character} if character else {},
    )


def _ratings(
    traces: Sequence[Trace], dimensions: Sequence[str], name: str, remarks: Remarks
) -> dict[str, dict[str, Series]]:
    """Traces by dimension and rater (``R5``), those of one dimension of one length."""
    read: dict[str, dict[str, Series]] = defaultdict(dict)
    for trace in sorted(traces, key=lambda trace: (trace.rater, trace.path.name)):
        if trace.dimension not in dimensions:
            if trace.dimension not in RATED_IN_FULL.values():
                remarks.add(
                    "FeelTrace of other dimensions, read with the option dimensions=all",
                    f"{name} {trace.dimension}",
                )
            continue
        rater = f"R{trace.rater}"
        if rater in read[trace.dimension]:
            remarks.add("second traces of one rater, not read", f"{name}/{trace.path.name}")
            continue
        try:
            read[trace.dimension][rater] = read_trace(trace.path)
        except DataError as error:
            remarks.note(f"one trace of {name} is left out: {error}")
    every_rater = {rater for raters in read.values() for rater in raters}
    ratings = {}
    for dimension in dimensions:
        raters = read.get(dimension)
        if not raters:
            if every_rater and dimension in RATED_IN_FULL.values():
                remarks.add(f"no trace of {dimension}", name)
            continue
        ratings[dimension], lost, shortest = cut_to_shortest(raters)
        if lost > _TOLERATED_LOSS:
            remarks.add(
                "raters of different lengths, cut to the shortest",
                f"{name} {dimension}: {lost:.0%} lost to {shortest}",
            )
        if set(raters) != every_rater:
            remarks.add(
                "not all raters of a recording rated each of its dimensions",
                f"{name} {dimension}: {len(raters)} of {len(every_rater)}",
            )
    return ratings


def _facts(files: Sequence[Path], name: str, remarks: Remarks) -> SessionFacts:
    described = [path for path in files if path.name.lower() == "session.xml"]
    if not described:
        remarks.add("no session.xml", name)
        return SessionFacts()
    try:
        return read_session_xml(described[0])
    except DataError as error:
        remarks.note(f"session.xml of {name} is not read: {error}")
        return SessionFacts()
