"""Refuses features that another version of emotrace made: they are other numbers under the same name."""

from collections.abc import Iterable
from typing import Any

from emotrace.config.declaration import InputSpec
from emotrace.errors import DataError
from emotrace.features.derived import versions_of


def refuse_other_versions(where: Any, inputs: Iterable[InputSpec], recordings: Iterable[Any]) -> None:
    """Refuse prepared features of another version than those that are made now.

    Parameters
    ----------
    where : path
        Of the prepared corpus, for the message.
    inputs : iterable of InputSpec
        That a model takes.
    recordings : iterable of PreparedRecording
        Features that were made before versions were noted are taken as they are.

    Raises
    ------
    DataError
        If a feature of a recording is of another version.
    """
    wanted = versions_of(inputs)
    for recording in recordings:
        for track, version in wanted.items():
            made = recording.entries.get(track, {}).get("version", version)
            if made != version:
                raise DataError(
                    f"{where}: {track} of {recording.name} was made by version {made} of that feature, and "
                    f"this emotrace makes version {version}; run `emotrace prepare` again as before"
                )
