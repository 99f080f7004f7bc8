"""What a file lacks of a model's inputs, in sentences; a file that lacks them all is refused."""

from collections.abc import Iterable
from pathlib import Path

from emotrace.config.declaration import Declaration, InputSpec
from emotrace.errors import DataError
from emotrace.features import Track, TrackSource
from emotrace.features.derived import medium_of, tables_of
from emotrace.features.silence import WithoutSilence
from emotrace.trace import Trace

EARLY_S = 1.0  # s, a track that ends earlier than the recording by more is told


def refuse_tables_alone(model: str, declaration: Declaration, path: Path) -> None:
    """Refuse any media file for a model that takes nothing but tables of a corpus.

    Parameters
    ----------
    model : str
        Its name, for the message.
    declaration : Declaration
    path : Path
        The media file.

    Raises
    ------
    DataError
        If there are inputs, and all are made of tables.
    """
    inputs = declaration.inputs
    if inputs and all(medium_of(spec.track) == "table" for spec in inputs.values()):
        tables = _listed(table for spec in inputs.values() for table in tables_of(spec))
        raise DataError(
            f"{path}: {model} takes {_listed(inputs)}, made of tables of a corpus ({tables}), which no media "
            "file has; it traces prepared recordings: `emotrace evaluate RUN` writes their traces to "
            "RUN/predictions"
        )


def missing_inputs(model: str, declaration: Declaration, tracks: TrackSource, path: Path) -> list[str]:
    """A sentence for each kind of track that the file lacks, with the inputs that are made of it.

    Parameters
    ----------
    model : str
        Its name, for the message.
    declaration : Declaration
    tracks : TrackSource
        Of the file.
    path : Path
        The file, for the message.

    Raises
    ------
    DataError
        If it lacks all of them.
    """
    lacking = {name: spec for name, spec in declaration.inputs.items() if tracks.track(spec.track) is None}
    if lacking and len(lacking) == len(declaration.inputs):
        media = [spec for spec in lacking.values() if medium_of(spec.track) != "table"] or lacking.values()
        lacks = " and no ".join(dict.fromkeys(map(_source_of, media)))
        raise DataError(
            f"{path}: has no {lacks}, but {model} takes {_listed(lacking)}; give a file that has one"
        )
    by_source: dict[str, list[str]] = {}
    for name, spec in lacking.items():
        by_source.setdefault(_source_of(spec), []).append(name)
    return [f"no {source}: the model goes without {_listed(names)}" for source, names in by_source.items()]


def early_ends(declaration: Declaration, tracks: TrackSource) -> list[str]:
    """A sentence for each kind of track that ends more than a second before the recording does.

    Behind the end of an input that guides nothing counts.
    """
    ends: dict[tuple[str, float], list[str]] = {}
    for name, spec in declaration.inputs.items():
        track = tracks.track(spec.track)
        end_s = tracks.duration_s if track is None else track.timeline.end_s
        if end_s < tracks.duration_s - EARLY_S:
            ends.setdefault((_source_of(spec), round(end_s, 2)), []).append(name)
    told = []
    for (source, end_s), names in ends.items():
        without = f"from there on the model goes without {_listed(names)}"
        then = "what follows does not count" if declaration.guiding & set(names) else without
        told.append(f"the {source} ends at {end_s:.2f} s of {tracks.duration_s:.2f} s: {then}")
    return told


def no_speech(declaration: Declaration, tracks: TrackSource) -> list[str]:
    """A sentence if the model looks at speech alone, and none was found, so that it is given all."""
    found = [tracks.track(spec.track) for spec in declaration.inputs.values()]
    if not any(track is not None and track.attributes.get("speech_found") is False for track in found):
        return []
    return ["no speech was found, so all of it counts: what the model makes of the sound means little"]


def normalised_alone(declaration: Declaration) -> list[str]:
    """A sentence about inputs that are scaled by subject, where there is but one file of the subject."""
    names = [
        name for name, spec in declaration.inputs.items() if getattr(spec, "normalise", None) == "subject"
    ]
    if not names:
        return []
    return [
        f"{_listed(names)}: z-scores by this file alone, where training had all recordings of a subject, so "
        "the level of the trace says less"
    ]


def never_observed(
    declaration: Declaration, tracks: WithoutSilence, trace: Trace, faces: Track | None
) -> list[str]:
    """A sentence about inputs that are there as tracks, but were given to the model in no step.

    Parameters
    ----------
    declaration : Declaration
    tracks : WithoutSilence
        Of the file.
    trace : Trace
        Of the file; its `observed` counts.
    faces : Track or None
        Where faces were looked for.
    """
    without: list[str] = []
    faceless: list[str] = []
    silent: list[str] = []
    no_face = faces is not None and not (True if faces.valid is None else faces.valid.any())
    for name, given in (trace.observed or {}).items():
        spec = declaration.inputs[name]
        if given.any():
            continue
        if tracks.is_silent(spec.track):
            silent.append(name)
        elif tracks.track(spec.track) is not None:
            (faceless if no_face and medium_of(spec.track) == "video" else without).append(name)
    notes = [f"no face was found: the model goes without {_listed(faceless)}"] if faceless else []
    if silent:
        notes.append(f"the sound is silent throughout: the model goes without {_listed(silent)}")
    if without:
        notes.append(f"nothing could be made of this file for {_listed(without)}: the model goes without")
    if trace.observed and not any(given.any() for given in trace.observed.values()):
        notes.append(
            f"there is nothing in this file that the model takes ({_listed(trace.observed)}): its trace is "
            "based on nothing and says nothing of anybody"
        )
    return notes


def _source_of(spec: InputSpec) -> str:
    medium = medium_of(spec.track)
    if medium == "table":
        return f"table {' and '.join(tables_of(spec))}"
    return {"video": "video track", "audio": "sound track"}[medium]


def _listed(names: Iterable[str]) -> str:
    """Names in a sentence, each once.

    Examples
    --------
    >>> _listed(["face", "audio", "ecg"])
    'face, audio and ecg'
    """
    *first, last = dict.fromkeys(names)
    return f"{', '.join(first)} and {last}" if first else last
