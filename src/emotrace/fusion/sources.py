"""What there is to fuse: predictions of several systems, their gold standard, how recordings are parted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emotrace.errors import InputError
from emotrace.fusion.align import Aligned


@dataclass(frozen=True)
class Sources:
    """Predictions of several systems for the same recordings.

    Parameters
    ----------
    systems : tuple of str
    labels : tuple of str
        Dimensions or classes.
    predicts : {"trace", "class"}
    parts : dict of str to tuple of Aligned
        train, development, test; those of which every system has predictions.
    partition : dict
        What partition.json of the fused run shall say.
    groups : dict of recording to str
        What stays together where recordings are parted: subject, or fold of a cross-validation.
    fit_on : {"development", "test"}
        The part that a fusion is fitted on; of a cross-validation, where each recording was tested by models
        that do not know it, test, and never without cross-fitting.
    facts : dict
        For run.json: corpus, value_range, inputs, sources, what warnings there are.
    """

    systems: tuple[str, ...]
    labels: tuple[str, ...]
    predicts: str
    parts: dict[str, tuple[Aligned, ...]]
    partition: dict[str, Any]
    groups: dict[str, str]
    fit_on: str = "development"
    facts: dict[str, Any] = field(default_factory=dict)


def named_apart(paths: Sequence[Path]) -> tuple[str, ...]:
    """A name for each source: that of its folder, with the one above where two are equal.

    Raises
    ------
    InputError
        If there are fewer than 2, or one is given twice.

    Examples
    --------
    >>> named_apart([Path("a/run"), Path("b/run"), Path("b/other")])
    ('a/run', 'b/run', 'other')
    """
    if len(paths) < 2:
        got = f"only {paths[0]}" if paths else "nothing"
        raise InputError(f"there is {got} to fuse; expected the predictions of 2 systems or more")
    full = [path.resolve() for path in paths]
    twice = next((path for path in full if full.count(path) > 1), None)
    if twice is not None:
        raise InputError(f"{twice} is given twice; expected each system once")
    names = []
    for path in full:
        depth = 1
        while sum(other.parts[-depth:] == path.parts[-depth:] for other in full) > 1:
            depth += 1
        names.append("/".join(path.parts[-depth:]))
    return tuple(names)
