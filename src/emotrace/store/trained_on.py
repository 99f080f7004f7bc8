"""Refuses a prepared corpus on which a trained model would be wrong without anybody noticing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from emotrace.config.base import digest
from emotrace.config.declaration import Declaration
from emotrace.config.media import FaceSettings
from emotrace.errors import DataError
from emotrace.features.derived import medium_of
from emotrace.store.feature_versions import refuse_other_versions
from emotrace.store.prepared import PreparedCorpus, PreparedRecording

_SAME = 1e-6  # by which the ends of two scales may differ and be one
_ADVICE = "give the prepared corpus that the run was trained on"


class Trained(Protocol):
    """What a checkpoint says of the corpus that its model learnt."""

    @property
    def corpus(self) -> str:
        """Name of the corpus; empty: not known."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Dimensions or classes, in the order of the model's columns."""

    @property
    def value_range(self) -> tuple[float, float]:
        """Lowest and highest value of the rating scale."""

    @property
    def faces(self) -> FaceSettings:
        """How faces were found and cut out."""

    @property
    def declaration(self) -> Declaration:
        """Inputs of the model, and what it predicts."""


def refuse_other_corpus(
    prepared: PreparedCorpus, trained: Trained, names: Iterable[str], subjects: Mapping[str, str]
) -> None:
    """Refuse a prepared corpus that a model was not trained on, though all of its recordings are there.

    Parameters
    ----------
    prepared : PreparedCorpus
    trained : Trained
        Of the model's checkpoint.
    names : iterable of str
        Of the recordings to be predicted, all of them in `prepared`.
    subjects : mapping of recording to subject
        As the run knows them; a recording that it does not name is not asked for.

    Raises
    ------
    DataError
        If the corpus is another one, a recording is of somebody else, a dimension is not rated or on another
        scale, classes are others or in another order, the model looks at faces and they were found or cut out
        in another way, or a feature is of another version than those made now.

    Source
    ------
    Our choice: refused rather than converted, since the numbers are stored as those of the run.
    """
    if trained.corpus and trained.corpus != prepared.name:
        raise DataError(
            f"{prepared.path}: is the corpus {prepared.name}, and the run was trained on {trained.corpus}, "
            f"whose recordings bear the same names; {_ADVICE}"
        )
    of = {recording.name: recording.subject for recording in prepared.recordings}
    names = list(names)
    for name in names:
        if name in subjects and str(subjects[name]) != str(of[name]):
            raise DataError(
                f"{prepared.path}: {name} is of {of[name]}, and the run was trained with a {name} of "
                f"{subjects[name]}; {_ADVICE}"
            )
    _refuse_other_labels(prepared, trained)
    _refuse_other_faces(prepared, trained)
    wanted = set(names)
    examined = [recording for recording in prepared.recordings if recording.name in wanted]
    refuse_other_versions(prepared.path, trained.declaration.inputs.values(), examined)


def media_digest(recording: PreparedRecording) -> str:
    """Hash of the pictures and the sound that a recording was prepared from; its tables do not count."""
    hashes = recording.source_hashes
    return digest({role: hashes[role] for role in ("video", "audio") if role in hashes})


def changed_media(recordings: Sequence[PreparedRecording], media: Mapping[str, str]) -> list[str]:
    """Names of the recordings whose pictures or sound are not those of the run.

    Parameters
    ----------
    recordings : sequence of PreparedRecording
    media : mapping of recording to `media_digest`
        As the run knows them; a recording that it does not name is not asked for.
    """
    return [one.name for one in recordings if one.name in media and media_digest(one) != media[one.name]]


def _refuse_other_labels(prepared: PreparedCorpus, trained: Trained) -> None:
    """Refuse other classes, dimensions that are not there, and another scale."""
    if trained.declaration.predicts == "class":
        if tuple(prepared.classes) != tuple(trained.labels):
            raise DataError(
                f"{prepared.path}: its classes are {', '.join(prepared.classes) or 'none'}, and the model "
                f"learnt {', '.join(trained.labels)}; expected the same in the same order, {_ADVICE}"
            )
        return
    lacking = [label for label in trained.labels if label not in prepared.dimensions]
    if lacking:
        raise DataError(
            f"{prepared.path}: has ratings of {', '.join(prepared.dimensions) or 'nothing'}, and the model "
            f"learnt {', '.join(trained.labels)}; {_ADVICE}"
        )
    if any(abs(a - b) > _SAME for a, b in zip(prepared.value_range, trained.value_range, strict=True)):
        low, high = prepared.value_range
        learnt = "{:g} to {:g}".format(*trained.value_range)
        raise DataError(
            f"{prepared.path}: its ratings run from {low:g} to {high:g}, and the model learnt a scale from "
            f"{learnt}; expected the same scale, {_ADVICE}, or prepare this one with ratings on that scale"
        )


def _refuse_other_faces(prepared: PreparedCorpus, trained: Trained) -> None:
    """Refuse faces that were found or cut out in another way, if the model looks at any."""
    if not any(medium_of(spec.track) == "video" for spec in trained.declaration.inputs.values()):
        return
    mine, theirs = prepared.settings.model_dump(), trained.faces.model_dump()
    known = mine["detector_digest"] and theirs["detector_digest"]
    unasked = {"detector"} if known else {"detector", "detector_digest"}  # the file counts, not its place
    differing = [
        f"{key} is {mine[key]} and was {theirs[key]}"
        for key in mine
        if key not in unasked and mine[key] != theirs[key]
    ]
    if differing:
        raise DataError(
            f"{prepared.path}: its faces were found or cut out in another way than those that the model "
            f"learnt ({', '.join(differing)}); {_ADVICE}, or prepare this one with the same face settings"
        )
