"""What prepared recordings lack of the tables of their corpus, and how good its signals are, in sentences."""

from collections.abc import Sequence
from typing import Any

from emotrace.config.declaration import InputSpec
from emotrace.features.derived import medium_of, tables_of
from emotrace.remarks import Remarks
from emotrace.store.tables import PREFIX

SHARE = 0.1
"""Of a recording; what is wrong with more of its signal is told."""

_NOT_GOOD = {"missing": "missing", "flat": "flat", "saturated": "at the end of its range"}


def want_of(specs: Sequence[InputSpec], recordings: Sequence[Any]) -> str:
    """What tracks that are missing would be made of: pictures, sound, or tables and which tables there are.

    Parameters
    ----------
    specs : sequence of InputSpec
        One at least, all of one medium.
    recordings : sequence of PreparedRecording

    Examples
    --------
    >>> from emotrace.config.declaration import FaceInput, FeatureInput
    >>> want_of([FaceInput()], []), want_of([FeatureInput(name="ecg-54", columns=54)], [])
    ('pictures', 'the table ecg (no table is stored)')
    """
    medium = medium_of(specs[0].track)
    if medium != "table":
        return {"video": "pictures", "audio": "sound"}[medium]
    tables = list(dict.fromkeys(table for spec in specs for table in tables_of(spec)))
    wanted = f"the table{'s' if len(tables) > 1 else ''} {', '.join(tables)}"
    stored = {
        name.removeprefix(PREFIX): recording.entries[name].get("attributes", {}).get("kind")
        for recording in recordings
        for name in recording.track_names
        if name.startswith(PREFIX)
    }
    if not stored:
        return f"{wanted} (no table is stored)"
    signals = sorted(name for name, kind in stored.items() if kind == "signal")
    takes = (
        f"; for such an INPUT `--set model.inputs.INPUT.of={PREFIX}{signals[0]}` takes that"
        if signals
        else ""
    )
    how = takes if any(spec.kind == "feature" for spec in specs) else ""
    return f"{wanted} (there are {', '.join(sorted(stored))}{how})"


def signal_faults(recordings: Sequence[Any], tracks: Sequence[str]) -> list[str]:
    """What more than a tenth of a signal is that a feature was made of: missing, flat, saturated, no beats.

    Parameters
    ----------
    recordings : sequence of PreparedRecording
    tracks : sequence of str
        Names of the features; those that say nothing of quality are left out.

    Notes
    -----
    Beats are wanting only where the signal is good.

    Source
    ------
    Our choice: the tenth.
    """
    remarks = Remarks()
    for track in tracks:
        for recording in recordings:
            quality = recording.entries.get(track, {}).get("attributes", {}).get("quality", {})
            said = {words: quality.get(fault, 0.0) for fault, words in _NOT_GOOD.items()}
            said["without a heart beat"] = quality.get("without_beats", 0.0) - sum(said.values())
            for words, share in said.items():
                if share > SHARE:
                    remarks.add(f"more than a tenth of what {track} is made of is {words}", recording.name)
    return list(remarks.texts())
