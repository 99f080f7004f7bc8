"""Warnings that count: one sentence for many recordings with the same oddity."""

from collections.abc import Iterable

_SHOWN = 3


class Remarks:
    """Collects oddities by sentence; each becomes one warning that says how many it concerns.

    Examples
    --------
    >>> remarks = Remarks()
    >>> for name in ("P16", "P17", "P19", "P21"):
    ...     remarks.add("ratings are missing of rater FF3", name)
    >>> remarks.add("no video file", "P16")
    >>> remarks.note("the folder RECOLA-Metadata is missing: dyads are not known")
    >>> for text in remarks.texts():
    ...     print(text)
    ratings are missing of rater FF3: 4 (P16, P17, P19, ...)
    no video file: 1 (P16)
    the folder RECOLA-Metadata is missing: dyads are not known
    """

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def add(self, what: str, name: str) -> None:
        """Something is odd about the recording or file `name`."""
        self._names.setdefault(what, []).append(name)

    def note(self, what: str) -> None:
        """Something is odd about the corpus as a whole."""
        self._names.setdefault(what, [])

    def texts(self) -> tuple[str, ...]:
        """One sentence per oddity, in the order of first appearance."""
        return tuple(counted(what, names) if names else what for what, names in self._names.items())


def counted(what: str, names: Iterable[str]) -> str:
    """``"what: count (first, second, third, ...)"``."""
    names = list(names)
    more = ", ..." if len(names) > _SHOWN else ""
    return f"{what}: {len(names)} ({', '.join(names[:_SHOWN])}{more})"
