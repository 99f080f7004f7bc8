"""Many equal reasons as one line: a count, the first of them, and who they concern."""

import re
from collections.abc import Iterable

_SHOWN = 3
_WORD = 2  # letters of a name that may be a word of the sentence
_PATH = re.compile(r"\S*/\S*")
_NUMBER = re.compile(r"\d+(\.\d+)?")


def grouped(reasons: Iterable[tuple[str, str]]) -> list[str]:
    """One line per kind of reason, in the order of first appearance.

    Two reasons are of one kind if they differ in the recording's name, in paths and in numbers only.

    Parameters
    ----------
    reasons : iterable of (recording, reason)

    Examples
    --------
    >>> reasons = [("a1", "a1 has no labels"), ("b", "/x/b.mp4: is empty"), ("c", "c has no labels")]
    >>> for line in grouped(reasons):
    ...     print(line)
    2 recordings (a1, c): e.g. a1: a1 has no labels
    b: /x/b.mp4: is empty
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, reason in reasons:
        groups.setdefault(_kind(name, reason), []).append((name, reason))
    return [_line(group) for group in groups.values()]


def _kind(name: str, reason: str) -> str:
    where = r"(?<!\w)" if len(name) > _WORD else "^"  # a recording named "a" is not every "a" of the sentence
    named = re.sub(rf"{where}{re.escape(name)}(?!\w)", "*", reason)
    return _NUMBER.sub("#", _PATH.sub("/", named))


def _line(group: list[tuple[str, str]]) -> str:
    name, reason = group[0]
    names = list(dict.fromkeys(name for name, _ in group))
    if len(names) == 1:
        return f"{name}: {reason}"
    shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    example = "" if all(other == reason for _, other in group) else f"e.g. {name}: "
    return f"{len(names)} recordings ({shown}): {example}{reason}"
